//! `generate`: the text of the OpenAPI document goes in, the Rust source of the client comes out, or one sentence
//! that names the place in the document at which something cannot be honoured.
//!
//! document (read) -> adapt, schemas (before progenitor) -> progenitor -> refine (after it).

mod adapt;
mod document;
mod refine;
mod schemas;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};

/// Generates the client from the text of an OpenAPI document.
pub fn generate(yaml: &str) -> Result<String, String> {
    let document = document::read(yaml)?;
    let mut schemas = schemas::Schemas::new(&document)?;
    let (operations, adapted) = adapt::adapt(&mut schemas)?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_derive("PartialEq")
        .with_derive("Default");
    let generate = || -> Result<syn::File, Box<dyn std::error::Error>> {
        Ok(syn::parse2(
            Generator::new(&settings).generate_tokens(&serde_json::from_value(adapted)?)?,
        )?)
    };
    let mut file = generate()
        .map_err(|error| format!("progenitor cannot work with this document: {error}"))?;
    refine::refine(&mut file, &schemas.types, &operations);
    Ok(prettyplease::unparse(&file))
}
