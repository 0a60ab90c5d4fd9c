//! What a report holds of a poll and of a wait that did not end well: never the answer itself,
//! which may hold download URLs.

use serde::{Serialize, Serializer};

use super::error::WaitError;
use super::poll::Poll;
use crate::job::Outcome;

/// The form of a [`Poll`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PollReport {
    number: u32,
    elapsed_seconds: f64,
    queued_seconds: f64,
    outcome: Option<Outcome>,
    error: Option<String>,
}

/// The form of a [`WaitError`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WaitErrorReport {
    outcome: Option<Outcome>,
    timed_out: bool,
    polls: u32,
    elapsed_seconds: f64,
    message: String,
}

/// Serializes what `Display` says of it, in parts.
impl<T> Serialize for Poll<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = self.result().err();
        let report = PollReport {
            number: self.number(),
            elapsed_seconds: self.elapsed().as_secs_f64(),
            queued_seconds: self.queued().as_secs_f64(),
            outcome: self.outcome(),
            error: error.map(ToString::to_string),
        };
        report.serialize(serializer)
    }
}

/// Serializes what `Display` says of it, in parts and as a whole.
impl<T> Serialize for WaitError<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = WaitErrorReport {
            outcome: self.outcome(),
            timed_out: self.is_timed_out(),
            polls: self.polls(),
            elapsed_seconds: self.elapsed().as_secs_f64(),
            message: self.to_string(),
        };
        report.serialize(serializer)
    }
}

#[cfg(feature = "schemars")]
mod schemas {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Poll, WaitError};
    use crate::job::Outcome;

    impl JsonSchema for Outcome {
        fn schema_name() -> Cow<'static, str> {
            "Outcome".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "How something ended.",
                "type": "string",
                "enum": ["succeeded", "failed", "cancelled", "expired"],
            })
        }
    }

    impl<T> JsonSchema for Poll<'_, T> {
        fn schema_name() -> Cow<'static, str> {
            "Poll".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "One poll of a wait.",
                "type": "object",
                "properties": {
                    "number": { "type": "integer", "minimum": 1 },
                    "elapsedSeconds": { "type": "number", "minimum": 0 },
                    "queuedSeconds": { "type": "number", "minimum": 0 },
                    "outcome": generator.subschema_for::<Option<Outcome>>(),
                    "error": { "type": ["string", "null"] },
                },
                "required": ["number", "elapsedSeconds", "queuedSeconds", "outcome", "error"],
            })
        }
    }

    impl<T> JsonSchema for WaitError<T> {
        fn schema_name() -> Cow<'static, str> {
            "WaitError".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "Why a wait did not end well.",
                "type": "object",
                "properties": {
                    "outcome": generator.subschema_for::<Option<Outcome>>(),
                    "timedOut": { "type": "boolean" },
                    "polls": { "type": "integer", "minimum": 0 },
                    "elapsedSeconds": { "type": "number", "minimum": 0 },
                    "message": { "type": "string" },
                },
                "required": ["outcome", "timedOut", "polls", "elapsedSeconds", "message"],
            })
        }
    }
}
