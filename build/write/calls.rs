//! The calls: a method of the client for each operation, and the builder that it returns. What all
//! builders have in common is in `src/generated/call.rs`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::super::docs;
use super::super::document::Location;
use super::super::operation::{Operation, Part};
use super::super::parameter::Parameter;
use super::super::types::Types;
use super::progenitor::Builder;
use super::types::{alias, deprecated};

/// An operation with what progenitor wrote for it.
pub struct Call<'a> {
    pub operation: &'a Operation,
    pub builder: Builder,
    /// Its place in the table of operations.
    pub index: usize,
}

/// Writes the methods of the client.
pub fn write_methods(calls: &[Call], types: &Types) -> TokenStream {
    let methods = calls.iter().map(|call| method(call.operation, types));
    quote!(impl Client { #(#methods)* })
}

fn method(operation: &Operation, types: &Types) -> TokenStream {
    let name = format_ident!("{}", operation.name);
    let builder = format_ident!("{}", operation.builder);
    let docs = docs::of_method(operation, types);
    let deprecated = deprecated(operation.deprecated.as_deref());
    let mut aliases = Vec::new();
    for other in &operation.also_called {
        aliases.extend(alias(&operation.name, other));
    }
    quote! {
        #[doc = #docs]
        #(#aliases)*
        #deprecated
        pub fn #name(&self) -> builder::#builder {
            builder::#builder::new(self.clone())
        }
    }
}

/// Writes the module `builder`.
pub fn write_builders(calls: &[Call], types: &Types) -> TokenStream {
    let calls = calls.iter().map(|call| call.write(types));
    quote! {
        /// Request builders, one for each operation. The methods of [`Client`](crate::Client) create
        /// them.
        ///
        /// A builder owns its client, so it can be stored, cloned, and sent from another task. An
        /// invalid argument is reported when the request is sent, by an error that names the
        /// argument; nothing is sent then.
        ///
        /// `send` sends the request, with the retries of the client. `until` polls until a condition
        /// holds. `until_done`, where the response is a [`Job`](crate::Job), polls until the job
        /// reaches a final state.
        pub mod builder {
            use super::types;
            #[allow(unused_imports)]
            use crate::generated::{argument, limits};
            #(#calls)*
        }
    }
}

impl Call<'_> {
    fn write(&self, types: &Types) -> TokenStream {
        let name = format_ident!("{}", self.operation.builder);
        let response = &self.builder.response;
        let declaration = self.declaration(&name, types);
        let constructor = self.constructor();
        let setters = self
            .parameters()
            .map(|(parameter, ty)| setter(parameter, ty));
        let conversion = self.conversion();
        let documented = types.get(&self.operation.response);
        let until_done = documented
            .filter(|it| it.is_job())
            .map(|_| quote!(crate::generated::call::until_done! { #response }));
        quote! {
            #declaration
            impl #name {
                #constructor
                #(#setters)*
                crate::generated::call::options! {}
                crate::generated::call::send! { #response }
                #until_done
                #conversion
            }
        }
    }

    /// Returns the parameters with the Rust types of their arguments.
    pub fn parameters(&self) -> impl Iterator<Item = (&Parameter, &syn::Type)> {
        self.operation
            .parameters
            .iter()
            .zip(&self.builder.arguments)
    }

    fn declaration(&self, name: &Ident, types: &Types) -> TokenStream {
        let docs = docs::of_builder(self.operation, types);
        let fields = self.parameters().map(|(parameter, ty)| {
            let name = ident(parameter);
            match parameter.required {
                true => quote!(#name: argument::Argument<#ty>),
                false => quote!(#name: argument::Argument<Option<#ty>>),
            }
        });
        quote! {
            #[doc = #docs]
            #[derive(Clone, Debug)]
            #[must_use = "a call does nothing before `send`"]
            pub struct #name {
                client: super::Client,
                options: crate::call::CallOptions,
                #(#fields),*
            }
        }
    }

    fn constructor(&self) -> TokenStream {
        let fields = self.operation.parameters.iter().map(|parameter| {
            let name = ident(parameter);
            let missing = format!("{} is missing", parameter.name);
            match parameter.required {
                true => quote!(#name: Err(#missing.into())),
                false => quote!(#name: Ok(None)),
            }
        });
        quote! {
            pub(crate) fn new(client: super::Client) -> Self {
                Self { client, options: std::default::Default::default(), #(#fields),* }
            }
        }
    }

    /// Writes the method that turns the arguments into a request, or returns the error of one.
    fn conversion(&self) -> TokenStream {
        let index = self.index;
        let entry = quote!(&super::OPERATIONS[#index]);
        let names: Vec<Ident> = self.operation.parameters.iter().map(ident).collect();
        let refuse_argument = names.first().map(|_| {
            quote! {
                let refuse_argument = |message| crate::Error::invalid(message).of(#entry);
            }
        });
        let path = self.path();
        let query = self.arguments_in(Location::Query);
        let headers = self.arguments_in(Location::Header);
        quote! {
            fn into_call(self) -> Result<crate::call::Call, crate::Error> {
                #refuse_argument
                #(let #names = self.#names.map_err(refuse_argument)?;)*
                crate::call::Call::new(
                    self.client.session,
                    #entry,
                    &#path,
                    &argument::query(&[#((#query)),*]),
                )
                #(.with_header(#headers))*
                .with_options(self.options)
            }
        }
    }

    /// Writes the expression that fills the arguments into the path.
    fn path(&self) -> TokenStream {
        let mut parts = Vec::new();
        for part in &self.operation.parts {
            parts.push(match part {
                Part::Text(text) => quote!(#text),
                Part::Parameter(name) => self.segment(name),
            });
        }
        quote!([#(#parts),*].concat())
    }

    /// Writes an argument as a segment of the path.
    fn segment(&self, api_name: &str) -> TokenStream {
        let is_called = |parameter: &&Parameter| {
            parameter.location == Location::Path && parameter.api_name == api_name
        };
        let mut parameters = self.operation.parameters.iter();
        let Some(parameter) = parameters.find(is_called) else {
            return TokenStream::new();
        };
        let name = ident(parameter);
        if parameter.is_plain() {
            return quote!(&#name);
        }
        quote!(&argument::encoded(&#name))
    }

    /// Writes the name and the value, as JSON, of each argument that belongs there.
    fn arguments_in(&self, location: Location) -> Vec<TokenStream> {
        let mut arguments = Vec::new();
        for parameter in &self.operation.parameters {
            if parameter.location == location {
                let name = ident(parameter);
                let api_name = &parameter.api_name;
                arguments.push(quote!(#api_name, ::serde_json::json!(&#name)));
            }
        }
        arguments
    }
}

/// Writes the setter of a parameter, whose argument has this type.
fn setter(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let docs = docs::of_setter(parameter);
    let alias = alias(&parameter.name, &parameter.api_name);
    let deprecated = deprecated(parameter.deprecated.as_deref());
    let method = match parameter.required {
        true => required(parameter, ty),
        false => optional(parameter, ty),
    };
    quote! {
        #[doc = #docs]
        #alias
        #deprecated
        #method
    }
}

fn required(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let name = ident(parameter);
    let text = &parameter.name;
    let check = parameter.check.as_ref();
    let check = check.map(|check| quote!(let value = #check;));
    quote! {
        pub fn #name<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<#ty>,
            V::Error: std::fmt::Display,
        {
            let value = argument::convert(#text, value);
            #check
            self.#name = value;
            self
        }
    }
}

/// Writes the setter of an optional parameter, which also accepts an `Option`.
fn optional(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let name = ident(parameter);
    let check = parameter.check.as_ref();
    let check = check.map(|check| quote!(.map(|value| #check)));
    quote! {
        pub fn #name(mut self, value: impl std::convert::Into<Option<#ty>>) -> Self {
            let value: Option<#ty> = value.into();
            self.#name = value.map(Ok) #check .transpose();
            self
        }
    }
}

/// Returns the name of the setter and of its field.
pub fn ident(parameter: &Parameter) -> Ident {
    format_ident!("{}", parameter.name)
}
