//! The JSON Schema of each type: what the type reads and writes, with all that Atlas documents
//! beside it, so that a difference in the document shows here.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use atlas_backup::types;
use chrono::{DateTime, Utc};
use proptest::test_runner::TestCaseError;
use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Value, json};

use crate::arbitrary::{document, for_any};
use crate::support::derived::cases;
use crate::support::operations::{OPERATIONS, TYPES, Type, bodies, fixtures};

/// The schemas of the whole bodies, by what answers with them; all other types are parts of these.
fn schemas() -> Vec<(&'static str, &'static Type, Value)> {
    let mut schemas = Vec::new();
    for operation in OPERATIONS {
        let of = &operation.answer;
        schemas.push((operation.name, of, (of.schema)()));
    }
    let of = Type::named("ApiError");
    schemas.push(("error", of, (of.schema)()));
    schemas
}

/// All bodies that are known, by the names of [`schemas`].
fn known_bodies(name: &str) -> BTreeMap<String, Value> {
    match OPERATIONS.iter().find(|it| it.name == name) {
        Some(operation) => operation.bodies(),
        None => fixtures(name),
    }
}

/// Everything in `value` under the key `key`, with its path.
fn every(value: &Value, key: &str, place: &str, found: &mut Vec<(String, Value)>) {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, part)| (name.clone(), part))
            .collect(),
        Value::Array(parts) => parts
            .iter()
            .enumerate()
            .map(|(index, part)| (index.to_string(), part))
            .collect(),
        _ => Vec::new(),
    };
    for (name, part) in parts {
        if name == key {
            found.push((place.to_owned(), part.clone()));
        }
        every(part, key, &format!("{place}/{name}"), found);
    }
}

/// Says what is wrong with a value by the schema, formats included.
fn validator(schema: &Value) -> impl Fn(&Value) -> Result<(), String> + use<> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler
        .add_resource("schema.json", schema.clone())
        .expect("the schema is JSON Schema");
    let index = compiler
        .compile("schema.json", &mut schemas)
        .expect("the schema is JSON Schema");
    move |value| {
        schemas
            .validate(value, index)
            .map_err(|error| format!("{error:#}"))
    }
}

#[test]
fn the_schema_of_each_answer_is_what_its_type_reads_and_what_atlas_documents() {
    for (name, _, schema) in schemas() {
        insta::assert_json_snapshot!(format!("schema_of_{name}"), schema);
    }
}

