//! What the document marks as secret is left out of a copy and hidden by `Debug`, and written by
//! serialization.

use atlas_backup::types::{CloudBackupRestoreJob, LegacyBackupRestoreJob};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Stands at each property that is marked.
const SECRET: &str = "s3cr3t";

fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("it is read")
}

/// A job with a secret wherever one may stand.
fn cloud_job() -> CloudBackupRestoreJob {
    let private = json!([{ "deliveryUrl": SECRET, "endpointId": "vpce-3bf78b0ddee411ba1" }]);
    read(json!({
        "id": "32b6e34b3d91647abb20e7b8",
        "deliveryUrl": [SECRET],
        "components": [{
            "downloadUrl": SECRET,
            "privateDownloadDeliveryUrls": private,
            "replicaSetName": "shard-0",
        }],
        "privateDownloadDeliveryUrls": private,
        "newUrl": SECRET,
    }))
}

fn legacy_job() -> LegacyBackupRestoreJob {
    read(json!({
        "statusName": "FINISHED",
        "delivery": {
            "authHeader": SECRET,
            "authValue": SECRET,
            "methodName": "HTTP",
            "url": SECRET,
            "urlV2": SECRET,
            "urlV3": SECRET,
        },
    }))
}

#[test]
fn a_copy_without_secrets_has_everything_else() {
    let copy = serde_json::to_value(cloud_job().without_secrets()).expect("it can be written");
    let expected = json!({
        "id": "32b6e34b3d91647abb20e7b8",
        "components": [{
            "privateDownloadDeliveryUrls": [{ "endpointId": "vpce-3bf78b0ddee411ba1" }],
            "replicaSetName": "shard-0",
        }],
        "privateDownloadDeliveryUrls": [{ "endpointId": "vpce-3bf78b0ddee411ba1" }],
    });
    assert_eq!(copy, expected);
    let copy = serde_json::to_value(legacy_job().without_secrets()).expect("it can be written");
    let expected = json!({ "statusName": "FINISHED", "delivery": { "methodName": "HTTP" } });
    assert_eq!(copy, expected);
}

#[test]
fn properties_that_nobody_documents_stay_where_a_type_has_no_secrets() {
    let job: LegacyBackupRestoreJob = read(json!({ "unheard": 1, "delivery": { "unheard": 1 } }));
    let copy = serde_json::to_value(job.without_secrets()).expect("it can be written");
    assert_eq!(copy, json!({ "unheard": 1, "delivery": {} }));
}

#[test]
fn debug_hides_secrets_and_says_that_they_are_there() {
    let (mut cloud, mut legacy) = (cloud_job(), legacy_job());
    // Nobody knows what is in there.
    cloud.extra.clear();
    if let Some(delivery) = &mut legacy.delivery {
        delivery.extra.clear();
    }
    let shown = format!("{cloud:?} {legacy:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    // Four in each.
    assert_eq!(shown.matches("[hidden]").count(), 8, "{shown}");
    let empty = format!("{:?}", CloudBackupRestoreJob::default());
    assert!(!empty.contains("[hidden]"), "{empty}");
}

#[test]
fn serialization_shows_everything() {
    let text = serde_json::to_string(&cloud_job()).expect("it can be written");
    assert_eq!(text.matches(SECRET).count(), 5);
}
