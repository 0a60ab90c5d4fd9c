//! The JSON Schema of each type: what Atlas documents, whole, so that a difference in the document shows here.

#![cfg(feature = "schemars")]
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;

use atlas_backup::types;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, schema_for};
use serde_json::{Map, Value, json};

/// The schemas of what the operations answer, and of their errors; all other types are parts of these.
fn schemas() -> [(&'static str, Value); 5] {
    [
        (
            "get_backup_restore_job",
            schema_for!(types::CloudBackupRestoreJob).to_value(),
        ),
        (
            "get_legacy_backup_checkpoint",
            schema_for!(types::LegacyBackupCheckpoint).to_value(),
        ),
        (
            "get_legacy_backup_restore_job",
            schema_for!(types::LegacyBackupRestoreJob).to_value(),
        ),
        (
            "get_serverless_backup_snapshot",
            schema_for!(types::ServerlessBackupSnapshot).to_value(),
        ),
        ("error", schema_for!(types::ApiError).to_value()),
    ]
}

fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
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

/// What is wrong with a value by the schema: each place, and the kind of limit.
fn validator(schema: &Value) -> impl Fn(&Value) -> Vec<String> {
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
        let Err(error) = schemas.validate(value, index) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        leaves(&error, &mut found);
        found.sort();
        found
    }
}

fn leaves(error: &boon::ValidationError, found: &mut Vec<String>) {
    if error.causes.is_empty() {
        // The words are the validator's own affair.
        let kind = format!("{:?}", error.kind);
        let kind = kind
            .split(|it: char| !it.is_alphabetic())
            .next()
            .unwrap_or_default();
        found.push(format!("{} {kind}", error.instance_location));
    }
    error.causes.iter().for_each(|cause| leaves(cause, found));
}

#[test]
fn the_schema_of_each_answer_is_what_atlas_documents() {
    for (name, schema) in schemas() {
        insta::assert_json_snapshot!(format!("schema_of_{name}"), schema);
    }
}

#[test]
fn every_reference_leads_to_a_definition_and_every_definition_is_used() {
    for (name, schema) in schemas() {
        let mut references = Vec::new();
        every(&schema, "$ref", "", &mut references);
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
fn patterns_and_limits_are_those_of_the_document() {
    let document: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(include_str!("../openapi/atlas-backup.yaml")).expect("YAML");
    let document = serde_json::to_value(&document["components"]["schemas"]).expect("JSON");
    let mut types = Map::new();
    for (_, mut schema) in schemas() {
        types.extend(
            schema["$defs"]
                .take()
                .as_object()
                .cloned()
                .unwrap_or_default(),
        );
        types.insert(
            schema["title"].as_str().expect("a title").to_owned(),
            schema,
        );
    }
    let documented: BTreeSet<_> = document.as_object().expect("schemas").keys().collect();
    assert_eq!(
        types.keys().collect::<BTreeSet<_>>(),
        documented,
        "give a type that is missing on the left a line above"
    );
    for (name, schema) in &types {
        for key in [
            "pattern",
            "minimum",
            "format",
            "enum",
            "required",
            "readOnly",
            "deprecated",
            "description",
        ] {
            let (mut here, mut there) = (Vec::new(), Vec::new());
            every(schema, key, "", &mut here);
            every(&document[name], key, "", &mut there);
            assert_eq!(here, there, "{key} of {name}");
        }
    }
}

#[test]
fn what_atlas_documents_fits_the_schema_but_for_its_own_slips() {
    let mut slips = String::new();
    for (name, schema) in schemas() {
        let validate = validator(&schema);
        let cases = match name {
            "error" => ["400", "401", "403", "404", "429", "500"]
                .map(|status| format!("documented_{status}"))
                .to_vec(),
            _ => vec!["documented".to_owned()],
        };
        for case in cases {
            for slip in validate(&fixture(&format!("{name}.{case}"))) {
                slips += &format!("{name}.{case} {slip}\n");
            }
        }
    }
    insta::assert_snapshot!(slips);
}

#[test]
fn the_schema_is_stricter_than_the_type() {
    let mut slips = String::new();
    for (name, schema) in schemas().into_iter().filter(|(name, _)| *name != "error") {
        let validate = validator(&schema);
        for case in ["odd_ids", "unknown_enums"] {
            for slip in validate(&fixture(&format!("{name}.{case}"))) {
                slips += &format!("{name}.{case} {slip}\n");
            }
        }
    }
    insta::assert_snapshot!(slips);
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
        .into_root_schema_for::<types::ServerlessBackupSnapshot>()
        .to_value();
    let target = schema["properties"]["links"]["items"]["$ref"]
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
        .into_root_schema_for::<types::ServerlessBackupSnapshot>()
        .to_value();
    let items = &schema["properties"]["links"]["items"];
    assert_eq!(*items, json!({ "$ref": "#/components/schemas/Link" }));

    let inline = SchemaGenerator::new(
        SchemaSettings::default().with(|settings| settings.inline_subschemas = true),
    );
    let schema = inline
        .into_root_schema_for::<types::ServerlessBackupSnapshot>()
        .to_value();
    assert_eq!(
        schema["properties"]["links"]["items"]["properties"]["href"]["type"],
        "string"
    );
}
