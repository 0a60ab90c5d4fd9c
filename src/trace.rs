//! What is traced of a call: a span, which says what it asks for and in the end how it went, and an
//! event at its end.

use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::StatusCode;
use tokio::time::Instant;
use tracing::Span;
use tracing::field::Empty;

use crate::error::Error;
use crate::operation::Operation;

/// A call that is under way.
pub(crate) struct CallTrace {
    pub span: Span,
    /// Nothing while nobody listens.
    begun: Option<Instant>,
    attempts: AtomicU32,
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
        let is_heard = !span.is_disabled();
        CallTrace {
            span,
            begun: is_heard.then(Instant::now),
            attempts: AtomicU32::new(0),
        }
    }

    /// Counts an attempt.
    pub(crate) fn attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
    }

    /// Ends it, with the status that arrived or the error.
    pub(crate) fn end(&self, result: Result<StatusCode, &Error>) {
        let attempts = self.attempts.load(Ordering::Relaxed);
        let status = match result {
            Ok(status) => Some(status),
            Err(error) => error.status(),
        };
        let status = status.map(|status| status.as_u16());
        self.span.record("attempts", attempts);
        self.span.record("status", status);
        if let Some(begun) = self.begun {
            let elapsed = begun.elapsed();
            self.span.record("elapsed", tracing::field::debug(elapsed));
        }
        match result {
            Ok(_) => tracing::debug!(parent: &self.span, "a call succeeded"),
            Err(error) => tracing::debug!(parent: &self.span, %error, "a call failed"),
        }
    }
}
