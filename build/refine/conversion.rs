//! What a call does before it is sent: it looks at each argument, and writes the path, the query
//! and the headers.

use proc_macro2::TokenStream;
use quote::quote;

use super::expected::{Location, Operation};
use super::setters::ident;

/// Writes the method that makes a request of the arguments, or complains about one.
pub fn write(operation: &Operation, index: usize) -> TokenStream {
    let entry = quote!(&super::OPERATIONS[#index]);
    let arguments = operation.parameters.iter().map(|parameter| {
        let name = ident(parameter);
        quote!(let #name = self.#name.map_err(refuse_argument)?;)
    });
    // What complains about an argument, if there is one.
    let refuse_argument = operation.parameters.first().map(|_| {
        quote! {
            let refuse_argument = |message| crate::Error::invalid(message).of(#entry);
        }
    });
    let path = path(operation);
    let query = arguments_in(operation, Location::Query);
    let headers = arguments_in(operation, Location::Header);
    quote! {
        fn into_call(self) -> Result<crate::call::Call, crate::Error> {
            #refuse_argument
            #(#arguments)*
            crate::call::Call::new(
                self.client.session,
                #entry,
                &#path,
                &crate::generated::argument::query(&[#((#query)),*]),
            )
            #(.with_header(#headers))*
            .with_options(self.options)
        }
    }
}

/// Writes the expression that fills the arguments into the path.
fn path(operation: &Operation) -> TokenStream {
    let mut parts = Vec::new();
    for (place, part) in operation.path.split(['{', '}']).enumerate() {
        // The second, the fourth and so on are names of parameters.
        let is_name = place % 2 == 1;
        if is_name {
            parts.push(segment(operation, part));
        } else if !part.is_empty() {
            parts.push(quote!(#part));
        }
    }
    quote!([#(#parts),*].concat())
}

/// Writes an argument as a segment of the path.
fn segment(operation: &Operation, api_name: &str) -> TokenStream {
    let mut parameters = operation.parameters.iter();
    let parameter =
        parameters.find(|parameter| parameter.in_path && parameter.api_name == api_name);
    let Some(parameter) = parameter else {
        return TokenStream::new();
    };
    let name = ident(parameter);
    if parameter.is_plain() {
        return quote!(&#name);
    }
    quote!(&crate::generated::argument::encoded(&#name))
}

/// Writes the name and the value, as JSON, of each argument that belongs there.
fn arguments_in(operation: &Operation, location: Location) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    for parameter in &operation.parameters {
        if parameter.location == location {
            let name = ident(parameter);
            let api_name = &parameter.api_name;
            arguments.push(quote!(#api_name, ::serde_json::json!(#name)));
        }
    }
    arguments
}
