//! Reads null in place of an array or a map, and among its items, so that no response fails to decode
//! because of one.
//!
//! The build knows how deep arrays and maps stand in each other, and says so with a type: an array
//! of arrays of numbers is read as `Vec<Option<Vec<Option<Plain<i64>>>>>`.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

/// What is read in place of a value.
pub(crate) trait Reading {
    type Value;

    fn value(self) -> Self::Value;
}

// A value as its type reads it. It has no docs, which would appear in JSON Schemas.
#[derive(Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
pub(crate) struct Plain<T>(T);

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

/// An array, without the items that are null.
impl<R: Reading> Reading for Vec<Option<R>> {
    type Value = Vec<R::Value>;

    fn value(self) -> Vec<R::Value> {
        // `filter_map` reuses the memory of the array, which `flatten` does not.
        self.into_iter()
            .filter_map(|item| item.map(R::value))
            .collect()
    }
}

/// A map, without the entries whose value is null.
impl<R: Reading> Reading for HashMap<String, Option<R>> {
    type Value = HashMap<String, R::Value>;

    fn value(self) -> HashMap<String, R::Value> {
        let mut entries = HashMap::new();
        for (name, value) in self {
            if let Some(value) = value {
                entries.insert(name, value.value());
            }
        }
        entries
    }
}
