//! What is written for the marks `x-secret`: copies of a value without its secrets, and `Debug`
//! that hides them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Field, Fields, Type as RustType};

use super::super::types::{Type, Types};
use super::progenitor::{inside, inside_map, is_called};

/// Writes the method that copies a struct without its secrets.
pub fn without_secrets(
    name: &Ident,
    fields: &Fields,
    documented: &Type,
    types: &Types,
) -> TokenStream {
    let mut copies = Vec::new();
    for field in fields {
        let ident = &field.ident;
        let value = quote!(self.#ident);
        if is_left_out(field, documented) {
            copies.push(quote!(#ident: std::default::Default::default()));
        } else {
            let copy = copy(&field.ty, &value, types).unwrap_or(quote!(#value.clone()));
            copies.push(quote!(#ident: #copy));
        }
    }
    quote! {
        impl #name {
            /// Returns a copy without secrets, at any depth. It also lacks the `extra` of types that
            /// have secrets, since a property that Atlas adds to them may be one.
            pub fn without_secrets(&self) -> Self {
                Self { #(#copies),* }
            }
        }
    }
}

/// Writes `Debug` for a struct that has secrets.
pub fn debug(name: &Ident, fields: &Fields, documented: &Type) -> TokenStream {
    let text = name.to_string();
    let mut shown = Vec::new();
    for field in fields {
        let ident = &field.ident;
        let label = ident.as_ref().map(Ident::to_string);
        let value = match is_secret(field, documented) {
            true => quote!(crate::generated::secret::Hidden(&self.#ident)),
            false => quote!(self.#ident),
        };
        shown.push(quote!(.field(#label, &#value)));
    }
    quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(#text) #(#shown)* .finish()
            }
        }
    }
}

fn is_left_out(field: &Field, documented: &Type) -> bool {
    let is_extra = field.ident.as_ref().is_some_and(|ident| ident == "extra");
    is_secret(field, documented) || is_extra && documented.has_secrets()
}

fn is_secret(field: &Field, documented: &Type) -> bool {
    let mut secrets = documented.properties.iter().filter(|it| it.is_secret);
    let ident = field.ident.as_ref();
    secrets.any(|secret| ident.is_some_and(|ident| *ident == secret.field))
}

/// Writes the expression that copies a value with structs in it. Returns nothing for other values.
fn copy(ty: &RustType, value: &TokenStream, types: &Types) -> Option<TokenStream> {
    let inner = |ty| copy(ty, &quote!(value), types);
    if let Some(ty) = inside(ty, "Option") {
        let inner = inner(ty)?;
        return Some(quote!(#value.as_ref().map(|value| #inner)));
    }
    if let Some(ty) = inside(ty, "Box") {
        let inner = copy(ty, value, types)?;
        return Some(quote!(Box::new(#inner)));
    }
    if let Some(ty) = inside(ty, "Vec") {
        let inner = inner(ty)?;
        return Some(quote!(#value.iter().map(|value| #inner).collect()));
    }
    if let Some(ty) = inside_map(ty) {
        let inner = inner(ty)?;
        let entry = quote!(|(name, value)| (name.clone(), #inner));
        return Some(quote!(#value.iter().map(#entry).collect()));
    }
    let mut structs = types.iter().filter(|(_, it)| !it.schema.is_enum());
    let is_struct = structs.any(|(name, _)| is_called(ty, name));
    is_struct.then(|| quote!(#value.without_secrets()))
}
