//! Responses that Atlas might send one day, derived from what the document says of a type: so that
//! each operation is tried with them, and nobody has to write them down.

#![allow(
    dead_code,
    reason = "every test target has a copy and uses its own part"
)]

use serde_json::{Map, Value, json};

use super::operations::{ENUMS, Operation, Type};
use super::sampled::{reference, sample};

/// A value that no enum knows.
pub const ADDED_LATER: &str = "ADDED_LATER";

/// All cases, by name.
pub fn cases(operation: &Operation) -> Vec<(&'static str, Value)> {
    cases_of(&operation.answer.documented(), &operation.documented())
}

fn cases_of(schema: &Value, documented: &Value) -> Vec<(&'static str, Value)> {
    let schema = &resolved(schema);
    if schema["type"] == "array" {
        let cases = cases_of(&schema["items"], &documented[0]).into_iter();
        return cases.map(|(name, item)| (name, json!([item]))).collect();
    }
    let mut cases = vec![
        ("unknown values", unknown_values(schema, documented)),
        ("odd texts", odd_texts(schema, documented)),
    ];
    if schema["type"] == "object" {
        cases.extend([
            ("empty", json!({})),
            ("nulls", nulls(schema)),
            ("nested nulls", nested_nulls(schema)),
            ("unknown properties", unknown_properties(schema, documented)),
        ]);
    }
    cases
}

/// What a schema stands for: itself, or the type that it refers to.
pub fn resolved(schema: &Value) -> Value {
    match reference(schema) {
        Some(name) if ENUMS.iter().any(|it| it.name == name) => {
            json!({ "type": "string", "enum": [name] })
        }
        Some(name) => Type::named(&name).documented(),
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

/// Whether a schema allows any JSON.
fn is_any(schema: &Value) -> bool {
    schema
        .as_object()
        .is_none_or(|schema| !schema.contains_key("type") && reference(&json!(schema)).is_none())
}

/// The documented response with each property that there may be, and with a value that is not known
/// in place of each that is one of an enum.
fn unknown_values(schema: &Value, documented: &Value) -> Value {
    let mut whole = sample(schema);
    put_over(&mut whole, documented);
    let unknown = |schema: &Value, _: &Value| is_enum(schema).then(|| ADDED_LATER.into());
    changed(schema, &whole, &unknown)
}

/// Puts the documented values over those that were made up; of an array its first item.
fn put_over(value: &mut Value, documented: &Value) {
    match (value, documented) {
        (Value::Object(object), Value::Object(documented)) => {
            for (name, part) in documented {
                put_over(object.entry(name).or_insert(Value::Null), part);
            }
        }
        (Value::Array(items), Value::Array(documented)) => {
            if let (Some(item), Some(documented)) = (items.first_mut(), documented.first()) {
                put_over(item, documented);
            }
        }
        (value, documented) => *value = documented.clone(),
    }
}

/// The value in which `change` has replaced what it gives another value for.
fn changed(
    schema: &Value,
    value: &Value,
    change: &dyn Fn(&Value, &Value) -> Option<Value>,
) -> Value {
    let schema = resolved(schema);
    if let Some(other) = change(&schema, value) {
        return other;
    }
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| changed(&schema["items"], item, change))
            .collect(),
        Value::Object(map) => {
            let mut object = Map::new();
            for (name, part) in map {
                let of_part = property(&schema, name);
                object.insert(name.clone(), changed(of_part, part, change));
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}

/// The schema of a property, or of a value in a map.
fn property<'s>(schema: &'s Value, name: &str) -> &'s Value {
    match schema["properties"].get(name) {
        Some(property) => property,
        None => &schema["additionalProperties"],
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

/// The documented response, with more properties in each object that is no map.
fn unknown_properties(schema: &Value, documented: &Value) -> Value {
    let schema = &resolved(schema);
    match documented {
        Value::Array(items) => items
            .iter()
            .map(|item| unknown_properties(&schema["items"], item))
            .collect(),
        Value::Object(map) => {
            let mut object = Map::new();
            for (name, part) in map {
                let of_part = property(schema, name);
                object.insert(name.clone(), unknown_properties(of_part, part));
            }
            if !schema["additionalProperties"].is_object() {
                add_unknown(&mut object);
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}

fn add_unknown(object: &mut Map<String, Value>) {
    object.insert("addedText".to_owned(), json!("new"));
    object.insert("addedNumber".to_owned(), json!(4_841_168_896_u64));
    object.insert("addedNull".to_owned(), Value::Null);
    object.insert(
        "added object".to_owned(),
        json!({ "a": [1, { "b": null }] }),
    );
    object.insert("extra".to_owned(), json!("a property that is called so"));
}

/// The documented response, with texts that break the pattern of their property.
fn odd_texts(schema: &Value, documented: &Value) -> Value {
    let odd = |schema: &Value, value: &Value| {
        let is_date = schema["format"] == "date-time" || schema["format"] == "date";
        let is_odd = value.is_string() && schema["pattern"].is_string() && !is_date;
        is_odd.then(|| "../Größe \u{202e}\n".into())
    };
    changed(schema, documented, &odd)
}
