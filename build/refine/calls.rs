//! The calls: a method of the client for each operation, and the builder that it returns.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, Ident, Item};

use super::builders::{self, Builder};
use super::expected::{Operation, Parameter, Types};
use super::setters::{self, ident};
use super::{conversion, examples, outcomes, tree};

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
        /// A call owns its client, so it can be kept, cloned, and sent from another task. Its
        /// setters take whatever converts to the type of the argument. What does not fit is told
        /// when the call is sent, by an error that names the argument, and nothing leaves the
        /// process.
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
            .map(|(parameter, ty)| setters::setter(parameter, ty));
        let options = setters::options();
        let send = self.send();
        let waits = self.waits();
        let conversion = conversion::write(self.operation, self.index);
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
}
