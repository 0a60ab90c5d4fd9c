//! One thing in which the documents differ.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// What stands at a place in each of the documents; `None` where it has nothing.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Such as `CloudBackupRestoreJob > oplogTs > format`.
    pub place: String,
    #[serde(default, deserialize_with = "text")]
    pub published: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pub here: Option<String>,
}

impl Difference {
    pub fn new(place: impl Into<String>, published: Option<&str>, here: Option<&str>) -> Self {
        Difference {
            place: place.into(),
            published: published.map(str::to_owned),
            here: here.map(str::to_owned),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match (&self.published, &self.here) {
            (Some(published), Some(here)) => {
                write!(formatter, "{place}: published {published}, here {here}")
            }
            (Some(published), None) => {
                write!(formatter, "{place}: published {published}, not here")
            }
            (None, here) => {
                let here = here.as_deref().unwrap_or("nothing");
                write!(formatter, "{place}: not published, here {here}")
            }
        }
    }
}

/// Returns a value as a line shows it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Reads `true` and `3` as the texts that they are in a line.
fn text<'de, D: serde::Deserializer<'de>>(yaml: D) -> Result<Option<String>, D::Error> {
    let value = Option::<Value>::deserialize(yaml)?;
    Ok(value.as_ref().map(shown))
}
