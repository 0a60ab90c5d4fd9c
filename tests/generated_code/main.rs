//! Compiles what the build script writes for a document with many more kinds of schemas than the
//! four operations have, and calls and decodes with it. Only what sends a request is replaced:
//! `call` returns what it was given.

// What is deprecated has to work too.
#![allow(clippy::expect_used, deprecated)]

// As in src/generated.rs; and not all of it is called here.
#[allow(dead_code)]
#[path = "../../src/generated"]
mod generated {
    pub mod argument;
    pub mod call;
    pub mod limits;
    pub mod null;
    pub mod open_enum;
    pub mod secret;

    #[allow(
        clippy::all,
        clippy::cognitive_complexity,
        clippy::too_many_lines,
        deprecated,
        nonstandard_style
    )]
    mod code {
        use crate::Client;
        include!(concat!(env!("OUT_DIR"), "/everything.rs"));
    }

    pub use code::{builder, types};
}

#[allow(dead_code, unreachable_pub)]
#[path = "../../src/text.rs"]
mod text;

#[allow(dead_code, unreachable_pub)]
#[path = "../../src/operation.rs"]
mod operation;

#[derive(Clone, Debug)]
pub struct RetryPolicy;

mod call {
    use progenitor_client::ResponseValue;

    use crate::operation::Operation;

    #[derive(Clone, Debug, Default)]
    pub struct CallOptions {
        pub retry: Option<crate::RetryPolicy>,
        pub total_time: Option<std::time::Duration>,
    }

    impl CallOptions {
        pub fn set_header(&mut self, _: &str, _: &str) {}
    }

    pub struct Call(String);

    impl Call {
        pub fn new(
            _: crate::Session,
            operation: &Operation,
            path: &str,
            query: &[(&str, String)],
        ) -> Self {
            let accept = operation.accept.to_str().expect("text");
            let mut text = format!("{} {} {accept}\n{path}", operation.name, operation.path);
            for (name, value) in query {
                text += &format!("\n{name}={value}");
            }
            Call(text)
        }

        pub fn with_header(mut self, name: &str, value: serde_json::Value) -> Self {
            if !value.is_null() {
                self.0 += &format!("\n{name}: {value}");
            }
            self
        }

        pub fn with_options(self, _: CallOptions) -> Result<Self, crate::Error> {
            Ok(self)
        }

        pub async fn send<T>(&self) -> Result<ResponseValue<T>, crate::Error> {
            Err(crate::Error(self.0.clone()))
        }
    }
}

// As in src/client.rs.
#[derive(Clone, Debug, Default)]
pub struct Client {
    session: Session,
}

#[derive(Clone, Debug, Default)]
pub struct Session;

// As in src/job.rs.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

pub trait Job {
    fn outcome(&self) -> Option<Outcome>;
}

// Nothing reads what it holds.
#[allow(dead_code)]
pub struct Wait<'a, T>(Result<call::Call, Error>, std::marker::PhantomData<&'a T>);

impl<'a, T> Wait<'a, T> {
    fn new(
        call: Result<call::Call, Error>,
        _: impl FnMut(&T) -> Option<Outcome> + Send + 'a,
    ) -> Self {
        Wait(call, std::marker::PhantomData)
    }
}

#[derive(Debug)]
pub struct Error(String);

impl Error {
    fn invalid(words: std::borrow::Cow<'static, str>) -> Self {
        Error(words.into_owned())
    }

    fn of(self, operation: &operation::Operation) -> Self {
        Error(format!("{} ({})", self.0, operation.name))
    }
}

use std::fmt::Write;

use generated::builder;
use generated::types::{
    Everything, EverythingMaybe, ListMeasuredMetricsItem, ListMeasuredOrder, MeasuredThing, Mood,
};
use serde_json::{Value, json};

/// An operation may be called `default`, so this is written out.
fn a_client() -> Client {
    <Client as Default>::default()
}

fn arguments(client: &Client) -> builder::GetEverything {
    let call = client
        .get_everything()
        .id("32b6e34b3d91647abb20e7b8")
        .kind("SMALL")
        .number(7)
        .text("any/text");
    call.type_("7.0").pretty(true)
}

/// What `call` was given, or what the arguments are refused with.
async fn sent(call: builder::GetEverything) -> String {
    call.send().await.expect_err("nothing answers").0
}

#[track_caller]
fn sent_by<T>(answer: Result<progenitor_client::ResponseValue<T>, Error>) -> String {
    answer.err().expect("nothing answers").0
}

