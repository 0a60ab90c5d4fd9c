//! The operations and types of the OpenAPI document, from a table that the build script writes: so
//! tests try each of them without naming any, and one that is added is tried too.

#![allow(
    dead_code,
    reason = "every test target has a copy and uses its own part"
)]
#![allow(
    clippy::useless_conversion,
    deprecated,
    unused_mut,
    unused_variables,
    reason = "the table is generated"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::pin::Pin;
use std::str::FromStr;

use atlas_backup::{Client, Error, ResponseValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::sampled::sample;

include!(concat!(env!("OUT_DIR"), "/for_tests.rs"));

pub struct Operation {
    /// Of the method.
    pub name: &'static str,
    pub path: &'static str,
    pub accept: &'static str,
    /// The type of the answer.
    pub answer: Type,
    pub parameters: &'static [Parameter],
    /// Sends the call with the arguments that there are.
    pub call: fn(&Client, Arguments<'_>) -> Answer,
}

pub struct Parameter {
    /// Of the setter.
    pub name: &'static str,
    /// In the document.
    pub api_name: &'static str,
    pub in_path: bool,
    pub required: bool,
    /// Whether any text can be its argument, to be checked by the call.
    pub is_text: bool,
    pub example: &'static str,
}

/// Stands where an example would, if none is known that fits.
const NO_EXAMPLE: &str = "...";

/// The argument for a parameter, by its name in the document.
pub type Arguments<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a call comes to: its value, encoded again.
pub type Answer = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

fn answer<T: Serialize>(
    sent: impl Future<Output = Result<ResponseValue<T>, Error>> + Send + 'static,
) -> Answer {
    Box::pin(async move {
        let value = sent.await?.into_inner();
        Ok(serde_json::to_value(value).expect("an answer can be written"))
    })
}

impl Operation {
    /// The argument that tests give if they have no other in mind.
    pub fn example(&self, api_name: &str) -> Option<String> {
        let parameter = self.parameters.iter().find(|it| it.api_name == api_name)?;
        if parameter.example == NO_EXAMPLE {
            return None;
        }
        // What the path leads to has an id of its own, so that it is not mistaken for the project.
        let last_in_path = self.parameters.iter().rfind(|it| it.in_path);
        let is_last = last_in_path.is_some_and(|last| last.api_name == api_name);
        if is_last && parameter.example == "32b6e34b3d91647abb20e7b8" {
            return Some("6a794733c0eb9e7a17740663".to_owned());
        }
        Some(parameter.example.to_owned())
    }

    pub fn is_required(&self, api_name: &str) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.any(|it| it.required && it.api_name == api_name)
    }

    /// Sends the call with an example of each required argument.
    pub fn send(&self, client: &Client) -> Answer {
        self.send_with(client, |api_name| {
            self.example(api_name)
                .filter(|_| self.is_required(api_name))
        })
    }

    /// Sends the call with these arguments.
    pub fn send_with(&self, client: &Client, arguments: impl Fn(&str) -> Option<String>) -> Answer {
        (self.call)(client, &arguments)
    }

    /// The path with examples in it, as it is sent.
    pub fn example_path(&self) -> String {
        self.path_with(|name| self.example(name).expect("it has an example"))
    }

    /// The path with these arguments in it, as it is sent.
    pub fn path_with(&self, argument: impl Fn(&str) -> String) -> String {
        let mut path = self.path.to_owned();
        for parameter in self.parameters.iter().filter(|it| it.in_path) {
            let encoded = progenitor_client::encode_path(&argument(parameter.api_name));
            // A URL takes a backslash for a slash.
            let encoded = encoded.replace('\\', "%5C");
            path = path.replace(&format!("{{{}}}", parameter.api_name), &encoded);
        }
        path
    }

    /// Its documented response: the fixture, or one that is made of the schema if there is none.
    #[track_caller]
    pub fn documented(&self) -> Value {
        match fixtures(self.name).remove("documented") {
            Some(body) => body,
            None => sample(&self.answer.documented()),
        }
    }

    /// All bodies that are known of it, by their names: the fixtures, and the documented response.
    pub fn bodies(&self) -> BTreeMap<String, Value> {
        let mut bodies = fixtures(self.name);
        bodies.insert("documented".to_owned(), self.documented());
        bodies
    }
}

/// The fixtures `<name>.<case>.json`, by their cases.
#[track_caller]
pub fn fixtures(name: &str) -> BTreeMap<String, Value> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).expect("the fixtures are there") {
        let path = entry.expect("the fixtures can be listed").path();
        let file = path.file_name().and_then(|name| name.to_str());
        if let Some(case) = file.and_then(|file| case(file, name)) {
            let text = std::fs::read_to_string(&path).expect("the fixture can be read");
            let body = serde_json::from_str(&text);
            let body = body.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.insert(case.to_owned(), body);
        }
    }
    found
}

