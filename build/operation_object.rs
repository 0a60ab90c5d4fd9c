//! A path and its Operation Object as the document has them. There is one for each path, its `get`.

use super::deprecation::Deprecation;
use super::node::Node;
use super::parameter_object::{ParameterObject, read_parameters};
use super::refusals::Place;
use super::response_object::{ResponseObject, read_responses};

pub struct OperationObject {
    pub place: Place,
    pub path: String,
    pub id: String,
    pub summary: String,
    pub description: String,
    pub deprecation: Deprecation,
    pub parameters: Vec<ParameterObject>,
    pub responses: Vec<ResponseObject>,
}

/// Reads the operation of a path, if it has one.
pub fn read_path(path: String, mut node: Node) -> Option<OperationObject> {
    let shared = read_parameters(node.list("parameters"));
    let operation = node
        .mapping("get")
        .map(|get| read_operation(path, get, shared));
    node.text("summary");
    node.text("description");
    node.nothing_else(advice_for_path);
    operation
}

fn advice_for_path(key: &str) -> Option<&'static str> {
    match key {
        "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => {
            Some("only GET is supported, this client never writes")
        }
        _ => None,
    }
}

fn read_operation(path: String, mut node: Node, shared: Vec<ParameterObject>) -> OperationObject {
    let own = read_parameters(node.list("parameters"));
    let operation = OperationObject {
        place: node.place.clone(),
        path,
        id: node.text("operationId").unwrap_or_default(),
        summary: node.text("summary").unwrap_or_default(),
        description: node.text("description").unwrap_or_default(),
        deprecation: Deprecation::read(&mut node),
        parameters: all_parameters(own, shared),
        responses: read_responses(node.map("responses")),
    };
    node.documentation(&["tags", "externalDocs", "security"]);
    node.nothing_else(advice_for_operation);
    operation
}

fn advice_for_operation(key: &str) -> Option<&'static str> {
    match key {
        "requestBody" => Some("not supported, this client sends GET requests"),
        _ => None,
    }
}

/// Returns the parameters of an operation and those of its path, whose place one of its own may
/// take.
fn all_parameters(own: Vec<ParameterObject>, shared: Vec<ParameterObject>) -> Vec<ParameterObject> {
    let mut parameters = own;
    for parameter in shared {
        let is_replaced = parameters.iter().any(|own| own.is_same(&parameter));
        if !is_replaced {
            parameters.push(parameter);
        }
    }
    parameters
}
