//! A Schema Object as the document has it. Every key that may stand in one is known here.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::node::{Node, Reference, says_nothing};
use super::outcome::{self, Rule};
use super::refusals::Place;

/// Keys that say how a value is made up of others. Everything else is kept as documented.
const STRUCTURE: [&str; 8] = [
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "properties",
    "items",
    "additionalProperties",
];

/// The format of numbers that are kept as they are sent, however large. OpenAPI's registry of
/// formats lists it.
pub const EXACT: &str = "decimal";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Object,
}

const KINDS: [Kind; 6] = [
    Kind::String,
    Kind::Integer,
    Kind::Number,
    Kind::Boolean,
    Kind::Array,
    Kind::Object,
];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    pub place: Place,
    /// Name of the component that a `$ref` leads to.
    pub reference: Option<String>,
    pub all_of: Vec<Schema>,
    /// What `oneOf` or `anyOf` list.
    pub cases: Vec<Schema>,
    pub kind: Option<Kind>,
    pub format: Option<String>,
    pub description: Option<String>,
    pub deprecation: Deprecation,
    pub pattern: Option<String>,
    /// The values of an `enum`.
    pub values: Vec<Value>,
    pub properties: BTreeMap<String, Schema>,
    pub items: Option<Box<Schema>>,
    /// What the values of a map are (`additionalProperties`).
    pub entries: Option<Box<Schema>>,
    /// When a resource of this type has reached a final state.
    pub outcome: Vec<Rule>,
    pub example: Option<Value>,
    /// Whether it must not be shown (`x-secret`).
    pub is_secret: bool,
    /// Name of the Rust type that is made of it, once it has one.
    pub rust_name: Option<String>,
    /// Every key but those of `STRUCTURE`, as it stands in the document.
    pub documented: Map<String, Value>,
}

impl Schema {
    pub fn read(mut node: Node) -> Schema {
        let reference = match node.follow("schemas") {
            Reference::None => return Schema::read_keys(node),
            Reference::Nowhere => return Schema::default(),
            Reference::To(name, _) => Schema::reference(name, node.place.clone()),
        };
        if node.value.as_object().is_some_and(|keys| keys.len() == 1) {
            return reference;
        }
        node.documentation(&["$ref"]);
        let mut schema = Schema::read_keys(node);
        schema.all_of.push(reference);
        schema
    }

    fn read_keys(mut node: Node) -> Schema {
        let schema = Schema {
            place: node.place.clone(),
            reference: None,
            documented: documented(&node),
            all_of: schemas(node.list("allOf")),
            cases: read_cases(&mut node),
            kind: read_kind(&mut node),
            format: node.text("format"),
            description: node.text("description"),
            deprecation: Deprecation::read(&mut node),
            pattern: node.text("pattern"),
            values: read_values(&mut node),
            properties: node.map("properties").into_iter().map(read_named).collect(),
            items: node.child("items").map(read_boxed),
            entries: read_entries(&mut node),
            outcome: outcome::read(&mut node),
            example: read_example(&mut node),
            is_secret: node.flag("x-secret"),
            rust_name: None,
        };
        check_documentation(&mut node);
        schema.check_kind(&node);
        node.nothing_else(advice);
        schema
    }

    pub fn reference(name: String, place: Place) -> Schema {
        Schema {
            reference: Some(name),
            place,
            ..Schema::default()
        }
    }

    /// Refuses parts of an object or an array in a schema of another type.
    fn check_kind(&self, node: &Node) {
        let parts = [
            ("properties", !self.properties.is_empty(), Kind::Object),
            ("additionalProperties", self.entries.is_some(), Kind::Object),
            ("items", self.items.is_some(), Kind::Array),
        ];
        for (key, is_there, kind) in parts {
            if is_there && self.kind.is_some_and(|own| own != kind) {
                let kind = kind.name();
                node.inside(key)
                    .refuse(format!("belongs to the type {kind}"));
            }
        }
    }

    /// Returns whether it is a list of words.
    pub fn is_enum(&self) -> bool {
        let mut values = self.values.iter();
        self.kind == Some(Kind::String) && values.any(|value| !value.is_null())
    }

    /// Returns whether it is a number that is kept as it is sent.
    pub fn is_exact(&self) -> bool {
        self.kind == Some(Kind::Number) && self.format.as_deref() == Some(EXACT)
    }

    /// Returns whether it is a point in time, for which progenitor writes a type of chrono's.
    pub fn is_moment(&self) -> bool {
        let is_text = self.kind == Some(Kind::String) && !self.is_enum();
        is_text && matches!(self.format.as_deref(), Some("date" | "date-time"))
    }

    /// Returns whether a Rust type is made of it: an enum, or a struct.
    pub fn is_type(&self) -> bool {
        self.is_enum() || !self.properties.is_empty()
    }

    /// Returns a limit that is a number, such as `minimum`. Limits bind arguments; in responses they
    /// are documentation.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.documented.get(key)?.as_f64()
    }

    /// Returns a limit that is a count, such as `maxLength`.
    pub fn count(&self, key: &str) -> Option<u64> {
        self.documented.get(key)?.as_u64()
    }

    /// Returns the name of the Rust type that it is or refers to.
    pub fn type_name(&self) -> Option<&str> {
        self.reference.as_deref().or(self.rust_name.as_deref())
    }

    /// Returns the schema as JSON, as it is documented.
    pub fn json(&self) -> Value {
        let mut json = self.documented.clone();
        if let Some(name) = &self.reference {
            let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
            if json.is_empty() {
                return reference;
            }
            json.insert("allOf".to_owned(), json!([reference]));
        }
        if !self.properties.is_empty() {
            let mut properties = Map::new();
            for (name, property) in &self.properties {
                properties.insert(name.clone(), property.json());
            }
            json.insert("properties".to_owned(), properties.into());
        }
        if let Some(items) = &self.items {
            json.insert("items".to_owned(), items.json());
        }
        if let Some(entries) = &self.entries {
            json.insert("additionalProperties".to_owned(), entries.json());
        }
        json.into()
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }
}

