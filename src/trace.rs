//! What is traced of a call: a span, an event at its end, and a warning of an operation that Atlas
//! is withdrawing.

use std::collections::HashSet;
use std::sync::Mutex;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;
use tracing::field::Empty;

use crate::auth::Grant;
use crate::error::Error;
use crate::operation::Operation;
use crate::retry::Retries;
use crate::sync::lock;
use crate::text::{redact, sanitize};

// Made once: a name that is text would be parsed for each response.
static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
static SUNSET: HeaderName = HeaderName::from_static("sunset");

/// A call that is under way.
pub(crate) struct CallTrace {
    pub span: Span,
}

impl CallTrace {
    /// Begins the span of a call with this path.
    pub(crate) fn begin(operation: &Operation, path: &str) -> Self {
        let span = tracing::info_span!(
            "atlas_backup",
            operation = operation.name,
            project = operation.argument("groupId", path),
            cluster = operation.argument("clusterName", path),
            id = operation.id(path),
            attempts = Empty,
            status = Empty,
            elapsed = Empty,
        );
        CallTrace { span }
    }

    /// Ends it, with the status that arrived or the error.
    pub(crate) fn end(&self, retries: &Retries, result: Result<StatusCode, &Error>) {
        if self.span.is_disabled() {
            return;
        }
        let status = match result {
            Ok(status) => Some(status),
            Err(error) => error.status(),
        };
        let status = status.map(|status| status.as_u16());
        let elapsed = retries.elapsed();
        self.span.record("attempts", retries.attempts());
        self.span.record("status", status);
        self.span.record("elapsed", tracing::field::debug(elapsed));
        match result {
            Ok(_) => tracing::debug!(parent: &self.span, "a call succeeded"),
            Err(error) => tracing::debug!(parent: &self.span, %error, "a call failed"),
        }
    }
}

/// What a response says of the end of its operation.
pub(crate) struct Notice {
    deprecation: Option<String>,
    sunset: Option<String>,
}

impl Notice {
    pub(crate) fn read(headers: &HeaderMap, grant: &Grant) -> Option<Notice> {
        let text = |name: &HeaderName| {
            let text = headers.get(name)?.to_str().ok()?;
            Some(sanitize(&redact(text, &grant.secrets())))
        };
        let deprecation = text(&DEPRECATION);
        let sunset = text(&SUNSET);
        if deprecation.is_none() && sunset.is_none() {
            return None;
        }
        Some(Notice {
            deprecation,
            sunset,
        })
    }
}

/// The operations and versions that a client and its clones have warned of.
#[derive(Default)]
pub(crate) struct Deprecations {
    reported: Mutex<HashSet<(&'static str, HeaderValue)>>,
}

impl Deprecations {
    /// Warns of the end of an operation in this version, unless that was reported before.
    pub(crate) fn warn(&self, notice: Notice, operation: &Operation, accept: &HeaderValue) {
        let operation = operation.name;
        if !lock(&self.reported).insert((operation, accept.clone())) {
            return;
        }
        tracing::warn!(
            operation,
            accept = accept.to_str().unwrap_or_default(),
            deprecation = notice.deprecation,
            sunset = notice.sunset,
            "Atlas is withdrawing this operation"
        );
    }
}
