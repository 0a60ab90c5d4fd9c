//! The OpenAPI document as read: its text becomes structs that have a field for everything the
//! build honours. Whatever else stands in it would be ignored silently further on, so it is refused
//! here, all of it at once.

use std::collections::BTreeMap;

use super::node::{Node, no_advice};
use super::operation_object::{OperationObject, read_path};
use super::parameter_object::read_parameter;
use super::refusals::Refusals;
use super::response_object::{read_header, read_response};
use super::schema_object::Schema;
use super::yaml;

pub struct Document {
    pub operations: Vec<OperationObject>,
    /// The schemas of `components`.
    pub schemas: BTreeMap<String, Schema>,
}

/// Reads the document.
pub fn read(text: &str, refusals: &Refusals) -> Result<Document, Refusals> {
    let root = yaml::read(text)?;
    let mut node = Node::root(&root, refusals);
    let version = node.text("openapi").unwrap_or_default();
    if !version.starts_with("3.0.") {
        let why = "openapi: must say which OpenAPI 3.0 the document follows, such as 3.0.3";
        return Err(Refusals::from(why.to_owned()));
    }
    if let Some(info) = node.child("info") {
        read_info(info);
    }
    for server in node.list("servers") {
        read_server(server);
    }
    let mut operations = Vec::new();
    for (path, item) in node.map("paths") {
        operations.extend(read_path(path, item));
    }
    let schemas = node
        .child("components")
        .map(read_components)
        .unwrap_or_default();
    node.documentation(&["security", "tags", "externalDocs"]);
    node.nothing_else(no_advice);
    Ok(Document {
        operations,
        schemas,
    })
}

fn read_info(mut node: Node) {
    for key in ["title", "description", "termsOfService", "version"] {
        node.text(key);
    }
    node.documentation(&["contact", "license"]);
    node.nothing_else(no_advice);
}

fn read_server(mut node: Node) {
    node.text("url");
    node.text("description");
    node.nothing_else(no_advice);
}

fn read_components(mut node: Node) -> BTreeMap<String, Schema> {
    let mut schemas = BTreeMap::new();
    for (name, schema) in node.map("schemas") {
        schemas.insert(name, Schema::read(schema));
    }
    for response in node.map("responses") {
        read_response(response);
    }
    for (_, parameter) in node.map("parameters") {
        read_parameter(parameter);
    }
    for (_, header) in node.map("headers") {
        read_header(header);
    }
    node.documentation(&["securitySchemes", "examples"]);
    node.nothing_else(no_advice);
    schemas
}
