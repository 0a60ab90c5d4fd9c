//! What the document says about the end of something: `deprecated`, and two extensions that
//! complete it, `x-sunset` and `x-successor`. It becomes the note of a `#[deprecated]`.

use super::node::Node;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deprecation {
    deprecated: bool,
    sunset: Option<String>,
    successor: Option<String>,
}

impl Deprecation {
    pub fn read(node: &mut Node) -> Deprecation {
        let deprecated = node.flag("deprecated");
        Deprecation {
            deprecated,
            ..Deprecation::extensions(node)
        }
    }

    /// Reads no more than the extensions, where OpenAPI knows no `deprecated`.
    pub fn extensions(node: &mut Node) -> Deprecation {
        Deprecation {
            deprecated: false,
            sunset: node.text("x-sunset"),
            successor: node.text("x-successor"),
        }
    }

    /// Takes from `other` what this leaves open.
    pub fn or(&self, other: &Deprecation) -> Deprecation {
        Deprecation {
            deprecated: self.deprecated,
            sunset: self.sunset.clone().or(other.sunset.clone()),
            successor: self.successor.clone().or(other.successor.clone()),
        }
    }

    /// Returns the note of the attribute, if the thing is on its way out.
    pub fn note(&self) -> Option<String> {
        let mut note = match &self.sunset {
            Some(date) => format!("Atlas announced its end for {date}"),
            None if self.deprecated => "Atlas has deprecated it".to_owned(),
            None => return None,
        };
        if let Some(successor) = &self.successor {
            note += &format!("; use {successor}");
        }
        Some(note)
    }
}
