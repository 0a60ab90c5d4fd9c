//! Schemas: as documented they go in; out come the types among them, each under its Rust name (for JSON Schemas and
//! checks), and, relaxed, what typify makes those types of. An inline object or enum is a type too, named after its
//! schema and property. A string or an array that has a name in the document is no type: it is written out where it
//! is used, so that its pattern binds a parameter and not a response.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::{Map, Value, json};

use super::document::{ensure, inside, resolve};

pub struct Schemas<'a> {
    pub document: &'a Value,
    /// The schemas of `components` that are types, for typify.
    pub relaxed: Map<String, Value>,
    /// Those and all that stand in them or in an operation, as documented, by Rust name.
    pub types: BTreeMap<String, Value>,
}

/// A type of the document.
pub struct Type {
    /// As documented.
    pub json_schema: Value,
    pub properties: Vec<Property>,
}

pub struct Property {
    pub json_name: String,
    pub field: String,
    pub deprecated: Option<String>,
}

impl Type {
    pub fn new(json_schema: Value) -> Self {
        let mut properties = Vec::new();
        for (name, property) in json_schema["properties"].as_object().into_iter().flatten() {
            properties.push(Property {
                json_name: name.clone(),
                field: rust_name(name),
                deprecated: super::adapt::deprecation(property, property),
            });
        }
        Type {
            json_schema,
            properties,
        }
    }
}

impl<'a> Schemas<'a> {
    pub fn new(document: &'a Value) -> Result<Self, String> {
        let mut schemas = Schemas {
            document,
            relaxed: Map::new(),
            types: BTreeMap::new(),
        };
        for (name, schema) in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let (place, mut schema) = (format!("components > schemas > {name}"), schema.clone());
            let fits = is_name(name) && *name == name.to_upper_camel_case();
            ensure(fits, || {
                format!("{place}: must be a name as Rust types have, in upper camel case")
            })?;
            if is_type(&schema) {
                schemas.settle(&mut schema, name, &place)?;
                relax(&mut schema);
                schemas.relaxed.insert(name.clone(), schema);
            }
        }
        Ok(schemas)
    }

    /// Writes out what `schema` refers to unless it is a type, and notes the types that stand in it.
    pub fn settle(&mut self, schema: &mut Value, name: &str, place: &str) -> Result<(), String> {
        for _ in 0..16 {
            let Some(target) = reference(schema) else {
                break;
            };
            let mut found = resolve(self.document, target).clone();
            if is_type(&found) {
                return Ok(());
            }
            let Some(map) = schema.as_object_mut() else {
                break;
            };
            map.retain(|key, _| !["$ref", "allOf"].contains(&key.as_str()));
            for (key, value) in found.as_object_mut().into_iter().flatten() {
                map.entry(key).or_insert(value.take());
            }
        }
        ensure(place.len() < 999 && schema.is_object(), || {
            format!("{place:.160}: is missing or leads to itself")
        })?;
        check(schema).map_err(|sentence| format!("{place}{sentence}"))?;
        for (key, part) in parts(schema) {
            // As typify names them.
            let suffix = key
                .strip_prefix("properties > ")
                .unwrap_or(if key == "items" { "item" } else { "value" });
            self.settle(
                part,
                &format!("{name}{}", suffix.to_upper_camel_case()),
                &inside(place, &key),
            )?;
        }
        // Put together from parts here, and made of the whole by typify: that is the same for plain words only.
        let mut is_new = || self.types.insert(name.to_owned(), schema.clone()).is_none();
        let is_free = !is_type(schema) || name == name.to_upper_camel_case() && is_new();
        ensure(is_free, || {
            format!("{place}: its Rust name {name} is taken or none; give it a schema of its own")
        })
    }
}

/// The schemas directly inside a schema, with their place in it.
fn parts(schema: &mut Value) -> Vec<(String, &mut Value)> {
    let children = schema
        .as_object_mut()
        .into_iter()
        .flatten()
        .filter(|(_, value)| value.is_object());
    let parts = children.flat_map(|(key, value)| match (key.as_str(), value) {
        ("properties", Value::Object(map)) => map
            .iter_mut()
            .map(|(name, it)| (inside(key, name), it))
            .collect(),
        ("items" | "additionalProperties", part) => vec![(key.clone(), part)],
        _ => Vec::new(),
    });
    parts.collect()
}

/// The bare `$ref`, or the one in an `allOf`, which is how a property adds words of its own to it.
fn reference(schema: &Value) -> Option<&Value> {
    let wrapped = schema["allOf"]
        .as_array()
        .filter(|all| all.len() == 1)
        .map_or(schema, |all| &all[0]);
    wrapped.get("$ref").map(|_| wrapped)
}

fn is_enum(schema: &Value) -> bool {
    schema["type"] == "string"
        && schema["enum"]
            .as_array()
            .is_some_and(|it| it.iter().any(|it| !it.is_null()))
}

pub fn is_type(schema: &Value) -> bool {
    is_enum(schema)
        || schema["properties"]
            .as_object()
            .is_some_and(|it| !it.is_empty())
}

/// The name of a field or a setter.
pub fn rust_name(name: &str) -> String {
    let snake = name.to_snake_case();
    if is_name(&snake) {
        snake
    } else {
        format!("{snake}_")
    }
}

pub fn is_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

fn check(schema: &Value) -> Result<(), String> {
    let is_plain =
        schema["allOf"].as_array().is_none_or(Vec::is_empty) && reference(schema).is_none();
    ensure(is_plain, || {
        ": allOf may hold one $ref and nothing else, and it must not lead back here".to_owned()
    })?;
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    for name in schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(|properties| properties.keys())
    {
        let is_free = is_name(&rust_name(name)) && taken.insert(rust_name(name));
        ensure(is_free, || {
            format!(
                " > properties > {name}: its Rust name {} is taken or none",
                rust_name(name)
            )
        })?;
    }
    let mut taken = BTreeSet::from([String::new(), "Unknown".to_owned()]);
    let values = schema["enum"]
        .as_array()
        .filter(|_| is_enum(schema))
        .into_iter()
        .flatten();
    for value in values.filter(|value| !value.is_null()) {
        let name = value.as_str().unwrap_or_default().to_upper_camel_case();
        let is_free = is_name(&format!("X{name}")) && taken.insert(name);
        ensure(is_free, || {
            format!(" > enum: {value} is no text with a Rust name that is free")
        })?;
    }
    Ok(())
}

/// Takes away whatever could lose a response: what is documented stays in the JSON Schema and the docs.
pub fn relax(schema: &mut Value) {
    let (kind, format) = (schema["type"].clone(), schema["format"].clone());
    let (is_type, is_enum) = (is_type(schema), is_enum(schema));
    let keep = [
        "$ref",
        "allOf",
        "type",
        "description",
        "properties",
        "items",
        "additionalProperties",
    ];
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    map.retain(|key, it| {
        keep.contains(&key.as_str()) && !it.is_boolean() || is_enum && key == "enum"
    });
    // Null is read whether it stands among the values or not.
    map.get_mut("enum")
        .and_then(Value::as_array_mut)
        .into_iter()
        .for_each(|it| it.retain(|it| !it.is_null()));
    match kind.as_str() {
        Some("integer") => map.insert("format".to_owned(), json!("int64")),
        Some("string") if format == "date-time" || format == "date" => {
            map.insert("format".to_owned(), format)
        }
        _ if is_type && !is_enum => map.insert(
            "additionalProperties".to_owned(),
            json!({ "description": "unlisted" }),
        ),
        _ => None,
    };
    parts(schema).into_iter().for_each(|(_, part)| relax(part));
}
