//! Reads null where Atlas should have sent an array or an object, or among the items of an array,
//! so that no response is lost over one.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Reads the value of a property, and null as the default.
pub(crate) fn as_default<'de, M, T>(json: &mut M) -> Result<T, M::Error>
where
    M: MapAccess<'de>,
    T: Deserialize<'de> + Default,
{
    let value: Option<T> = json.next_value()?;
    Ok(value.unwrap_or_default())
}

/// Reads the value of a property, null as an empty array, and leaves out items that are null.
pub(crate) fn left_out<'de, M, T>(json: &mut M) -> Result<Vec<T>, M::Error>
where
    M: MapAccess<'de>,
    T: Deserialize<'de>,
{
    let items: Option<Items<T>> = json.next_value()?;
    Ok(items.map(|items| items.0).unwrap_or_default())
}

/// Reads the value of a property, null as an empty map, and leaves out entries whose value is null.
// None of the four operations has a map. One that is added may have.
#[allow(dead_code)]
pub(crate) fn values_left_out<'de, M, T>(json: &mut M) -> Result<HashMap<String, T>, M::Error>
where
    M: MapAccess<'de>,
    T: Deserialize<'de>,
{
    let entries: HashMap<String, Option<T>> = as_default(json)?;
    let mut known = HashMap::new();
    for (name, value) in entries {
        if let Some(value) = value {
            known.insert(name, value);
        }
    }
    Ok(known)
}

/// The items that are not null.
struct Items<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_seq(ItemsVisitor(PhantomData))
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Items<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sequence")
    }

    #[inline]
    fn visit_seq<S: SeqAccess<'de>>(self, mut json: S) -> Result<Items<T>, S::Error> {
        let mut items = Vec::new();
        while let Some(item) = json.next_element()? {
            // `extend` would take more for a single item.
            if let Some(item) = item {
                items.push(item);
            }
        }
        Ok(Items(items))
    }
}
