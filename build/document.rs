//! The OpenAPI document as read: structs with a field for everything the build supports. All other
//! keys are refused here, at once, because the build would ignore them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::node::{Node, Reference, no_advice};
use super::refusals::{Place, Refusals};
use super::schema::{Deprecation, Schema};

pub struct Document {
    pub operations: Vec<OperationObject>,
    /// The schemas of `components`.
    pub schemas: BTreeMap<String, Schema>,
}

/// Reads the document.
pub fn read(root: &Value, refusals: &Refusals) -> Result<Document, Refusals> {
    let mut node = Node::root(root, refusals);
    let version = node.text("openapi").unwrap_or_default();
    node.is_3_1 = version.starts_with("3.1.");
    if !node.is_3_1 && !version.starts_with("3.0.") {
        let why = "must be a version of OpenAPI 3.0 or 3.1, such as 3.0.3";
        node.inside("openapi").refuse(why);
        refusals.stop_if_any()?;
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
    node.documentation(&["variables"]);
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
    node.documentation(&[
        "securitySchemes",
        "examples",
        "links",
        "callbacks",
        "requestBodies",
    ]);
    node.nothing_else(no_advice);
    schemas
}

pub struct OperationObject {
    pub place: Place,
    pub path: String,
    pub id: String,
    pub summary: String,
    pub description: String,
    /// The address of its page (`externalDocs`).
    pub page: Option<String>,
    /// Other names that users search for (`x-also-called`).
    pub also_called: Vec<String>,
    pub deprecation: Deprecation,
    pub parameters: Vec<ParameterObject>,
    pub responses: Vec<ResponseObject>,
}

/// Reads the operation of a path, if it has one.
fn read_path(path: String, mut node: Node) -> Option<OperationObject> {
    let shared = read_parameters(node.list("parameters"));
    let operation = node
        .present("get")
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
        page: node.child("externalDocs").and_then(read_page),
        also_called: node.texts("x-also-called"),
        deprecation: Deprecation::read(&mut node),
        parameters: all_parameters(own, shared),
        responses: read_responses(node.map("responses")),
    };
    node.documentation(&["tags", "security", "callbacks"]);
    node.nothing_else(|key| {
        let why = "not supported, this client sends GET requests";
        (key == "requestBody").then_some(why)
    });
    operation
}

fn read_page(mut node: Node) -> Option<String> {
    node.text("description");
    let page = node.text("url");
    node.nothing_else(no_advice);
    page
}

/// Returns the parameters of an operation and of its path. Those of the operation override.
fn all_parameters(own: Vec<ParameterObject>, shared: Vec<ParameterObject>) -> Vec<ParameterObject> {
    let mut parameters = own;
    for parameter in shared {
        let (name, location) = (&parameter.name, parameter.location);
        let mut known = parameters.iter();
        if !known.any(|own| own.name == *name && own.location == location) {
            parameters.push(parameter);
        }
    }
    parameters
}

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
fn read_parameters(nodes: Vec<Node>) -> Vec<ParameterObject> {
    nodes.into_iter().filter_map(read_parameter).collect()
}

fn read_parameter(node: Node) -> Option<ParameterObject> {
    let beside = node.beside_reference();
    let mut node = node.target("parameters")?;
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
        description: beside.or(node.text("description")).unwrap_or_default(),
        deprecation: Deprecation::read(&mut node),
        example: node.any("example"),
        repeats_name: read_style(&mut node),
        schema,
    };
    node.documentation(&["examples", "allowReserved", "allowEmptyValue"]);
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

/// Refuses styles other than those in which this crate sends an array. Returns false if the items
/// are to be joined.
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

    /// Returns what it looks like in each version that is JSON, the newest last.
    pub fn versions(&self) -> Vec<&MediaType> {
        let mut versions = Vec::new();
        versions.extend(self.media.iter().filter(|media| media.version().is_some()));
        // Media types are keys, so no two versions are equal.
        versions.sort_by_key(|media| media.version());
        versions
    }
}

impl MediaType {
    /// Returns the version in `application/vnd.atlas.DATE+json`, where `preview` or `DATE.upcoming`
    /// may stand in place of the date. Other media types have none.
    pub fn version(&self) -> Option<Version> {
        if self.name == "application/json" {
            return Some(Version::Undated);
        }
        let version = self
            .name
            .strip_prefix("application/vnd.atlas.")?
            .strip_suffix("+json")?;
        if version == "preview" {
            return Some(Version::Preview);
        }
        if let Some(date) = version.strip_suffix(".upcoming") {
            return is_date(date).then(|| Version::Upcoming(date.to_owned()));
        }
        is_date(version).then(|| Version::Dated(version.to_owned()))
    }
}

/// Versions of the API, oldest first.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
pub enum Version {
    Undated,
    /// May change any day, so every other version is preferred.
    Preview,
    Upcoming(String),
    /// Dates sort as text.
    Dated(String),
}

fn is_date(text: &str) -> bool {
    let digits_as_zeros = text.replace(|letter: char| letter.is_ascii_digit(), "0");
    digits_as_zeros == "0000-00-00"
}

/// Reads the responses of an operation, by their status.
fn read_responses(nodes: Vec<(String, Node)>) -> Vec<ResponseObject> {
    let mut responses = Vec::new();
    for (status, node) in nodes {
        if !is_status(&status) {
            node.refuse("must be a status such as \"200\", a range such as 4XX, or default");
        }
        responses.push(read_response((status, node)));
    }
    responses
}

fn read_response((status, node): (String, Node)) -> ResponseObject {
    let place = node.place.clone();
    let node = node.target("responses");
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
    node.documentation(&["links"]);
    node.text("description");
    node.nothing_else(no_advice);
    media
}

fn read_header(mut node: Node) {
    let Reference::None = node.follow("headers") else {
        // Headers of `components` are read in their own place.
        return;
    };
    node.text("description");
    node.flag("required");
    node.flag("deprecated");
    node.child("schema").map(Schema::read);
    node.documentation(&["example", "examples", "style", "explode"]);
    node.documentation(&["allowReserved", "allowEmptyValue"]);
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
