//! Converts and checks the arguments of the generated builders, and writes them into the path and
//! the query.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::OnceLock;

use regress::Regex;
use serde_json::Value;

use crate::text::sanitize;

/// An argument, or its error, which is reported when the request is sent.
pub(crate) type Argument<T> = Result<T, Cow<'static, str>>;

/// Converts the argument of a setter.
pub(crate) fn convert<V, T>(name: &str, value: V) -> Argument<T>
where
    V: TryInto<T>,
    V::Error: Display,
{
    value.try_into().map_err(|reason| {
        let reason = sanitize(&reason.to_string());
        format!("{name} does not fit: {reason}").into()
    })
}

/// Checks that text consists of this many hexadecimal digits in lower case.
pub(crate) fn hex_digits(name: &str, value: String, count: usize) -> Argument<String> {
    let mut letters = value.chars();
    let odd = letters.find(|letter| !matches!(letter, '0'..='9' | 'a'..='f'));
    if odd.is_none() && value.len() == count {
        return Ok(value);
    }
    let wanted = format!("{count} hexadecimal digits");
    Err(mismatch(name, &value, odd, &wanted))
}

/// Checks that text consists of letters, digits and hyphens, and that no hyphen is the first.
pub(crate) fn letters_and_digits(name: &str, value: String) -> Argument<String> {
    let mut letters = value.chars();
    let odd = letters.find(|letter| !letter.is_ascii_alphanumeric() && *letter != '-');
    if odd.is_none() && !value.is_empty() && !value.starts_with('-') {
        return Ok(value);
    }
    let wanted = "letters, digits and hyphens, the first not a hyphen";
    Err(mismatch(name, &value, odd, wanted))
}

/// A regular expression that is compiled when it is first needed.
#[allow(dead_code)]
pub(crate) type LazyRegex = OnceLock<Option<Regex>>;

/// Checks text against any other pattern, and that it is a segment of a path. The four operations
/// have no such pattern; documents of tests do.
#[allow(dead_code)]
pub(crate) fn matches(
    name: &str,
    value: String,
    pattern: &str,
    regex: &LazyRegex,
) -> Argument<String> {
    // The build checks that the pattern compiles. If it did not, no value would match.
    let regex = regex.get_or_init(|| Regex::new(pattern).ok()).as_ref();
    if regex.is_some_and(|regex| regex.find(&value).is_some()) {
        return segment(name, value);
    }
    let wanted = format!("text that matches {pattern}");
    Err(mismatch(name, &value, None, &wanted))
}

/// Describes the text that is wanted, and what is not allowed in the text that was passed.
fn mismatch(name: &str, value: &str, odd: Option<char>, wanted: &str) -> Cow<'static, str> {
    let length = counted(value.chars().count(), "character");
    let odd = match odd {
        Some(upper @ 'A'..='F') => format!(", of which {upper:?} is not in lower case"),
        Some(odd) => format!(", {odd:?} among them"),
        None => String::new(),
    };
    format!("{name} must be {wanted}, got {length}{odd}").into()
}

/// Returns a number of things, such as "1 item" or "2 items".
pub(crate) fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// Returns the value if it can be a segment of a path: neither empty nor `.` or `..`.
pub(crate) fn segment<T: Display>(name: &str, value: T) -> Argument<T> {
    match value.to_string().as_str() {
        "" => Err(format!("{name} is empty").into()),
        step @ ("." | "..") => {
            Err(format!("{name} must not be {step:?}, which is a step in the path").into())
        }
        _ => Ok(value),
    }
}

/// Percent-encodes a value as one segment of a path. Arguments of the four operations need no
/// encoding, because of their patterns.
#[allow(dead_code)]
pub(crate) fn encoded(value: &impl Display) -> String {
    let encoded = progenitor_client::encode_path(&value.to_string());
    // URLs of http treat a backslash as a slash, which progenitor's encoding ignores.
    encoded.replace('\\', "%5C")
}

/// Writes the arguments of a query. Null is omitted; an array repeats its name.
pub(crate) fn query(arguments: &[(&'static str, Value)]) -> Vec<(&'static str, String)> {
    let mut query = Vec::new();
    for (name, value) in arguments {
        let values = match value {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        for value in values {
            match value {
                Value::Null => {}
                Value::String(text) => query.push((*name, text.clone())),
                other => query.push((*name, other.to_string())),
            }
        }
    }
    query
}
