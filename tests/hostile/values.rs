//! What a success holds: any JSON reads as a value that is written again as it came, or does not read.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::LazyLock;

use atlas_backup::types;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::essence::essence;
use crate::{for_any, json, text};

/// As documented, by name.
static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    let document: Value =
        serde_yaml_ng::from_str(include_str!("../../openapi/atlas-backup.yaml")).unwrap();
    document["components"]["schemas"].clone()
});

/// The names of all properties, so that arbitrary objects have some of them.
fn names() -> Vec<String> {
    let schemas = SCHEMAS.as_object().unwrap();
    let names = schemas
        .values()
        .filter_map(|schema| schema["properties"].as_object())
        .flat_map(|it| it.keys());
    names
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// A date-time, and some that are none.
fn date() -> impl Strategy<Value = String> {
    "(1970|2025|9999|0000|[0-9]{4})-(0[1-9]|1[0-2]|13)-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:(60|[0-5][0-9])(\\.[0-9]{1,12})?\
     (Z|[+-][01][0-9]:[0-5][0-9])"
}

/// A value for a property of this type, or for another.
fn fitting(schema: &Value, depth: u32) -> BoxedStrategy<Value> {
    let reference = schema["$ref"]
        .as_str()
        .or(schema["allOf"][0]["$ref"].as_str());
    let fits = match (reference, schema["type"].as_str()) {
        (Some(reference), _) => {
            let name = reference.rsplit('/').next().unwrap_or_default();
            fitting(&SCHEMAS[name], depth)
        }
        (_, Some("array")) => proptest::collection::vec(fitting(&schema["items"], depth), 0..3)
            .prop_map(Value::from)
            .boxed(),
        (_, Some("object")) if depth > 0 => object(schema, depth - 1),
        (_, Some("integer")) => prop_oneof![any::<i64>(), 0..100_i64]
            .prop_map(Value::from)
            .boxed(),
        (_, Some("boolean")) => any::<bool>().prop_map(Value::from).boxed(),
        (_, Some("string")) if schema["format"] == "date-time" => {
            date().prop_map(Value::from).boxed()
        }
        (_, Some("string")) => match schema["enum"].as_array() {
            Some(values) => {
                prop_oneof![select(values.clone()), text().prop_map(Value::from)].boxed()
            }
            None => text().prop_map(Value::from).boxed(),
        },
        _ => json().boxed(),
    };
    prop_oneof![40 => fits, 2 => Just(Value::Null), 1 => json()].boxed()
}

fn object(schema: &Value, depth: u32) -> BoxedStrategy<Value> {
    let none = serde_json::Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none).clone();
    let of_its_own: Vec<_> = properties
        .iter()
        .map(|(name, part)| {
            let value = proptest::option::of(fitting(part, depth));
            (Just(name.clone()), value)
        })
        .collect();
    let more = proptest::collection::vec((prop_oneof![select(names()), text()], json()), 0..3);
    let more = more.prop_map(move |more| {
        more.into_iter()
            .filter(|(name, _)| !properties.contains_key(name))
            .collect()
    });
    (of_its_own, more)
        .prop_map(|(own, more): (Vec<(String, Option<Value>)>, Vec<_>)| {
            own.into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .chain(more)
                .collect::<Value>()
        })
        .boxed()
}

/// Something like a document of this schema: most properties of their type, some not, and some that are not listed.
pub fn document(schema: &str) -> BoxedStrategy<Value> {
    assert!(SCHEMAS[schema].is_object(), "there is no schema {schema}");
    object(&SCHEMAS[schema], 3)
}

#[track_caller]
fn reads_as_it_came_or_not<T: DeserializeOwned + Serialize + Debug + PartialEq>(schema: &str) {
    let read = std::cell::Cell::new(0);
    for_any(
        prop_oneof![9 => document(schema), 1 => json().boxed()],
        |sent| {
            let Ok(value) = serde_json::from_str::<T>(&sent.to_string()) else {
                return Ok(());
            };
            read.set(read.get() + 1);
            let written = serde_json::to_string(&value)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let again: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(essence(&again), essence(&sent));
            let value_again = serde_json::from_str::<T>(&written);
            prop_assert_eq!(value_again.ok(), Some(value));
            Ok(())
        },
    );
    assert!(
        read.get() > 20,
        "only {} of {schema} could be read",
        read.get()
    );
}

#[test]
fn anything_that_reads_as_a_checkpoint_is_written_as_it_came() {
    reads_as_it_came_or_not::<types::LegacyBackupCheckpoint>("LegacyBackupCheckpoint");
}

#[test]
fn anything_that_reads_as_a_legacy_job_is_written_as_it_came() {
    reads_as_it_came_or_not::<types::LegacyBackupRestoreJob>("LegacyBackupRestoreJob");
}

#[test]
fn anything_that_reads_as_a_job_is_written_as_it_came() {
    reads_as_it_came_or_not::<types::CloudBackupRestoreJob>("CloudBackupRestoreJob");
}

#[test]
fn anything_that_reads_as_a_snapshot_is_written_as_it_came() {
    reads_as_it_came_or_not::<types::ServerlessBackupSnapshot>("ServerlessBackupSnapshot");
}

#[test]
fn anything_that_reads_as_an_error_is_written_as_it_came() {
    reads_as_it_came_or_not::<types::ApiError>("ApiError");
}

/// One of the enums: any text is a value of it, and comes back.
fn keeps<T>(as_str: fn(&T) -> &str, text: &str) -> TestCaseResult
where
    T: FromStr<Err = Infallible> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let Ok(value) = text.parse::<T>();
    prop_assert_eq!(as_str(&value), text);
    prop_assert_eq!(value.to_string(), text);
    let json = json!(text).to_string();
    let read: T = serde_json::from_str(&json).unwrap();
    prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    prop_assert_eq!(read, value);
    Ok(())
}

#[test]
fn every_enum_keeps_any_text() {
    let enums = [
        |text: &str| keeps(types::CloudBackupRestoreJobDeliveryType::as_str, text),
        |text: &str| keeps(types::LegacyBackupCheckpointPartTypeName::as_str, text),
        |text: &str| {
            keeps(
                types::LegacyBackupRestoreJobDeliveryMethodName::as_str,
                text,
            )
        },
        |text: &str| {
            keeps(
                types::LegacyBackupRestoreJobDeliveryStatusName::as_str,
                text,
            )
        },
        |text: &str| keeps(types::LegacyBackupRestoreJobFileHashTypeName::as_str, text),
        |text: &str| keeps(types::LegacyBackupRestoreJobStatusName::as_str, text),
        |text: &str| keeps(types::ServerlessBackupSnapshotFrequencyType::as_str, text),
        |text: &str| keeps(types::ServerlessBackupSnapshotStatus::as_str, text),
        |text: &str| keeps(types::ServerlessBackupSnapshotType::as_str, text),
    ];
    for_any(text(), |text| {
        enums.iter().try_for_each(|keeps| keeps(&text))
    });
    let document = include_str!("../../openapi/atlas-backup.yaml");
    assert_eq!(
        enums.len(),
        document.matches(" enum:\n").count(),
        "an enum of the document is missing in the list above: give it a line"
    );
}
