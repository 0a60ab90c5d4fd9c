//! Schemas: their properties, types, formats, limits and values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::build::schema::Schema;
use super::difference::{Difference, shown};
use super::listed::Listed;
use super::read::Read;

/// Keys that hold schemas, or are compared in another way.
const STRUCTURE: [&str; 9] = [
    "properties",
    "items",
    "additionalProperties",
    "enum",
    "required",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
];

pub struct Comparison<'a> {
    pub curated: &'a Read,
    pub published: &'a Read,
    pub listed: &'a Listed,
    pub found: Vec<Difference>,
    /// Pairs of components that have been compared.
    compared: BTreeSet<(String, String)>,
}

impl<'a> Comparison<'a> {
    pub fn new(curated: &'a Read, published: &'a Read, listed: &'a Listed) -> Self {
        Comparison {
            curated,
            published,
            listed,
            found: Vec::new(),
            compared: BTreeSet::new(),
        }
    }

    /// Notes a difference between what the documents say at a place, if there is one.
    pub fn texts(&mut self, place: &str, here: Option<&str>, published: Option<&str>) {
        if here != published {
            self.found.push(Difference::new(place, published, here));
        }
    }

    /// Notes that something is in one of the documents only.
    pub fn presence(&mut self, place: &str, is_here: bool, is_published: bool) {
        let there = |is_there: bool| is_there.then_some("there");
        self.texts(place, there(is_here), there(is_published));
    }

    /// Compares values of which `false` and nothing mean the same.
    fn values_of_key(&mut self, place: &str, here: Option<&Value>, published: Option<&Value>) {
        let here = here.and_then(text);
        let published = published.and_then(text);
        self.texts(place, here.as_deref(), published.as_deref());
    }

    /// Compares two schemas. Components are named after the curated one, and compared once.
    pub fn schemas(&mut self, place: &str, here: &Schema, published: &Schema) {
        let here = self.curated.flat(here);
        let published = self.published.flat(published);
        let (Some(name), Some(other)) = (&here.reference, &published.reference) else {
            let (here, published) = (self.curated.whole(here), self.published.whole(published));
            return self.all(place, &here, &published);
        };
        // What is said beside a reference in one document may be said of the component in the other.
        let beside = both_keys(&here, &published);
        let whole = self.curated.whole(here.clone());
        self.keys(
            place,
            &beside,
            &whole,
            &self.published.whole(published.clone()),
        );
        let known = self.listed.schemas.get(name).unwrap_or(name);
        self.texts(&format!("{place} > schema"), Some(known), Some(other));
        if self.compared.insert((name.clone(), other.clone())) {
            let published = self.published.component(other);
            self.all(name, &self.curated.component(name), &published);
        }
    }

    fn all(&mut self, place: &str, here: &Schema, published: &Schema) {
        self.keys(place, &both_keys(here, published), here, published);
        if here.kind != published.kind {
            // Of another type everything else is different, too.
            return;
        }
        self.values(place, here, published);
        self.properties(place, here, published);
        self.part(&format!("{place} > items"), &here.items, &published.items);
        let entries = format!("{place} > additionalProperties");
        self.part(&entries, &here.entries, &published.entries);
    }

    fn part(&mut self, place: &str, here: &Option<Box<Schema>>, published: &Option<Box<Schema>>) {
        match (here, published) {
            (Some(here), Some(published)) => self.schemas(place, here, published),
            _ => self.presence(place, here.is_some(), published.is_some()),
        }
    }

    /// Compares these keys, but those of the structure.
    fn keys(&mut self, place: &str, keys: &BTreeSet<String>, here: &Schema, published: &Schema) {
        for key in keys {
            if STRUCTURE.contains(&key.as_str()) || self.listed.is_ignored(key) {
                continue;
            }
            let place = format!("{place} > {key}");
            let published = published.documented.get(key);
            self.values_of_key(&place, here.documented.get(key), published);
        }
    }

    fn values(&mut self, place: &str, here: &Schema, published: &Schema) {
        let here: BTreeSet<_> = here.values.iter().map(shown).collect();
        let published: BTreeSet<_> = published.values.iter().map(shown).collect();
        for value in here.union(&published) {
            let place = format!("{place} > value {value}");
            self.presence(&place, here.contains(value), published.contains(value));
        }
    }

    fn properties(&mut self, place: &str, here: &Schema, published: &Schema) {
        for name in in_either(&here.properties, &published.properties) {
            let place = format!("{place} > {name}");
            let both = (here.properties.get(name), published.properties.get(name));
            let (Some(part), Some(published_part)) = both else {
                self.presence(&place, both.0.is_some(), both.1.is_some());
                continue;
            };
            let required = format!("{place} > required");
            let is_published = requires(published, name);
            self.presence(&required, requires(here, name), is_published);
            self.schemas(&place, part, published_part);
        }
    }
}

/// Returns all that is documented in one of them.
fn both_keys(here: &Schema, published: &Schema) -> BTreeSet<String> {
    let keys = here.documented.keys().chain(published.documented.keys());
    keys.cloned().collect()
}

fn requires(schema: &Schema, name: &str) -> bool {
    let required = schema.documented.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|required| required == name))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(false) => None,
        // 1 and 1.0 are the same number.
        Value::Number(number) => number.as_f64().map(|number| number.to_string()),
        value => Some(shown(value)),
    }
}

/// Returns the names that are in either of both, each once.
pub fn in_either<'a, K: Ord, T>(
    here: &'a BTreeMap<K, T>,
    published: &'a BTreeMap<K, T>,
) -> BTreeSet<&'a K> {
    here.keys().chain(published.keys()).collect()
}
