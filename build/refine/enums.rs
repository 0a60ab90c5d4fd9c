//! Enums: open ones take the place of progenitor's, which refuse values that they do not know.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemEnum, Variant};

use super::expected::Type;
use super::tree;

/// Writes the enum. The names of its variants are progenitor's.
pub fn write(written: &ItemEnum, documented: &Type) -> Result<TokenStream, String> {
    let name = &written.ident;
    let values = values(documented);
    if written.variants.len() != values.len() {
        return Err(format!(
            "progenitor wrote {} variants of {name}, and the document has {} values",
            written.variants.len(),
            values.len()
        ));
    }
    let mut variants = Vec::new();
    for variant in &written.variants {
        let value = value(variant).map_err(|problem| format!("{name}: {problem}"))?;
        let ident = &variant.ident;
        if !values.contains(&value.as_str()) {
            return Err(format!(
                "{name}: the document has no value {value:?} for {ident}"
            ));
        }
        variants.push(quote!(#ident = #value));
    }
    let docs = tree::docs(&written.attrs);
    Ok(quote! {
        crate::generated::open_enum::open_enum! { #(#docs)* #name { #(#variants),* } }
    })
}

/// Returns the documented values of an enum, and none of a struct. Null is not one: it reads as a
/// property that is not there.
pub fn values(documented: &Type) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::new();
    for value in documented.json_schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if let Some(text) = value.as_str()
            && !values.contains(&text)
        {
            values.push(text);
        }
    }
    values
}

/// Returns the value under which serde writes the variant.
fn value(variant: &Variant) -> Result<String, String> {
    let serde = tree::serde(&variant.attrs).map_err(|error| error.to_string())?;
    Ok(serde.rename.unwrap_or_else(|| format!("{}", variant.ident)))
}
