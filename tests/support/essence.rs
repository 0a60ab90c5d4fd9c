//! What decoding and encoding may not change: a JSON value goes in, what is to be compared of it
//! comes out.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What has to be the same before and after: without nulls, empty arrays and empty
/// objects, date-times as instants, numbers by their value.
pub fn essence(value: &Value) -> Value {
    let says_something =
        |value: &&Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
    match value {
        Value::Object(map) => {
            let kept = map.iter().map(|(name, part)| match (name.as_str(), part) {
                // Any JSON is a value there, null included.
                ("parameters", part) => (name.clone(), part.clone()),
                (_, part) => (name.clone(), essence(part)),
            });
            kept.filter(|(_, part)| says_something(&part) && *part != json!({}))
                .collect()
        }
        Value::Array(items) => {
            let items = items.iter().map(essence);
            items.filter(|item| says_something(&item)).collect()
        }
        // Not by RFC 3339, which has no years before 0: an offset may lead there.
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(instant) => json!(instant.to_rfc3339()),
            Err(_) => value.clone(),
        },
        // 1 and 1.0 are the same number.
        Value::Number(number) => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}
