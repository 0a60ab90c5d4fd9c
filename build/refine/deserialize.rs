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
    let object = object(written, documented)?;
    Ok(quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
                crate::generated::object::deserialize(json)
            }
        }

        #object
    })
}

/// Writes what the reading of objects asks of the struct.
fn object(written: &ItemStruct, documented: &Type) -> Result<TokenStream, String> {
    let name = &written.ident;
    let expected = format!("struct {name}");
    let count = documented.properties.len();
    let mut names = Vec::new();
    for property in &documented.properties {
        names.push(&property.json_name);
    }
    let number = number(&documented.properties);
    let read = read(written, &documented.properties)?;
    Ok(quote! {
        impl crate::generated::object::Object<#count> for #name {
            const EXPECTED: &'static str = #expected;
            const NAMES: [&'static str; #count] = [#(#names),*];

            #number
            #read

            #[inline]
            fn extra(&mut self) -> &mut ::serde_json::Map<String, ::serde_json::Value> {
                &mut self.extra
            }
        }
    })
}

/// Writes the method that returns the number of a property.
fn number(properties: &[Property]) -> TokenStream {
    let mut arms = Vec::new();
    for (number, property) in properties.iter().enumerate() {
        let json_name = &property.json_name;
        arms.push(quote!(#json_name => #number));
    }
    quote! {
        #[inline]
        fn number(name: &str) -> Option<usize> {
            Some(match name {
                #(#arms,)*
                _ => return None,
            })
        }
    }
}

/// Writes the method that reads the property of a number into its field.
fn read(written: &ItemStruct, properties: &[Property]) -> Result<TokenStream, String> {
    let mut arms = Vec::new();
    for (number, property) in properties.iter().enumerate() {
        let value = value(written, property)?;
        let field = format_ident!("{}", property.field);
        arms.push(quote!(#number => self.#field = #value?));
    }
    Ok(quote! {
        #[inline]
        fn read<'de, M>(&mut self, number: usize, json: &mut M) -> Result<(), M::Error>
        where
            M: ::serde::de::MapAccess<'de>,
        {
            #[allow(unused_imports)]
            use crate::generated::null;

            match number {
                #(#arms,)*
                _ => {}
            }
            Ok(())
        }
    })
}

/// Writes the expression that reads the value of a property, and null as if it were not there.
fn value(written: &ItemStruct, property: &Property) -> Result<TokenStream, String> {
    let mut fields = written.fields.iter();
    let field = fields.find(|field| is_called(field, &property.field));
    let ty = field.map(|field| &field.ty);
    let kind = ty.and_then(tree::last_segment).map(|last| &last.ident);
    match (ty, kind) {
        (Some(_), Some(kind)) if kind == "Option" => Ok(quote!(json.next_value())),
        (Some(ty), Some(kind)) if ["Vec", "HashMap", "Map"].iter().any(|known| kind == known) => {
            let reading = reading(ty);
            Ok(quote!(null::read::<#reading, M>(json)))
        }
        _ => Err(unknown_type(&written.ident, property)),
    }
}

/// Writes how a value of this type is read: which arrays and maps in it leave out what is null.
fn reading(ty: &syn::Type) -> TokenStream {
    // Any JSON may be null: among items and in a map, that is a value like others.
    if let Some(item) = tree::inside(ty, "Vec")
        && !is_any(item)
    {
        let item = reading(item);
        return quote!(null::Items<#item>);
    }
    if let Some(value) = tree::second_inside(ty, "HashMap")
        && !is_any(value)
    {
        let value = reading(value);
        return quote!(null::Entries<#value>);
    }
    quote!(null::Plain<#ty>)
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
