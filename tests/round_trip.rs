//! Whatever Atlas sends is read, and written again as it came: each fixture is decoded, encoded and decoded again.
//!
//! Nulls and empty arrays may be gone afterwards, and a date-time may be written otherwise if it is the same instant.
//! Nothing else may change.

#![allow(clippy::expect_used)]

#[path = "support/essence.rs"]
mod essence;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::Path;

use atlas_backup::types;
use chrono::DateTime;
use essence::essence;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The fixtures `<name>.<case>.json` as (case, body).
#[track_caller]
fn fixtures(name: &str) -> Vec<(String, Value)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("the fixtures are there") {
        let path = entry.expect("the fixtures can be listed").path();
        let file = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        if let Some(case) = file
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".json"))
        {
            let text = std::fs::read_to_string(&path).expect("the fixture can be read");
            found.push((
                case.to_owned(),
                serde_json::from_str(&text).expect("the fixture is JSON"),
            ));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!found.is_empty(), "no fixtures of {name}");
    found
}

#[track_caller]
fn decode<T: DeserializeOwned>(json: &Value) -> T {
    // From text, as a response is.
    serde_json::from_str(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json:#}"))
}

#[track_caller]
fn encode(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("it can be written")
}

#[track_caller]
fn round_trip<T: DeserializeOwned + Serialize + Debug + PartialEq>(name: &str) {
    for (case, sent) in fixtures(name) {
        let value: T = decode(&sent);
        let written = encode(&value);
        assert_eq!(essence(&written), essence(&sent), "{name}.{case}");
        assert_eq!(decode::<T>(&written), value, "{name}.{case}");
        insta::assert_snapshot!(
            format!("{name}.{case}"),
            format!("{value:#?}\n\n{written:#}")
        );
    }
}

#[test]
fn legacy_backup_checkpoints_are_written_as_they_came() {
    round_trip::<types::LegacyBackupCheckpoint>("get_legacy_backup_checkpoint");
}

#[test]
fn legacy_backup_restore_jobs_are_written_as_they_came() {
    round_trip::<types::LegacyBackupRestoreJob>("get_legacy_backup_restore_job");
}

#[test]
fn cloud_backup_restore_jobs_are_written_as_they_came() {
    round_trip::<types::CloudBackupRestoreJob>("get_backup_restore_job");
}

#[test]
fn serverless_backup_snapshots_are_written_as_they_came() {
    round_trip::<types::ServerlessBackupSnapshot>("get_serverless_backup_snapshot");
}

#[test]
fn errors_are_written_as_they_came() {
    round_trip::<types::ApiError>("error");
}

#[test]
fn every_fixture_belongs_to_an_operation_or_is_an_error() {
    let names = [
        "error",
        "get_backup_restore_job",
        "get_legacy_backup_checkpoint",
        "get_legacy_backup_restore_job",
        "get_serverless_backup_snapshot",
    ];
    let read: usize = names.iter().map(|name| fixtures(name).len()).sum();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let entries = std::fs::read_dir(directory)
        .expect("the fixtures are there")
        .flatten();
    let there = entries.filter(|entry| {
        entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "json")
    });
    assert_eq!(
        read,
        there.count(),
        "a fixture that no test reads: name its operation above, and give it a test like the others"
    );
}

#[test]
fn every_operation_has_a_fixture_for_each_way_to_be_odd() {
    for name in [
        "get_backup_restore_job",
        "get_legacy_backup_checkpoint",
        "get_legacy_backup_restore_job",
        "get_serverless_backup_snapshot",
    ] {
        let cases: BTreeSet<_> = fixtures(name).into_iter().map(|(case, _)| case).collect();
        for case in [
            "documented",
            "nulls",
            "nested_nulls",
            "empty",
            "unknown_enums",
            "unknown_properties",
            "odd_ids",
        ] {
            assert!(cases.contains(case), "{name}.{case}.json");
        }
    }
}

/// Every string below `value` that no variant knows, found by the word `Unknown` in what it prints.
fn unknown(value: &impl Debug) -> usize {
    format!("{value:?}").matches("Unknown(\"").count()
}

