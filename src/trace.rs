//! What is traced of a call: a span, an event at its end, and a warning of an operation that Atlas
//! is withdrawing.

use std::collections::HashSet;
use std::sync::Mutex;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{StatusCode, Url};
use tracing::Span;
use tracing::field::Empty;

use crate::auth::RequestAuth;
use crate::error::Error;
use crate::operation::Operation;
use crate::retry::Retries;
use crate::sync::lock;
use crate::text::{header_text, millis, redact, sanitize};

// Made once: a name that is text would be parsed for each response.
static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
static SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Begins the span of a call to this URL, which was made with this path. Fields have the names of
/// OpenTelemetry where it has any.
pub(crate) fn call_span(operation: &Operation, url: &Url, path: &str) -> Span {
    let template = operation.template();
    tracing::info_span!(
        "atlas_backup",
        otel.name = match template {
            Some(template) => format!("GET {template}"),
            None => "GET".to_owned(),
        },
        otel.kind = "client",
        http.request.method = "GET",
        // Nothing else says what a read by path reads.
        url.path = template.is_none().then_some(path),
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        operation = operation.name,
        project = operation.argument("groupId", path),
        cluster = operation.argument("clusterName", path),
        id = operation.id(path),
        http.response.status_code = Empty,
        http.request.resend_count = Empty,
        "error.type" = Empty,
        elapsed_ms = Empty,
    )
}

/// Ends the span of a call, with the status that arrived or the error.
pub(crate) fn end_call(span: &Span, retries: &Retries, result: Result<StatusCode, &Error>) {
    if span.is_disabled() {
        return;
    }
    let resends = retries.attempts.saturating_sub(1);
    span.record("http.request.resend_count", resends);
    span.record("elapsed_ms", millis(retries.elapsed()));
    let status = result.map_or_else(Error::status, Some);
    let status = status.map(|status| status.as_u16());
    span.record("http.response.status_code", status);
    match result {
        Ok(_) => tracing::debug!(parent: span, "a call succeeded"),
        Err(error) => {
            span.record("error.type", error.kind().to_string());
            tracing::debug!(parent: span, %error, "a call failed");
        }
    }
}

/// Begins the span of a wait that repeats a call with this path.
pub(crate) fn wait_span(operation: &Operation, path: &str) -> Span {
    tracing::info_span!(
        "atlas_backup_wait",
        otel.name = format!("wait {}", operation.name),
        otel.kind = "internal",
        url.path = path,
        operation = operation.name,
        project = operation.argument("groupId", path),
        cluster = operation.argument("clusterName", path),
        id = operation.id(path),
        polls = Empty,
        outcome = Empty,
        "error.type" = Empty,
        elapsed_ms = Empty,
    )
}

/// The operations and versions that a client and its clones have warned of.
#[derive(Default)]
pub(crate) struct Deprecations(Mutex<HashSet<(&'static str, HeaderValue)>>);

impl Deprecations {
    /// Warns if a response says that Atlas is withdrawing the operation in this version, unless that
    /// was reported before.
    pub(crate) fn report(
        &self,
        operation: &Operation,
        accept: &HeaderValue,
        headers: &HeaderMap,
        auth: &RequestAuth<'_>,
    ) {
        if !headers.contains_key(&DEPRECATION) && !headers.contains_key(&SUNSET) {
            return;
        }
        let operation = operation.name;
        if !lock(&self.0).insert((operation, accept.clone())) {
            return;
        }
        let text = |name| {
            let text = header_text(headers, name)?;
            Some(sanitize(&redact(text, &auth.secrets())))
        };
        tracing::warn!(
            operation,
            accept = accept.to_str().unwrap_or_default(),
            deprecation = text(&DEPRECATION),
            sunset = text(&SUNSET),
            "Atlas is withdrawing this operation"
        );
    }
}
