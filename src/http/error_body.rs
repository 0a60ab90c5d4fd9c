//! [`ErrorBody`]: what a server says about a failure, in the form of Atlas or of OAuth (RFC 6749,
//! section 5.2), read as leniently as it goes: a body that is odd is no reason to lose its code.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::lenient_json::repaired;
use crate::types::ApiError;

/// The properties of an error, whatever they hold; none if the body is no JSON object.
pub(crate) struct ErrorBody(Option<Map<String, Value>>);

impl ErrorBody {
    pub(crate) fn parse(body: &[u8]) -> Self {
        let read = serde_json::from_slice(body);
        let read = read.or_else(|_| serde_json::from_str(&repaired(body)));
        ErrorBody(read.ok())
    }

    /// Returns the names of the error, the best one first.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.texts(&["errorCode", "error"])
    }

    /// Returns what there is in sentences about the error, the best one first.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.texts(&["detail", "error_description", "reason"])
    }

    fn texts<'a>(&'a self, keys: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
        keys.iter()
            .filter_map(|key| self.0.as_ref()?.get(*key)?.as_str())
    }

    /// Returns those properties that have the documented type: the others are no reason to lose
    /// them. `None` if the body is no object.
    pub(crate) fn api_error(&self) -> Option<ApiError> {
        let mut readable = Map::new();
        for (name, value) in self.0.as_ref()? {
            let alone = Map::from_iter([(name.clone(), value.clone())]);
            if ApiError::deserialize(Value::from(alone)).is_ok() {
                readable.insert(name.clone(), value.clone());
            }
        }
        ApiError::deserialize(Value::from(readable)).ok()
    }
}
