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
        if regex.as_ref().is_some_and(|regex| regex.find(&value).is_some()) {
            return segment(name, value);
        }
        let (words, is_odd) = self.words();
        let length = value.chars().count();
        let plural = if length == 1 { "" } else { "s" };
        let odd = match value.chars().find(is_odd) {
            Some(upper @ 'A'..='F') => format!(", of which {upper:?} is not in lower case"),
            Some(odd) => format!(", {odd:?} among them"),
            None => String::new(),
        };
        Err(format!("{name} must be {words}, got {length} character{plural}{odd}").into())
    }

    /// What the pattern asks for, and which characters it has no use for.
    fn words(&self) -> (String, fn(&char) -> bool) {
        let digits = self.text.trim_matches(['^', '(', ')', '$']).strip_prefix("[a-f0-9]{");
        match digits.and_then(|digits| digits.strip_suffix('}')) {
            Some(digits) => (format!("{digits} hexadecimal digits"), |it| !matches!(it, '0'..='9' | 'a'..='f')),
            None if self.text == "^[a-zA-Z0-9][a-zA-Z0-9-]*$" => {
                let words = "letters, digits and hyphens, the first not a hyphen".to_owned();
                (words, |it| !it.is_ascii_alphanumeric() && *it != '-')
            }
            None => (format!("text that matches {}", self.text), |_| false),
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
