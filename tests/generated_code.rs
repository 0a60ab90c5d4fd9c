//! Compiles what the build script writes for a document with many more kinds of schemas than the four operations have,
//! and calls and decodes with it. Only what sends a request is replaced: `call` tells what it was given.

#![allow(clippy::expect_used)]

#[path = "../src/argument.rs"]
mod argument;
#[path = "../src/json_schema.rs"]
mod json_schema;
#[path = "../src/null.rs"]
mod null;
#[path = "../src/open_enum.rs"]
mod open_enum;

// As in src/lib.rs; and not all of it is called here.
#[allow(clippy::all, dead_code, deprecated, unused_mut)]
mod generated {
    use crate::Client;
    include!("generation/everything.rs");
}

mod transport {
    use progenitor_client::ResponseValue;

    pub struct Operation {
        pub name: &'static str,
        pub path: &'static str,
        pub accept: &'static str,
    }

    pub async fn call<T>(
        _: &crate::Client,
        operation: &Operation,
        url: &str,
        query: &[(&str, serde_json::Value)],
    ) -> Result<ResponseValue<T>, crate::Error> {
        let Operation { name, path, accept } = operation;
        let query = query
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| format!("\n{name}={value}"));
        Err(crate::Error(format!(
            "{name} {path} {accept}\n{url}{}",
            query.collect::<String>()
        )))
    }
}

// As in src/client.rs.
#[derive(Clone, Debug)]
pub struct Client;

#[derive(Debug)]
pub struct Error(String);

impl Error {
    fn invalid(words: std::borrow::Cow<'static, str>) -> Self {
        Error(words.into_owned())
    }

    fn of(self, operation: &transport::Operation) -> Self {
        Error(format!("{} ({})", self.0, operation.name))
    }
}

use generated::builder;
use generated::types::{Everything, EverythingMaybe, GetEverythingKind, Kind, Mood};
use serde_json::{Value, json};

fn arguments(client: &Client) -> builder::GetEverything<'_> {
    let call = client
        .get_everything()
        .id("32b6e34b3d91647abb20e7b8")
        .kind("SMALL")
        .number(7)
        .text("any/text");
    call.type_("7.0").pretty(true)
}

/// What `call` was given, or what the arguments are refused with.
async fn sent(call: builder::GetEverything<'_>) -> String {
    call.send().await.expect_err("nothing answers").0
}

#[track_caller]
fn decode(json: Value) -> Everything {
    serde_json::from_value(json).expect("whatever arrives is read")
}

#[tokio::test]
async fn parameters_of_every_kind_arrive_in_the_url() {
    let client = Client;
    let moment = "2025-05-04T09:42:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .expect("a moment");
    let call = arguments(&client).page_num(2).prefix("a&b").since(moment);
    insta::assert_snapshot!(sent(call).await);
}

#[tokio::test]
async fn a_value_that_an_enum_does_not_know_is_sent_as_it_is() {
    let client = Client;
    let call = arguments(&client)
        .kind("SMALL TOO")
        .type_(Kind::Unknown("9.0".to_owned()));
    insta::assert_snapshot!(sent(call).await);
}

#[tokio::test]
async fn a_value_of_an_enum_cannot_climb_in_the_path() {
    let client = Client;
    insta::assert_snapshot!(sent(arguments(&client).kind("..")).await);
    insta::assert_snapshot!(
        sent(arguments(&client).kind(GetEverythingKind::Unknown(String::new()))).await
    );
}

#[tokio::test]
async fn a_pattern_that_parameters_and_answers_share_binds_the_parameter_only() {
    let client = Client;
    insta::assert_snapshot!(sent(arguments(&client).id("no id")).await);
    assert_eq!(
        decode(json!({ "id": "no id" })).id.as_deref(),
        Some("no id")
    );
}

#[tokio::test]
async fn a_required_query_parameter_is_missed() {
    let client = Client;
    let call = client
        .get_everything()
        .id("32b6e34b3d91647abb20e7b8")
        .kind("LARGE")
        .number(7)
        .text("text");
    let call = call.type_("7.0");
    insta::assert_snapshot!(sent(call).await);
}

#[tokio::test]
async fn an_integer_that_is_too_large_is_refused() {
    let client = Client;
    insta::assert_snapshot!(sent(arguments(&client).page_num(u64::MAX)).await);
}

