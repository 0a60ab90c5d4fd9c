//! The module `types`: progenitor's structs, with fields that read null, and open enums in place of
//! its enums, which refuse values that they do not know.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Field, File, Ident, Item, ItemEnum, ItemStruct, Lit, LitStr, Token, parse_quote,
};

use super::super::types::{Type, Types};
use super::progenitor;

/// Writes the module.
pub fn write(written: &File, types: &Types) -> Result<TokenStream, String> {
    let mut code = TokenStream::new();
    let mut count = 0;
    for item in progenitor::module(written, "types")? {
        let item = match item {
            Item::Struct(item) => write_struct(item, find(types, &item.ident)?)?,
            Item::Enum(item) => write_enum(item, find(types, &item.ident)?)?,
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

fn find<'a>(types: &'a Types, ident: &Ident) -> Result<&'a Type, String> {
    match types.get(&ident.to_string()) {
        Some(documented) => Ok(documented),
        None => Err(format!(
            "progenitor wrote the type {ident}, which the document does not have"
        )),
    }
}

/// Writes an open enum. Progenitor was told how many values it has, and no more.
fn write_enum(written: &ItemEnum, documented: &Type) -> Result<TokenStream, String> {
    let name = &written.ident;
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
    let docs = written.attrs.iter().filter(|it| it.path().is_ident("doc"));
    Ok(quote! {
        crate::generated::open_enum::open_enum! { #(#docs)* #name { #(#variants),* } }
    })
}

fn write_struct(written: &ItemStruct, documented: &Type) -> Result<TokenStream, String> {
    let mut refined = written.clone();
    let name = &written.ident;
    let (count, expected) = (refined.fields.len(), documented.properties.len());
    // One more: `extra`.
    if count != expected + 1 {
        return Err(format!(
            "progenitor wrote {count} fields of {name}, and the document has {expected} properties"
        ));
    }
    for field in &mut refined.fields {
        refine_field(field, documented).map_err(|problem| format!("{name}: {problem}"))?;
    }
    refined.attrs.push(parse_quote!(#[non_exhaustive]));
    let schema = quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]);
    Ok(quote!(#schema #refined))
}

fn refine_field(field: &mut Field, documented: &Type) -> Result<(), String> {
    let Some(ident) = field.ident.clone() else {
        return Err("progenitor wrote a field without a name".to_owned());
    };
    let serde = serde(&field.attrs).map_err(|error| error.to_string())?;
    if serde.is_flat && ident == "extra" {
        let docs = "What Atlas sent and does not document, by JSON name.";
        field.attrs.push(parse_quote!(#[doc = #docs]));
        return Ok(());
    }
    let mut properties = documented.properties.iter();
    let Some(property) = properties.find(|property| ident == property.field) else {
        return Err(format!(
            "the document has no property for the field {ident}"
        ));
    };
    let json_name = &property.json_name;
    if serde.rename.unwrap_or(ident.to_string()) != *json_name {
        return Err(format!("the field {ident} is not read from {json_name:?}"));
    }
    progenitor::keep_exact(&mut field.ty);
    let optional = progenitor::inside(&field.ty, "Box");
    if let Some(inner) = optional.and_then(|ty| progenitor::inside(ty, "Option")) {
        let inner = inner.clone();
        write_option_outside(field, &inner, json_name);
    }
    field.attrs.extend(null(&field.ty)?);
    field.attrs.extend(alias(&property.field, json_name));
    field
        .attrs
        .extend(deprecated(property.deprecated.as_deref()));
    Ok(())
}

/// Makes `Option<Box<T>>` of `Box<Option<T>>`, which progenitor writes for some types that hold
/// themselves, and which would be written as null where there is nothing.
fn write_option_outside(field: &mut Field, inner: &syn::Type, json_name: &str) {
    field.ty = parse_quote!(::std::option::Option<::std::boxed::Box<#inner>>);
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    field.attrs.push(parse_quote! {
        #[serde(rename = #json_name, skip_serializing_if = "::std::option::Option::is_none")]
    });
}

/// Returns the attributes that let a field read null as if the property were not there, and that
/// say so in its JSON Schema. An `Option` does without.
fn null(ty: &syn::Type) -> Result<Vec<Attribute>, String> {
    if progenitor::is_called(ty, "Option") {
        return Ok(Vec::new());
    }
    let is_known = |name: &&str| progenitor::is_called(ty, name);
    if !["Vec", "HashMap", "Map"].iter().any(|name| is_known(name)) {
        return Err("progenitor wrote a type into which the build cannot read null".to_owned());
    }
    let reading = reading(ty);
    let read = quote!(crate::generated::null::read::<_, #reading>).to_string();
    let schema = quote!(::std::option::Option<#reading>).to_string();
    Ok(vec![
        parse_quote!(#[serde(deserialize_with = #read)]),
        parse_quote!(#[cfg_attr(feature = "schemars", schemars(with = #schema))]),
    ])
}

/// Writes how a value of this type is read: which arrays and maps in it leave out what is null.
fn reading(ty: &syn::Type) -> TokenStream {
    // Any JSON may be null: among items and in a map, that is a value like others.
    let is_any = |ty: &&syn::Type| progenitor::is_called(ty, "Value");
    if let Some(item) = progenitor::inside(ty, "Vec").filter(|ty| !is_any(ty)) {
        let item = reading(item);
        return quote!(crate::generated::null::Items<#item>);
    }
    if let Some(value) = progenitor::inside_map(ty).filter(|ty| !is_any(ty)) {
        let value = reading(value);
        return quote!(crate::generated::null::Entries<#value>);
    }
    quote!(crate::generated::null::Plain<#ty>)
}

/// What the `#[serde(..)]` attributes of a field say.
#[derive(Default)]
struct Serde {
    rename: Option<String>,
    is_flat: bool,
}

fn serde(attributes: &[Attribute]) -> syn::Result<Serde> {
    let mut serde = Serde::default();
    for attribute in attributes {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                let name: LitStr = meta.value()?.parse()?;
                serde.rename = Some(name.value());
            } else if meta.path.is_ident("flatten") {
                serde.is_flat = true;
            } else if meta.input.peek(Token![=]) {
                let _other: Lit = meta.value()?.parse()?;
            }
            Ok(())
        })?;
    }
    Ok(serde)
}

/// Returns the attribute under which rustdoc's search finds what has another name in Rust.
pub fn alias(rust_name: &str, api_name: &str) -> Option<Attribute> {
    // rustdoc takes no blanks and quotes.
    let is_plain = |char: char| char.is_alphanumeric() || "_-.$@".contains(char);
    let is_fit = !api_name.is_empty() && api_name.chars().all(is_plain);
    (is_fit && rust_name != api_name).then(|| parse_quote!(#[doc(alias = #api_name)]))
}

/// Returns the attribute for a deprecation, if there is one.
pub fn deprecated(note: Option<&str>) -> Option<Attribute> {
    note.map(|note| parse_quote!(#[deprecated(note = #note)]))
}
