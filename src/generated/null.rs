//! Reads null where Atlas should have sent an array or an object, or among the items of an array,
//! so that no response is lost over one. The generated types name these functions in
//! `deserialize_with`.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer};

/// Reads null as the default.
pub(crate) fn as_default<'de, D, T>(json: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(json)?.unwrap_or_default())
}

/// Reads null as an empty array, and leaves out items that are null.
pub(crate) fn left_out<'de, D, T>(json: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items: Vec<Option<T>> = as_default(json)?;
    Ok(without_nulls(items))
}

/// Reads null as an empty map, and leaves out entries whose value is null.
// None of the four operations has a map. One that is added may have.
#[allow(dead_code)]
pub(crate) fn values_left_out<'de, D, T>(json: D) -> Result<HashMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
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

// With `filter_map` the items stay in the same allocation, which `flatten` would not do.
#[allow(clippy::filter_map_identity)]
fn without_nulls<T>(items: Vec<Option<T>>) -> Vec<T> {
    items.into_iter().filter_map(|item| item).collect()
}
