//! `generate`: the Rust source of the client for the text of an OpenAPI document, or sentences that
//! name each place in the document at which something cannot be honoured.
//!
//! The document is read as it is (`document`, out of `node`s of its `yaml`): what OpenAPI calls an
//! Operation Object is an `operation_object` here, and so on. Its operations and types are put
//! together (`operation`, `schema`), and what they come to is told progenitor in a document of its
//! own (`bare`). Its code is changed to what this crate needs (`refine`).

mod answer;
mod argument;
mod bare;
mod deprecation;
mod docs;
mod document;
mod example;
mod flatten;
mod limits;
mod lines;
mod merge;
mod name;
mod node;
mod operation;
mod operation_object;
mod parameter;
mod parameter_object;
mod pattern;
mod reference;
pub mod refine;
mod refusals;
mod response_object;
mod rustdoc;
mod sample;
mod schema;
mod schema_object;
mod slip;
mod variant;
mod yaml;
mod yaml_problem;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

pub use refusals::Refusals;

/// The Rust source that is written.
pub struct Code {
    pub client: String,
    /// A table for the tests of this repository.
    pub for_tests: String,
}

/// Generates the client from the text of an OpenAPI document.
#[allow(dead_code)] // The build script generates all.
pub fn generate(yaml: &str) -> Result<String, Refusals> {
    Ok(generate_all(yaml)?.client)
}

/// Generates the client, and what its tests need to know.
pub fn generate_all(yaml: &str) -> Result<Code, Refusals> {
    let written = write(yaml)?;
    let refined = refine::refine(&written.file, &written.types, &written.operations)?;
    Ok(Code {
        client: prettyplease::unparse(&refined.client),
        for_tests: prettyplease::unparse(&refined.for_tests),
    })
}

/// What progenitor wrote, and what the document makes the passes over it expect.
pub struct Written {
    pub file: syn::File,
    pub types: refine::expected::Types,
    pub operations: Vec<operation::Operation>,
}

/// Lets progenitor write its code for the document.
pub fn write(yaml: &str) -> Result<Written, Refusals> {
    let refusals = Refusals::default();
    let document = document::read(yaml, &refusals)?;
    refusals.stop_if_any()?;
    let mut types = schema::Types::new(&document, &refusals);
    let operations = operation::read(&document, &mut types);
    let types = types.finish();
    refusals.stop_if_any()?;
    let file = progenitor(bare::document(&operations, &types))
        .map_err(|error| format!("progenitor cannot work with this document: {error}"))?;
    Ok(Written {
        file,
        types,
        operations,
    })
}

fn progenitor(document: Value) -> Result<syn::File, Box<dyn std::error::Error>> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    settings.with_derive("PartialEq").with_derive("Default");
    let mut generator = Generator::new(&settings);
    let tokens = generator.generate_tokens(&serde_json::from_value(document)?)?;
    Ok(syn::parse2(tokens)?)
}
