//! The calls: a method of the client for each operation, and the builder that it returns.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, Ident, Item};

use super::builders::{self, Builder};
use super::expected::{Location, Operation, Parameter, Types};
use super::{examples, outcomes, setter_docs, tree};

/// Finds what progenitor wrote for each operation.
pub fn read<'a>(
    written: &File,
    types: &Types,
    operations: &'a [Operation],
) -> Result<Vec<Call<'a>>, String> {
    let methods = tree::methods(&written.items, "Client");
    let items = tree::module(written, "builder")?;
    let is_builder = |item: &&Item| matches!(item, Item::Struct(_));
    let count = items.iter().filter(is_builder).count();
    if count != operations.len() {
        let expected = operations.len();
        return Err(format!(
            "progenitor wrote {count} builders for {expected} operations"
        ));
    }
    let mut calls = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let name = &operation.name;
        let count = methods
            .iter()
            .filter(|method| method.sig.ident == name)
            .count();
        if count != 1 {
            return Err(format!(
                "progenitor wrote {count} methods {name} of the client, not one"
            ));
        }
        let builder = builders::read(items, operation)?;
        let answer = types.get(&operation.answer);
        let is_job = answer.is_some_and(|answer| outcomes::is_job(&answer.json_schema));
        calls.push(Call {
            operation,
            index,
            builder,
            is_job,
        });
    }
    Ok(calls)
}

