//! Arbitrary input: text, JSON, and documents that are something like what a type reads.

#![allow(
    dead_code,
    reason = "every test target has a copy and uses its own part"
)]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use serde_json::{Map, Value};

use super::operations::{ENUMS, TYPES, Type};
use super::support::sampled::reference;

/// Tries the test on many of these.
#[track_caller]
pub fn for_any<S: Strategy<Value: Debug>>(input: S, test: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => TestRunner::new(config),
        None => {
            let same = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            TestRunner::new_with_rng(
                Config {
                    cases: 128,
                    ..config
                },
                same,
            )
        }
    };
    runner
        .run(&input, test)
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Any JSON, a few levels deep.
pub fn json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from)
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 12, 4, |part| {
        let object = proptest::collection::btree_map(text(), part.clone(), 0..4);
        prop_oneof![
            proptest::collection::vec(part, 0..4).prop_map(Value::from),
            object.prop_map(|map| map.into_iter().collect::<Value>()),
        ]
    })
}

/// Any text; some of it of what text is most trouble, and long.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~]{0,40}",
        2 => any::<String>(),
        1 => r"(://| |\n|\u{202e}|\u{2028}|\x1b\[2J|https?://x:y@z/\?k=v|[a-z]){0,200}",
        1 => r"\PC{250,350}",
    ]
}

/// The names of all properties, so that arbitrary objects have some of them.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names = BTreeSet::new();
    for of in TYPES {
        names.extend(properties(&of.documented()).keys().cloned());
    }
    names.into_iter().collect()
});

fn properties(schema: &Value) -> Map<String, Value> {
    schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default()
}

/// A date, and some that are none.
fn date() -> impl Strategy<Value = String> {
    "(1970|2025|9999|0000)-(0[1-9]|1[0-2])-(0[1-9]|2[0-8]|3[01])"
}

/// A date-time, and some that are none.
fn date_time() -> impl Strategy<Value = String> {
    "(1970|2025|9999|0000|[0-9]{4})-(0[1-9]|1[0-2]|13)-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:(60|[0-5][0-9])(\\.[0-9]{1,12})?\
     (Z|[+-][01][0-9]:[0-5][0-9])"
}

/// How deep objects stand in each other, and whether some values are of another type.
#[derive(Clone, Copy)]
struct Making {
    depth: u32,
    is_odd: bool,
}

impl Making {
    fn deeper(self) -> Self {
        let depth = self.depth.saturating_sub(1);
        Making { depth, ..self }
    }
}

/// A value for a property of this type; null or of another type at times, if that is wanted.
fn fitting(schema: &Value, making: Making) -> BoxedStrategy<Value> {
    let fits = match reference(schema) {
        Some(name) => named(&name, making),
        None => of_type(schema, making),
    };
    match making.is_odd {
        true => prop_oneof![40 => fits, 2 => Just(Value::Null), 1 => json()].boxed(),
        false => prop_oneof![20 => fits, 1 => Just(Value::Null)].boxed(),
    }
}

fn of_type(schema: &Value, making: Making) -> BoxedStrategy<Value> {
    match schema["type"].as_str() {
        Some("array") => {
            let items = proptest::collection::vec(fitting(&schema["items"], making), 0..3);
            items.prop_map(Value::from).boxed()
        }
        Some("object") => object(schema, making),
        Some("integer") => prop_oneof![any::<i64>(), 0..100_i64]
            .prop_map(Value::from)
            .boxed(),
        Some("number") => prop_oneof![any::<f64>(), 0.0..100.0_f64]
            .prop_map(Value::from)
            .boxed(),
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("string") => string(schema),
        _ => json().boxed(),
    }
}

fn string(schema: &Value) -> BoxedStrategy<Value> {
    let text = text().prop_map(Value::from);
    match (schema["format"].as_str(), schema["enum"].as_array()) {
        (Some("date-time"), _) => date_time().prop_map(Value::from).boxed(),
        (Some("date"), _) => date().prop_map(Value::from).boxed(),
        (_, Some(values)) => prop_oneof![select(values.clone()), text].boxed(),
        _ => text.boxed(),
    }
}

/// A value of a type, be it an enum or not.
fn named(name: &str, making: Making) -> BoxedStrategy<Value> {
    if let Some(found) = ENUMS.iter().find(|it| it.name == name) {
        let known = select(found.values).prop_map(Value::from);
        return prop_oneof![known, text().prop_map(Value::from)].boxed();
    }
    if making.depth == 0 {
        return Just(Value::Null).boxed();
    }
    of_type(&Type::named(name).documented(), making.deeper())
}

fn object(schema: &Value, making: Making) -> BoxedStrategy<Value> {
    let properties = properties(schema);
    let mut own = Vec::new();
    for (name, part) in &properties {
        let value = proptest::option::of(fitting(part, making));
        own.push((Just(name.clone()), value));
    }
    // Of a map the values have a type, of other objects properties that are not listed have none.
    let values = &schema["additionalProperties"];
    let more = match values.is_object() {
        true => fitting(values, making),
        false => json().boxed(),
    };
    let name = prop_oneof![select(NAMES.as_slice()), text()];
    let more = proptest::collection::vec((name, more), 0..3);
    let both = (own, more).prop_map(move |(own, more)| {
        let mut object = Map::new();
        for (name, value) in own {
            object.extend(value.map(|value| (name, value)));
        }
        for (name, value) in more {
            if !properties.contains_key(&name) {
                object.insert(name, value);
            }
        }
        Value::Object(object)
    });
    both.boxed()
}

/// Something like a document of this type: most properties of their type, some null or missing,
/// and some that are not listed. In half of them some values are of another type.
pub fn document(of: &Type) -> BoxedStrategy<Value> {
    let schema = of.documented();
    let (depth, is_odd) = (3, true);
    let odd = of_type(&schema, Making { depth, is_odd });
    let is_odd = false;
    prop_oneof![of_type(&schema, Making { depth, is_odd }), odd].boxed()
}
