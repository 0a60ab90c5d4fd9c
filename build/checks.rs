//! What a setter does with its argument before anything is sent: expressions over `value`, an
//! `Argument<T>`, that yield another one. What they call is in `src/generated/argument.rs` and
//! `src/generated/limits.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::document::{Location, ParameterObject};
use super::node::says_nothing;
use super::refusals::Refusals;
use super::schema::{Kind, Schema};

/// Writes the checks of an argument: those of its schema, and that it makes one segment of the
/// path.
pub fn check(
    parameter: &ParameterObject,
    name: &str,
    schema: &Schema,
    refusals: &Refusals,
) -> Option<TokenStream> {
    check_place(parameter, schema, refusals);
    let is_moment = schema.is_moment() && parameter.location != Location::Path;
    let mut checks = match schema.kind {
        Some(Kind::String) if !is_moment => of_text(name, schema),
        Some(Kind::Integer | Kind::Number) => of_number(name, schema),
        Some(Kind::Array) => of_array(name, schema),
        _ => Vec::new(),
    };
    match parameter.location {
        Location::Path if schema.pattern.is_none() => {
            checks.push(quote!(argument::segment(#name, value)));
        }
        Location::Header => {
            checks.push(quote!(limits::header(#name, value)));
        }
        _ => {}
    }
    let value = quote!(value);
    (!checks.is_empty()).then(|| chain(value, &checks))
}

/// Refuses limits that would not be checked.
fn check_place(parameter: &ParameterObject, schema: &Schema, refusals: &Refusals) {
    let is_text = parameter.location == Location::Path || !schema.is_moment();
    let is_plain_text = schema.kind == Some(Kind::String) && !schema.is_enum() && is_text;
    refuse_elsewhere(schema, is_plain_text, refusals);
    if let Some(items) = &schema.items {
        let is_plain_text = items.kind == Some(Kind::String) && !items.is_enum();
        refuse_elsewhere(items, is_plain_text && !items.is_moment(), refusals);
        if matches!(items.kind, None | Some(Kind::Array | Kind::Object)) {
            refusals.refuse(
                &items.place,
                "an array can only have text, numbers and flags in it",
            );
        }
    }
}

/// Refuses limits that do not apply to values of the schema's type.
fn refuse_elsewhere(schema: &Schema, is_plain_text: bool, refusals: &Refusals) {
    let is_number = matches!(schema.kind, Some(Kind::Integer | Kind::Number));
    let is_array = schema.kind == Some(Kind::Array);
    let refuse = |keys: &[&str], why: &str| {
        for key in keys {
            let value = schema.documented.get(*key);
            if value.is_some_and(|value| !says_nothing(value)) {
                refusals.refuse(&schema.place.inside(key), why);
            }
        }
    };
    if !is_plain_text {
        let why = "stands where only plain text can have one";
        refuse(&["pattern", "minLength", "maxLength"], why);
    }
    if !is_number {
        let why = "stands where only a number can have one";
        refuse(&["minimum", "maximum"], why);
    }
    if !is_array {
        let why = "stands where only an array can have one";
        refuse(&["minItems", "maxItems", "uniqueItems"], why);
    }
    refuse(&["multipleOf"], "not supported for a parameter");
    if let Some(Err(error)) = schema.pattern.as_deref().map(regress::Regex::new) {
        refusals.refuse(&schema.place.inside("pattern"), error);
    }
}

/// Chains the checks.
fn chain(value: TokenStream, checks: &[TokenStream]) -> TokenStream {
    quote!(#value #(.and_then(|value| #checks))*)
}

fn of_text(name: &str, schema: &Schema) -> Vec<TokenStream> {
    if schema.is_enum() {
        return vec![one_of(name, schema)];
    }
    let mut checks = Vec::new();
    if let Some(limits) = counts(schema, "minLength", "maxLength") {
        checks.push(quote!(limits::length(#name, value, #limits)));
    }
    if let Some(pattern) = &schema.pattern {
        checks.push(matches(name, pattern));
    }
    checks
}

/// Writes how many of something there may be, if the schema limits that.
fn counts(schema: &Schema, least: &str, most: &str) -> Option<TokenStream> {
    let (least, most) = (schema.count(least), schema.count(most));
    least.or(most)?;
    let least = least.unwrap_or(0) as usize;
    let most = most.map_or(usize::MAX, |most| most as usize);
    Some(quote!(#least..=#most))
}

fn of_number(name: &str, schema: &Schema) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    if !schema.values.is_empty() {
        checks.push(one_of(name, schema));
    }
    if let Some(least) = schema.number("minimum") {
        let least = number(least.ceil(), least, schema);
        checks.push(quote!(limits::at_least(#name, value, #least)));
    }
    if let Some(most) = schema.number("maximum") {
        let most = number(most.floor(), most, schema);
        checks.push(quote!(limits::at_most(#name, value, #most)));
    }
    checks
}

/// Writes a limit: as a whole number where the argument is one.
fn number(whole: f64, number: f64, schema: &Schema) -> TokenStream {
    if schema.kind == Some(Kind::Integer) {
        let whole = whole as i64;
        return quote!(#whole);
    }
    quote!(#number)
}

fn of_array(name: &str, schema: &Schema) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    if let Some(limits) = counts(schema, "minItems", "maxItems") {
        checks.push(quote!(limits::count(#name, value, #limits)));
    }
    if schema.documented.get("uniqueItems") == Some(&true.into()) {
        checks.push(quote!(limits::unique(#name, value)));
    }
    let Some(items) = &schema.items else {
        return checks;
    };
    let of_item = match items.kind {
        Some(Kind::String) if items.is_moment() => Vec::new(),
        Some(Kind::String) => of_text(name, items),
        _ => of_number(name, items),
    };
    if !of_item.is_empty() {
        let item = chain(quote!(Ok(value)), &of_item);
        checks.push(quote!(limits::each(value, |value| #item)));
    }
    checks
}

fn one_of(name: &str, schema: &Schema) -> TokenStream {
    let mut values = Vec::new();
    for value in &schema.values {
        match value.as_str() {
            Some(text) => values.push(text.to_owned()),
            None if value.is_null() => {}
            None => values.push(value.to_string()),
        }
    }
    quote!(limits::one_of(#name, value, &[#(#values),*]))
}

/// Writes the check of text against a pattern.
///
/// The patterns that nearly all parameters of Atlas have are checked by hand: a regular expression
/// would take ten times as long, in every call.
fn matches(name: &str, pattern: &str) -> TokenStream {
    match Pattern::read(pattern) {
        Pattern::HexDigits(count) => {
            quote!(argument::hex_digits(#name, value, #count))
        }
        Pattern::Name => quote!(argument::letters_and_digits(#name, value)),
        Pattern::Other => quote!({
            static REGEX: argument::LazyRegex = std::sync::OnceLock::new();
            argument::matches(#name, value, #pattern, &REGEX)
        }),
    }
}

/// The patterns that nearly all parameters of Atlas have.
#[derive(Debug, PartialEq)]
pub enum Pattern {
    /// This many, in lower case.
    HexDigits(usize),
    /// Letters, digits and hyphens, the first not a hyphen.
    Name,
    Other,
}

impl Pattern {
    pub fn read(pattern: &str) -> Pattern {
        if pattern == "^[a-zA-Z0-9][a-zA-Z0-9-]*$" {
            return Pattern::Name;
        }
        match hex_digits(pattern) {
            Some(count) => Pattern::HexDigits(count),
            None => Pattern::Other,
        }
    }

    /// Describes the texts that match, given the text of the pattern.
    pub fn describe(&self, pattern: &str) -> String {
        match self {
            Pattern::HexDigits(count) => format!("{count} hexadecimal digits"),
            Pattern::Name => "letters, digits and hyphens, the first not a hyphen".to_owned(),
            Pattern::Other => format!("text that matches `{pattern}`"),
        }
    }
}

/// Returns how many digits `^([a-f0-9]{24})$` and similar patterns require.
fn hex_digits(pattern: &str) -> Option<usize> {
    let whole = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let group = whole
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let digits = group.unwrap_or(whole).strip_prefix("[a-f0-9]{")?;
    digits.strip_suffix('}')?.parse().ok()
}