#[track_caller]
fn decode(json: Value) -> Everything {
    serde_json::from_value(json).expect("whatever arrives is read")
}

#[tokio::test]
async fn parameters_of_every_kind_arrive_in_the_url() {
    let client = a_client();
    let moment = "2025-05-04T09:42:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .expect("a moment");
    let call = arguments(&client)
        .page_num(2)
        .prefix(text("a&b"))
        .since(moment);
    insta::assert_snapshot!(sent(call).await);
}

#[tokio::test]
async fn a_value_that_an_enum_does_not_know_is_not_sent() {
    let client = a_client();
    for call in [
        arguments(&client).kind("SMALL TOO"),
        arguments(&client).kind(".."),
        arguments(&client).kind(""),
    ] {
        let told = "kind must be one of SMALL, LARGE (get_everything)";
        assert_eq!(sent(call).await, told);
    }
}

#[tokio::test]
async fn a_pattern_that_parameters_and_responses_share_binds_the_parameter_only() {
    let client = a_client();
    insta::assert_snapshot!(sent(arguments(&client).id("no id")).await);
    assert_eq!(
        decode(json!({ "id": "no id" })).id.as_deref(),
        Some("no id")
    );
}

#[tokio::test]
async fn a_required_query_parameter_is_missed() {
    let client = a_client();
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
    let client = a_client();
    insta::assert_snapshot!(sent(arguments(&client).number(u64::MAX)).await);
}

#[tokio::test]
async fn an_argument_is_one_segment_of_the_path_whatever_it_holds() {
    let client = a_client();
    let mut paths = String::new();
    for text in ["a\\..\\..\\b", "../b", "..\n", "%2e%2e", "a?b#c", "ä b\t"] {
        let sent = sent(arguments(&client).text(text)).await;
        let path = sent.lines().nth(1).expect("a path");
        writeln!(paths, "{text:<12?} {path}").expect("it can be written");
    }
    insta::assert_snapshot!(paths);
}

#[tokio::test]
async fn a_value_that_cannot_be_converted_is_refused_with_the_reason() {
    struct Hidden;
    impl TryFrom<Hidden> for String {
        type Error = &'static str;
        fn try_from(_: Hidden) -> Result<String, Self::Error> {
            Err("the vault is locked")
        }
    }
    let client = a_client();
    insta::assert_snapshot!(sent(arguments(&client).id(Hidden)).await);
}

/// A call with arguments that fit.
fn measured() -> builder::ListMeasured {
    let call = a_client().list_measured();
    call.region("eu-1").token("abcd").metrics(metrics(&["CPU"]))
}

