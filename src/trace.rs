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
            project = segment_after(path, &["groups"]),
            cluster = segment_after(path, &["clusters", "serverless", "flexClusters"]),
            id = id(operation, path),
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

/// Returns what stands in the path after one of these segments.
fn segment_after<'p>(path: &'p str, names: &[&str]) -> Option<&'p str> {
    let mut segments = path.split('/');
    segments.find(|segment| names.contains(segment))?;
    segments.next()
}

/// Returns the last segment of the path, if that is an argument.
fn id<'p>(operation: &Operation, path: &'p str) -> Option<&'p str> {
    match operation.path.ends_with('}') {
        true => path.rsplit('/').next(),
        false => None,
    }
}
