//! The parameters of an operation: the setters of its call, and what each does with its argument.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use serde_json::{Value, json};

use super::argument;
use super::name::{field_name, part_name, type_name};
use super::operation_object::OperationObject;
use super::parameter_object::{Location, ParameterObject};
use super::schema::Types;
use super::schema_object::{Kind, Schema};

/// Names that the generated code has for itself.
const OWN: [&str; 6] = ["client", "gen", "new", "operation", "send", "url"];

pub struct Parameter {
    /// Name of the setter.
    pub name: String,
    pub api_name: String,
    pub in_path: bool,
    pub required: bool,
    pub docs: String,
    /// The note of `#[deprecated]`.
    #[allow(dead_code)]
    pub deprecated: Option<String>,
    /// Passes `value` on or complains about it.
    pub check: Option<TokenStream>,
    /// An argument that may be given.
    pub example: Value,
    pub schema: Schema,
}

/// Reads the parameters of an operation; the types that they need go into `types`.
pub fn read(operation: &OperationObject, types: &mut Types) -> Vec<Parameter> {
    let mut taken = BTreeSet::from(OWN.map(str::to_owned));
    let mut parameters = Vec::new();
    for documented in &operation.parameters {
        let parameter = read_parameter(operation, documented, types);
        types
            .refusals
            .unless_free(&parameter.name, &mut taken, &documented.place);
        parameters.push(parameter);
    }
    parameters
}

fn read_parameter(
    operation: &OperationObject,
    documented: &ParameterObject,
    types: &mut Types,
) -> Parameter {
    let name = field_name(&documented.name);
    let type_of_value = part_name(&type_name(&operation.id), &name);
    let schema = types.settle(&documented.schema, &type_of_value);
    let check = argument::check(documented, &name, &schema, types.refusals);
    Parameter {
        api_name: documented.name.clone(),
        in_path: documented.location == Location::Path,
        required: documented.required,
        docs: documented.description.clone(),
        deprecated: None,
        check,
        example: example(documented, &schema),
        schema,
        name,
    }
}

/// An argument for the example in the docs of the method: the one of the document, or what the setter takes.
fn example(documented: &ParameterObject, schema: &Schema) -> Value {
    if let Some(example) = documented.example.as_ref().or(schema.example.as_ref()) {
        return example.clone();
    }
    match schema.kind {
        Some(Kind::Integer) => json!(1),
        Some(Kind::Boolean) => json!(true),
        _ => json!(""),
    }
}
