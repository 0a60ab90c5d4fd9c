//! The document that progenitor is given: the operations and the types, without anything that
//! progenitor would ignore, decode wrongly or panic at. Media types, errors and limits of arguments
//! are the crate's own business, and nothing stays in a schema that could lose a response: what is
//! documented stays in the JSON Schema and the docs.

use serde_json::{Map, Value, json};

use super::docs::harmless;
use super::document::Location;
use super::names::field_name;
use super::operation::{Operation, Part};
use super::parameter::Parameter;
use super::schema::{Kind, Schema};
use super::types::{Type, Types};

pub fn document(operations: &[Operation], types: &Types) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        paths.insert(
            bare_path(operation),
            json!({ "get": bare_operation(operation) }),
        );
    }
    let mut schemas = Map::new();
    for (name, new) in types {
        schemas.insert(name.clone(), bare_type(new));
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Returns the path with the names that progenitor has for the parameters in it.
fn bare_path(operation: &Operation) -> String {
    let mut path = String::new();
    for part in &operation.path.parts {
        match part {
            Part::Text(text) => path += text,
            Part::Parameter(name) => {
                let is_it = |it: &&Parameter| it.location == Location::Path && it.api_name == *name;
                let parameter = operation.parameters.iter().find(is_it);
                path += &format!("{{{}}}", parameter.map_or(name.as_str(), bare_name));
            }
        }
    }
    path
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

/// Returns what progenitor names the field after that `written_as` says.
fn bare_name(parameter: &Parameter) -> &str {
    if field_name(&parameter.api_name) == parameter.written_as {
        return &parameter.api_name;
    }
    &parameter.written_as
}

fn bare_parameter(parameter: &Parameter) -> Value {
    let mut schema = bare_schema(&parameter.schema);
    // What is no string is written into the path as Rust shows it, which is not how JSON has a
    // date.
    if parameter.location == Location::Path && parameter.schema.kind == Some(Kind::String) {
        schema["format"] = Value::Null;
    }
    json!({
        "name": bare_name(parameter),
        "in": match parameter.location {
            Location::Path => "path",
            Location::Query | Location::Header => "query",
        },
        "required": parameter.required,
        "schema": schema,
    })
}

/// Writes a schema where it is used. What is a type is referred to by its name.
fn bare_schema(schema: &Schema) -> Value {
    let Some(name) = schema.type_name() else {
        return bare_values(schema);
    };
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    match &schema.description {
        Some(text) => json!({ "allOf": [reference], "description": harmless(text) }),
        None => reference,
    }
}

/// Writes a schema where its type is made.
fn bare_type(new: &Type) -> Value {
    let schema = &new.schema;
    let mut bare = bare_values(schema);
    if schema.is_enum() {
        bare["enum"] = names_of_values(new.variants.len());
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

/// Makes names up for the values of an enum, of which progenitor only need know how many there are.
fn names_of_values(count: usize) -> Value {
    let names: Vec<_> = (0..count).map(|index| format!("Value{index}")).collect();
    json!(names)
}

fn bare_values(schema: &Schema) -> Value {
    let mut bare = Map::new();
    if let Some(kind) = schema.kind {
        bare.insert("type".to_owned(), kind.name().into());
    }
    if let Some(text) = &schema.description {
        bare.insert("description".to_owned(), harmless(text).into());
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

/// Returns the formats that make a difference to the type of a field and lose no answer.
fn format(schema: &Schema) -> Option<&str> {
    match (schema.kind?, schema.format.as_deref()) {
        (Kind::Integer, _) => Some("int64"),
        (Kind::Number, _) if schema.is_exact() => Some("float"),
        (Kind::String, Some("date-time")) => Some("date-time"),
        (Kind::String, Some("date")) => Some("date"),
        _ => None,
    }
}