fn metrics(names: &[&str]) -> Vec<ListMeasuredMetricsItem> {
    names.iter().map(|name| (*name).into()).collect()
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn arguments_arrive_in_the_path_the_query_and_the_headers() {
    let call = measured()
        .metrics(metrics(&["CPU", "DISK", "K"]))
        .hosts(texts(&["a.b", "c"]));
    let call = call
        .days(31)
        .share(0.5)
        .level(2)
        .until_(7)
        .path(text("/"))
        .order(ListMeasuredOrder::from("desc"));
    let call = call.use_new_fields(true).x_note(text("a note"));
    let error = call.send().await.expect_err("nothing answers");
    insta::assert_snapshot!(error.0);
}

#[tokio::test]
async fn an_argument_called_null_arrives() {
    let call = a_client().send().null("nothing").gen_(text("next"));
    let sent = sent_by(call.limit(2).x_null(text("none")).send().await);
    insta::assert_snapshot!(sent, @r#"
    send /api/atlas/v2/named/0 application/json
    /api/atlas/v2/named/0
    limit=2
    null=nothing
    gen=next
    X-Null: "none"
    "#);
}

#[tokio::test]
async fn arguments_that_are_called_like_something_of_the_call_arrive() {
    let call = measured()
        .retry_(true)
        .total_time_(60)
        .header_(text("a header"))
        .every(text("day"))
        .value(text("high"))
        .refuse_argument_(text("no"))
        .path(text("/"))
        .until_(7);
    let call = call.retry(RetryPolicy).total_time(std::time::Duration::MAX);
    let call = call.header("x-note", "another");
    let error = call.send().await.expect_err("nothing answers");
    insta::assert_snapshot!(error.0);
}

#[tokio::test]
async fn an_argument_outside_its_limits_is_refused_in_words() {
    let long = "a".repeat(13);
    let calls = [
        measured().region("Europe"),
        measured().token("abc"),
        measured().token("größer als"),
        measured().metrics(metrics(&[])),
        measured().metrics(metrics(&["A", "B", "C", "D"])),
        measured().metrics(metrics(&["A", "B", "A"])),
        measured().metrics(metrics(&["cpu"])),
        measured().hosts(texts(&["a", "B"])),
        measured().hosts(texts(&[&long])),
        measured().days(0),
        measured().days(32),
        measured().share(-0.1),
        measured().share(0.6),
        measured().share(f64::NAN),
        measured().level(3),
        measured().order(ListMeasuredOrder::from("up")),
        measured().x_note(text("two\nlines")),
    ];
    let mut told = String::new();
    for call in calls {
        let error = call.send().await.expect_err("nothing answers");
        told += &format!("{}\n", error.0);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn each_case_of_several_is_read_and_written_as_it_came() {
    for sent in [
        json!({ "kind": "cpu", "cores": 8, "value": 0.5, "limit": 7, "range": { "least": 1, "most": 2 } }),
        json!({ "kind": "disk", "mount": "data", "limit": "7 GB", "range": { "unit": "GB", "most": "2" } }),
        json!({ "kind": "disk", "mount": "swap", "notes": ["SMALL", "a note"], "new": { "a": null } }),
        json!({ "kind": "network", "sign": "<", "cpu": { "sign": "err", "limit": [] } }),
        json!({ "parts": { "a": { "inner": { "inner": { "sign": "LESS" } } }, "b": {} } }),
        json!({ "value": 9007199254740993_i64, "values": [[9007199254740993_i64, 0.1], []], "valueByName": { "a": -7, "b": 1e300 } }),
        json!({ "sign": "unknown" }),
        json!({ "sign": "HOURS" }),
    ] {
        let value: MeasuredThing = serde_json::from_value(sent.clone()).expect("it is read");
        let written = serde_json::to_value(&value).expect("it can be written");
        assert_eq!(written, sent);
    }
}

#[test]
fn null_among_the_values_of_a_map_loses_nothing_else() {
    let sent = json!({ "parts": { "a": null, "b": { "mount": "data" } }, "inner": null });
    let value: MeasuredThing = serde_json::from_value(sent).expect("it is read");
    let written = serde_json::to_value(&value).expect("it can be written");
    assert_eq!(written, json!({ "parts": { "b": { "mount": "data" } } }));
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
        json!({ "shelves": { "a": [{ "b": "SMALL" }, {}], "c": [] }, "anyGrid": [[1, null], []], "price": 18446744073709551615_u64 }),
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
fn what_is_called_like_something_of_rust_is_read_and_written_as_it_came() {
    let sent = json!({
        "gen": "a", "aBTest": "A", "x_y": { "aBTest": "b" }, "null": "none", "itself": "Self",
        "option": { "value": "Ok" }, "result": { "value": [{ "value": { "a": {} } }] },
        "string": "None", "box": { "value": { "value": {} } }, "unknown": "Unknown",
    });
    let value: generated::types::Named = serde_json::from_value(sent.clone()).expect("it is read");
    assert_eq!(
        serde_json::to_value(&value).expect("it can be written"),
        sent
    );
    assert!(value.extra.is_empty(), "{:?}", value.extra);
}

#[test]
fn secrets_are_left_out_and_hidden_wherever_they_stand() {
    let inner = json!({ "key": "secret", "name": "inner" });
    let lock = json!({ "key": "secret", "mood": "GOOD", "unheard": "secret" });
    let sent = json!({
        "key": "secret", "keys": ["secret"], "byName": { "a": ["secret"] }, "code": "secret",
        "pin": "secret", "lock": lock, "locks": { "a": [lock] }, "safe": inner, "name": "outer",
    });
    let value: generated::types::Safe = serde_json::from_value(sent).expect("it is read");
    let copy = serde_json::to_value(value.without_secrets()).expect("it can be written");
    let lock = json!({ "mood": "GOOD" });
    let expected = json!({
        "lock": lock, "locks": { "a": [lock] }, "safe": { "name": "inner" }, "name": "outer",
    });
    assert_eq!(copy, expected);
    // The last are those of `extra`, where nobody knows of them.
    let shown = format!("{value:?}");
    assert_eq!(shown.matches("[hidden]").count(), 8, "{shown}");
    assert_eq!(shown.matches("secret").count(), 2, "{shown}");
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
    let names = include_str!("../generation/everything.yaml")
        .split("    Everything:\n")
        .nth(1)
        .expect("the schema");
    let names = names
        .split("      properties:\n")
        .nth(1)
        .expect("its properties")
        .lines()
        .take_while(|line| line.starts_with("        "));
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
fn null_loses_nothing_else_however_deep_in_arrays_and_maps_it_stands() {
    let value = decode(json!({
        "grid": [[1, null], null, [null]],
        "lists": { "a": ["b", null], "c": null, "d": [null] },
        "shelves": { "a": [{ "b": "SMALL", "c": null }, null], "d": null },
        "anyGrid": [[1, null], null],
    }));
    let written = json!({
        "grid": [[1], []],
        "lists": { "a": ["b"], "d": [] },
        "shelves": { "a": [{ "b": "SMALL" }] },
        "anyGrid": [[1, null]],
    });
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

/// What `json` means by the rules under `x-outcome` in everything.yaml.
#[track_caller]
fn outcome(json: Value) -> Option<Outcome> {
    decode(json).outcome()
}

#[test]
fn all_conditions_of_a_rule_must_hold() {
    assert_eq!(
        outcome(json!({ "flag": true, "level": 3 })),
        Some(Outcome::Failed)
    );
    assert_eq!(outcome(json!({ "flag": true, "level": 2 })), None);
    assert_eq!(outcome(json!({ "level": 3 })), None);
    assert_eq!(outcome(json!({})), None);
}

#[test]
fn the_first_rule_that_fits_decides() {
    let both = json!({ "flag": false, "text": "done" });
    assert_eq!(outcome(both), Some(Outcome::Cancelled));
    assert_eq!(outcome(json!({ "text": "done" })), Some(Outcome::Succeeded));
}

#[test]
fn a_number_of_any_size_is_compared_as_a_whole_number() {
    assert_eq!(outcome(json!({ "price": 7 })), Some(Outcome::Succeeded));
    for price in [json!(8), json!(7.5), json!(u64::MAX)] {
        assert_eq!(outcome(json!({ "price": price })), None);
    }
}

#[test]
fn text_is_compared_without_case() {
    for text in ["done", "Done", "DONE"] {
        assert_eq!(
            outcome(json!({ "text": text })),
            Some(Outcome::Succeeded),
            "{text}"
        );
    }
    for mood in ["GOOD", "good"] {
        assert_eq!(
            outcome(json!({ "mood": mood })),
            Some(Outcome::Succeeded),
            "{mood}"
        );
    }
    assert_eq!(outcome(json!({ "text": "done.", "mood": "goods" })), None);
}

#[test]
fn any_item_of_an_array_may_fit() {
    let rows = json!([{ "cells": ["first"] }, {}, { "cells": ["first", "last"] }]);
    assert_eq!(outcome(json!({ "rows": rows })), Some(Outcome::Failed));
    assert_eq!(outcome(json!({ "rows": [{ "cells": ["first"] }] })), None);
    let forest = json!([{ "text": "done" }, { "tree": { "text": "done" } }]);
    assert_eq!(
        outcome(json!({ "forest": forest })),
        Some(Outcome::Cancelled)
    );
}

#[test]
fn a_rule_can_be_about_a_part_of_a_part() {
    let tree = json!({ "inner": { "inner": { "deep": "DOWN" } } });
    assert_eq!(outcome(json!({ "tree": tree })), Some(Outcome::Expired));
    assert_eq!(
        outcome(json!({ "tree": { "inner": { "inner": {} } } })),
        None
    );
}

#[test]
fn present_is_neither_null_nor_empty() {
    let moment = "2025-05-04T09:42:00Z";
    assert_eq!(
        outcome(json!({ "moment": moment, "names": [""] })),
        Some(Outcome::Expired)
    );
    assert_eq!(outcome(json!({ "moment": moment, "names": [] })), None);
    assert_eq!(outcome(json!({ "moment": null, "names": [""] })), None);
    let full = json!({ "byNumber": { "a": 0 }, "kinds": ["", "SMALL"] });
    assert_eq!(outcome(full), Some(Outcome::Succeeded));
    assert_eq!(outcome(json!({ "byNumber": {}, "kinds": ["SMALL"] })), None);
    assert_eq!(
        outcome(json!({ "byNumber": { "a": 0 }, "kinds": [""] })),
        None
    );
    let inner = json!({ "inner": {} });
    assert_eq!(
        outcome(json!({ "inner": inner, "password": "a" })),
        Some(Outcome::Failed)
    );
    assert_eq!(outcome(json!({ "inner": {}, "password": "a" })), None);
    assert_eq!(outcome(json!({ "inner": inner, "password": "" })), None);
}
