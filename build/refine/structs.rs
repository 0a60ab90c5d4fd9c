//! Structs: each field reads null as if it were not there, and says when Atlas has deprecated it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Field, ItemStruct, parse_quote};

use super::expected::{Property, Type};
use super::tree;

/// Returns the struct as the client has it.
pub fn refine(written: &ItemStruct, documented: &Type) -> Result<ItemStruct, String> {
    let mut refined = written.clone();
    let name = &written.ident;
    let count = refined.fields.len();
    // One more: `extra`.
    if count != documented.properties.len() + 1 {
        return Err(format!(
            "progenitor wrote {count} fields of {name}, and the document has {} properties",
            documented.properties.len()
        ));
    }
    for field in &mut refined.fields {
        refine_field(field, documented).map_err(|problem| format!("{name}: {problem}"))?;
    }
    refined.attrs.push(parse_quote!(#[non_exhaustive]));
    Ok(refined)
}

fn refine_field(field: &mut Field, documented: &Type) -> Result<(), String> {
    let serde = tree::serde(&field.attrs).map_err(|error| error.to_string())?;
    let Some(ident) = field.ident.clone() else {
        return Err("progenitor wrote a field without a name".to_owned());
    };
    if serde.is_flat && ident == "extra" {
        let docs = "What Atlas sent and does not document, by JSON name.";
        field.attrs.push(parse_quote!(#[doc = #docs]));
        return Ok(());
    }
    let Some(property) = documented
        .properties
        .iter()
        .find(|property| ident == property.field)
    else {
        return Err(format!(
            "the document has no property for the field {ident}"
        ));
    };
    if !tree::is_named(&ident, &serde, &property.json_name) {
        return Err(format!(
            "the field {ident} is not read from {:?}",
            property.json_name
        ));
    }
    if let Some(inner) = tree::inside(&field.ty, "Box").and_then(|ty| tree::inside(ty, "Option")) {
        let inner = inner.clone();
        write_option_outside(field, &inner, &property.json_name);
    }
    let reader = reader(field).ok_or_else(|| unknown_type(property))?;
    let deprecated = tree::deprecated(property.deprecated.as_deref());
    let alias = tree::alias(&property.field, &property.json_name);
    for attribute in [alias, deprecated, reader].into_iter().flatten() {
        field.attrs.push(parse_quote!(#attribute));
    }
    Ok(())
}

/// Makes `Option<Box<T>>` of `Box<Option<T>>`, which progenitor writes for some types that hold themselves, and which would
/// be written as null where there is nothing.
fn write_option_outside(field: &mut Field, inner: &syn::Type, json_name: &str) {
    field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    field.attrs.push(parse_quote! {
        #[serde(rename = #json_name, skip_serializing_if = "::std::option::Option::is_none")]
    });
}

/// Returns the attribute that makes a field read null, or nothing for a field that does anyway.
/// `None` stands for a type that this pass does not know.
fn reader(field: &Field) -> Option<Option<TokenStream>> {
    let ty = &field.ty;
    let last = &tree::last_segment(ty)?.ident;
    if last == "Option" {
        return Some(None);
    }
    // Any JSON may be null: among items and in a map, that is a value like others.
    if let Some(item) = tree::inside(ty, "Vec") {
        return Some(Some(match is_any(item) {
            true => read_by("crate::generated::null::as_default"),
            false => read_by("crate::generated::null::left_out"),
        }));
    }
    if let Some(value) = tree::second_inside(ty, "HashMap") {
        return Some(Some(match is_any(value) {
            true => read_by("crate::generated::null::as_default"),
            false => read_by("crate::generated::null::values_left_out"),
        }));
    }
    if last == "Map" {
        return Some(Some(read_by("crate::generated::null::as_default")));
    }
    None
}

fn is_any(ty: &syn::Type) -> bool {
    tree::last_segment(ty).is_some_and(|last| last.ident == "Value")
}

fn read_by(path: &str) -> TokenStream {
    quote!(#[serde(deserialize_with = #path)])
}

fn unknown_type(property: &Property) -> String {
    let name = &property.json_name;
    format!("progenitor gave {name:?} a type that the build does not know how to read null into")
}
