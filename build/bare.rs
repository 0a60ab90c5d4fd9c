//! The document for progenitor: the operations and the types, without anything that progenitor would
//! ignore, decode wrongly or panic at. This crate handles media types, errors and limits itself, and
//! drops constraints under which a response could fail to decode.
//!
//! Names are numbers here, because progenitor changes some names and refuses others.

use serde_json::{Map, Value, json};

use super::docs::harmless;
use super::document::Location;
use super::operation::Operation;
use super::parameter::Parameter;
use super::schema::{Kind, Schema};
use super::types::{Type, Types};

/// The name that progenitor is given for the type, operation, parameter or property of this number.
/// Progenitor keeps it, but for the case of its first letter.
pub fn name(index: usize) -> String {
    format!("n{index:06}")
}

/// Returns the number behind such a name.
pub fn index(name: &str) -> Option<usize> {
    name.strip_prefix(['n', 'N'])?.parse().ok()
}

pub fn document(operations: &[Operation], types: &Types) -> Value {
    let bare = Bare { types };
    let mut paths = Map::new();
    for (index, operation) in operations.iter().enumerate() {
        let path = format!("/{}", name(index));
        paths.insert(path, json!({ "get": bare.operation(index, operation) }));
    }
    let mut schemas = Map::new();
    for (index, documented) in types.values().enumerate() {
        schemas.insert(name(index), bare.type_(documented));
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

struct Bare<'a> {
    types: &'a Types,
}

impl Bare<'_> {
    fn operation(&self, index: usize, operation: &Operation) -> Value {
        let mut parameters = Vec::new();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            parameters.push(self.parameter(index, parameter));
        }
        let schema = self.schema(&operation.schema);
        let content = json!({ "application/json": { "schema": schema } });
        json!({
            "operationId": name(index),
            "parameters": parameters,
            "responses": { &operation.status: { "description": "", "content": content } },
        })
    }

    /// Writes a parameter, as one of the query: its location does not affect its type.
    fn parameter(&self, index: usize, parameter: &Parameter) -> Value {
        let mut schema = self.schema(&parameter.schema);
        // A date in a path is text: `Display` of chrono's types differs from their JSON.
        let is_in_path = parameter.location == Location::Path;
        if is_in_path && parameter.schema.kind == Some(Kind::String) {
            schema["format"] = Value::Null;
        }
        json!({
            "name": name(index),
            "in": "query",
            "required": parameter.required,
            "schema": schema,
        })
    }

    /// Writes a schema where it is used. A type is referred to by its name.
    fn schema(&self, schema: &Schema) -> Value {
        let Some(type_name) = schema.type_name() else {
            return self.values(schema);
        };
        let index = self.types.keys().position(|known| known == type_name);
        let target = name(index.unwrap_or_default());
        let reference = json!({ "$ref": format!("#/components/schemas/{target}") });
        match &schema.description {
            Some(text) => json!({ "allOf": [reference], "description": harmless(text) }),
            None => reference,
        }
    }

    /// Writes a schema where its type is made.
    fn type_(&self, documented: &Type) -> Value {
        let schema = &documented.schema;
        let mut bare = self.values(schema);
        if schema.is_enum() {
            let values: Vec<_> = (0..documented.variants.len()).map(name).collect();
            bare["enum"] = json!(values);
            return bare;
        }
        let mut properties = Map::new();
        for (index, property) in schema.properties.values().enumerate() {
            properties.insert(name(index), self.schema(property));
        }
        bare["properties"] = properties.into();
        bare["additionalProperties"] = json!({ "description": "unlisted" });
        bare
    }

    fn values(&self, schema: &Schema) -> Value {
        let mut bare = Map::new();
        if let Some(kind) = schema.kind {
            bare.insert("type".to_owned(), kind.name().into());
        }
        if let Some(text) = &schema.description {
            bare.insert("description".to_owned(), harmless(text).into());
        }
        let (key, part) = match schema.kind {
            Some(Kind::Array) => ("items", &schema.items),
            _ => ("additionalProperties", &schema.entries),
        };
        if let (Some(_), Some(part)) = (schema.kind, part) {
            bare.insert(key.to_owned(), self.schema(part));
        }
        if let Some(format) = format(schema) {
            bare.insert("format".to_owned(), format.into());
        }
        bare.into()
    }
}

/// Returns the formats that select the type of a field without making a response undecodable.
fn format(schema: &Schema) -> Option<&str> {
    match (schema.kind?, schema.format.as_deref()) {
        (Kind::Integer, _) => Some("int64"),
        // Progenitor makes `f32` of it, which `write::progenitor::settle` replaces.
        (Kind::Number, _) if schema.is_exact() => Some("float"),
        (Kind::String, Some("date-time")) => Some("date-time"),
        (Kind::String, Some("date")) => Some("date"),
        _ => None,
    }
}
