//! Reads null where Atlas should have sent an array or an object, among the items of an array or
//! the values of a map, so that no response is lost over one.
//!
//! How deep arrays and maps stand in each other is known when the crate is built. The build says so
//! with types: an array of arrays of numbers is read as `Items<Items<Plain<i64>>>`.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A way to read a value.
pub(crate) trait Reading {
    type Value;

    fn read<'de, D: Deserializer<'de>>(json: D) -> Result<Self::Value, D::Error>;
}

/// Reads a value as its type does.
pub(crate) struct Plain<T>(PhantomData<T>);

/// Reads an array, and leaves out items that are null.
pub(crate) struct Items<R>(PhantomData<R>);

/// Reads a map, and leaves out entries whose value is null.
// None of the four operations has a map. One that is added may have.
#[allow(dead_code)]
pub(crate) struct Entries<R>(PhantomData<R>);

/// Reads the value of a property, and null as if it were not there.
pub(crate) fn read<'de, R, M>(json: &mut M) -> Result<R::Value, M::Error>
where
    R: Reading,
    R::Value: Default,
    M: MapAccess<'de>,
{
    let value = json.next_value_seed(Maybe::<R>(PhantomData))?;
    Ok(value.unwrap_or_default())
}

impl<T: for<'de> Deserialize<'de>> Reading for Plain<T> {
    type Value = T;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(json: D) -> Result<T, D::Error> {
        T::deserialize(json)
    }
}

impl<R: Reading> Reading for Items<R> {
    type Value = Vec<R::Value>;

    #[inline]
    fn read<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<R::Value>, D::Error> {
        json.deserialize_seq(Items::<R>(PhantomData))
    }
}

impl<'de, R: Reading> Visitor<'de> for Items<R> {
    type Value = Vec<R::Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sequence")
    }

    #[inline]
    fn visit_seq<S: SeqAccess<'de>>(self, mut json: S) -> Result<Vec<R::Value>, S::Error> {
        let mut items = Vec::new();
        while let Some(item) = json.next_element_seed(Maybe::<R>(PhantomData))? {
            // `extend` would take more for a single item.
            if let Some(item) = item {
                items.push(item);
            }
        }
        Ok(items)
    }
}

impl<R: Reading> Reading for Entries<R> {
    type Value = HashMap<String, R::Value>;

    fn read<'de, D: Deserializer<'de>>(json: D) -> Result<HashMap<String, R::Value>, D::Error> {
        json.deserialize_map(Entries::<R>(PhantomData))
    }
}

impl<'de, R: Reading> Visitor<'de> for Entries<R> {
    type Value = HashMap<String, R::Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_map<M>(self, mut json: M) -> Result<HashMap<String, R::Value>, M::Error>
    where
        M: MapAccess<'de>,
    {
        let mut entries = HashMap::new();
        while let Some(name) = json.next_key()? {
            if let Some(value) = json.next_value_seed(Maybe::<R>(PhantomData))? {
                entries.insert(name, value);
            }
        }
        Ok(entries)
    }
}

/// Reads a value, or null.
struct Maybe<R>(PhantomData<R>);

impl<'de, R: Reading> DeserializeSeed<'de> for Maybe<R> {
    type Value = Option<R::Value>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<R::Value>, D::Error> {
        json.deserialize_option(self)
    }
}

impl<'de, R: Reading> Visitor<'de> for Maybe<R> {
    type Value = Option<R::Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value or null")
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<Option<R::Value>, E> {
        Ok(None)
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<Option<R::Value>, E> {
        Ok(None)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, json: D) -> Result<Option<R::Value>, D::Error> {
        R::read(json).map(Some)
    }
}
