//! Writes the client: the text of the OpenAPI document goes in, its Rust source comes out, or a
//! sentence that names the place in the document at which something cannot be honoured.
//!
//! document (read) -> adapt, schemas (before progenitor) -> progenitor -> refine (after it).

mod adapt;
mod check;
mod document;
pub mod refine;
mod schemas;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};

/// Generates the client from the text of an OpenAPI document.
pub fn generate(yaml: &str) -> Result<String, String> {
    let written = write(yaml)?;
    let code = refine::refine(&written.file, &written.types, &written.operations)?;
    Ok(prettyplease::unparse(&code))
}

/// What progenitor wrote, and what the document makes the passes over it expect.
pub struct Written {
    pub file: syn::File,
    pub types: refine::Types,
    pub operations: Vec<adapt::Operation>,
}

/// Lets progenitor write its code for the document.
pub fn write(yaml: &str) -> Result<Written, String> {
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
    let file = generate()
        .map_err(|error| format!("progenitor cannot work with this document: {error}"))?;
    let mut types = refine::Types::new();
    for (name, schema) in schemas.types {
        types.insert(name, schemas::Type::new(schema));
    }
    Ok(Written {
        file,
        types,
        operations,
    })
}
