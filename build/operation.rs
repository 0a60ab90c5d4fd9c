//! The operations, with everything that the generated code needs to know.

use std::collections::BTreeSet;

use super::document::{Document, Location, MediaType, OperationObject, ResponseObject};
use super::names::{field_name, is_name, part_name, type_name};
use super::parameter::{self, Parameter};
use super::refusals::Refusals;
use super::schema::{Kind, Schema};
use super::types::Collector;

/// Methods of the client that are written by hand.
const METHODS: [&str; 7] = [
    "access_token",
    "builder",
    "clone",
    "fmt",
    "from_env",
    "get",
    "revoke_token",
];

/// Names that would be confusing for a builder.
const TYPES: [&str; 3] = ["Option", "Result", "Self_"];

pub struct Operation {
    /// Name of the method.
    pub name: String,
    /// Name of the builder.
    pub builder: String,
    pub summary: String,
    pub description: String,
    /// The address of its page in MongoDB's reference.
    pub page: Option<String>,
    /// Other names that users search for.
    pub also_called: Vec<String>,
    /// The template of its path.
    pub path: String,
    pub parts: Vec<Part>,
    /// The media type to ask for.
    pub accept: String,
    /// Whether older versions are documented too.
    pub has_older: bool,
    /// The note of `#[deprecated]`.
    pub deprecated: Option<String>,
    pub parameters: Vec<Parameter>,
    /// The status of the success.
    pub status: String,
    /// Name of the Rust type of the response; for an array that is `Vec`.
    pub response: String,
    /// The schema of the response.
    pub schema: Schema,
}

/// A part of a path template, such as `/things/{thingId}`.
pub enum Part {
    Text(String),
    /// The name of a parameter.
    Parameter(String),
}

/// Splits a path template, unless a brace has no counterpart.
fn split(template: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}')?;
        if text.contains('}') || name.contains('{') {
            return None;
        }
        parts.push(Part::Text(text.to_owned()));
        parts.push(Part::Parameter(name.to_owned()));
        rest = behind;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Some(parts)
}

/// Reads the operations of the document; the types that they need go into `types`.
pub fn read(document: &Document, types: &mut Collector) -> Vec<Operation> {
    let mut taken = BTreeSet::new();
    let mut operations = Vec::new();
    for operation in &document.operations {
        if has_free_name(operation, types, &mut taken) {
            operations.extend(read_operation(operation, types));
        }
    }
    operations
}

fn has_free_name(
    operation: &OperationObject,
    types: &Collector,
    taken: &mut BTreeSet<String>,
) -> bool {
    let id = &operation.id;
    let method = field_name(id);
    let builder = type_name(id);
    let problem = if !is_name(&method) || builder.is_empty() {
        format!("operationId is missing or no name for a method: {id:?}")
    } else if METHODS.contains(&method.as_str()) {
        format!("operationId: the client has a method {method} of its own, use another id")
    } else if TYPES.contains(&builder.as_str()) {
        format!("operationId: Rust or this crate has a type {builder} already, use another id")
    } else if !taken.insert(builder) {
        format!("operationId: {id} is that of another operation too")
    } else {
        return true;
    };
    types.refusals.refuse(&operation.place, problem);
    false
}

fn read_operation(operation: &OperationObject, types: &mut Collector) -> Option<Operation> {
    let parameters = parameter::read(operation, types);
    let parts = read_path(operation, types);
    read_errors(operation, types);
    let success = success(operation, types.refusals)?;
    let (media, has_older) = newest(success, types.refusals)?;
    let name_of_response = part_name(&type_name(&operation.id), "response");
    let schema = types.settle(&media.schema, &name_of_response);
    Some(Operation {
        name: field_name(&operation.id),
        builder: type_name(&operation.id),
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        page: operation.page.clone(),
        also_called: operation.also_called.clone(),
        path: operation.path.clone(),
        parts: parts?,
        accept: media.name.clone(),
        has_older,
        deprecated: operation.deprecation.or(&media.deprecation).note(),
        parameters,
        status: success.status.clone(),
        response: type_of(&schema).to_owned(),
        schema,
    })
}

/// Returns the name of the Rust type of a response, as progenitor writes it behind the last `::`.
fn type_of(schema: &Schema) -> &str {
    if let Some(name) = schema.type_name() {
        return name;
    }
    match schema.kind {
        Some(Kind::String) => "String",
        Some(Kind::Boolean) => "bool",
        Some(Kind::Integer) => "i64",
        Some(Kind::Number) if schema.is_exact() => "Number",
        Some(Kind::Number) => "f64",
        Some(Kind::Array) => "Vec",
        Some(Kind::Object) if schema.entries.is_some() => "HashMap",
        Some(Kind::Object) => "Map",
        None => "Value",
    }
}

/// Reads the errors, which are types too if they have a name.
fn read_errors(operation: &OperationObject, types: &mut Collector) {
    for response in &operation.responses {
        for media in &response.media {
            let is_error = !response.is_success();
            let is_type = media.schema.reference.is_some() && media.version().is_some();
            if is_error && is_type {
                types.settle(&media.schema, "");
            }
        }
    }
}

/// Reads the path, which must name the same parameters as the list of them.
fn read_path(operation: &OperationObject, types: &Collector) -> Option<Vec<Part>> {
    let place = &operation.place;
    let Some(parts) = split(&operation.path) else {
        let why = "a brace in the path has no partner";
        types.refusals.refuse(place, why);
        return None;
    };
    let mut in_path = BTreeSet::new();
    for part in &parts {
        if let Part::Parameter(name) = part {
            in_path.insert(name);
        }
    }
    let mut in_list = BTreeSet::new();
    for parameter in &operation.parameters {
        if parameter.location == Location::Path {
            in_list.insert(&parameter.name);
        }
    }
    for name in in_path.symmetric_difference(&in_list) {
        let why = format!("{name:?} must be in the path and a parameter");
        types.refusals.refuse(place, why);
    }
    Some(parts)
}

/// Returns the only success that is documented.
fn success<'a>(operation: &'a OperationObject, refusals: &Refusals) -> Option<&'a ResponseObject> {
    let mut successes = Vec::new();
    for response in &operation.responses {
        if response.is_success() && !response.media.is_empty() {
            successes.push(response);
        }
    }
    let [success] = successes[..] else {
        let place = operation.place.inside("responses");
        let why = "there must be one success status with content, and no other";
        refusals.refuse(&place, why);
        return None;
    };
    Some(success)
}

/// Returns the newest version of a response in JSON, and whether there are older ones.
fn newest<'a>(response: &'a ResponseObject, refusals: &Refusals) -> Option<(&'a MediaType, bool)> {
    let versions = response.versions();
    let Some(newest) = versions.last() else {
        let place = response.place.inside("content");
        refusals.refuse(&place, "has no JSON, which is all that this client reads");
        return None;
    };
    Some((newest, versions.len() > 1))
}
