//! The document that progenitor is given: the operations and the types, without anything that progenitor would ignore,
//! decode wrongly or panic at. Media types, errors and limits of arguments are the crate's own business, and nothing
//! stays in a schema that could lose a response: what is documented stays in the JSON Schema and the docs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::operation::{Operation, Parameter};
use super::schema::Type;
use super::schema_object::{Kind, Schema};

pub fn document(operations: &[Operation], types: &BTreeMap<String, Type>) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        paths.insert(
            operation.path.clone(),
            json!({ "get": bare_operation(operation) }),
        );
    }
    let mut schemas = Map::new();
    for (name, new) in types {
        schemas.insert(name.clone(), bare_type(&new.schema));
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn bare_operation(operation: &Operation) -> Value {
    let parameters: Vec<_> = operation.parameters.iter().map(bare_parameter).collect();
    let content = json!({ "application/json": { "schema": bare_schema(&operation.schema) } });
    json!({
        "operationId": operation.id,
        "parameters": parameters,
        "responses": { &operation.status: { "description": "", "content": content } },
    })
}

fn bare_parameter(parameter: &Parameter) -> Value {
    let mut schema = bare_schema(&parameter.schema);
    // What is no string is written into the path as Rust shows it, which is not how JSON has a date.
    if parameter.in_path && parameter.schema.kind == Some(Kind::String) {
        schema["format"] = Value::Null;
    }
    json!({
        "name": parameter.api_name,
        "in": if parameter.in_path { "path" } else { "query" },
        "required": parameter.required,
        "schema": schema,
    })
}

/// A schema where it is used. What is a type is referred to by its name.
fn bare_schema(schema: &Schema) -> Value {
    let Some(name) = schema.reference.as_ref().or(schema.rust_name.as_ref()) else {
        return bare_values(schema);
    };
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    match &schema.description {
        Some(description) => json!({ "allOf": [reference], "description": description }),
        None => reference,
    }
}

/// A schema where its type is made.
fn bare_type(schema: &Schema) -> Value {
    let mut bare = bare_values(schema);
    if schema.is_enum() {
        // Null is read whether it stands among the values or not.
        let values: Vec<_> = schema
            .values
            .iter()
            .filter(|value| !value.is_null())
            .collect();
        bare["enum"] = json!(values);
        return bare;
    }
    let mut properties = Map::new();
    for (name, property) in &schema.properties {
        properties.insert(name.clone(), bare_schema(property));
    }
    bare["properties"] = properties.into();
    bare["additionalProperties"] = json!({ "description": "unlisted" });
    bare
}

fn bare_values(schema: &Schema) -> Value {
    let mut bare = Map::new();
    if let Some(kind) = schema.kind {
        bare.insert("type".to_owned(), kind.name().into());
    }
    if let Some(description) = &schema.description {
        bare.insert("description".to_owned(), description.as_str().into());
    }
    if let Some(items) = &schema.items {
        bare.insert("items".to_owned(), bare_schema(items));
    }
    if let Some(entries) = &schema.entries {
        bare.insert("additionalProperties".to_owned(), bare_schema(entries));
    }
    if let Some(format) = format(schema) {
        bare.insert("format".to_owned(), format.into());
    }
    bare.into()
}

/// The formats that make a difference to the type of a field and lose no answer.
fn format(schema: &Schema) -> Option<&str> {
    match (schema.kind?, schema.format.as_deref()) {
        (Kind::Integer, _) => Some("int64"),
        (Kind::String, Some("date-time")) => Some("date-time"),
        (Kind::String, Some("date")) => Some("date"),
        _ => None,
    }
}
