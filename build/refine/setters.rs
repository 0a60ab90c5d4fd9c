//! The setters of a call: those that every call has, and one for each parameter.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::expected::Parameter;
use super::{setter_docs, tree};

/// Writes the setters that every call has.
pub fn options() -> TokenStream {
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

/// Writes the setter of a parameter, whose argument has this type.
pub fn setter(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let docs = setter_docs::write(parameter);
    let alias = tree::alias(&parameter.name, &parameter.api_name);
    let deprecated = tree::deprecated(parameter.deprecated.as_deref());
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
            V: ::std::convert::TryInto<#ty>,
            V::Error: ::std::fmt::Display,
        {
            let value = crate::generated::argument::convert(#text, value);
            #check
            self.#name = value;
            self
        }
    }
}

/// Writes a setter that also takes an `Option`, so that a program need not take apart what it has.
fn optional(parameter: &Parameter, ty: &syn::Type) -> TokenStream {
    let name = ident(parameter);
    let text = &parameter.name;
    let check = parameter.check.as_ref().map(|check| {
        quote! {
            let value = crate::generated::argument::check_optional(value, |value| #check);
        }
    });
    quote! {
        pub fn #name<V, Kind>(mut self, value: V) -> Self
        where
            V: Optional<#ty, Kind>,
        {
            let value = value.convert(#text);
            #check
            self.#name = value;
            self
        }
    }
}

/// Returns the name of the setter and of its field.
pub fn ident(parameter: &Parameter) -> Ident {
    format_ident!("{}", parameter.name)
}
