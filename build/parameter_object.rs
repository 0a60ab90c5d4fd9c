//! A Parameter Object as the document has it.

use serde_json::Value;

use super::deprecation::Deprecation;
use super::node::{Node, no_advice};
use super::reference::{Reference, follow};
use super::refusals::Place;
use super::schema_object::Schema;

#[derive(Clone, Copy, PartialEq)]
pub enum Location {
    Path,
    Query,
    Header,
}

#[derive(Clone)]
pub struct ParameterObject {
    pub place: Place,
    pub name: String,
    pub location: Location,
    pub required: bool,
    pub description: String,
    pub deprecation: Deprecation,
    pub example: Option<Value>,
    /// Whether the items of an array are sent one by one.
    pub repeats_name: bool,
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
        deprecation: Deprecation::read(&mut node),
        example: node.any("example"),
        repeats_name: read_style(&mut node),
        schema,
    };
    node.documentation(&["examples"]);
    node.nothing_else(no_advice);
    Some(parameter)
}

fn read_location(node: &mut Node) -> Option<Location> {
    match node.text("in").as_deref() {
        Some("path") => Some(Location::Path),
        Some("query") => Some(Location::Query),
        Some("header") => Some(Location::Header),
        Some(other) => {
            node.inside("in")
                .refuse(format!("{other:?} is none of path, query, header"));
            None
        }
        None => {
            node.refuse("in is missing: path, query or header");
            None
        }
    }
}

/// Makes sure that an array is to be sent in the way in which this crate does. Returns false if its
/// items are to be put into one, which is another.
fn read_style(node: &mut Node) -> bool {
    let style = node.text("style");
    let is_usual = matches!(style.as_deref(), None | Some("form" | "simple"));
    if !is_usual {
        node.inside("style")
            .refuse("not supported, an array repeats its name (style: form)");
    }
    node.flag("explode");
    node.value["explode"] != false
}

impl ParameterObject {
    /// Returns whether both stand for the same parameter of an operation.
    pub fn is_same(&self, other: &ParameterObject) -> bool {
        self.name == other.name && self.location == other.location
    }
}
