//! One schema made of several: what `allOf`, `oneOf` and `anyOf` list is put together, as the build
//! of the client does, and compared with what the curated document writes out.

use serde_json::{Map, Value};

use super::document::Document;

/// Returns the schema with what it refers to written out, and its parts and cases put together.
pub fn flatten(document: &Document, schema: &Value) -> Map<String, Value> {
    flatten_to(document, schema, 8)
}

fn flatten_to(document: &Document, schema: &Value, depth: usize) -> Map<String, Value> {
    let resolved = document.resolve(schema);
    let mut flat = resolved.as_object().cloned().unwrap_or_default();
    for key in ["allOf", "oneOf", "anyOf"] {
        let Some(Value::Array(parts)) = flat.remove(key) else {
            continue;
        };
        if depth == 0 {
            continue;
        }
        for part in &parts {
            let is_case = key != "allOf";
            merge(&mut flat, flatten_to(document, part, depth - 1), is_case);
        }
    }
    flat
}

/// Adds what `part` has to `flat`. What only some cases require is not required.
fn merge(flat: &mut Map<String, Value>, part: Map<String, Value>, is_case: bool) {
    for (key, value) in part {
        match (key.as_str(), flat.get_mut(&key), value) {
            ("required", _, _) if is_case => {}
            ("properties", Some(Value::Object(known)), Value::Object(more)) => {
                for (name, property) in more {
                    known.entry(name).or_insert(property);
                }
            }
            ("enum" | "required", Some(Value::Array(known)), Value::Array(more)) => {
                for value in more {
                    if !known.contains(&value) {
                        known.push(value);
                    }
                }
            }
            (_, Some(_), _) => {}
            (_, None, value) => {
                flat.insert(key, value);
            }
        }
    }
}
