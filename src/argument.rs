//! Arguments of a call: a value goes in with the name of its parameter; it comes out as it was, or a complaint in words
//! does, and nothing is sent. The generated setters call these checks with the patterns of the OpenAPI document.

use std::borrow::Cow;
use std::sync::OnceLock;

/// A pattern of a parameter, understood when it is first needed.
pub(crate) struct Pattern {
    text: &'static str,
    shape: OnceLock<Shape>,
}

/// The two that Atlas has are checked by hand: a regular expression would take ten times as long, in every call.
enum Shape {
    Id(usize),
    Name,
    /// The build script has compiled it before, so there is one; without one nothing passes.
    Other(Option<regress::Regex>),
}

impl Pattern {
    pub(crate) const fn new(text: &'static str) -> Self {
        Pattern { text, shape: OnceLock::new() }
    }

    pub(crate) fn check(&self, name: &str, value: String) -> Result<String, Cow<'static, str>> {
        let shape = self.shape.get_or_init(|| shape(self.text));
        let odd = value.chars().find(|it| match shape {
            Shape::Id(_) => !matches!(it, '0'..='9' | 'a'..='f'),
            Shape::Name => !it.is_ascii_alphanumeric() && *it != '-',
            Shape::Other(_) => false,
        });
        let fits = match shape {
            Shape::Id(digits) => value.len() == *digits,
            Shape::Name => !value.is_empty() && !value.starts_with('-'),
            Shape::Other(regex) => regex.as_ref().is_some_and(|regex| regex.find(&value).is_some()),
        };
        if fits && odd.is_none() {
            return segment(name, value);
        }
        let words = match shape {
            Shape::Id(digits) => format!("{digits} hexadecimal digits"),
            Shape::Name => "letters, digits and hyphens, the first not a hyphen".to_owned(),
            Shape::Other(_) => format!("text that matches {}", self.text),
        };
        let length = value.chars().count();
        let plural = if length == 1 { "" } else { "s" };
        let odd = match odd {
            Some(upper @ 'A'..='F') => format!(", of which {upper:?} is not in lower case"),
            Some(odd) => format!(", {odd:?} among them"),
            None => String::new(),
        };
        Err(format!("{name} must be {words}, got {length} character{plural}{odd}").into())
    }
}

fn shape(text: &str) -> Shape {
    let whole = text.strip_prefix('^').and_then(|text| text.strip_suffix('$')).unwrap_or_default();
    let digits = whole.trim_matches(['(', ')']).strip_prefix("[a-f0-9]{").and_then(|text| text.strip_suffix('}'));
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(digits) => Shape::Id(digits),
        None if whole == "[a-zA-Z0-9][a-zA-Z0-9-]*" => Shape::Name,
        None => Shape::Other(regress::Regex::new(text).ok()),
    }
}

/// A path segment that is not empty and does not climb.
pub(crate) fn segment(name: &str, value: String) -> Result<String, Cow<'static, str>> {
    match value.as_str() {
        "" => Err(format!("{name} is empty").into()),
        "." | ".." => Err(format!("{name} must not be {value:?}, which is a step in the path").into()),
        _ => Ok(value),
    }
}
