//! The module `types`: progenitor's structs, with fields that read null, and open enums in place of
//! its enums, which fail on unknown values.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Field, File, Ident, Item, ItemEnum, ItemStruct, parse_quote};

use super::super::bare;
use super::super::docs::harmless;
use super::super::types::{Type, Types};
use super::{progenitor, secrets};

/// Writes the module.
pub fn write(written: &File, types: &Types) -> Result<TokenStream, String> {
    let mut code = TokenStream::new();
    let mut count = 0;
    for item in progenitor::module(written, "types")? {
        let item = match item {
            Item::Struct(item) => write_struct(item, types)?,
            Item::Enum(item) => write_enum(item, types)?,
            // The builders of types, their errors, and what converts to and from text.
            Item::Mod(_) | Item::Impl(_) | Item::Use(_) => continue,
            _ => return Err("progenitor wrote a type that is no struct and no enum".to_owned()),
        };
        item.to_tokens(&mut code);
        count += 1;
    }
    if count != types.len() {
        let expected = types.len();
        return Err(format!(
            "progenitor wrote {count} types and the document has {expected}"
        ));
    }
    Ok(quote! {
        pub mod types {
            pub use crate::generated::open_enum::UnknownValue;
            #code
        }
    })
}

/// Returns the name and the type for progenitor's name.
fn find<'a>(types: &'a Types, ident: &Ident) -> Result<(Ident, &'a Type), String> {
    let name = progenitor::name(ident, types);
    match name.and_then(|name| types.get_key_value(name)) {
        Some((name, documented)) => Ok((format_ident!("{name}"), documented)),
        None => Err(format!(
            "progenitor wrote the type {ident}, which it was not given"
        )),
    }
}