/// Writes the methods of the client.
pub fn write_methods(calls: &[Call<'_>], types: &Types) -> TokenStream {
    let methods = calls.iter().map(|call| method(call.operation, types));
    quote!(impl Client { #(#methods)* })
}

fn method(operation: &Operation, types: &Types) -> TokenStream {
    let name = format_ident!("{}", operation.name);
    let builder = format_ident!("{}", builders::name(operation));
    let docs = format!(
        "{}\n\n{}",
        operation.docs,
        examples::write(operation, types)
    );
    let deprecated = tree::deprecated(operation.deprecated.as_deref());
    quote! {
        #[doc = #docs]
        #deprecated
        pub fn #name(&self) -> builder::#builder {
            builder::#builder::new(self.clone())
        }
    }
}

/// Writes the module `builder`.
pub fn write_builders(calls: &[Call<'_>]) -> TokenStream {
    let calls = calls.iter().map(Call::write);
    quote! {
        /// The calls of the API, a builder for each: the methods of [`Client`](crate::Client) make
        /// them.
        ///
        /// A call owns its client, so it can be kept, cloned, and sent from another task. Its setters
        /// take whatever converts to the type of the argument. What does not fit is told when the
        /// call is sent, by an error that names the argument, and nothing leaves the process.
        ///
        /// `send` sends the call once, with the retries of the client. `until` sends it again and
        /// again until a condition holds, and `until_done`, where the answer is a
        /// [`Job`](crate::Job), until that is over.
        pub mod builder {
            use super::types;
            use progenitor_client::ResponseValue;
            pub use crate::generated::argument::Optional;
            #(#calls)*
        }
    }
}

/// What the code of a call is made of.
pub struct Call<'a> {
    pub operation: &'a Operation,
    /// Its place in the table of operations.
    index: usize,
    pub builder: Builder,
    is_job: bool,
}

impl Call<'_> {
    fn write(&self) -> TokenStream {
        let name = format_ident!("{}", builders::name(self.operation));
        let declaration = self.declaration(&name);
        let constructor = self.constructor();
        let setters = self
            .parameters()
            .map(|(parameter, ty)| setter(parameter, ty));
        let options = options();
        let send = self.send();
        let waits = self.waits();
        let conversion = self.conversion();
        quote! {
            #declaration
            impl #name {
                #constructor
                #(#setters)*
                #options
                #send
                #waits
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

    fn declaration(&self, name: &Ident) -> TokenStream {
        let method = &self.operation.name;
        let mut docs = format!("A call of [`Client::{method}`](super::Client::{method})");
        let required = self
            .operation
            .parameters
            .iter()
            .filter(|parameter| parameter.required);
        let required: Vec<String> = required.map(|it| format!("`{}`", it.name)).collect();
        if !required.is_empty() {
            docs += &format!(", which needs {}", required.join(", "));
        }
        docs += ".";
        let fields = self.parameters().map(|(parameter, ty)| {
            let name = ident(parameter);
            match parameter.required {
                true => quote!(#name: crate::generated::argument::Argument<#ty>),
                false => quote!(#name: crate::generated::argument::Argument<Option<#ty>>),
            }
        });
        quote! {
            #[doc = #docs]
            #[derive(Clone, Debug)]
            #[must_use = "a call does nothing before `send`"]
            pub struct #name {
                client: super::Client,
                options: crate::call_options::CallOptions,
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
                Self { client, options: Default::default(), #(#fields),* }
            }
        }
    }

    fn send(&self) -> TokenStream {
        let answer = &self.builder.answer;
        quote! {
            /// Sends the call, as often as the client's [`RetryPolicy`](crate::RetryPolicy) allows.
            ///
            /// # Errors
            ///
            /// If an argument is missing or does not fit, in which case nothing is sent, or if
            /// Atlas does not answer with success: see [`Error`](crate::Error).
            pub async fn send(self) -> Result<ResponseValue<#answer>, crate::Error> {
                self.into_call()?.send().await
            }
        }
    }

    fn waits(&self) -> TokenStream {
        let answer = &self.builder.answer;
        let until_done = self.is_job.then(|| {
            quote! {
                /// Sends the call again and again until the answer is over, as
                /// [`Job::outcome`](crate::Job::outcome) tells. [`Wait`](crate::Wait) says how
                /// often, and for how long.
                pub fn until_done(self) -> crate::Wait<'static, #answer> {
                    crate::Wait::until_done(self.into_call())
                }
            }
        });
        quote! {
            #until_done
            /// Sends the call again and again until `condition` says how the wait ends.
            /// [`Wait`](crate::Wait) says how often, and for how long.
            pub fn until<'a>(
                self,
                condition: impl FnMut(&#answer) -> Option<crate::Outcome> + Send + 'a,
            ) -> crate::Wait<'a, #answer> {
                crate::Wait::new(self.into_call(), condition)
            }
        }
    }

    fn conversion(&self) -> TokenStream {
        let index = self.index;
        let operation = quote!(&super::OPERATIONS[#index]);
        let arguments = self.operation.parameters.iter().map(|parameter| {
            let name = ident(parameter);
            quote!(let #name = self.#name.map_err(refuse_argument)?;)
        });
        // What complains about an argument, if there is one. Any other name may be an argument's.
        let refuse_argument = self.operation.parameters.first().map(|_| {
            quote! {
                let refuse_argument = |message| crate::Error::invalid(message).of(#operation);
            }
        });
        let path = self.path();
        let query = self.arguments_in(Location::Query);
        let headers = self.arguments_in(Location::Header);
        quote! {
            fn into_call(self) -> Result<crate::call::Call, crate::Error> {
                #refuse_argument
                #(#arguments)*
                crate::call::Call::new(
                    self.client.session,
                    #operation,
                    &#path,
                    &crate::generated::argument::query(&[#((#query)),*]),
                )
                #(.with_header(#headers))*
                .with_options(self.options)
            }
        }
    }

    /// Writes the expression that fills the arguments into the path.
    fn path(&self) -> TokenStream {
        let mut parts = Vec::new();
        for (place, part) in self.operation.path.split(['{', '}']).enumerate() {
            // The second, the fourth and so on are names of parameters.
            let is_name = place % 2 == 1;
            if is_name {
                parts.push(self.segment(part));
            } else if !part.is_empty() {
                parts.push(quote!(#part));
            }
        }
        quote!([#(#parts),*].concat())
    }

    /// Writes an argument as a segment of the path.
    fn segment(&self, api_name: &str) -> TokenStream {
        let mut parameters = self.operation.parameters.iter();
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
    fn arguments_in(&self, location: Location) -> Vec<TokenStream> {
        let mut arguments = Vec::new();
        for parameter in &self.operation.parameters {
            if parameter.location == location {
                let name = ident(parameter);
                let api_name = &parameter.api_name;
                arguments.push(quote!(#api_name, ::serde_json::json!(#name)));
            }
        }
        arguments
    }
}

/// Writes the setters that every call has.
fn options() -> TokenStream {
    quote! {
        /// Sets how often and for how long this call is tried, in place of the client's policy.
        pub fn retry(mut self, retry: crate::RetryPolicy) -> Self {
            self.options.set_retry(retry);
            self
        }

        /// Sets how long this call may take in all, its pauses included. Where Atlas asks for a
        /// longer pause than is left, the error comes at once, and has
        /// [`retry_after`](crate::Error::retry_after). In a wait, it is the time of each poll.
        pub fn total_time(mut self, total_time: ::std::time::Duration) -> Self {
            self.options.set_total_time(total_time);
            self
        }

        /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Those that
        /// the client sets, `Authorization` for instance, are refused when the call is sent.
        pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
            self.options.set_header(name.as_ref(), value.as_ref());
            self
        }
    }
}

fn setter(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let name = ident(parameter);
    let text = &parameter.name;
    let docs = setter_docs::write(parameter);
    let alias = tree::alias(text, &parameter.api_name);
    let deprecated = tree::deprecated(parameter.deprecated.as_deref());
    let check = parameter
        .check
        .as_ref()
        .map(|check| quote!(let value = #check;));
    let check_optional = parameter.check.as_ref().map(|check| {
        quote! {
            let value = crate::generated::argument::check_optional(value, |value| #check);
        }
    });
    match parameter.required {
        true => quote! {
            #[doc = #docs]
            #alias
            #deprecated
            pub fn #name<V>(mut self, value: V) -> Self
            where
                V: ::std::convert::TryInto<#ty>,
                V::Error: ::std::fmt::Display,
            {
                let value = crate::generated::argument::convert(#text, value);
                #check
                self.#name = value;
                self
            }
        },
        // What a program has as an `Option` need not be taken apart.
        false => quote! {
            #[doc = #docs]
            #alias
            #deprecated
            pub fn #name<V, Kind>(mut self, value: V) -> Self
            where
                V: Optional<#ty, Kind>,
            {
                let value = value.convert(#text);
                #check_optional
                self.#name = value;
                self
            }
        },
    }
}

fn ident(parameter: &Parameter) -> Ident {
    format_ident!("{}", parameter.name)
}
