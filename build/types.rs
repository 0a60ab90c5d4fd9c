//! Which schemas become Rust types, and under which names. A type is made of an object with
//! properties and of an enum of text, be it a component or written inline; that one is named after
//! its schema and property. A text or an array that has a name in the document is no type: it is
//! written out where it is used, so that its pattern binds a parameter and not a response.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use super::flatten::{Flat, Flattener};
use super::names::{self, Variant, field_name, is_name, part_name, schema_name};
use super::refusals::{Place, Refusals};
use super::schema::Schema;

/// The types of the document, by their names in Rust.
pub type Types = BTreeMap<String, Type>;

pub struct Type {
    pub properties: Vec<Property>,
    /// The values of an enum.
    pub variants: Vec<Variant>,
    /// The schema with its cases and parts put together.
    pub schema: Schema,
}

pub struct Property {
    pub json_name: String,
    /// Name of the field in Rust.
    pub field: String,
    /// The note of `#[deprecated]`.
    pub deprecated: Option<String>,
    /// Whether it must not be shown.
    pub is_secret: bool,
}

impl Type {
    /// Returns whether a property of this type must not be shown.
    pub fn has_secrets(&self) -> bool {
        self.properties.iter().any(|property| property.is_secret)
    }

    /// Returns whether the document says when a resource of this type has reached a final state.
    pub fn is_job(&self) -> bool {
        !self.schema.outcome.is_empty()
    }
}

/// Collects the types that operations need.
pub struct Collector<'a> {
    pub refusals: &'a Refusals,
    flattener: Flattener<'a>,
    types: Types,
    /// Where each name of a type comes from.
    places: BTreeMap<String, Place>,
    /// Components that are still to be collected.
    pending: Vec<String>,
    known: BTreeSet<String>,
    /// For each schema around the current one, the components that it was put together from. The
    /// same ones again mean that it leads back to itself.
    visiting: Vec<Vec<String>>,
}

impl<'a> Collector<'a> {
    pub fn new(document: &'a Document, refusals: &'a Refusals) -> Collector<'a> {
        Collector {
            flattener: Flattener::new(&document.schemas, refusals),
            refusals,
            types: Types::new(),
            places: BTreeMap::new(),
            pending: Vec::new(),
            known: BTreeSet::new(),
            visiting: Vec::new(),
        }
    }

    /// Returns a schema with everything that it refers to written out, its items too.
    pub fn whole(&self, schema: &Schema) -> Schema {
        let mut whole = self.flattener.write_out(schema);
        if let Some(items) = &mut whole.items {
            **items = self.flattener.write_out(items);
        }
        whole
    }

    /// Returns all types, by their names in Rust.
    pub fn finish(mut self) -> Types {
        while let Some(name) = self.pending.pop() {
            let flat = self.flattener.component(&name);
            self.settle_flat(flat, &schema_name(&name));
        }
        self.types
    }

    /// Puts a schema together with all that stands in it, and notes the types that it needs. If it
    /// is a type itself and has no name in the document, `name` is its name in Rust.
    pub fn settle(&mut self, schema: &Schema, name: &str) -> Schema {
        let mut flat = self.flattener.flatten(schema);
        let Some(component) = flat.schema.reference.take() else {
            return self.settle_flat(flat, name);
        };
        let mut schema = flat.schema;
        schema.reference = Some(schema_name(&component));
        if self.known.insert(component.clone()) {
            self.pending.push(component);
        }
        schema
    }

    fn settle_flat(&mut self, flat: Flat, name: &str) -> Schema {
        let Flat {
            schema,
            written_out,
        } = flat;
        let is_again = !written_out.is_empty() && self.visiting.contains(&written_out);
        if is_again && written_out.len() == 1 {
            self.refusals.refuse(&schema.place, "leads back to itself");
        }
        if is_again {
            return Schema {
                place: schema.place,
                ..Schema::default()
            };
        }
        self.visiting.push(written_out);
        let schema = self.settle_parts(schema, name);
        self.visiting.pop();
        if schema.is_type() {
            return self.add(schema, name);
        }
        schema
    }

    fn settle_parts(&mut self, mut schema: Schema, name: &str) -> Schema {
        for (property, part) in &mut schema.properties {
            *part = self.settle(part, &part_name(name, property));
        }
        if let Some(items) = &mut schema.items {
            **items = self.settle(items, &part_name(name, "item"));
        }
        if let Some(entries) = &mut schema.entries {
            **entries = self.settle(entries, &part_name(name, "value"));
        }
        schema
    }

    fn add(&mut self, mut schema: Schema, name: &str) -> Schema {
        schema.rust_name = Some(name.to_owned());
        self.check_name(&schema.place, name);
        let new = Type {
            properties: self.properties(&schema),
            variants: names::of_enum(&schema, self.refusals),
            schema: schema.clone(),
        };
        self.types.insert(name.to_owned(), new);
        schema
    }

    fn check_name(&mut self, place: &Place, name: &str) {
        if !is_name(name) {
            let why = "Rust has no name for this type; give it another name";
            self.refusals.refuse(place, why);
        } else if let Some(other) = self.places.insert(name.to_owned(), place.clone()) {
            let why = format!("its Rust name {name} is that of {other} too; rename one of them");
            self.refusals.refuse(place, why);
        }
    }

    fn properties(&self, schema: &Schema) -> Vec<Property> {
        let mut taken = BTreeSet::from(["extra".to_owned()]);
        let mut properties = Vec::new();
        for (json_name, property) in &schema.properties {
            let field = field_name(json_name);
            let place = schema.place.inside("properties").inside(json_name);
            names::take(&field, &mut taken, &place, self.refusals);
            let deprecated = property.deprecation.note();
            properties.push(Property {
                json_name: json_name.clone(),
                field,
                deprecated,
                is_secret: property.is_secret || items_are_secret(property),
            });
        }
        properties
    }
}

fn items_are_secret(schema: &Schema) -> bool {
    let mut parts = schema.items.iter().chain(&schema.entries);
    parts.any(|part| part.is_secret || items_are_secret(part))
}