/// Writes the docs of a type, which are its name where the document has none.
fn docs(name: &Ident, documented: &Type) -> TokenStream {
    let docs = match &documented.schema.description {
        Some(text) => harmless(text),
        None => format!("`{name}`"),
    };
    quote!(#[doc = #docs])
}

/// Writes an open enum. Progenitor only knew the number of its values.
fn write_enum(written: &ItemEnum, types: &Types) -> Result<TokenStream, String> {
    let (name, documented) = find(types, &written.ident)?;
    let (count, expected) = (written.variants.len(), documented.variants.len());
    if count != expected {
        return Err(format!(
            "progenitor wrote {count} variants of {name}, and the document has {expected} values"
        ));
    }
    let mut variants = Vec::new();
    for variant in &documented.variants {
        let ident = format_ident!("{}", variant.name);
        let value = &variant.value;
        variants.push(quote!(#ident = #value));
    }
    let docs = docs(&name, documented);
    Ok(quote! {
        crate::generated::open_enum::open_enum! { #docs #name { #(#variants),* } }
    })
}

fn write_struct(written: &ItemStruct, types: &Types) -> Result<TokenStream, String> {
    let (name, documented) = find(types, &written.ident)?;
    let mut refined = written.clone();
    let (count, expected) = (refined.fields.len(), documented.properties.len());
    // One more: `extra`.
    if count != expected + 1 {
        return Err(format!(
            "progenitor wrote {count} fields of {name}, and the document has {expected} properties"
        ));
    }
    for field in &mut refined.fields {
        refine_field(field, documented, types).map_err(|why| format!("{name}: {why}"))?;
    }
    refined.attrs.clear();
    let docs = docs(&name, documented);
    let copy = secrets::without_secrets(&name, &refined.fields, documented, types);
    let (derived, debug) = match documented.has_secrets() {
        true => (
            None,
            Some(secrets::debug(&name, &refined.fields, documented)),
        ),
        false => (Some(quote!(Debug,)), None),
    };
    refined.ident = name;
    Ok(quote! {
        #docs
        #[derive(#derived Clone, Default, PartialEq, ::serde::Deserialize, ::serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
        #[non_exhaustive]
        #refined
        #copy
        #debug
    })
}

fn refine_field(field: &mut Field, documented: &Type, types: &Types) -> Result<(), String> {
    let Some(ident) = field.ident.clone() else {
        return Err("progenitor wrote a field without a name".to_owned());
    };
    field
        .attrs
        .retain(|attribute| attribute.path().is_ident("doc"));
    if ident == "extra" && progenitor::is_called(&field.ty, "Map") {
        let docs = "Undocumented properties of the response, by JSON name.";
        field.attrs.push(parse_quote!(#[doc = #docs]));
        field.attrs.push(parse_quote!(#[serde(flatten)]));
        return Ok(());
    }
    let index = bare::index(&ident.to_string());
    let property = index.and_then(|index| documented.properties.get(index));
    let Some(property) = property else {
        return Err(format!(
            "progenitor wrote the field {ident}, which it was not given"
        ));
    };
    let (name, json_name) = (&property.field, &property.json_name);
    field.ident = Some(format_ident!("{name}"));
    settle(&mut field.ty, types);
    if property.is_secret {
        let docs = "A secret: `Debug` hides it, and `without_secrets` leaves it out.";
        if !field.attrs.is_empty() {
            field.attrs.push(parse_quote!(#[doc = ""]));
        }
        field.attrs.push(parse_quote!(#[doc = #docs]));
    }
    field
        .attrs
        .push(parse_quote!(#[serde(rename = #json_name)]));
    field.attrs.extend(null(&field.ty)?);
    field.attrs.extend(alias(name, json_name));
    field
        .attrs
        .extend(deprecated(property.deprecated.as_deref()));
    Ok(())
}

/// Replaces progenitor's type of a field with ours.
fn settle(ty: &mut syn::Type, types: &Types) {
    progenitor::settle(ty, types);
    let boxed = progenitor::inside(ty, "Box");
    if let Some(inner) = boxed.and_then(|ty| progenitor::inside(ty, "Option")) {
        // For the box of an option serde would write null where the value is missing.
        *ty = parse_quote!(Option<Box<#inner>>);
    }
}

/// Returns the attributes with which a field reads null like a missing property, and omits an empty
/// value when written. Its JSON Schema allows null too.
fn null(ty: &syn::Type) -> Result<Vec<Attribute>, String> {
    if progenitor::is_called(ty, "Option") {
        let skip = parse_quote!(#[serde(skip_serializing_if = "Option::is_none")]);
        return Ok(vec![skip]);
    }
    let is_empty = if progenitor::is_called(ty, "Vec") {
        "Vec::is_empty"
    } else if progenitor::is_called(ty, "HashMap") {
        "std::collections::HashMap::is_empty"
    } else if progenitor::is_called(ty, "Map") {
        "serde_json::Map::is_empty"
    } else {
        return Err("progenitor wrote a type into which the build cannot read null".to_owned());
    };
    let reading = reading(ty);
    let read = quote!(crate::generated::null::read::<_, #reading>).to_string();
    let schema = quote!(Option<#reading>).to_string();
    Ok(vec![
        parse_quote!(#[serde(default, skip_serializing_if = #is_empty, deserialize_with = #read)]),
        parse_quote!(#[cfg_attr(feature = "schemars", schemars(with = #schema))]),
    ])
}

/// Writes how a value of this type is read: which arrays and maps in it leave out what is null.
fn reading(ty: &syn::Type) -> TokenStream {
    // For items of any type, null is a value like others.
    let is_any = |ty: &&syn::Type| progenitor::is_called(ty, "Value");
    if let Some(item) = progenitor::inside(ty, "Vec").filter(|ty| !is_any(ty)) {
        let item = reading(item);
        return quote!(Vec<Option<#item>>);
    }
    if let Some(value) = progenitor::inside_map(ty).filter(|ty| !is_any(ty)) {
        let value = reading(value);
        return quote!(std::collections::HashMap<String, Option<#value>>);
    }
    quote!(crate::generated::null::Plain<#ty>)
}

/// Returns the attribute with which rustdoc's search finds an item under its name in the API.
pub fn alias(rust_name: &str, api_name: &str) -> Option<Attribute> {
    // rustdoc allows neither spaces nor quotes.
    let is_plain = |char: char| char.is_alphanumeric() || "_-.$@".contains(char);
    let is_fit = !api_name.is_empty() && api_name.chars().all(is_plain);
    if !is_fit || rust_name == api_name {
        return None;
    }
    Some(parse_quote!(#[doc(alias = #api_name)]))
}

/// Returns the attribute for a deprecation, if there is one.
pub fn deprecated(note: Option<&str>) -> Option<Attribute> {
    note.map(|note| parse_quote!(#[deprecated(note = #note)]))
}
