//! `generate`: the text of the OpenAPI document goes in, the Rust source of the client comes out, or one sentence
//! that names the place in the document at which something cannot be honoured.
//!
//! document (read) -> adapt, schemas (before progenitor) -> progenitor -> refine (after it).

mod adapt;
mod document;
mod refine;
mod schemas;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use quote::quote;

/// What the build script writes.
pub struct Generated {
    /// Rust source, formatted.
    pub code: String,
}

/// Generates the client from the text of an OpenAPI document.
pub fn generate(yaml: &str) -> Result<Generated, String> {
    let document = document::read(yaml)?;
    let mut schemas = schemas::Schemas::new(&document)?;
    let (operations, adapted) = adapt::adapt(&mut schemas)?;
    let mut settings = GenerationSettings::default();
    let inner = quote!(::std::sync::Arc<crate::transport::Transport>);
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_inner_type(inner)
        .with_derive("PartialEq")
        .with_derive("Default");
    let refused = |error: &dyn std::fmt::Display| format!("progenitor cannot work with this document: {error}");
    let adapted = serde_json::from_value(adapted).map_err(|error| refused(&error))?;
    let tokens = Generator::new(&settings).generate_tokens(&adapted).map_err(|error| refused(&error))?;
    let mut file = syn::parse2(tokens).map_err(|error| refused(&error))?;
    refine::refine(&mut file, &schemas.types, &operations).map_err(|error| refused(&error))?;
    Ok(Generated { code: prettyplease::unparse(&file) })
}
