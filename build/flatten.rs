//! What a schema is made of, with everything it refers to written out. `allOf`, `oneOf` and `anyOf`
//! become one open schema with the properties of all parts: the properties of a response show which
//! case it is. A `$ref` stays only where it leads to a component that is a Rust type of its own.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::merge::{fill_in, merge, take_structure};
use super::refusals::Refusals;
use super::schema::{Kind, Schema};

pub struct Flattener<'a> {
    components: &'a BTreeMap<String, Schema>,
    refusals: &'a Refusals,
    /// Whether a component is a type, once that has been found out.
    are_types: RefCell<BTreeMap<String, bool>>,
    /// Components that have been put together, and are the same wherever they are part of another.
    known: RefCell<BTreeMap<String, Flat>>,
    /// The lowest index in the stack of a component that refers back to itself.
    met_again: Cell<usize>,
}

/// A schema without parts.
#[derive(Clone, Default)]
pub struct Flat {
    pub schema: Schema,
    /// The components that were written out in it.
    pub written_out: Vec<String>,
}

/// A schema that is part of another.
struct Part<'s> {
    schema: &'s Schema,
    /// Every value conforms to it, unlike to one of several cases.
    applies_always: bool,
}

impl<'a> Flattener<'a> {
    pub fn new(components: &'a BTreeMap<String, Schema>, refusals: &'a Refusals) -> Self {
        Flattener {
            components,
            refusals,
            are_types: RefCell::default(),
            known: RefCell::default(),
            met_again: Cell::new(usize::MAX),
        }
    }

    /// Puts a schema together. If it is no more than a type of the document in other words, it
    /// stays a `$ref`.
    pub fn flatten(&self, schema: &Schema) -> Flat {
        if let Some(name) = sole_reference(schema) {
            let Some(name) = self.follow(name) else {
                return Flat::default();
            };
            if self.is_type(name) {
                let mut schema = without_parts(schema);
                schema.reference = Some(name.to_owned());
                return Flat {
                    schema,
                    ..Flat::default()
                };
            }
        }
        self.flat(schema, &mut Vec::new())
    }

    /// Puts a schema together and keeps no `$ref`.
    pub fn write_out(&self, schema: &Schema) -> Schema {
        self.flat(schema, &mut Vec::new()).schema
    }

    /// Puts a component together.
    pub fn component(&self, name: &str) -> Flat {
        match self.components.get(name) {
            Some(schema) => self.flat(schema, &mut vec![name.to_owned()]),
            None => Flat::default(),
        }
    }

    fn is_type(&self, name: &str) -> bool {
        if let Some(known) = self.are_types.borrow().get(name) {
            return *known;
        }
        let is_type = self.component(name).schema.is_type();
        self.are_types.borrow_mut().insert(name.to_owned(), is_type);
        is_type
    }