fn schemas(nodes: Vec<Node>) -> Vec<Schema> {
    nodes.into_iter().map(Schema::read).collect()
}

fn read_boxed(node: Node) -> Box<Schema> {
    Box::new(Schema::read(node))
}

fn read_named((name, node): (String, Node)) -> (String, Schema) {
    (name, Schema::read(node))
}

/// Reads the schema of the values of a map. `true` means that there may be unlisted properties, as
/// in every object.
fn read_entries(node: &mut Node) -> Option<Box<Schema>> {
    let entries = node.child("additionalProperties")?;
    if entries.value.is_boolean() {
        return None;
    }
    Some(read_boxed(entries))
}

/// Reads the cases of a value. In OpenAPI 3.1 null may be one, which every value may be anyway.
fn read_cases(node: &mut Node) -> Vec<Schema> {
    let mut cases = node.list("oneOf");
    cases.extend(node.list("anyOf"));
    cases.retain(|case| !(case.is_3_1 && case.value["type"] == "null"));
    schemas(cases)
}

/// Reads the values of an enum, each once.
fn read_values(node: &mut Node) -> Vec<Value> {
    let mut values = Vec::new();
    for value in node.list("enum") {
        if !values.contains(value.value) {
            values.push(value.value.clone());
        }
    }
    if node.is_3_1 {
        values.extend(node.any("const"));
    }
    values
}

/// Checks keys that are kept as documented.
fn check_documentation(node: &mut Node) {
    for limit in ["minimum", "maximum"] {
        node.number(limit);
    }
    for limit in ["minLength", "maxLength", "minItems", "maxItems"] {
        node.count(limit);
    }
    node.texts("required");
    node.text("title");
    for flag in ["uniqueItems", "nullable", "readOnly", "writeOnly"] {
        node.flag(flag);
    }
    node.documentation(&["default", "externalDocs", "discriminator", "multipleOf"]);
    node.documentation(&["minProperties", "maxProperties", "xml"]);
}

fn read_example(node: &mut Node) -> Option<Value> {
    let example = node.any("example");
    if !node.is_3_1 {
        return example;
    }
    let first = node.list("examples").into_iter().next();
    example.or(first.map(|first| first.value.clone()))
}

fn read_kind(node: &mut Node) -> Option<Kind> {
    let kind = node.child("type")?;
    let mut names = match kind.value {
        Value::Array(kinds) if node.is_3_1 => kinds.iter().collect(),
        name => vec![name],
    };
    names.retain(|name| !(node.is_3_1 && *name == "null"));
    let name = match names[..] {
        [] => return None,
        [name] => name,
        _ => {
            kind.refuse("several types are not supported; list them as cases of oneOf");
            return None;
        }
    };
    let known = KINDS.iter().find(|known| name == known.name());
    if known.is_none() {
        let names = KINDS.map(Kind::name).join(", ");
        kind.refuse(format!("{name} is none of {names}"));
    }
    known.copied()
}

fn documented(node: &Node) -> Map<String, Value> {
    let mut documented = node.value.as_object().cloned().unwrap_or_default();
    for key in STRUCTURE {
        // A value without schemas in it, such as `true`, is kept as it is.
        let value = documented.get(key).filter(|value| !says_nothing(value));
        let has_parts = value.is_some_and(|value| value.is_array() || value.is_object());
        if key == "$ref" || has_parts {
            documented.remove(key);
        }
    }
    if node.is_3_1 {
        write_as_3_0(&mut documented);
    }
    documented
}

/// Rewrites keys of OpenAPI 3.1 as OpenAPI 3.0 has them.
fn write_as_3_0(documented: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = documented.get("type") {
        let is_nullable = kinds.iter().any(|kind| kind == "null");
        let kind = kinds.iter().find(|kind| *kind != "null").cloned();
        documented.remove("type");
        documented.extend(kind.map(|kind| ("type".to_owned(), kind)));
        documented.insert("nullable".to_owned(), is_nullable.into());
    }
    if let Some(value) = documented.remove("const") {
        documented.insert("enum".to_owned(), json!([value]));
    }
    if let Some(Value::Array(examples)) = documented.remove("examples") {
        let first = examples.into_iter().next();
        documented.extend(first.map(|first| ("example".to_owned(), first)));
    }
}

fn advice(key: &str) -> Option<&'static str> {
    match key {
        "not" => Some("not supported, describe what may arrive instead"),
        "exclusiveMinimum" | "exclusiveMaximum" => {
            Some("not supported, JSON Schema has it otherwise; write the first number that fits")
        }
        _ => None,
    }
}

/// A deprecation: `deprecated` and two extensions that complete it, `x-sunset` and `x-successor`. It
/// becomes the note of a `#[deprecated]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deprecation {
    pub deprecated: bool,
    pub sunset: Option<String>,
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

    /// Reads the extensions alone, where OpenAPI has no `deprecated`.
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

    /// Returns the note of the attribute, if this is deprecated.
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