#[test]
fn every_reference_leads_to_a_definition_and_every_definition_is_used() {
    for (name, _, schema) in schemas() {
        let mut references = Vec::new();
        every(&schema, "$ref", "", &mut references);
        // To the whole schema, in a type that is part of itself.
        references.retain(|(_, reference)| reference != "#");
        let used: BTreeSet<_> = references
            .iter()
            .filter_map(|(_, it)| it.as_str()?.strip_prefix("#/$defs/"))
            .collect();
        assert_eq!(
            used.len(),
            references
                .iter()
                .map(|(_, it)| it.to_string())
                .collect::<BTreeSet<_>>()
                .len()
        );
        let there: BTreeSet<_> = schema["$defs"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(used, there, "{name}");
    }
}

#[test]
fn what_atlas_says_of_a_property_is_in_the_schema() {
    for of in TYPES {
        let (schema, documented) = ((of.schema)(), of.documented());
        for (name, property) in documented["properties"].as_object().into_iter().flatten() {
            let written = &schema["properties"][name];
            let place = format!("{name} of {}", of.name);
            assert_eq!(written["deprecated"], property["deprecated"], "{place}");
            // That it is a secret is said behind it.
            let description = written["description"].as_str().unwrap_or_default();
            let documented = property["description"].as_str().unwrap_or_default();
            assert!(
                description.starts_with(documented),
                "{place}: {description}"
            );
        }
    }
}

#[test]
fn every_fixture_fits_the_schema_as_it_came_and_as_it_is_written() {
    for (name, of, schema) in schemas() {
        let validate = validator(&schema);
        for (file, sent) in known_bodies(name) {
            validate(&sent).unwrap_or_else(|error| panic!("{file}: {error}"));
            let written = written(of, &sent).expect("a fixture is read");
            validate(&written).unwrap_or_else(|error| panic!("{file}, written: {error}"));
        }
    }
}

#[test]
fn odd_answers_fit_the_schema() {
    for operation in OPERATIONS {
        let of = &operation.answer;
        let validate = validator(&(of.schema)());
        for (case, sent) in cases(operation) {
            validate(&sent).unwrap_or_else(|error| panic!("{} {case}: {error}", operation.name));
        }
    }
}

#[test]
fn any_value_of_any_type_fits_its_schema_when_it_is_written() {
    for of in bodies() {
        let validate = validator(&(of.schema)());
        let read = Cell::new(0);
        for_any(document(of), |sent| {
            if let Some(written) = written(of, &sent)
                && has_proper_times(&written)
            {
                read.set(read.get() + 1);
                validate(&written).map_err(TestCaseError::fail)?;
            }
            Ok(())
        });
        assert!(
            read.get() > 10,
            "only {} of {} could be read",
            read.get(),
            of.name
        );
    }
}

fn written(of: &Type, sent: &Value) -> Option<Value> {
    let reading = (of.read)(sent.to_string().as_bytes()).ok()?;
    Some(serde_json::from_str(&reading.written).expect("it is JSON"))
}

/// Whether all date-times are as RFC 3339 has them. chrono reads some that are not, and writes them
/// as they are: years before 0 and after 9999, to which an offset may lead, and a 61st second at
/// any time of the day.
fn has_proper_times(value: &Value) -> bool {
    match value {
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(_) => !text.starts_with(['+', '-']) && !text.contains(":60"),
            Err(_) => true,
        },
        Value::Array(items) => items.iter().all(has_proper_times),
        Value::Object(map) => map.values().all(has_proper_times),
        _ => true,
    }
}

#[test]
fn what_no_type_reads_fits_no_schema() {
    let of = Type::named("CloudBackupRestoreJob");
    let validate = validator(&(of.schema)());
    for json in [
        json!({ "cancelled": "yes" }),
        json!({ "links": {} }),
        json!({ "links": ["self"] }),
        json!({ "oplogTs": 1.5 }),
        json!({ "deliveryType": 1 }),
        json!({ "finishedAt": "yesterday" }),
        json!([]),
        json!(null),
    ] {
        assert!(written(of, &json).is_none(), "{json} is read");
        assert!(validate(&json).is_err(), "{json} fits");
    }
}

#[test]
fn a_type_of_the_same_name_elsewhere_is_not_mistaken_for_it() {
    struct Link;
    impl JsonSchema for Link {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Link".into()
        }
        fn schema_id() -> std::borrow::Cow<'static, str> {
            "somebody::Link".into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({ "description": "Somebody else's." })
        }
    }
    let mut generator = SchemaGenerator::default();
    generator.subschema_for::<Link>();
    let schema = generator
        .into_root_schema_for::<types::CloudBackupRestoreJob>()
        .to_value();
    let target = schema["properties"]["links"]["items"]["anyOf"][0]["$ref"]
        .as_str()
        .expect("a reference");
    let link = schema
        .pointer(target.trim_start_matches('#'))
        .expect("a definition");
    assert_eq!(
        link["description"],
        "A related resource of the API, as in RFC 5988."
    );
}

#[test]
fn a_generator_may_keep_definitions_elsewhere_or_write_them_out() {
    let elsewhere = SchemaSettings::openapi3().into_generator();
    let schema = elsewhere
        .into_root_schema_for::<types::CloudBackupRestoreJob>()
        .to_value();
    let items = &schema["properties"]["links"]["items"];
    assert_eq!(
        items["anyOf"][0],
        json!({ "$ref": "#/components/schemas/Link" })
    );

    let inline = SchemaGenerator::new(
        SchemaSettings::default().with(|settings| settings.inline_subschemas = true),
    );
    let schema = inline
        .into_root_schema_for::<types::CloudBackupRestoreJob>()
        .to_value();
    assert_eq!(
        schema["properties"]["links"]["items"]["properties"]["href"]["type"],
        json!(["string", "null"])
    );
}
