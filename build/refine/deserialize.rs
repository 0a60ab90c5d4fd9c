//! How structs are read: `src/generated/object.rs` does it, and is told here which property belongs
//! into which field. serde's derive would keep each object aside before it reads it, for the sake
//! of `extra`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, ItemStruct};

use super::expected::{Property, Type};
use super::tree;

/// Writes the `impl` that reads the struct.
pub fn write(written: &ItemStruct, documented: &Type) -> Result<TokenStream, String> {
    let name = &written.ident;
    let expected = format!("struct {name}");
    let count = documented.properties.len();
    let names = documented
        .properties
        .iter()
        .map(|property| &property.json_name);
    let mut numbers = Vec::new();
    let mut reads = Vec::new();
    for (number, property) in documented.properties.iter().enumerate() {
        let reader = reader(written, property).ok_or_else(|| unknown_type(name, property))?;
        let field = format_ident!("{}", property.field);
        let json_name = &property.json_name;
        numbers.push(quote!(#json_name => #number));
        reads.push(quote!(#number => self.#field = #reader?));
    }
    Ok(quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
                crate::generated::object::deserialize(json)
            }
        }

        impl crate::generated::object::Object<#count> for #name {
            const EXPECTED: &'static str = #expected;
            const NAMES: [&'static str; #count] = [#(#names),*];

            #[inline]
            fn number(name: &str) -> Option<usize> {
                Some(match name {
                    #(#numbers,)*
                    _ => return None,
                })
            }

            #[inline]
            fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
            where
                M: ::serde::de::MapAccess<'de>,
            {
                match number {
                    #(#reads,)*
                    _ => {}
                }
                Ok(())
            }

            #[inline]
            fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
                &mut self.extra
            }
        }
    })
}

/// Returns the expression that reads null as if the property were not there, or nothing for a type
/// that this pass does not know.
fn reader(written: &ItemStruct, property: &Property) -> Option<TokenStream> {
    let field = written
        .fields
        .iter()
        .find(|field| is_called(field, &property.field))?;
    let ty = &field.ty;
    let last = &tree::last_segment(ty)?.ident;
    if last == "Option" {
        return Some(quote!(json.next_value()));
    }
    let as_default = quote!(crate::generated::null::as_default(json));
    // Any JSON may be null: among items and in a map, that is a value like others.
    if let Some(item) = tree::inside(ty, "Vec") {
        return Some(match is_any(item) {
            true => as_default,
            false => quote!(crate::generated::null::left_out(json)),
        });
    }
    if let Some(value) = tree::second_inside(ty, "HashMap") {
        return Some(match is_any(value) {
            true => as_default,
            false => quote!(crate::generated::null::values_left_out(json)),
        });
    }
    (last == "Map").then_some(as_default)
}

fn is_any(ty: &syn::Type) -> bool {
    tree::last_segment(ty).is_some_and(|last| last.ident == "Value")
}

fn is_called(field: &Field, name: &str) -> bool {
    field.ident.as_ref().is_some_and(|ident| ident == name)
}

fn unknown_type(name: &syn::Ident, property: &Property) -> String {
    let property = &property.json_name;
    format!(
        "{name}: progenitor gave {property:?} a type that the build does not know how to read null \
         into"
    )
}
