//! Schemas: as documented they go in; out come the types among them, each under its Rust name (for JSON Schemas and
//! checks), and, relaxed, what typify makes those types of. An inline object or enum is a type too, named after its
//! schema and property. A string or an array that has a name in the document is no type: it is written out where it
//! is used, so that its pattern binds a parameter and not a response.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::{Value, json};

use super::document::{inside, resolve};

/// Types as documented, by Rust name.
pub type Types = BTreeMap<String, Value>;

/// The types among the named schemas of the document.
pub fn named(document: &Value) -> Result<Types, String> {
    let mut types = Types::new();
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let place = format!("components > schemas > {name}");
        if *name != name.to_upper_camel_case() {
            return Err(format!("{place}: write the name as Rust does, {}", name.to_upper_camel_case()));
        }
        if is_type(schema) {
            settle(document, &mut schema.clone(), name, &place, &mut types)?;
        }
    }
    Ok(types)
}

/// Writes out what `schema` refers to unless it is a type, and adds the types that stand in it to `types`.
pub fn settle(document: &Value, schema: &mut Value, name: &str, place: &str, types: &mut Types) -> Result<(), String> {
    for _ in 0..16 {
        let Some(target) = reference(schema) else { break };
        let mut found = resolve(document, target).clone();
        if is_type(&found) {
            return Ok(());
        }
        for key in ["description", "deprecated", "x-sunset", "x-successor"] {
            if let Some(value) = schema.get(key) {
                found[key] = value.clone();
            }
        }
        *schema = found;
    }
    check(schema, place)?;
    for (key, part) in parts(schema) {
        let suffix = key.strip_prefix("properties > ").unwrap_or("item").to_upper_camel_case();
        settle(document, part, &format!("{name}{suffix}"), &inside(place, &key), types)?;
    }
    if is_type(schema) && types.insert(name.to_owned(), schema.clone()).is_some() {
        return Err(format!("{place}: its Rust name {name} is taken by another schema"));
    }
    Ok(())
}

/// The schemas directly inside a schema, with their place in it.
fn parts(schema: &mut Value) -> Vec<(String, &mut Value)> {
    let mut parts = Vec::new();
    for (key, value) in schema.as_object_mut().into_iter().flatten() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                parts.extend(properties.iter_mut().map(|(name, part)| (inside("properties", name), part)));
            }
            ("items" | "additionalProperties", part @ Value::Object(_)) => parts.push((key.clone(), part)),
            _ => {}
        }
    }
    parts
}

/// The bare `$ref`, or the one in an `allOf`, which is how a property adds words of its own to it.
fn reference(schema: &Value) -> Option<&Value> {
    let wrapped = schema["allOf"].as_array().filter(|all| all.len() == 1).map_or(schema, |all| &all[0]);
    wrapped.get("$ref").map(|_| wrapped)
}

pub fn is_enum(schema: &Value) -> bool {
    schema["type"] == "string" && schema["enum"].is_array()
}

fn is_type(schema: &Value) -> bool {
    is_enum(schema) || schema["properties"].is_object()
}

/// The name of a field or a setter.
pub fn rust_name(name: &str) -> String {
    let snake = name.to_snake_case();
    if syn::parse_str::<syn::Ident>(&snake).is_ok() { snake } else { format!("{snake}_") }
}

fn check(schema: &Value, place: &str) -> Result<(), String> {
    if schema["allOf"].is_array() || reference(schema).is_some() {
        return Err(format!("{place}: allOf holds one $ref that leads to a schema with parts, and nothing else"));
    }
    let kind = schema["type"].as_str().unwrap_or("object");
    if !["string", "integer", "number", "boolean", "array", "object"].contains(&kind) {
        return Err(format!("{place} > type: there is no type {kind}"));
    }
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    for name in schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys()) {
        if !taken.insert(rust_name(name)) {
            let why = "taken, by another property or by the `extra` that keeps unlisted ones";
            return Err(format!("{place} > properties > {name}: the Rust name {} is {why}", rust_name(name)));
        }
    }
    let mut taken = BTreeSet::from(["Unknown".to_owned()]);
    for value in schema["enum"].as_array().filter(|_| is_enum(schema)).into_iter().flatten().filter(|it| !it.is_null())
    {
        let text = value.as_str().ok_or_else(|| format!("{place} > enum: {value} is no text; put it in quotes"))?;
        let name = text.to_upper_camel_case();
        if syn::parse_str::<syn::Ident>(&format!("X{name}")).is_err() || name.is_empty() || !taken.insert(name.clone())
        {
            return Err(format!("{place} > enum: {value} has no Rust name that is free: {name:?} is taken or no name"));
        }
    }
    Ok(())
}

/// Takes away whatever could lose a response: what is documented stays in the JSON Schema and the docs.
pub fn relax(schema: &mut Value) {
    if reference(schema).is_some() {
        return;
    }
    let (kind, format) = (schema["type"].clone(), schema["format"].clone());
    let is_object = schema["properties"].is_object();
    let is_unknown = !is_object && kind == "object" && !schema["additionalProperties"].is_object();
    let keep: &[&str] = match kind.as_str() {
        _ if is_enum(schema) => &["type", "description", "enum"],
        _ if is_unknown => &["description"],
        _ => &["type", "description", "properties", "items", "additionalProperties"],
    };
    let Some(map) = schema.as_object_mut() else { return };
    map.retain(|key, _| keep.contains(&key.as_str()));
    if kind == "integer" {
        map.insert("format".to_owned(), json!("int64"));
    } else if format == "date-time" || format == "date" {
        map.insert("format".to_owned(), format);
    } else if is_object {
        map.insert("additionalProperties".to_owned(), json!({ "description": "unlisted properties" }));
    }
    parts(schema).into_iter().for_each(|(_, part)| relax(part));
}
