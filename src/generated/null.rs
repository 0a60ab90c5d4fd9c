//! Reads null in place of an array or a map, and among its items, so that no response fails to decode
//! because of one.
//!
//! The build knows how deep arrays and maps stand in each other, and says so with a type: an array
//! of arrays of numbers is read as `Items<Items<Plain<i64>>>`.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

/// What is read in place of a value. Its types have no docs, which would appear in JSON Schemas.
pub(crate) trait Reading {
    type Value;

    fn value(self) -> Self::Value;
}

// A value as its type reads it.
#[derive(Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
pub(crate) struct Plain<T>(T);

// An array, without the items that are null.
#[derive(Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
pub(crate) struct Items<R>(Vec<Option<R>>);

// A map, without the entries whose value is null.
// None of the four operations has a map. One that is added may have.
#[allow(dead_code)]
#[derive(Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
pub(crate) struct Entries<R>(HashMap<String, Option<R>>);

/// Reads the value of a property, and null like a missing property.
pub(crate) fn read<'de, D, R>(json: D) -> Result<R::Value, D::Error>
where
    D: Deserializer<'de>,
    R: Reading + Deserialize<'de>,
    R::Value: Default,
{
    let read = Option::<R>::deserialize(json)?;
    Ok(read.map(R::value).unwrap_or_default())
}

impl<T> Reading for Plain<T> {
    type Value = T;

    fn value(self) -> T {
        self.0
    }
}

impl<R: Reading> Reading for Items<R> {
    type Value = Vec<R::Value>;

    fn value(self) -> Vec<R::Value> {
        self.0.into_iter().flatten().map(R::value).collect()
    }
}

impl<R: Reading> Reading for Entries<R> {
    type Value = HashMap<String, R::Value>;

    fn value(self) -> HashMap<String, R::Value> {
        let mut entries = HashMap::new();
        for (name, value) in self.0 {
            if let Some(value) = value {
                entries.insert(name, value.value());
            }
        }
        entries
    }
}
