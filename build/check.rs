//! What a setter does with its argument before the call takes it: expressions over `value`, an
//! `Argument<T>`, that yield another one. What they call is in `src/generated/argument.rs`.

use proc_macro2::TokenStream;
use quote::quote;

/// Writes the check of text against the pattern of a parameter.
///
/// The patterns that nearly all parameters of Atlas have are checked by hand: a regular expression
/// would take ten times as long, in every call.
pub fn pattern(name: &str, pattern: &str) -> TokenStream {
    if let Some(count) = hex_digits(pattern) {
        return quote! {
            value.and_then(|value| {
                crate::generated::argument::Pattern::HexDigits(#count).check(#name, value)
            })
        };
    }
    if pattern == "^[a-zA-Z0-9][a-zA-Z0-9-]*$" {
        return quote! {
            value.and_then(|value| {
                crate::generated::argument::Pattern::Name.check(#name, value)
            })
        };
    }
    quote! {
        value.and_then(|value| {
            static PATTERN: crate::generated::argument::Pattern =
                crate::generated::argument::Pattern::regex(#pattern);
            PATTERN.check(#name, value)
        })
    }
}

/// Returns how many digits `^([a-f0-9]{24})$` and its like ask for.
fn hex_digits(pattern: &str) -> Option<usize> {
    let whole = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let group = whole
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let digits = group.unwrap_or(whole).strip_prefix("[a-f0-9]{")?;
    digits.strip_suffix('}')?.parse().ok()
}

/// Writes the check that an argument makes one segment of the path.
pub fn segment(name: &str) -> TokenStream {
    quote! {
        value.and_then(|value| crate::generated::argument::segment(#name, value))
    }
}