    /// Returns the component behind a name, past those that are nothing but another name for it.
    fn follow(&self, name: &str) -> Option<&'a str> {
        let mut visited = Vec::new();
        let mut name = self.components.get_key_value(name)?.0;
        while let Some(next) = self.components.get(name)?.reference.as_deref() {
            visited.push(name);
            name = self.components.get_key_value(next)?.0;
            if visited.contains(&name) {
                let place = &self.components.get(name)?.place;
                self.refusals.refuse(place, "the $ref leads back to itself");
                return None;
            }
        }
        Some(name)
    }

    /// Puts a schema together. `visiting` has the components that are being written out, so that
    /// none is written into itself.
    fn flat(&self, schema: &Schema, visiting: &mut Vec<String>) -> Flat {
        let parts = self.parts(schema, visiting);
        let is_one = parts.len() == 1;
        let mut whole = without_parts(schema);
        let mut written_out = Vec::new();
        let mut is_bare = !is_made_of_something(&whole) && !parts.is_empty();
        for part in parts {
            let applies_always = part.applies_always;
            let flat = self.flat_part(part.schema, visiting);
            for name in flat.written_out {
                if !written_out.contains(&name) {
                    written_out.push(name);
                }
            }
            let part = flat.schema;
            // What holds for every value holds for the whole.
            if is_one || applies_always {
                fill_in(&mut whole, &part);
            }
            if is_bare {
                take_structure(&mut whole, part);
                is_bare = false;
            } else if is_made_of_something(&part) || !applies_always {
                // A case without any constraint can be anything.
                whole = merge(whole, part);
            }
        }
        if !is_made_of_something(&whole) && schema.kind == Some(Kind::Object) {
            whole.kind = schema.kind;
            whole.documented.insert("type".to_owned(), "object".into());
        }
        Flat {
            schema: whole,
            written_out,
        }
    }

    /// Puts a part together. A component that does not lead back to any that is being written out
    /// is put together once, however many others it is part of.
    fn flat_part(&self, part: &Schema, visiting: &mut Vec<String>) -> Flat {
        let Some(name) = &part.reference else {
            return self.flat(part, visiting);
        };
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let Some(component) = self.components.get(name) else {
            return Flat::default();
        };
        let before = self.met_again.replace(usize::MAX);
        let depth = visiting.len();
        visiting.push(name.clone());
        let mut flat = self.flat(component, visiting);
        visiting.pop();
        flat.written_out.insert(0, name.clone());
        if self.met_again.get() >= depth {
            self.known.borrow_mut().insert(name.clone(), flat.clone());
        }
        self.met_again.set(before.min(self.met_again.get()));
        flat
    }

    /// Returns what a schema is put together from.
    fn parts<'s>(&self, schema: &'s Schema, visiting: &[String]) -> Vec<Part<'s>> {
        let mut parts = Vec::new();
        let itself = schema.reference.is_some().then_some(schema);
        for part in itself.into_iter().chain(&schema.all_of) {
            if !self.is_visited(part, visiting) {
                parts.push(Part {
                    schema: part,
                    applies_always: true,
                });
            }
        }
        // A case that refers to the whole adds nothing to it.
        let is_from_case = schema
            .cases
            .iter()
            .any(|case| self.is_visited(case, visiting));
        if is_from_case {
            return parts;
        }
        for case in &schema.cases {
            parts.push(Part {
                schema: case,
                applies_always: false,
            });
        }
        parts
    }

    fn is_visited(&self, part: &Schema, visiting: &[String]) -> bool {
        let Some(name) = &part.reference else {
            return false;
        };
        let depth = visiting.iter().position(|visited| visited == name);
        if let Some(depth) = depth {
            self.met_again.set(depth.min(self.met_again.get()));
        }
        depth.is_some()
    }
}

/// Returns the name that a schema refers to, if it says nothing else about its values.
fn sole_reference(schema: &Schema) -> Option<&str> {
    if let Some(name) = &schema.reference {
        return Some(name);
    }
    let own = without_parts(schema);
    let mut parts = schema.all_of.iter().chain(&schema.cases);
    let first = parts.next()?;
    if parts.next().is_some() || is_made_of_something(&own) {
        return None;
    }
    first.reference.as_deref()
}

fn without_parts(schema: &Schema) -> Schema {
    let mut own = schema.clone();
    let is_composed = !own.all_of.is_empty() || !own.cases.is_empty();
    let is_empty = own.properties.is_empty() && own.entries.is_none();
    // MongoDB writes `type: object` beside cases that are words.
    if is_composed && is_empty && own.kind == Some(Kind::Object) {
        own.kind = None;
        own.documented.remove("type");
    }
    own.reference = None;
    own.all_of.clear();
    own.cases.clear();
    own
}

fn is_made_of_something(schema: &Schema) -> bool {
    let has_values = !schema.values.is_empty();
    has_values || schema.kind.is_some() || !schema.properties.is_empty()
}