#[test]
fn the_fixtures_hold_an_unknown_value_for_every_enum() {
    #[track_caller]
    fn of<T: DeserializeOwned>(name: &str) -> T {
        let case = fixtures(name)
            .into_iter()
            .find(|(case, _)| case == "unknown_enums");
        decode(&case.expect("the fixture is there").1)
    }
    let counted = [
        unknown(&of::<types::LegacyBackupCheckpoint>(
            "get_legacy_backup_checkpoint",
        )),
        unknown(&of::<types::LegacyBackupRestoreJob>(
            "get_legacy_backup_restore_job",
        )),
        unknown(&of::<types::CloudBackupRestoreJob>(
            "get_backup_restore_job",
        )),
        unknown(&of::<types::ServerlessBackupSnapshot>(
            "get_serverless_backup_snapshot",
        )),
    ];
    let document = include_str!("../openapi/atlas-backup.yaml");
    assert_eq!(counted, [1, 4, 1, 3]);
    let enums = document.matches(" enum:\n").count();
    assert_eq!(
        counted.iter().sum::<usize>(),
        enums,
        "an enum without an unknown value in a fixture: add one, and count it above"
    );
}

#[test]
fn properties_that_are_not_documented_are_in_extra_under_their_own_name() {
    let (_, sent) = fixtures("get_backup_restore_job")
        .into_iter()
        .find(|(case, _)| case == "unknown_properties")
        .expect("it");
    let job: types::CloudBackupRestoreJob = decode(&sent);
    assert_eq!(job.extra["addedNumber"], 4_841_168_896_u64);
    assert_eq!(job.extra["addedNull"], Value::Null);
    assert_eq!(job.extra["extra"], "a property that is called so");
    assert_eq!(job.links[0].extra["addedFlag"], true);
}

#[test]
fn null_among_the_items_of_an_array_is_left_out() {
    let job: types::CloudBackupRestoreJob = decode(&json!({
        "deliveryUrl": [null, "https://example.com", null],
        "links": [null, { "rel": "self" }],
        "components": [{ "privateDownloadDeliveryUrls": [null] }, null],
    }));
    assert_eq!(job.delivery_url, ["https://example.com"]);
    assert_eq!(
        encode(&job),
        json!({ "components": [{}], "deliveryUrl": ["https://example.com"], "links": [{ "rel": "self" }] })
    );
}

#[test]
fn null_among_the_parameters_of_an_error_stays_in_its_place() {
    let error: types::ApiError = decode(&json!({ "parameters": [null, "Cluster0", null] }));
    assert_eq!(
        error.parameters,
        [Value::Null, "Cluster0".into(), Value::Null]
    );
    assert_eq!(
        encode(&error),
        json!({ "parameters": [null, "Cluster0", null] })
    );
}

#[test]
fn numbers_outside_the_documented_limits_are_read() {
    let job: types::LegacyBackupRestoreJob = decode(&json!({
        "delivery": { "maxDownloads": 0, "expirationHours": -1 },
        "timestamp": { "increment": i64::MAX },
    }));
    let delivery = job.delivery.expect("the delivery");
    assert_eq!(
        (delivery.max_downloads, delivery.expiration_hours),
        (Some(0), Some(-1))
    );
    assert_eq!(
        job.timestamp.and_then(|timestamp| timestamp.increment),
        Some(i64::MAX)
    );
}

#[test]
fn a_date_time_is_the_instant_that_was_sent() {
    let snapshot: types::ServerlessBackupSnapshot =
        decode(&json!({ "createdAt": "2025-05-04T11:42:00.123+02:00" }));
    let instant = DateTime::parse_from_rfc3339("2025-05-04T09:42:00.123Z").expect("an instant");
    assert_eq!(snapshot.created_at, Some(instant.to_utc()));
}

#[test]
fn a_date_time_before_the_year_0_is_still_the_same_when_it_is_written() {
    let sent = json!({ "createdAt": "0000-01-01T00:00:60+00:01" });
    let snapshot: types::ServerlessBackupSnapshot = decode(&sent);
    let written = encode(&snapshot);
    assert_eq!(essence(&written), essence(&sent));
    assert_eq!(
        decode::<types::ServerlessBackupSnapshot>(&written),
        snapshot
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    for json in [
        json!({ "cancelled": "yes" }),
        json!({ "links": {} }),
        json!({ "oplogTs": 1.5 }),
        json!([]),
        json!(""),
    ] {
        let result: Result<types::CloudBackupRestoreJob, _> =
            serde_json::from_str(&json.to_string());
        assert!(result.is_err(), "{json} reads as {result:?}");
    }
}
