//! The JSON Schema of each type, for the feature `schemars`: what the type reads and writes.
//!
//! That is more than Atlas documents: nothing is required, anything may be null, enums are open and
//! limits are not looked at. What Atlas documents beyond what the type insists on stays in the
//! schema as an annotation, under [`DOCUMENTED`].

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use super::super::schema_object;
use super::outcomes;

const DOCUMENTED: &str = "x-documented";

/// Keywords that the type does not insist on.
const LIMITS: [&str; 16] = [
    "discriminator",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "uniqueItems",
];

/// Writes the `impl` that hands out the schema, with the types that it refers to.
pub fn write(name: &str, documented: &Value) -> TokenStream {
    let ident = format_ident!("{name}");
    let schema = read(documented);
    let mut parts = BTreeSet::new();
    references(&schema, &mut parts);
    let parts = parts.into_iter().map(|part| format_ident!("{part}"));
    let json = schema.to_string();
    quote! {
        crate::generated::json_schema::json_schema! { #ident, #json, [#(#parts),*] }
    }
}

/// Returns the schema of what is read for a schema of the document.
fn read(documented: &Value) -> Value {
    let Some(keys) = documented.as_object() else {
        return documented.clone();
    };
    let mut schema = Map::new();
    let mut limits = Map::new();
    for (key, value) in keys {
        let key = key.as_str();
        match key {
            outcomes::KEY => {}
            "properties" => {
                schema.insert(key.to_owned(), properties(value));
            }
            "items" | "additionalProperties" if value.is_object() => {
                schema.insert(key.to_owned(), read_part(value));
            }
            // Properties that are not listed are read whatever the document says.
            "additionalProperties" if value == false => {
                limits.insert(key.to_owned(), value.clone());
            }
            _ if LIMITS.contains(&key) => {
                limits.insert(key.to_owned(), value.clone());
            }
            _ => {
                schema.insert(key.to_owned(), value.clone());
            }
        }
    }
    settle_format(&mut schema, &mut limits);
    settle_enum(&mut schema, &mut limits);
    if !limits.is_empty() {
        schema.insert(DOCUMENTED.to_owned(), limits.into());
    }
    schema.into()
}

/// Returns the schema of a property, of the items of an array or of the values of a map. Null is
/// read in each of these places.
fn read_part(documented: &Value) -> Value {
    let mut schema = read(documented);
    if let Some(keys) = schema.as_object_mut() {
        allow_null(keys);
    }
    schema
}

fn properties(documented: &Value) -> Value {
    let mut properties = Map::new();
    for (name, property) in documented.as_object().into_iter().flatten() {
        properties.insert(name.clone(), read_part(property));
    }
    properties.into()
}

/// Keeps the formats that the types have, and no other.
fn settle_format(schema: &mut Map<String, Value>, limits: &mut Map<String, Value>) {
    let documented = schema.remove("format");
    let format = match schema.get("type").and_then(Value::as_str) {
        Some("integer") => Some("int64"),
        Some("number") if is_exact(documented.as_ref()) => None,
        Some("number") => Some("double"),
        Some("string") => match documented.as_ref().and_then(Value::as_str) {
            Some("date-time") => Some("date-time"),
            Some("date") => Some("date"),
            _ => None,
        },
        _ => None,
    };
    if let Some(format) = format {
        schema.insert("format".to_owned(), format.into());
    }
    if let Some(documented) = documented
        && format.is_none_or(|format| documented != format)
    {
        limits.insert("format".to_owned(), documented);
    }
}

/// Returns whether numbers of this format are kept as they are, however large.
fn is_exact(format: Option<&Value>) -> bool {
    format.is_some_and(|format| format == schema_object::EXACT)
}

/// Opens the enum of a text: it has the documented values, or is any other text.
fn settle_enum(schema: &mut Map<String, Value>, limits: &mut Map<String, Value>) {
    let is_text = schema.get("type").is_some_and(|kind| kind == "string");
    let Some(Value::Array(mut values)) = limits.get("enum").cloned() else {
        return;
    };
    values.retain(Value::is_string);
    if is_text && !values.is_empty() {
        limits.remove("enum");
        schema.remove("type");
        schema.insert(
            "anyOf".to_owned(),
            json!([{ "enum": values }, { "type": "string" }]),
        );
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    let nothing = json!({ "type": "null" });
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind, "null"]);
    } else if let Some(Value::Array(cases)) = schema.get_mut("anyOf") {
        cases.push(nothing);
    } else if let Some(target) = schema.remove("$ref") {
        schema.insert("anyOf".to_owned(), json!([{ "$ref": target }, nothing]));
    } else if let Some(Value::Array(mut parts)) = schema.remove("allOf") {
        parts.push(nothing);
        schema.insert("anyOf".to_owned(), parts.into());
    }
}

/// Collects the names of the schemas that a schema refers to.
fn references<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            found.extend(target.and_then(|it| it.strip_prefix("#/components/schemas/")));
            map.values().for_each(|part| references(part, found));
        }
        _ => {}
    }
}
