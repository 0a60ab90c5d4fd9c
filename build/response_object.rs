//! A Response Object as the document has it.

use super::deprecation::Deprecation;
use super::node::{Node, no_advice};
use super::reference::{Reference, follow};
use super::refusals::Place;
use super::schema_object::Schema;

pub struct ResponseObject {
    pub place: Place,
    /// A number, a range such as `4XX`, or `default`.
    pub status: String,
    pub media: Vec<MediaType>,
}

/// What a response looks like in one media type.
pub struct MediaType {
    pub name: String,
    pub schema: Schema,
    /// The date of its end, which Atlas writes beside the schema.
    pub deprecation: Deprecation,
}

impl ResponseObject {
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}

/// Reads the responses of an operation, by their status.
pub fn read_responses(nodes: Vec<(String, Node)>) -> Vec<ResponseObject> {
    let mut responses = Vec::new();
    for (status, node) in nodes {
        if !is_status(&status) {
            node.refuse("must be a status such as \"200\", a range such as 4XX, or default");
        }
        responses.push(read_response((status, node)));
    }
    responses
}

pub fn read_response((status, node): (String, Node)) -> ResponseObject {
    let place = node.place.clone();
    let node = match follow(&node, "responses") {
        Reference::None => Some(node),
        Reference::To(_, target) => Some(target),
        Reference::Nowhere => None,
    };
    let media = node.map(read_content).unwrap_or_default();
    ResponseObject {
        place,
        status,
        media,
    }
}

fn is_status(key: &str) -> bool {
    let is_range = key.ends_with("XX");
    let digits = key.strip_suffix("XX").unwrap_or(key);
    let count = if is_range { 1 } else { 3 };
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    key == "default" || (are_digits && digits.len() == count)
}

/// Returns what a response contains, a media type each.
fn read_content(mut node: Node) -> Vec<MediaType> {
    for (_, header) in node.map("headers") {
        read_header(header);
    }
    let media = node.map("content").into_iter().map(read_media).collect();
    node.text("description");
    node.nothing_else(no_advice);
    media
}

pub fn read_header(node: Node) {
    let mut node = match follow(&node, "headers") {
        Reference::None => node,
        // Headers of `components` are read in their own place.
        Reference::To(..) | Reference::Nowhere => return,
    };
    node.text("description");
    node.flag("required");
    node.flag("deprecated");
    node.child("schema").map(Schema::read);
    node.documentation(&["example", "examples"]);
    node.nothing_else(no_advice);
}

fn read_media((name, mut node): (String, Node)) -> MediaType {
    let schema = node.child("schema").map(Schema::read).unwrap_or_default();
    let deprecation = Deprecation::extensions(&mut node);
    node.documentation(&["example", "examples"]);
    node.nothing_else(no_advice);
    MediaType {
        name,
        schema,
        deprecation,
    }
}
