//! Looks things up in a syntax tree, and makes the attributes that several passes need.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, File, GenericArgument, Ident, ImplItem, ImplItemFn, Item, Lit, LitStr,
    PathArguments, PathSegment, Token, Type,
};

/// Returns the items of the only module that has this name.
pub fn module<'a>(file: &'a File, name: &str) -> Result<&'a [Item], String> {
    let mut found = Vec::new();
    for item in &file.items {
        if let Item::Mod(module) = item
            && module.ident == name
            && let Some((_, items)) = &module.content
        {
            found.push(items.as_slice());
        }
    }
    match found[..] {
        [items] => Ok(items),
        _ => Err(format!(
            "progenitor wrote {} modules `{name}`, not one",
            found.len()
        )),
    }
}

/// Returns the methods in all `impl` blocks of the type, but for those of traits.
pub fn methods<'a>(items: &'a [Item], type_name: &str) -> Vec<&'a ImplItemFn> {
    let mut methods = Vec::new();
    for item in items {
        let Item::Impl(block) = item else { continue };
        let is_of_type = last_segment(&block.self_ty).is_some_and(|last| last.ident == type_name);
        if block.trait_.is_some() || !is_of_type {
            continue;
        }
        for item in &block.items {
            if let ImplItem::Fn(method) = item {
                methods.push(method);
            }
        }
    }
    methods
}

/// Returns `Vec<T>` of `std::vec::Vec<T>`.
pub fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Returns whether the type is `types::Name`.
pub fn is_in_types(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .first()
            .is_some_and(|first| first.ident == "types"),
        _ => false,
    }
}

/// Returns the first `T` of `Name<T, ..>`, if the type is called so.
pub fn inside<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    nth_inside(ty, name, 0)
}

/// Returns the `T` of `Name<_, T>`, if the type is called so.
pub fn second_inside<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    nth_inside(ty, name, 1)
}

fn nth_inside<'a>(ty: &'a Type, name: &str, index: usize) -> Option<&'a Type> {
    let last = last_segment(ty)?;
    if last.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.get(index)? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// What the `#[serde(..)]` attributes of a field or a variant say, as far as a pass asks.
#[derive(Default)]
pub struct Serde {
    pub rename: Option<String>,
    pub is_flat: bool,
}

/// Reads the `#[serde(..)]` attributes.
pub fn serde(attributes: &[Attribute]) -> syn::Result<Serde> {
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

/// Returns whether serde writes a field or a variant under this name.
pub fn is_named(ident: &Ident, serde: &Serde, json_name: &str) -> bool {
    match &serde.rename {
        Some(rename) => rename == json_name,
        None => ident == json_name,
    }
}

/// Returns the docs among the attributes.
pub fn docs(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
}

/// Returns the attribute under which rustdoc's search finds what has another name in Rust.
pub fn alias(rust_name: &str, api_name: &str) -> Option<TokenStream> {
    // rustdoc takes no blanks and quotes.
    let is_plain = |char: char| char.is_alphanumeric() || "_-.$@".contains(char);
    let is_fit = !api_name.is_empty() && api_name.chars().all(is_plain);
    (is_fit && rust_name != api_name).then(|| quote!(#[doc(alias = #api_name)]))
}

/// Returns the attribute for a deprecation, if there is one.
pub fn deprecated(note: Option<&str>) -> Option<TokenStream> {
    note.map(|note| quote!(#[deprecated(note = #note)]))
}
