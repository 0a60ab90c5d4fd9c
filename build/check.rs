//! What a setter does with its argument before the call takes it: expressions over `value`, an
//! `Argument<T>`, that yield another one. What they call is in `src/generated/argument.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::pattern::{self, Pattern};

/// Writes the check of text against the pattern of a parameter.
///
/// The patterns that nearly all parameters of Atlas have are checked by hand: a regular expression
/// would take ten times as long, in every call.
pub fn pattern(name: &str, pattern: &str) -> TokenStream {
    let check = match pattern::read(pattern) {
        Pattern::HexDigits(count) => {
            quote!(crate::generated::argument::Pattern::HexDigits(#count).check(#name, value))
        }
        Pattern::Name => quote!(crate::generated::argument::Pattern::Name.check(#name, value)),
        Pattern::Other => quote! {{
            static PATTERN: crate::generated::argument::Pattern =
                crate::generated::argument::Pattern::regex(#pattern);
            PATTERN.check(#name, value)
        }},
    };
    quote!(value.and_then(|value| #check))
}

/// Writes the check that an argument makes one segment of the path.
pub fn segment(name: &str) -> TokenStream {
    quote! {
        value.and_then(|value| crate::generated::argument::segment(#name, value))
    }
}
