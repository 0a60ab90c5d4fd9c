//! Whatever Atlas sends is read, and written again as it came: each fixture is decoded, encoded and
//! decoded again.
//!
//! Nulls and empty arrays may be gone afterwards, and a date-time may be written otherwise if it is
//! the same instant. Nothing else may change.

use std::collections::{BTreeMap, BTreeSet};

use atlas_backup::types;
use chrono::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::essence::essence;
use crate::support::derived::{ADDED_LATER, cases, count_unknown};
use crate::support::operations::{ENUMS, OPERATIONS, Reading, Type, fixtures};

#[track_caller]
fn decode<T: DeserializeOwned>(json: &Value) -> T {
    // From text, as a response is.
    serde_json::from_str(&json.to_string()).unwrap_or_else(|error| panic!("{error}: {json:#}"))
}

#[track_caller]
fn encode(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("it can be written")
}

/// Reads and writes `sent` as the type; what is written means the same.
#[track_caller]
fn round_trip(of: &Type, case: &str, sent: &Value) -> Reading {
    // From text, as a response is.
    let read = (of.read)(sent.to_string().as_bytes());
    let reading = read.unwrap_or_else(|error| panic!("{case}: {error}: {sent:#}"));
    let written: Value = serde_json::from_str(&reading.written).expect("it is JSON");
    assert_eq!(essence(&written), essence(sent), "{case}");
    assert!(
        reading.is_same,
        "{case}: {} reads as another value",
        reading.written
    );
    reading
}

#[track_caller]
fn are_written_as_they_came(of: &Type, name: &str, bodies: BTreeMap<String, Value>) {
    for (case, sent) in bodies {
        let case = format!("{name}.{case}");
        let reading = round_trip(of, &case, &sent);
        let written: Value = serde_json::from_str(&reading.written).expect("it is JSON");
        insta::assert_snapshot!(case, format!("{}\n\n{written:#}", reading.debug));
    }
}

#[test]
fn answers_are_written_as_they_came() {
    for operation in OPERATIONS {
        are_written_as_they_came(&operation.answer, operation.name, operation.bodies());
    }
}

#[test]
fn errors_are_written_as_they_came() {
    are_written_as_they_came(Type::named("ApiError"), "error", fixtures("error"));
}

#[test]
fn every_operation_reads_answers_that_are_odd_in_every_way() {
    for operation in OPERATIONS {
        for (case, sent) in cases(operation) {
            let name = format!("{} with {case}", operation.name);
            round_trip(&operation.answer, &name, &sent);
        }
    }
}

#[test]
fn a_value_that_an_enum_does_not_know_is_kept_by_every_enum_of_every_response() {
    for operation in OPERATIONS {
        let mut cases = cases(operation).into_iter();
        let (_, sent) = cases
            .find(|(case, _)| *case == "unknown values")
            .expect("it is there");
        let read = (operation.answer.read)(sent.to_string().as_bytes());
        let debug = read.expect("it is read").debug;
        let unknown = debug.matches(ADDED_LATER).count();
        assert_eq!(unknown, count_unknown(&sent), "{debug}");
        assert_eq!(debug.matches("Unknown(").count(), unknown, "{debug}");
        let enums = enums_in(&operation.answer);
        assert!(unknown >= enums, "{unknown} values for {enums} enums");
    }
}

/// In how many places of the type and of all its parts there is an enum.
fn enums_in(of: &Type) -> usize {
    let mut names = BTreeSet::new();
    let mut open = vec![of.documented()];
    let mut count = 0;
    while let Some(schema) = open.pop() {
        let text = schema.to_string();
        count += text.matches("\"enum\":[\"").count();
        for part in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            if ENUMS.iter().any(|it| it.name == name) {
                count += 1;
            } else if names.insert(name.to_owned()) {
                open.push(Type::named(name).documented());
            }
        }
    }
    count
}

#[test]
fn every_fixture_belongs_to_an_operation_or_is_an_error() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    for entry in std::fs::read_dir(directory).expect("the fixtures are there") {
        let file = entry.expect("they can be listed").file_name();
        let file = file.to_str().expect("a name");
        let name = file.split('.').next().unwrap_or_default();
        let is_known = OPERATIONS.iter().any(|it| it.name == name);
        assert!(is_known || name == "error" || file == "README.md", "{file}");
    }
}

#[test]
fn properties_that_are_not_documented_are_in_extra_under_their_own_name() {
    let job: types::CloudBackupRestoreJob = decode(&json!({
        "id": "6a794733c0eb9e7a17740663",
        "addedNumber": 4_841_168_896_u64,
        "addedNull": null,
        "extra": "a property that is called so",
        "links": [{ "rel": "self", "addedFlag": true }],
    }));
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
    let job: types::CloudBackupRestoreJob =
        decode(&json!({ "finishedAt": "2025-05-04T11:42:00.123+02:00" }));
    let instant = DateTime::parse_from_rfc3339("2025-05-04T09:42:00.123Z").expect("an instant");
    assert_eq!(job.finished_at, Some(instant.to_utc()));
}

#[test]
fn a_date_time_before_the_year_0_is_still_the_same_when_it_is_written() {
    let sent = json!({ "finishedAt": "0000-01-01T00:00:60+00:01" });
    let job: types::CloudBackupRestoreJob = decode(&sent);
    let written = encode(&job);
    assert_eq!(essence(&written), essence(&sent));
    assert_eq!(decode::<types::CloudBackupRestoreJob>(&written), job);
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
