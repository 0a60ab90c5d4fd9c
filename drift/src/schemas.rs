//! Schemas: their properties, types, formats, limits and values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::difference::{Difference, shown};
use super::document::Document;
use super::flatten::flatten;
use super::listed::Listed;

/// Keys that hold schemas, or are looked at in another way.
const STRUCTURE: [&str; 5] = [
    "properties",
    "items",
    "additionalProperties",
    "enum",
    "required",
];

pub struct Comparison<'a> {
    pub curated: &'a Document,
    pub published: &'a Document,
    pub listed: &'a Listed,
    pub found: Vec<Difference>,
    /// Pairs of components that have been compared.
    compared: BTreeSet<(String, String)>,
}

impl<'a> Comparison<'a> {
    pub fn new(curated: &'a Document, published: &'a Document, listed: &'a Listed) -> Self {
        Comparison {
            curated,
            published,
            listed,
            found: Vec::new(),
            compared: BTreeSet::new(),
        }
    }

    /// Notes that something is in one of the documents only.
    pub fn presence(&mut self, place: &str, is_here: bool, is_published: bool) {
        if is_here != is_published {
            let there = |is_there: bool| is_there.then_some("there");
            self.found
                .push(Difference::new(place, there(is_published), there(is_here)));
        }
    }

    /// Compares values of which `false` and nothing mean the same.
    pub fn flag(&mut self, place: &str, here: &Value, published: &Value) {
        let text = |value: &Value| match value {
            Value::Null | Value::Bool(false) => None,
            // 1 and 1.0 are the same number.
            Value::Number(number) => number.as_f64().map(|number| number.to_string()),
            value => Some(shown(value)),
        };
        let here = text(here);
        let published = text(published);
        if here != published {
            self.found.push(Difference::new(
                place,
                published.as_deref(),
                here.as_deref(),
            ));
        }
    }

    /// Compares two schemas. Components are named after the curated one, and compared once.
    pub fn schemas(&mut self, place: &str, here: &Value, published: &Value) {
        let mut place = place.to_owned();
        if let (Some(name), Some(other)) = (component(here), component(published)) {
            let known = self.listed.schemas.get(name).map_or(name, String::as_str);
            if other != known {
                let place = format!("{place} > schema");
                self.found
                    .push(Difference::new(place, Some(other), Some(known)));
            }
            if !self.compared.insert((name.to_owned(), other.to_owned())) {
                return;
            }
            place = name.to_owned();
        }
        let here = flatten(self.curated, here);
        let published = flatten(self.published, published);
        self.keys(&place, &here, &published);
        self.values(&place, &here, &published);
        self.properties(&place, &here, &published);
        for key in ["items", "additionalProperties"] {
            let nothing = Value::Null;
            let here = here.get(key).unwrap_or(&nothing);
            let published = published.get(key).unwrap_or(&nothing);
            let place = format!("{place} > {key}");
            if here.is_object() && published.is_object() {
                self.schemas(&place, here, published);
            } else {
                self.presence(&place, here.is_object(), published.is_object());
            }
        }
    }

    fn keys(&mut self, place: &str, here: &Map<String, Value>, published: &Map<String, Value>) {
        let keys: BTreeSet<&String> = here.keys().chain(published.keys()).collect();
        for key in keys {
            if STRUCTURE.contains(&key.as_str()) || self.listed.is_ignored(key) {
                continue;
            }
            let nothing = Value::Null;
            let here = here.get(key).unwrap_or(&nothing);
            let published = published.get(key).unwrap_or(&nothing);
            self.flag(&format!("{place} > {key}"), here, published);
        }
    }

    fn values(&mut self, place: &str, here: &Map<String, Value>, published: &Map<String, Value>) {
        let here = texts(here.get("enum"));
        let published = texts(published.get("enum"));
        for value in here.union(&published) {
            let place = format!("{place} > value {value}");
            self.presence(&place, here.contains(value), published.contains(value));
        }
    }

    fn properties(
        &mut self,
        place: &str,
        here: &Map<String, Value>,
        published: &Map<String, Value>,
    ) {
        let required_here = texts(here.get("required"));
        let required_published = texts(published.get("required"));
        let here = properties(here);
        let published = properties(published);
        let names: BTreeSet<&String> = here.keys().chain(published.keys()).collect();
        for name in names {
            let place = format!("{place} > {name}");
            let (Some(here), Some(published)) = (here.get(name), published.get(name)) else {
                self.presence(
                    &place,
                    here.contains_key(name),
                    published.contains_key(name),
                );
                continue;
            };
            let is_required_here = required_here.contains(name);
            let is_required_published = required_published.contains(name);
            self.presence(
                &format!("{place} > required"),
                is_required_here,
                is_required_published,
            );
            self.schemas(&place, here, published);
        }
    }
}

/// Returns the name of the component that a schema refers to, alone or to say more about it.
fn component(schema: &Value) -> Option<&str> {
    let wrapped = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([one]) if !schema["properties"].is_object() => one,
        _ => schema,
    };
    wrapped["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

fn properties(schema: &Map<String, Value>) -> BTreeMap<String, Value> {
    let mut properties = BTreeMap::new();
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        properties.insert(name.clone(), property.clone());
    }
    properties
}

fn texts(values: Option<&Value>) -> BTreeSet<String> {
    let values = values.and_then(Value::as_array).into_iter().flatten();
    values.map(shown).collect()
}
