//! Arrays of the API as Atlas may send them: null, or with null among the items. An empty or a shorter array comes
//! out, so that no response is lost over one. The generated types name these functions in `deserialize_with`.

use serde::{Deserialize, Deserializer};

/// Null reads as the default.
pub(crate) fn as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    json: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(json)?.unwrap_or_default())
}

/// Null reads as empty, and items that are null are left out: in place, which `flatten` would not do.
#[allow(clippy::filter_map_identity)]
pub(crate) fn left_out<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    json: D,
) -> Result<Vec<T>, D::Error> {
    let items: Vec<Option<T>> = as_default(json)?;
    Ok(items.into_iter().filter_map(|it| it).collect())
}
