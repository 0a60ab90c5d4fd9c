//! A table of the operations and types for the tests of this repository, which try each of them
//! without naming any. It is compiled with the tests only; `tests/support/operations.rs` has the
//! types of its entries.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Lit;

use super::calls::Call;
use super::expected::{Parameter, Types};
use super::{enums, tree};

/// Writes the table.
pub fn write(calls: &[Call<'_>], types: &Types) -> TokenStream {
    let operations = calls.iter().map(|call| operation(call, types));
    let mut structs = Vec::new();
    let mut open_enums = Vec::new();
    for (name, documented) in types {
        let ident = format_ident!("{name}");
        let values = enums::values(documented);
        if values.is_empty() {
            let json = documented.json_schema.to_string();
            structs.push(quote!(Type::of::<types::#ident>(#name, #json)));
        } else {
            open_enums.push(quote!(Enum::of::<types::#ident>(#name, &[#(#values),*])));
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
    let name = &operation.name;
    let path = &operation.path;
    let accept = &operation.accept;
    let answer = &call.builder.answer;
    let answer_name = &operation.answer;
    let documented = match types.get(answer_name) {
        Some(documented) => documented.json_schema.to_string(),
        // An array, say.
        None => operation.schema.json().to_string(),
    };
    let method = format_ident!("{name}");
    let parameters = operation.parameters.iter().map(parameter);
    let arguments = call
        .parameters()
        .map(|(parameter, ty)| argument(parameter, ty));
    quote! {
        Operation {
            name: #name,
            path: #path,
            accept: #accept,
            answer: Type::of::<#answer>(#answer_name, #documented),
            parameters: &[#(#parameters),*],
            call: |client, argument| {
                let mut call = client.#method();
                #(#arguments)*
                answer(call.send())
            },
        }
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let Parameter {
        name,
        api_name,
        in_path,
        required,
        ..
    } = parameter;
    let example = parameter.example.to_string();
    let example = match syn::parse_str(&example) {
        Ok(Lit::Str(text)) => text.value(),
        _ => example,
    };
    quote! {
        Parameter {
            name: #name,
            api_name: #api_name,
            in_path: #in_path,
            required: #required,
            example: #example,
        }
    }
}

/// Writes the statement that sets an argument if the test gives one: the text of the test where the
/// argument can be made of text, else the example.
fn argument(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let api_name = &parameter.api_name;
    let setter = format_ident!("{}", parameter.name);
    let last = tree::last_segment(ty).map(|last| &last.ident);
    let is_called = |name: &str| last.is_some_and(|last| last == name);
    let is_text = is_called("String") || tree::is_in_types(ty);
    let example: TokenStream = parameter.example.to_string().parse().unwrap_or_default();
    let value = if is_text {
        quote!(text)
    } else if is_called("bool") || is_called("i64") {
        quote!(text.parse::<#ty>().unwrap_or(#example))
    } else {
        quote!({ let _ = text; #example })
    };
    quote! {
        if let Some(text) = argument(#api_name) {
            call = call.#setter(#value);
        }
    }
}