fn case<'f>(file: &'f str, name: &str) -> Option<&'f str> {
    let rest = file.strip_prefix(name)?;
    rest.strip_prefix('.')?.strip_suffix(".json")
}

/// The operations that can be called: whose required parameters have examples.
pub fn callable() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(|operation| {
        let mut required = operation.parameters.iter().filter(|it| it.required);
        required.all(|it| it.example != NO_EXAMPLE)
    })
}

/// The types of whole bodies: of the answers, and of errors. All others are parts of these.
pub fn bodies() -> Vec<&'static Type> {
    let mut bodies: Vec<_> = OPERATIONS
        .iter()
        .map(|operation| &operation.answer)
        .collect();
    bodies.push(Type::named("ApiError"));
    bodies.sort_by_key(|of| of.documented);
    bodies.dedup_by_key(|of| of.documented);
    bodies
}

/// A type that is no enum, or what an answer is if it is no object.
pub struct Type {
    pub name: &'static str,
    /// The schema in the document, as JSON. References in it are to names of types.
    documented: &'static str,
    pub read: fn(&[u8]) -> serde_json::Result<Reading>,
    #[cfg(feature = "schemars")]
    pub schema: fn() -> Value,
}

/// What became of a text that was read as a type.
pub struct Reading {
    /// As `{:#?}` shows it.
    pub debug: String,
    /// Written again.
    pub written: String,
    /// Whether what was written reads as the same value.
    pub is_same: bool,
}

impl Type {
    const fn of<T: Known>(name: &'static str, documented: &'static str) -> Self {
        Type {
            name,
            documented,
            read: read::<T>,
            #[cfg(feature = "schemars")]
            schema: || schemars::schema_for!(T).to_value(),
        }
    }

    /// The schema in the document. References in it are to names of types.
    pub fn documented(&self) -> Value {
        serde_json::from_str(self.documented).expect("the table holds JSON")
    }

    /// The type of this name.
    #[track_caller]
    pub fn named(name: &str) -> &'static Type {
        let found = TYPES.iter().find(|it| it.name == name);
        found.unwrap_or_else(|| panic!("there is no type {name}"))
    }
}

fn read<T: Known>(text: &[u8]) -> serde_json::Result<Reading> {
    let value: T = serde_json::from_slice(text)?;
    let written = serde_json::to_string(&value).expect("what was read can be written");
    let again = serde_json::from_str::<T>(&written);
    Ok(Reading {
        debug: format!("{value:#?}"),
        is_same: again.is_ok_and(|again| again == value),
        written,
    })
}

pub struct Enum {
    pub name: &'static str,
    /// The documented ones.
    pub values: &'static [&'static str],
    /// Says what is wrong if the enum does not keep a text.
    pub keep: fn(&str) -> Result<(), String>,
}

impl Enum {
    const fn of<T>(name: &'static str, values: &'static [&'static str]) -> Self
    where
        T: Known + FromStr<Err = Infallible> + Display + AsRef<str>,
    {
        Enum {
            name,
            values,
            keep: keep::<T>,
        }
    }
}

fn keep<T>(text: &str) -> Result<(), String>
where
    T: Known + FromStr<Err = Infallible> + Display + AsRef<str>,
{
    let Ok(value) = text.parse::<T>();
    let json = Value::from(text).to_string();
    let read: T = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    let written = serde_json::to_string(&read).map_err(|error| error.to_string())?;
    if value.as_ref() != text || value.to_string() != text || written != json || read != value {
        return Err(format!(
            "{text:?} is kept as {value:?}, and written as {written}"
        ));
    }
    Ok(())
}

#[cfg(feature = "schemars")]
pub trait Known: DeserializeOwned + Serialize + Debug + PartialEq + schemars::JsonSchema {}
#[cfg(feature = "schemars")]
impl<T: DeserializeOwned + Serialize + Debug + PartialEq + schemars::JsonSchema> Known for T {}

#[cfg(not(feature = "schemars"))]
pub trait Known: DeserializeOwned + Serialize + Debug + PartialEq {}
#[cfg(not(feature = "schemars"))]
impl<T: DeserializeOwned + Serialize + Debug + PartialEq> Known for T {}
