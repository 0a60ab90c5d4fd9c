//! What a setter does with its argument before anything is sent: code that passes the value on or complains about it in
//! words, since what progenitor would write for a limit does not.

use proc_macro2::TokenStream;

use super::check;
use super::parameter_object::{Location, ParameterObject};
use super::refusals::Refusals;
use super::schema_object::{Kind, Schema};

/// An expression over `value`, if there is something to check.
pub fn check(
    parameter: &ParameterObject,
    name: &str,
    schema: &Schema,
    refusals: &Refusals,
) -> Option<TokenStream> {
    let Some(pattern) = &schema.pattern else {
        return check_segment(parameter, name);
    };
    let place = schema.place.inside("pattern");
    if !is_plain_text(schema) {
        refusals.refuse(&place, "stands where only plain text can have one");
        return None;
    }
    if let Err(error) = regress::Regex::new(pattern) {
        refusals.refuse(&place, error);
        return None;
    }
    Some(check::pattern(name, pattern))
}

/// Without a pattern, what is written into the path must at least be one segment of it.
fn check_segment(parameter: &ParameterObject, name: &str) -> Option<TokenStream> {
    if parameter.location != Location::Path {
        return None;
    }
    Some(check::segment(name))
}

fn is_plain_text(schema: &Schema) -> bool {
    let is_moment = schema
        .format
        .as_ref()
        .is_some_and(|format| format.starts_with("date"));
    schema.kind == Some(Kind::String) && !schema.is_enum() && !is_moment
}
