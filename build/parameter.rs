//! The parameters of an operation: the setters of its call, and what each does with its argument.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;

use super::checks::{self, Pattern};
use super::document::{Location, OperationObject, ParameterObject};
use super::example;
use super::names::{self, field_name, part_name, type_name};
use super::schema::{Kind, Schema};
use super::types::Collector;

/// Names of the builder's own code, which a setter cannot have.
const OWN: [&str; 12] = [
    "clone",
    "client",
    "header",
    "into_call",
    "new",
    "options",
    "refuse_argument",
    "retry",
    "send",
    "total_time",
    "until",
    "until_done",
];

include!("../src/client_headers.rs");

pub struct Parameter {
    /// Name of the setter.
    pub name: String,
    pub api_name: String,
    pub required: bool,
    pub docs: String,
    /// The note of `#[deprecated]`.
    pub deprecated: Option<String>,
    /// Returns `value` or an error.
    pub check: Option<TokenStream>,
    /// A valid argument, written as Rust.
    pub example: String,
    pub location: Location,
    pub schema: Schema,
}

impl Parameter {
    /// Returns whether every valid argument needs no percent-encoding.
    pub fn is_plain(&self) -> bool {
        match &self.schema.pattern {
            Some(pattern) => Pattern::read(pattern) != Pattern::Other,
            None => false,
        }
    }
}

/// Reads the parameters of an operation; the types that they need go into `types`.
pub fn read(operation: &OperationObject, types: &mut Collector) -> Vec<Parameter> {
    let mut taken = BTreeSet::new();
    let mut parameters = Vec::new();
    for documented in &operation.parameters {
        let parameter = read_parameter(operation, documented, types);
        names::take(
            &parameter.name,
            &mut taken,
            &documented.place,
            types.refusals,
        );
        parameters.push(parameter);
    }
    parameters
}

fn read_parameter(
    operation: &OperationObject,
    documented: &ParameterObject,
    types: &mut Collector,
) -> Parameter {
    let name = field_name(&documented.name);
    let type_of_value = part_name(&type_name(&operation.id), &name);
    // Its limits and its example, which checks and docs look at.
    let whole = types.whole(&documented.schema);
    // Its type, which the setter takes.
    let schema = types.settle(&documented.schema, &type_of_value);
    let schema = with_plain_numbers(schema);
    check_kind(documented, &whole, types);
    let name = free_name(name);
    let docs = match documented.description.as_str() {
        "" => schema.description.clone().unwrap_or_default(),
        description => description.to_owned(),
    };
    let check = checks::check(documented, &name, &whole, types.refusals);
    Parameter {
        name,
        api_name: documented.name.clone(),
        required: documented.required,
        docs,
        deprecated: documented.deprecation.note(),
        check,
        example: example::of(documented, &whole, type_of_items(&schema)),
        location: documented.location,
        schema,
    }
}

/// Returns the name of the setter.
fn free_name(name: String) -> String {
    if OWN.contains(&name.as_str()) {
        return format!("{name}_");
    }
    name
}

/// Makes exact numbers `f64`, which is easier to pass.
fn with_plain_numbers(mut schema: Schema) -> Schema {
    if schema.is_exact() {
        schema.format = None;
    }
    if let Some(items) = schema.items.take() {
        schema.items = Some(Box::new(with_plain_numbers(*items)));
    }
    schema
}

/// Makes sure that arguments can be written into a request.
fn check_kind(documented: &ParameterObject, schema: &Schema, types: &Collector) {
    let is_header = documented.location == Location::Header;
    let why = match schema.kind {
        _ if is_header && !can_be_set(&documented.name) => {
            "no header that an argument can set: its name is this client's own, or no name"
        }
        Some(Kind::Object) => {
            "an object cannot be sent; make it text, a number, a flag or an array"
        }
        Some(Kind::Array) if documented.location != Location::Query => {
            "an array can only be sent in the query"
        }
        Some(Kind::Array) if !documented.repeats_name => {
            "not supported, an array repeats its name (explode: true)"
        }
        _ => return,
    };
    types.refusals.refuse(&documented.place, why);
}

fn can_be_set(header: &str) -> bool {
    let is_own = CLIENT_HEADERS.contains(&header.to_ascii_lowercase().as_str());
    let is_name = header
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-_".contains(char));
    is_name && !is_own
}

fn type_of_items(schema: &Schema) -> Option<&str> {
    schema.items.as_ref()?.type_name()
}
