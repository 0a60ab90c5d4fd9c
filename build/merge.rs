//! One schema that reads whatever any of several describes. Of objects it has the properties of
//! all, of enums the values of all; where they cannot be brought together it is any JSON value.

use serde_json::Value;

use super::schema::{EXACT, Kind, Schema};

/// Returns what both are made of, as one schema. Neither refers to a component any more.
pub fn merge(first: Schema, second: Schema) -> Schema {
    let mut merged = first;
    merged.is_secret |= second.is_secret;
    match kind(&merged).zip(kind(&second)) {
        Some((Kind::Object, Kind::Object)) => merge_objects(&mut merged, second),
        Some((Kind::Array, Kind::Array)) => {
            merged.items = either_boxed(merged.items, second.items);
        }
        Some((Kind::String, Kind::String)) => merge_texts(&mut merged, second),
        Some((Kind::Boolean, Kind::Boolean) | (Kind::Integer, Kind::Integer)) => {}
        Some((Kind::Number, Kind::Number)) if merged.is_exact() == second.is_exact() => {}
        // A whole number may have more digits than `f64`.
        Some((Kind::Number | Kind::Integer, Kind::Number | Kind::Integer)) => {
            merged.kind = Some(Kind::Number);
            merged.format = Some(EXACT.to_owned());
        }
        _ => merged = anything(merged),
    }
    document(&mut merged);
    merged
}

/// Adds what is said beside the structure of `part`, such as its description, where `whole` says
/// nothing.
pub fn fill_in(whole: &mut Schema, part: &Schema) {
    for (key, value) in &part.documented {
        whole.documented.entry(key).or_insert(value.clone());
    }
    whole.description = whole.description.take().or(part.description.clone());
    whole.format = whole.format.take().or(part.format.clone());
    whole.pattern = whole.pattern.take().or(part.pattern.clone());
    whole.example = whole.example.take().or(part.example.clone());
    whole.is_secret |= part.is_secret;
    if whole.outcome.is_empty() {
        whole.outcome = part.outcome.clone();
    }
}

/// Gives `whole`, which has no structure of its own, the structure of `part`.
pub fn take_structure(whole: &mut Schema, part: Schema) {
    whole.kind = part.kind;
    whole.format = part.format;
    whole.pattern = part.pattern;
    whole.values = part.values;
    whole.properties = part.properties;
    whole.items = part.items;
    whole.entries = part.entries;
}

/// Returns a schema with both as cases, which are merged when it is flattened.
pub fn either(first: Schema, second: Schema) -> Schema {
    if is_same(&first, &second) && first.is_secret == second.is_secret {
        return first;
    }
    let mut either = Schema {
        place: first.place.clone(),
        description: first.description.clone(),
        is_secret: first.is_secret || second.is_secret,
        ..Schema::default()
    };
    for key in ["description", "readOnly", "title"] {
        if let Some(value) = first.documented.get(key) {
            either.documented.insert(key.to_owned(), value.clone());
        }
    }
    if first.deprecation == second.deprecation {
        either.deprecation = first.deprecation.clone();
    }
    either.cases = vec![first, second];
    either
}

fn kind(schema: &Schema) -> Option<Kind> {
    let is_object = !schema.properties.is_empty();
    schema.kind.or(is_object.then_some(Kind::Object))
}

fn merge_objects(merged: &mut Schema, second: Schema) {
    merged.kind = Some(Kind::Object);
    for (name, property) in second.properties {
        let property = match merged.properties.remove(&name) {
            Some(known) => either(known, property),
            None => property,
        };
        merged.properties.insert(name, property);
    }
    merged.entries = either_boxed(merged.entries.take(), second.entries);
}

/// The enums of this crate are open: they read any text.
fn merge_texts(merged: &mut Schema, second: Schema) {
    match (merged.is_enum(), second.is_enum()) {
        (true, _) => {
            for value in second.values {
                if !merged.values.contains(&value) {
                    merged.values.push(value);
                }
            }
        }
        (false, true) => {
            merged.values = second.values;
            merged.format = None;
            merged.pattern = None;
        }
        (false, false) => {
            if merged.format != second.format {
                merged.format = None;
            }
            if merged.pattern != second.pattern {
                merged.pattern = None;
            }
        }
    }
}

fn anything(schema: Schema) -> Schema {
    Schema {
        place: schema.place,
        description: schema.description,
        deprecation: schema.deprecation,
        is_secret: schema.is_secret,
        documented: schema.documented,
        ..Schema::default()
    }
}

fn either_boxed(first: Option<Box<Schema>>, second: Option<Box<Schema>>) -> Option<Box<Schema>> {
    match (first, second) {
        (Some(first), Some(second)) => Some(Box::new(either(*first, *second))),
        (first, second) => first.or(second),
    }
}

/// Updates the documentation to the merged structure, and drops what no longer holds.
fn document(merged: &mut Schema) {
    for key in ["default", "required"] {
        merged.documented.remove(key);
    }
    let kind = merged.kind.map(|kind| Value::from(kind.name()));
    let format = merged.format.clone().map(Value::from);
    let pattern = merged.pattern.clone().map(Value::from);
    let values = match merged.values.is_empty() {
        true => None,
        false => Some(Value::from(merged.values.clone())),
    };
    let keys = [
        ("type", kind),
        ("format", format),
        ("pattern", pattern),
        ("enum", values),
    ];
    for (key, value) in keys {
        match value {
            Some(value) => merged.documented.insert(key.to_owned(), value),
            None => merged.documented.remove(key),
        };
    }
}

/// Returns whether both describe the same values, whatever their descriptions.
fn is_same(first: &Schema, second: &Schema) -> bool {
    let leaf = first.reference == second.reference
        && first.kind == second.kind
        && first.format == second.format
        && first.values == second.values;
    leaf && are_same(&first.all_of, &second.all_of)
        && are_same(&first.cases, &second.cases)
        && is_same_box(&first.items, &second.items)
        && is_same_box(&first.entries, &second.entries)
        && first.properties.keys().eq(second.properties.keys())
        && first
            .properties
            .values()
            .zip(second.properties.values())
            .all(|(a, b)| is_same(a, b))
}

fn are_same(first: &[Schema], second: &[Schema]) -> bool {
    if first.len() != second.len() {
        return false;
    }
    let mut pairs = first.iter().zip(second);
    pairs.all(|(first, second)| is_same(first, second))
}

fn is_same_box(first: &Option<Box<Schema>>, second: &Option<Box<Schema>>) -> bool {
    match (first, second) {
        (Some(first), Some(second)) => is_same(first, second),
        (None, None) => true,
        _ => false,
    }
}
