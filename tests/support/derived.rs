//! Answers that Atlas might send one day, derived from what the document says of a type: so that
//! each operation is tried with them, and nobody has to write them down.

#![allow(
    dead_code,
    reason = "every test target has a copy and uses its own part"
)]

use serde_json::{Map, Value, json};

use super::operations::{ENUMS, Operation, Type};

/// A value that no enum knows.
pub const ADDED_LATER: &str = "ADDED_LATER";

/// How deep a type may stand in itself.
const DEPTH: usize = 4;

/// All cases, by name.
pub fn cases(operation: &Operation) -> Vec<(&'static str, Value)> {
    cases_of(&operation.answer.documented(), &operation.documented())
}

fn cases_of(schema: &Value, documented: &Value) -> Vec<(&'static str, Value)> {
    if schema["type"] == "array" {
        let cases = cases_of(&resolved(&schema["items"]), &documented[0]).into_iter();
        return cases.map(|(name, item)| (name, json!([item]))).collect();
    }
    vec![
        ("empty", json!({})),
        ("nulls", nulls(schema)),
        ("nested nulls", nested_nulls(schema)),
        ("unknown values", unknown_values(schema, documented, DEPTH)),
        ("unknown properties", unknown_properties(documented)),
        ("odd texts", odd_texts(schema, documented)),
    ]
}

/// What a schema stands for: itself, or the type that it refers to. Nothing for an enum.
pub fn resolved(schema: &Value) -> Value {
    let reference = schema["$ref"]
        .as_str()
        .or(schema["allOf"][0]["$ref"].as_str());
    match reference.and_then(|reference| reference.rsplit('/').next()) {
        Some(name) if ENUMS.iter().any(|it| it.name == name) => json!({ "enum": [name] }),
        Some(name) => Type::named(name).documented(),
        None => schema.clone(),
    }
}

/// Whether a schema, resolved, is one of an enum that becomes a type.
fn is_enum(schema: &Value) -> bool {
    let values = schema["enum"].as_array();
    let has_text = values.is_some_and(|values| values.iter().any(Value::is_string));
    has_text && (schema["type"] == "string" || schema.get("type").is_none())
}

fn properties(schema: &Value) -> Map<String, Value> {
    schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default()
}

fn nulls(schema: &Value) -> Value {
    properties(schema)
        .keys()
        .map(|name| (name.clone(), Value::Null))
        .collect()
}

/// Null for each property of a part, and among the items of each array.
fn nested_nulls(schema: &Value) -> Value {
    let mut object = Map::new();
    for (name, part) in properties(schema) {
        let part = resolved(&part);
        let value = match part["type"].as_str() {
            Some("array") if resolved(&part["items"])["properties"].is_object() => {
                json!([null, nulls(&resolved(&part["items"])), null])
            }
            Some("array") if is_any(&part["items"]) => Value::Null,
            Some("array") => json!([null, null]),
            _ if part["properties"].is_object() => nulls(&part),
            _ => Value::Null,
        };
        object.insert(name, value);
    }
    Value::Object(object)
}

fn is_any(schema: &Value) -> bool {
    schema
        .as_object()
        .is_none_or(|schema| !schema.contains_key("type"))
}

/// The documented answer, with a value that is not known in place of each that is one of an enum.
fn unknown_values(schema: &Value, documented: &Value, depth: usize) -> Value {
    let schema = resolved(schema);
    if is_enum(&schema) {
        return ADDED_LATER.into();
    }
    if depth == 0 {
        return documented.clone();
    }
    if schema["type"] == "array" {
        let first = unknown_values(&schema["items"], &documented[0], depth - 1);
        return if first.is_null() {
            documented.clone()
        } else {
            json!([first])
        };
    }
    let mut object = documented.as_object().cloned().unwrap_or_default();
    for (name, part) in properties(&schema) {
        let value = unknown_values(&part, &documented[&name], depth - 1);
        if !value.is_null() {
            object.insert(name, value);
        }
    }
    if object.is_empty() {
        documented.clone()
    } else {
        Value::Object(object)
    }
}

/// How many values are unknown in what [`cases`] has under that name.
pub fn count_unknown(value: &Value) -> usize {
    match value {
        Value::String(text) => usize::from(text == ADDED_LATER),
        Value::Array(items) => items.iter().map(count_unknown).sum(),
        Value::Object(map) => map.values().map(count_unknown).sum(),
        _ => 0,
    }
}

/// The documented answer, with more properties in each object.
fn unknown_properties(documented: &Value) -> Value {
    match documented {
        Value::Array(items) => items.iter().map(unknown_properties).collect(),
        Value::Object(map) => {
            let mut object = Map::new();
            for (name, part) in map {
                object.insert(name.clone(), unknown_properties(part));
            }
            object.insert("addedText".to_owned(), json!("new"));
            object.insert("addedNumber".to_owned(), json!(4_841_168_896_u64));
            object.insert("addedNull".to_owned(), Value::Null);
            object.insert(
                "added object".to_owned(),
                json!({ "a": [1, { "b": null }] }),
            );
            object.insert("extra".to_owned(), json!("a property that is called so"));
            Value::Object(object)
        }
        other => other.clone(),
    }
}

/// The documented answer, with texts that break the pattern of their property.
fn odd_texts(schema: &Value, documented: &Value) -> Value {
    let schema = resolved(schema);
    match documented {
        Value::String(_) if schema["format"] == "date-time" || schema["format"] == "date" => {
            documented.clone()
        }
        Value::String(_) if schema["pattern"].is_string() => json!("../Größe \u{202e}\n"),
        Value::Array(items) => items
            .iter()
            .map(|item| odd_texts(&schema["items"], item))
            .collect(),
        Value::Object(map) => {
            let mut object = Map::new();
            for (name, part) in map {
                object.insert(name.clone(), odd_texts(&schema["properties"][name], part));
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}
