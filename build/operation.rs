//! The operations: what is known of each beyond what progenitor is told.

use std::collections::BTreeSet;

use super::answer::newest_success;
use super::docs;
use super::document::Document;
use super::name::{field_name, is_name, part_name, type_name};
use super::operation_object::OperationObject;
use super::parameter;
use super::parameter::Parameter;
use super::parameter_object::Location;
use super::schema::Types;
use super::schema_object::{Kind, Schema};

/// Methods of the client that are written by hand.
const METHODS: [&str; 6] = ["builder", "clone", "fmt", "from_env", "get", "revoke_token"];

/// Types that the code of calls names without a path.
const TYPES: [&str; 5] = ["Option", "Optional", "ResponseValue", "Result", "Self_"];

pub struct Operation {
    /// Name of the method.
    pub name: String,
    /// Name in the document.
    pub id: String,
    pub docs: String,
    pub path: String,
    /// The media type to ask for.
    pub accept: String,
    /// The note of `#[deprecated]`.
    pub deprecated: Option<String>,
    pub parameters: Vec<Parameter>,
    /// The status of the answer.
    pub status: String,
    /// Name of the Rust type of the answer; for an array that is `Vec`.
    pub answer: String,
    /// The schema of the answer.
    pub schema: Schema,
}

/// Reads the operations of the document; the types that they need go into `types`.
pub fn read(document: &Document, types: &mut Types) -> Vec<Operation> {
    let mut taken = BTreeSet::new();
    let mut operations = Vec::new();
    for operation in &document.operations {
        if has_free_name(operation, types, &mut taken) {
            operations.extend(read_operation(operation, types));
        }
    }
    operations
}

fn has_free_name(operation: &OperationObject, types: &Types, taken: &mut BTreeSet<String>) -> bool {
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

fn read_operation(operation: &OperationObject, types: &mut Types) -> Option<Operation> {
    let parameters = parameter::read(operation, types);
    check_path(operation, types);
    read_errors(operation, types);
    let answer = newest_success(operation, types.refusals)?;
    let name_of_answer = part_name(&type_name(&operation.id), "response");
    let schema = types.settle(&answer.media.schema, &name_of_answer);
    let docs = docs::of_method(operation, &answer);
    Some(Operation {
        name: field_name(&operation.id),
        id: operation.id.clone(),
        docs,
        path: operation.path.clone(),
        accept: answer.media.name.clone(),
        deprecated: operation.deprecation.or(&answer.media.deprecation).note(),
        parameters,
        status: answer.status.to_owned(),
        answer: type_of(&schema).to_owned(),
        schema,
    })
}

/// Returns the name of the Rust type of an answer, as progenitor writes it behind the last `::`.
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
fn read_errors(operation: &OperationObject, types: &mut Types) {
    for response in &operation.responses {
        for media in &response.media {
            let is_error = !response.is_success();
            if is_error && media.schema.reference.is_some() {
                types.settle(&media.schema, "");
            }
        }
    }
}

/// Makes sure that the path names the same parameters as the list of them.
fn check_path(operation: &OperationObject, types: &Types) {
    let mut in_list = BTreeSet::new();
    for parameter in &operation.parameters {
        if parameter.location == Location::Path {
            in_list.insert(parameter.name.as_str());
        }
    }
    let Some(in_path) = names_in(&operation.path) else {
        types
            .refusals
            .refuse(&operation.place, "a brace in the path has no partner");
        return;
    };
    for name in in_path.symmetric_difference(&in_list) {
        let why = format!("{name:?} must be in the path and a parameter");
        types.refusals.refuse(&operation.place, why);
    }
}

/// Returns what stands in braces in a path.
fn names_in(path: &str) -> Option<BTreeSet<&str>> {
    let mut names = BTreeSet::new();
    let mut rest = path;
    while let Some((_, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        names.insert(name);
        rest = behind;
    }
    if rest.contains('}') {
        return None;
    }
    Some(names)
}
