//! A Parameter Object as the document has it.

use serde_json::Value;

use super::node::{Node, no_advice};
use super::reference::{Reference, follow};
use super::refusals::Place;
use super::schema_object::Schema;

#[derive(Clone, Copy, PartialEq)]
pub enum Location {
    Path,
    Query,
}

#[derive(Clone)]
pub struct ParameterObject {
    pub place: Place,
    pub name: String,
    pub location: Location,
    pub required: bool,
    pub description: String,
    pub example: Option<Value>,
    pub schema: Schema,
}

/// Reads a list of parameters. What is refused is left out.
pub fn read_parameters(nodes: Vec<Node>) -> Vec<ParameterObject> {
    nodes.into_iter().filter_map(read_parameter).collect()
}

pub fn read_parameter(node: Node) -> Option<ParameterObject> {
    let mut node = match follow(&node, "parameters") {
        Reference::None => node,
        Reference::To(_, target) => target,
        Reference::Nowhere => return None,
    };
    let place = node.place.clone();
    let name = node.text("name").unwrap_or_default();
    if name.is_empty() {
        node.refuse("name is missing");
    }
    let location = read_location(&mut node);
    let schema = match node.child("schema") {
        Some(schema) => Schema::read(schema),
        None => {
            node.refuse("schema is missing");
            Schema::default()
        }
    };
    let required = node.flag("required");
    let parameter = ParameterObject {
        place,
        name,
        location: location?,
        required: required || location == Some(Location::Path),
        description: node.text("description").unwrap_or_default(),
        example: node.any("example"),
        schema,
    };
    node.flag("deprecated");
    node.documentation(&["examples"]);
    node.nothing_else(no_advice);
    Some(parameter)
}

fn read_location(node: &mut Node) -> Option<Location> {
    match node.text("in").as_deref() {
        Some("path") => Some(Location::Path),
        Some("query") => Some(Location::Query),
        Some(other) => {
            let place = node.place.inside("in");
            node.other(node.value, place)
                .refuse(format!("{other:?} is none of path, query"));
            None
        }
        None => {
            node.refuse("in is missing: path or query");
            None
        }
    }
}

impl ParameterObject {
    /// Whether both stand for the same parameter of an operation.
    pub fn is_same(&self, other: &ParameterObject) -> bool {
        self.name == other.name && self.location == other.location
    }
}
