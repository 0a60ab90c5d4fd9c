//! A documented response made of its schema: the examples of the document where it has some, else
//! values that the limits allow. It stands in for a fixture that nobody has written.

use serde_json::{Map, Value, json};

use super::derived::resolved;
use super::operations::ENUMS;

/// Makes a value of a schema, with every property. A type within itself is left out.
pub fn sample(schema: &Value) -> Value {
    sample_in(schema, &mut Vec::new()).unwrap_or_default()
}

/// `parents` are the names of the types that the value is in.
fn sample_in(schema: &Value, parents: &mut Vec<String>) -> Option<Value> {
    let Some(name) = reference(schema) else {
        return plain(schema, parents);
    };
    if let Some(found) = ENUMS.iter().find(|it| it.name == name) {
        return Some(found.values[0].into());
    }
    if parents.contains(&name) {
        return None;
    }
    parents.push(name);
    let value = plain(&resolved(schema), parents);
    parents.pop();
    value
}

/// Returns the name of the type that a schema refers to.
pub fn reference(schema: &Value) -> Option<String> {
    let reference = schema["$ref"]
        .as_str()
        .or(schema["allOf"][0]["$ref"].as_str());
    reference?.rsplit('/').next().map(str::to_owned)
}

fn plain(schema: &Value, parents: &mut Vec<String>) -> Option<Value> {
    if let Some(example) = example(schema) {
        return Some(example);
    }
    match schema["type"].as_str() {
        Some("string") => Some(text(schema).into()),
        Some("integer") => Some((number(schema) as i64).into()),
        Some("number") => Some(number(schema).into()),
        Some("boolean") => Some(true.into()),
        Some("array") => items(schema, parents),
        Some("object") => Some(object(schema, parents)),
        _ => Some(json!({ "any": "value" })),
    }
}

/// Returns the first known value, or the example if it is of the documented type.
fn example(schema: &Value) -> Option<Value> {
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().find(|value| !value.is_null()).cloned();
    }
    let example = &schema["example"];
    let fits = match schema["type"].as_str() {
        Some("string") => example.is_string() && schema.get("format").is_none(),
        Some("integer") => example.is_i64(),
        Some("number") => example.is_f64(),
        Some("boolean") => example.is_boolean(),
        _ => false,
    };
    fits.then(|| example.clone())
}

fn text(schema: &Value) -> String {
    match schema["format"].as_str() {
        Some("date-time") => return "2025-05-04T09:42:00Z".to_owned(),
        Some("date") => return "2025-05-04".to_owned(),
        Some("uuid") => return "7e3f1a52-90cd-4c0b-a3a8-5f6e2d1b9c84".to_owned(),
        _ => {}
    }
    let length = schema["minLength"].as_u64().unwrap_or(4).min(1000) as usize;
    let most = schema["maxLength"].as_u64().unwrap_or(1000) as usize;
    "text"
        .chars()
        .cycle()
        .take(length.max(4).min(most))
        .collect()
}

fn number(schema: &Value) -> f64 {
    let least = schema["minimum"].as_f64().unwrap_or(f64::MIN);
    let most = schema["maximum"].as_f64().unwrap_or(f64::MAX);
    1_f64.max(least).min(most)
}

/// Returns as many items as there must be, one at least.
fn items(schema: &Value, parents: &mut Vec<String>) -> Option<Value> {
    let item = sample_in(&schema["items"], parents)?;
    let count = schema["minItems"].as_u64().unwrap_or(1).clamp(1, 100);
    Some(vec![item; count as usize].into())
}

fn object(schema: &Value, parents: &mut Vec<String>) -> Value {
    let mut object = Map::new();
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = sample_in(part, parents) {
            object.insert(name.clone(), value);
        }
    }
    let values = &schema["additionalProperties"];
    if values.is_object() {
        let value = sample_in(values, parents);
        object.extend(value.map(|value| ("key".to_owned(), value)));
    } else if object.is_empty() {
        object.insert("any".to_owned(), "value".into());
    }
    object.into()
}
