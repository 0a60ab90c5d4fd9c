//! A node of the document while it is being read. The reader of a mapping takes the keys it knows,
//! one by one, and then calls `nothing_else`, which refuses the rest: the build would ignore those
//! keys. Values that mean nothing (`false`, `null`, `[]`, `{}`) and extensions (`x-`) are allowed.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::refusals::{Place, Refusals, item_name};

pub struct Node<'a> {
    pub place: Place,
    pub value: &'a Value,
    /// The whole document, into which `$ref` leads.
    pub root: &'a Value,
    /// Whether it is a document of OpenAPI 3.1.
    pub is_3_1: bool,
    refusals: &'a Refusals,
    taken: BTreeSet<&'static str>,
}

/// The target of a `$ref`: a component of the right kind in this document.
pub enum Reference<'a> {
    /// The node is no `$ref`.
    None,
    /// The node refers to the component of this name.
    To(String, Node<'a>),
    /// The node is a `$ref` that has been refused.
    Nowhere,
}

impl<'a> Node<'a> {
    pub fn root(root: &'a Value, refusals: &'a Refusals) -> Node<'a> {
        Node {
            place: Place::default(),
            value: root,
            root,
            is_3_1: false,
            refusals,
            taken: BTreeSet::new(),
        }
    }

    /// Returns another node of the same document.
    pub fn other(&self, value: &'a Value, place: Place) -> Node<'a> {
        Node {
            place,
            value,
            root: self.root,
            is_3_1: self.is_3_1,
            refusals: self.refusals,
            taken: BTreeSet::new(),
        }
    }

    /// Returns the node that stands at a key.
    pub fn inside(&self, key: &str) -> Node<'a> {
        self.other(&self.value[key], self.place.inside(key))
    }

    pub fn refuse(&self, why: impl std::fmt::Display) {
        self.refusals.refuse(&self.place, why);
    }

    /// Follows the `$ref` of the node into a section of `components`, such as `schemas`.
    pub fn follow(&self, section: &str) -> Reference<'a> {
        let Some(mapping) = self.value.as_object() else {
            return Reference::None;
        };
        let Some(target) = mapping.get("$ref") else {
            return Reference::None;
        };
        if !self.may_stand_beside(section, mapping) {
            return Reference::Nowhere;
        }
        let prefix = format!("#/components/{section}/");
        let text = target.as_str().unwrap_or_default();
        let name = text.strip_prefix(&prefix).unwrap_or_default();
        let Some(value) = self.root["components"][section].get(name) else {
            let kind = section.trim_end_matches('s');
            self.refuse(format!(
                "the $ref leads to no {kind} of this document: {target}"
            ));
            return Reference::Nowhere;
        };
        let place = self.other(value, Default::default()).place;
        let place = place.inside("components").inside(section).inside(name);
        Reference::To(name.to_owned(), self.other(value, place))
    }

    /// Returns the node, or the component that its `$ref` leads to, unless that is refused.
    pub fn target(self, section: &str) -> Option<Node<'a>> {
        match self.follow(section) {
            Reference::None => Some(self),
            Reference::To(_, target) => Some(target),
            Reference::Nowhere => None,
        }
    }

    /// Refuses what stands beside a `$ref` and would have no effect.
    fn may_stand_beside(&self, section: &str, mapping: &Map<String, Value>) -> bool {
        let words = ["$ref", "summary", "description"];
        let is_words = |key: &String| words.contains(&key.as_str());
        if mapping.len() == 1 || self.is_3_1 && section == "schemas" {
            return true;
        }
        if self.is_3_1 && mapping.keys().all(is_words) {
            return true;
        }
        let advice = match self.is_3_1 {
            true => "only a summary and a description have an effect",
            false => "put the $ref into an allOf",
        };
        self.refuse(format!("what stands beside a $ref is ignored; {advice}"));
        false
    }

    /// Returns the description that stands beside a `$ref`, in place of that of its target.
    pub fn beside_reference(&self) -> Option<String> {
        self.value.get("$ref")?;
        let description = self.value["description"].as_str()?;
        Some(description.trim().to_owned())
    }

    /// Takes a key that holds text.
    pub fn text(&mut self, key: &'static str) -> Option<String> {
        self.child(key)?.as_text()
    }

    /// Takes a key that holds a list of texts.
    pub fn texts(&mut self, key: &'static str) -> Vec<String> {
        let nodes = self.list(key).into_iter();
        nodes.filter_map(|node| node.as_text()).collect()
    }

    fn as_text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => return Some(text.trim().to_owned()),
            Value::Number(_) => self.refuse("must be text; put the number in quotes"),
            _ => self.refuse("must be text"),
        }
        None
    }

    /// Takes a key that is true or false. Defaults to false.
    pub fn flag(&mut self, key: &'static str) -> bool {
        let Some(node) = self.child(key) else {
            return false;
        };
        if !node.value.is_boolean() {
            node.refuse("must be true or false, without quotes");
        }
        node.value == &Value::Bool(true)
    }

    /// Takes a key that holds a number.
    pub fn number(&mut self, key: &'static str) -> Option<f64> {
        let node = self.child(key)?;
        if !node.value.is_number() {
            node.refuse("must be a number, without quotes");
        }
        node.value.as_f64()
    }

    /// Takes a key that holds a count.
    pub fn count(&mut self, key: &'static str) -> Option<u64> {
        let node = self.child(key)?;
        if !node.value.is_u64() {
            node.refuse("must be a whole number, without quotes");
        }
        node.value.as_u64()
    }

    /// Takes the value of a key that holds anything but null.
    pub fn any(&mut self, key: &'static str) -> Option<Value> {
        self.present(key).map(|node| node.value.clone())
    }

    /// Takes a key that holds a list.
    pub fn list(&mut self, key: &'static str) -> Vec<Node<'a>> {
        let Some(node) = self.child(key) else {
            return Vec::new();
        };
        let Some(items) = node.value.as_array() else {
            node.refuse("must be a list");
            return Vec::new();
        };
        let mut nodes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let place = node.place.inside(item_name(item, index));
            nodes.push(self.other(item, place));
        }
        nodes
    }

    /// Takes a key that holds a mapping of names that the document chooses.
    pub fn map(&mut self, key: &'static str) -> Vec<(String, Node<'a>)> {
        self.child(key)
            .map(|node| node.entries())
            .unwrap_or_default()
    }

    /// Takes a key that holds something which does not mean the same as nothing.
    pub fn child(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.present(key).filter(|node| !says_nothing(node.value))
    }

    /// Takes a key that holds anything but null.
    pub fn present(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.taken.insert(key);
        let value = self.value.get(key)?;
        if value.is_null() {
            return None;
        }
        Some(self.other(value, self.place.inside(key)))
    }

    /// Takes keys that only document something.
    pub fn documentation(&mut self, keys: &[&'static str]) {
        self.taken.extend(keys);
    }

    /// Returns the values of a mapping by their names.
    pub fn entries(&self) -> Vec<(String, Node<'a>)> {
        let mut entries = Vec::new();
        for (name, value) in self.as_mapping().into_iter().flatten() {
            let node = self.other(value, self.place.inside(name));
            entries.push((name.clone(), node));
        }
        entries
    }

    /// Refuses every key that was not taken. `advice` may return a better sentence for a key.
    pub fn nothing_else(self, advice: fn(&str) -> Option<&'static str>) {
        for (key, value) in self.as_mapping().into_iter().flatten() {
            let is_known = self.taken.contains(key.as_str()) || key.starts_with("x-");
            // In braces, YAML reads `type:string` as a key.
            let lacks_space = value.is_null() && key.contains(':');
            if is_known || (says_nothing(value) && !lacks_space) {
                continue;
            }
            let why = match advice(key) {
                _ if lacks_space => "no space behind the colon",
                Some(advice) => advice,
                None => "this key is unknown here or misspelt",
            };
            self.refusals.refuse(&self.place.inside(key), why);
        }
    }

    fn as_mapping(&self) -> Option<&'a Map<String, Value>> {
        if !self.value.is_object() {
            self.refuse("must be a mapping");
        }
        self.value.as_object()
    }
}

/// Returns whether omitting the value would mean the same.
pub fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Returns no advice, for `Node::nothing_else`.
pub fn no_advice(_: &str) -> Option<&'static str> {
    None
}
