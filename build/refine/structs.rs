//! Structs: each field is that of a property, and says when Atlas has deprecated it.

use syn::punctuated::Punctuated;
use syn::{Attribute, Field, ItemStruct, Path, Token, parse_quote};

use super::expected::Type;
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
    if !drop_deserialize(&mut refined.attrs) {
        return Err(format!("progenitor does not derive Deserialize for {name}"));
    }
    Ok(refined)
}

/// Takes `Deserialize` out of what is derived, since the build writes it. Returns whether it was
/// there.
fn drop_deserialize(attributes: &mut [Attribute]) -> bool {
    for attribute in attributes {
        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let Ok(derived) = attribute.parse_args_with(paths) else {
            continue;
        };
        let count = derived.len();
        let kept: Vec<Path> = derived.into_iter().filter(is_kept).collect();
        if kept.len() < count {
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
            return true;
        }
    }
    false
}

fn is_kept(derived: &Path) -> bool {
    let last = derived.segments.last();
    last.is_none_or(|last| last.ident != "Deserialize")
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
    let deprecated = tree::deprecated(property.deprecated.as_deref());
    let alias = tree::alias(&property.field, &property.json_name);
    for attribute in [alias, deprecated].into_iter().flatten() {
        field.attrs.push(parse_quote!(#attribute));
    }
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
