//! Arguments of a call: a value goes in with the name of its parameter; it comes out as it was, or a complaint in words
//! does, and nothing is sent. The generated setters call these checks with the patterns of the OpenAPI document.

use std::borrow::Cow;
use std::sync::OnceLock;

/// A pattern of a parameter, compiled when it is first needed.
pub(crate) struct Pattern {
    text: &'static str,
    regex: OnceLock<Option<regress::Regex>>,
}

impl Pattern {
    pub(crate) const fn new(text: &'static str) -> Self {
        Pattern { text, regex: OnceLock::new() }
    }

    pub(crate) fn check(&self, name: &str, value: String) -> Result<String, Cow<'static, str>> {
        // The build script has compiled it before, so there is one; without one nothing passes.
        let regex = self.regex.get_or_init(|| regress::Regex::new(self.text).ok());
        match regex.as_ref().and_then(|regex| regex.find(&value)) {
            Some(_) => segment(name, value),
            None => Err(format!("{name} must be {}, got {}", self.words(), self.described(&value)).into()),
        }
    }

    /// How many digits, if the pattern is about hexadecimal digits, which is what ids of Atlas are.
    fn hexadecimal(&self) -> Option<&'static str> {
        self.text.trim_matches(['^', '(', ')', '$']).strip_prefix("[a-f0-9]{")?.strip_suffix('}')
    }

    fn words(&self) -> Cow<'static, str> {
        match (self.hexadecimal(), self.text) {
            (Some(digits), _) => format!("{digits} hexadecimal digits").into(),
            (None, "^[a-zA-Z0-9][a-zA-Z0-9-]*$") => "letters, digits and hyphens, the first not a hyphen".into(),
            (None, other) => format!("text that matches {other}").into(),
        }
    }

    fn described(&self, value: &str) -> String {
        let length = match value.chars().count() {
            1 => "1 character".to_owned(),
            more => format!("{more} characters"),
        };
        let odd = |it: &char| match self.hexadecimal() {
            Some(_) => !matches!(it, '0'..='9' | 'a'..='f'),
            None => !(it.is_ascii_alphanumeric() || *it == '-'),
        };
        match value.chars().find(odd) {
            Some(upper @ 'A'..='F') if self.hexadecimal().is_some() => {
                format!("{length}, of which {upper:?} is not in lower case")
            }
            Some(odd) => format!("{length}, {odd:?} among them"),
            None => length,
        }
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
