//! A table of the operations and types for the tests of this repository, which test each of them
//! without naming any. Only the tests compile it; `tests/support/operations.rs` has the
//! types of its entries.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};
use syn::Lit;

use super::super::document::Location;
use super::super::example;
use super::super::operation::Operation;
use super::super::parameter::Parameter;
use super::super::types::Types;
use super::calls::{Call, ident};
use super::progenitor::is_called;

/// Writes the table.
pub fn write(calls: &[Call], types: &Types) -> TokenStream {
    let operations = calls.iter().map(|call| operation(call, types));
    let mut structs = Vec::new();
    let mut open_enums = Vec::new();
    for (name, documented) in types {
        let ident = format_ident!("{name}");
        if documented.schema.is_enum() {
            let values = documented.variants.iter().map(|variant| &variant.value);
            open_enums.push(quote!(Enum::of::<types::#ident>(#name, &[#(#values),*])));
        } else {
            let json = with_examples(&documented.schema.json()).to_string();
            structs.push(quote!(Type::of::<types::#ident>(#name, #json)));
        }
    }
    quote! {
        use atlas_backup::types;

        pub const OPERATIONS: &[Operation] = &[#(#operations),*];
        pub const TYPES: &[Type] = &[#(#structs),*];
        pub const ENUMS: &[Enum] = &[#(#open_enums),*];
    }
}

fn operation(call: &Call<'_>, types: &Types) -> TokenStream {
    let operation = call.operation;
    let Operation {
        name, path, accept, ..
    } = operation;
    let response = &call.builder.response;
    let response_name = &operation.response;
    let named = types.get(response_name);
    let schema = named.map_or(&operation.schema, |it| &it.schema);
    let documented = with_examples(&schema.json()).to_string();
    let method = format_ident!("{name}");
    let parameters = call.parameters().map(parameter);
    let arguments = call
        .parameters()
        .map(|(parameter, ty)| argument(parameter, ty));
    quote! {
        Operation {
            name: #name,
            path: #path,
            accept: #accept,
            answer: Type::of::<#response>(#response_name, #documented),
            parameters: &[#(#parameters),*],
            call: |client, argument| {
                let mut call = client.#method();
                #(#arguments)*
                answer(call.send())
            },
        }
    }
}

/// Returns the schema with an example for each pattern that has none, for responses that tests make
/// of it.
fn with_examples(schema: &Value) -> Value {
    match schema {
        Value::Array(parts) => parts.iter().map(with_examples).collect(),
        Value::Object(keys) => {
            let mut whole = Map::new();
            for (key, value) in keys {
                whole.insert(key.clone(), with_examples(value));
            }
            let pattern = keys.get("pattern").and_then(Value::as_str);
            if let Some(text) = pattern.and_then(example::of_pattern) {
                whole.entry("example").or_insert(text.into());
            }
            whole.into()
        }
        other => other.clone(),
    }
}

fn parameter((parameter, ty): (&Parameter, &syn::Type)) -> TokenStream {
    let Parameter {
        name,
        api_name,
        required,
        ..
    } = parameter;
    let in_path = parameter.location == Location::Path;
    let is_text = is_text(parameter, ty);
    let example = match syn::parse_str(&parameter.example) {
        Ok(Lit::Str(text)) => text.value(),
        _ => parameter.example.clone(),
    };
    quote! {
        Parameter {
            name: #name,
            api_name: #api_name,
            in_path: #in_path,
            required: #required,
            is_text: #is_text,
            example: #example,
        }
    }
}

/// Returns whether any text can be the argument, to be checked by the call.
fn is_text(parameter: &Parameter, ty: &syn::Type) -> bool {
    is_called(ty, "String") || parameter.schema.type_name().is_some()
}

/// Writes the statement that sets an argument if the test gives one: the text of the test where the
/// argument can be made of text, else the example.
fn argument(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let api_name = &parameter.api_name;
    let setter = ident(parameter);
    let example: TokenStream = parameter.example.parse().unwrap_or_default();
    let value = if is_called(ty, "bool") || is_called(ty, "i64") {
        quote!(text.parse::<#ty>().unwrap_or(#example))
    } else if is_text(parameter, ty) {
        quote!(<#ty>::from(text))
    } else {
        quote!({ let _ = text; #example })
    };
    quote! {
        if let Some(text) = argument(#api_name) {
            call = call.#setter(#value);
        }
    }
}
