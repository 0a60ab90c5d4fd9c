//! `generate`: the Rust source of the client for the text of an OpenAPI document, or sentences that
//! name each place in the document at which something cannot be honoured.
//!
//! The text becomes a value with the line of each part (`yaml`), which is read `node` by `node` into
//! the objects of OpenAPI (`document`, `schema`). Its operations and types are put together
//! (`operation`, `types`), and progenitor gets them in a document of its own (`bare`). Its code is
//! changed to what this crate needs (`write`).

mod bare;
mod checks;
mod docs;
mod document;
mod example;
mod flatten;
mod merge;
mod names;
mod node;
mod operation;
mod outcome;
mod parameter;
mod refusals;
mod schema;
mod types;
mod write;
mod yaml;

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
    generate_with(yaml, progenitor)
}

/// Generates all. A test may replace progenitor with another generator.
pub fn generate_with(
    yaml: &str,
    generator: impl FnOnce(Value) -> Result<syn::File, String>,
) -> Result<Code, Refusals> {
    let root = yaml::read(yaml)?;
    let refusals = Refusals::new(root.lines);
    let document = document::read(&root.value, &refusals)?;
    refusals.stop_if_any()?;
    let mut types = types::Collector::new(&document, &refusals);
    let operations = operation::read(&document, &mut types);
    let types = types.finish();
    let jobs = write::jobs::write(&types, &refusals);
    refusals.stop_if_any()?;
    let written = generator(bare::document(&operations, &types))?;
    let code = write::write(&written, &types, &operations, &jobs)?;
    Ok(Code {
        client: prettyplease::unparse(&code.client),
        for_tests: prettyplease::unparse(&code.for_tests),
    })
}

/// Runs progenitor on a document.
pub fn progenitor(document: Value) -> Result<syn::File, String> {
    let file = written(document);
    file.map_err(|error| format!("progenitor cannot work with this document: {error}"))
}

fn written(document: Value) -> Result<syn::File, Box<dyn std::error::Error>> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    settings.with_derive("PartialEq").with_derive("Default");
    let mut generator = Generator::new(&settings);
    let tokens = generator.generate_tokens(&serde_json::from_value(document)?)?;
    Ok(syn::parse2(tokens)?)
}
