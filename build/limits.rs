//! The limits of a value. They bind arguments; in answers they are documentation.

use super::node::Node;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
}

impl Limits {
    /// Takes from `other` what this leaves open.
    pub fn or(&self, other: &Limits) -> Limits {
        Limits {
            minimum: self.minimum.or(other.minimum),
            maximum: self.maximum.or(other.maximum),
            min_length: self.min_length.or(other.min_length),
            max_length: self.max_length.or(other.max_length),
            min_items: self.min_items.or(other.min_items),
            max_items: self.max_items.or(other.max_items),
            unique_items: self.unique_items || other.unique_items,
        }
    }

    pub fn read(node: &mut Node) -> Limits {
        Limits {
            minimum: node.number("minimum"),
            maximum: node.number("maximum"),
            min_length: node.count("minLength"),
            max_length: node.count("maxLength"),
            min_items: node.count("minItems"),
            max_items: node.count("maxItems"),
            unique_items: node.flag("uniqueItems"),
        }
    }
}
