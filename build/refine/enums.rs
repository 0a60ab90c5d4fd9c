//! Enums: open ones take the place of progenitor's, which refuse values that they do not know.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ItemEnum;

use super::expected::Type;
use super::tree;

/// Writes the enum. Progenitor was told how many values it has, and no more.
pub fn write(written: &ItemEnum, documented: &Type) -> Result<TokenStream, String> {
    let name = &written.ident;
    if written.variants.len() != documented.variants.len() {
        return Err(format!(
            "progenitor wrote {} variants of {name}, and the document has {} values",
            written.variants.len(),
            documented.variants.len()
        ));
    }
    let mut variants = Vec::new();
    for variant in &documented.variants {
        let ident = format_ident!("{}", variant.name);
        let value = &variant.value;
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
    let mut values = Vec::new();
    for variant in &documented.variants {
        values.push(variant.value.as_str());
    }
    values
}
