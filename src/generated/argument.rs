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

/// Checks an optional argument. The four operations have none to check; documents of tests do.
#[allow(dead_code)]
pub(crate) fn check_optional<T>(
    value: Option<T>,
    check: impl FnOnce(Argument<T>) -> Argument<T>,
) -> Argument<Option<T>> {
    match value {
        Some(value) => check(Ok(value)).map(Some),
        None => Ok(None),
    }
}

/// A pattern of a parameter. The build chooses the kind.
pub(crate) enum Pattern {
    /// This many digits, in lower case.
    HexDigits(usize),
    /// Letters, digits and hyphens, the first not a hyphen.
    Name,
    /// Any other. The four operations have none; documents of tests do.
    #[allow(dead_code)]
    Regex(LazyRegex),
}

/// A regular expression that is compiled when it is first needed.
pub(crate) struct LazyRegex {
    text: &'static str,
    /// The build checks that it compiles. If it did not, no value would match.
    compiled: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    fn is_match(&self, value: &str) -> bool {
        let regex = self.compiled.get_or_init(|| Regex::new(self.text).ok());
        regex
            .as_ref()
            .is_some_and(|regex| regex.find(value).is_some())
    }
}

impl Pattern {
    #[allow(dead_code)]
    pub(crate) const fn regex(text: &'static str) -> Self {
        Pattern::Regex(LazyRegex {
            text,
            compiled: OnceLock::new(),
        })
    }

    /// Returns the value if it fits and is a segment of a path.
    pub(crate) fn check(&self, name: &str, value: String) -> Argument<String> {
        if self.fits(&value) {
            return match self {
                Pattern::Regex(_) => segment(name, value),
                // These match neither an empty text nor `..`.
                Pattern::HexDigits(_) | Pattern::Name => Ok(value),
            };
        }
        let wanted = self.description();
        let length = value.chars().count();
        let plural = if length == 1 { "" } else { "s" };
        let odd = match self.odd_character(&value) {
            Some(upper @ 'A'..='F') => format!(", of which {upper:?} is not in lower case"),
            Some(odd) => format!(", {odd:?} among them"),
            None => String::new(),
        };
        Err(format!("{name} must be {wanted}, got {length} character{plural}{odd}").into())
    }

    /// Returns the first character that is not allowed.
    fn odd_character(&self, value: &str) -> Option<char> {
        let mut bytes = value.bytes();
        let odd = match self {
            Pattern::HexDigits(_) => bytes.position(|byte| !is_hex_digit(byte))?,
            Pattern::Name => bytes.position(|byte| !is_name_byte(byte))?,
            Pattern::Regex(_) => return None,
        };
        // All characters before it are ASCII.
        value.get(odd..)?.chars().next()
    }

    fn fits(&self, value: &str) -> bool {
        match self {
            Pattern::HexDigits(count) => value.len() == *count && consists_of(value, is_hex_digit),
            Pattern::Name => {
                let is_begun_well = !value.is_empty() && !value.starts_with('-');
                is_begun_well && consists_of(value, is_name_byte)
            }
            Pattern::Regex(regex) => regex.is_match(value),
        }
    }

    fn description(&self) -> String {
        match self {
            Pattern::HexDigits(count) => format!("{count} hexadecimal digits"),
            Pattern::Name => "letters, digits and hyphens, the first not a hyphen".to_owned(),
            Pattern::Regex(regex) => format!("text that matches {}", regex.text),
        }
    }
}

/// Returns whether all bytes match. It does not stop early, so that the compiler can check sixteen
/// bytes at once.
fn consists_of(value: &str, fits: impl Fn(u8) -> bool) -> bool {
    value.bytes().fold(true, |all, byte| all & fits(byte))
}

fn is_hex_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
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
            if let Some(text) = text(value) {
                query.push((*name, text));
            }
        }
    }
    query
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