#[test]
fn a_property_is_read_and_written_as_it_came_whatever_its_kind() {
    for sent in [
        json!({ "type": "text", "self": "itself", "$ref2": "2", "@odd name": "odd", "snake_case": "snake" }),
        json!({ "count": 0, "small": -1, "level": 4, "ratio": -0.5, "flag": false, "flagEnum": false }),
        json!({ "text": "more than five characters", "uuid": "none", "address": "localhost", "uri": "::", "binary": "\u{1}" }),
        json!({ "bytes": "not base64!", "password": "", "day": "2025-05-04", "moment": "2025-05-04T09:42:00Z" }),
        json!({ "ids": ["a", "a"], "flags": [false], "names": [""], "moments": ["2025-05-04T09:42:00Z"] }),
        json!({ "kind": "7.0", "kinds": ["self", "9.0", "Größe", "in progress"], "wanted": "", "maybe": "NO", "untyped": "C" }),
        json!({ "mood": "so \"so\"" }),
        json!({ "choices": ["LEFT", "MIDDLE"], "grid": [[1, 2], [3]], "rows": [{ "cells": ["a"], "more": 1 }] }),
        json!({ "byName": { "a": "SMALL", "b": "TINY" }, "byNumber": { "a": 1 }, "byThing": { "a": { "size": 1, "more": [] } } }),
        json!({ "lists": { "a": ["b"] }, "bare": { "a": 1 }, "open": { "a": [] }, "closed": { "a": null }, "any": 1, "untyped": 7 }),
        json!({ "anyList": [1, null, "two"], "anyMap": { "a": null } }),
        json!({ "tree": { "tree": { "forest": [{}] } }, "inner": { "inner": { "deep": "UP" } }, "old": { "any": 1 } }),
    ] {
        let value = decode(sent.clone());
        assert_eq!(
            serde_json::to_value(&value).expect("it can be written"),
            sent
        );
        assert!(value.extra.is_empty(), "{:?}", value.extra);
    }
}

#[test]
fn nothing_is_made_up_for_what_was_left_out() {
    assert_eq!(decode(json!({})), Everything::default());
    assert_eq!(
        serde_json::to_value(Everything::default()).expect("it can be written"),
        json!({})
    );
}

#[test]
fn null_reads_as_left_out_for_every_property() {
    let names = include_str!("generation/everything.yaml")
        .split("    Everything:\n")
        .nth(1)
        .expect("the schema");
    let names = names
        .split("      properties:\n")
        .nth(1)
        .expect("its properties")
        .lines();
    let names = names
        .filter_map(|line| line.strip_prefix("        ")?.split_once(':'))
        .map(|(name, _)| name);
    let names: Vec<_> = names
        .filter(|name| !name.starts_with(' '))
        .map(|name| name.trim_matches('"'))
        .collect();
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        assert_eq!(
            decode(json!({ name: null })),
            Everything::default(),
            "{name}"
        );
    }
}

#[test]
fn null_among_the_items_of_an_array_loses_nothing_else() {
    let value = decode(json!({
        "ids": [null, "a"], "kinds": ["SMALL", null], "rows": [null, { "cells": [null] }], "forest": [null],
        "choices": [null, "LEFT"], "moments": [null], "grid": [null, [1]],
    }));
    let written = json!({ "ids": ["a"], "kinds": ["SMALL"], "rows": [{}], "choices": ["LEFT"], "grid": [[1]] });
    assert_eq!(
        serde_json::to_value(&value).expect("it can be written"),
        written
    );
}

#[test]
fn an_enum_knows_values_with_quotes_backslashes_and_line_breaks() {
    let moods = [Mood::Good, Mood::SoSo, Mood::BackSlash, Mood::TwoLines];
    assert_eq!(
        ["GOOD", "so \"so\"", "back\\slash", "two\nlines"].map(Mood::from),
        moods
    );
}

#[test]
fn null_in_an_enum_is_not_one_of_its_values() {
    assert_eq!(decode(json!({ "mood": null })).mood, None);
    assert_eq!(decode(json!({ "maybe": null })).maybe, None);
    assert_eq!(
        decode(json!({ "maybe": "YES" })).maybe,
        Some(EverythingMaybe::Yes)
    );
}

#[cfg(feature = "schemars")]
#[test]
fn the_json_schema_keeps_every_limit() {
    insta::assert_json_snapshot!(schemars::schema_for!(Everything));
}
