//! Arguments of a call: a value goes in with the name of its parameter; it comes out as it was, or a complaint in words
//! does, and nothing is sent. The generated setters call these checks with the patterns of the OpenAPI document.

use std::borrow::Cow;
use std::sync::OnceLock;

use regress::Regex;

const NAME: &str = "^[a-zA-Z0-9][a-zA-Z0-9-]*$";

/// A pattern of a parameter.
pub(crate) struct Pattern {
    text: &'static str,
    /// Understood when it is first needed. The build script has done so before: without one nothing passes.
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) const fn new(text: &'static str) -> Self {
        Pattern {
            text,
            regex: OnceLock::new(),
        }
    }

    /// The two patterns that Atlas has, `digits` and `NAME`, are checked by hand: a regular expression would take ten
    /// times as long, in every call.
    pub(crate) fn check(&self, name: &str, value: String) -> Result<String, Cow<'static, str>> {
        let digits = digits(self.text);
        let mut chars = value.chars();
        let (odd, fits) = match digits {
            Some(digits) => (
                chars.find(|it| !matches!(it, '0'..='9' | 'a'..='f')),
                value.len() == digits,
            ),
            None if self.text == NAME => (
                chars.find(|it| !it.is_ascii_alphanumeric() && *it != '-'),
                value.starts_with(|it| it != '-'),
            ),
            None => {
                let regex = self.regex.get_or_init(|| Regex::new(self.text).ok());
                (
                    None,
                    regex
                        .as_ref()
                        .is_some_and(|regex| regex.find(&value).is_some()),
                )
            }
        };
        if fits && odd.is_none() {
            return segment(name, value);
        }
        let words = match digits {
            Some(digits) => format!("{digits} hexadecimal digits"),
            None if self.text == NAME => {
                "letters, digits and hyphens, the first not a hyphen".to_owned()
            }
            None => format!("text that matches {}", self.text),
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

/// How many digits `^([a-f0-9]{24})$` and its like ask for.
fn digits(pattern: &str) -> Option<usize> {
    let whole = pattern
        .strip_prefix('^')?
        .strip_suffix('$')?
        .trim_matches(['(', ')']);
    whole
        .strip_prefix("[a-f0-9]{")?
        .strip_suffix('}')?
        .parse()
        .ok()
}

/// A path segment that is not empty and does not climb.
pub(crate) fn segment(name: &str, value: String) -> Result<String, Cow<'static, str>> {
    match value.as_str() {
        "" => Err(format!("{name} is empty").into()),
        "." | ".." => {
            Err(format!("{name} must not be {value:?}, which is a step in the path").into())
        }
        _ => Ok(value),
    }
}
