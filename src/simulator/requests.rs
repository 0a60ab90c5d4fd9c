//! A request as the simulator received it.

use std::fmt;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode, Version};

/// A request as it arrived, and the status that it was answered with.
#[derive(Clone)]
pub struct ReceivedRequest(Arc<Received>);

/// Copied out of what hyper read: parts of that would keep a read buffer of 8 KiB alive, each.
struct Received {
    method: Method,
    target: String,
    headers: Vec<(HeaderName, String)>,
    version: Version,
    connection: u64,
    at: Duration,
    form: OnceLock<String>,
    /// 0 is none.
    status: AtomicU16,
}

impl ReceivedRequest {
    pub(super) fn new(head: &Parts, connection: u64, at: Duration) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self(Arc::new(Received {
            method: head.method.clone(),
            target: head
                .uri
                .path_and_query()
                .map_or("/", |target| target.as_str())
                .to_owned(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            version: head.version,
            connection,
            at,
            form: OnceLock::new(),
            status: AtomicU16::new(0),
        }))
    }

    /// `GET`, for instance.
    pub fn method(&self) -> &str {
        self.0.method.as_str()
    }

    /// Path and query as they were asked for.
    pub fn target(&self) -> &str {
        &self.0.target
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.target()
            .split_once('?')
            .map_or(self.target(), |(path, _)| path)
    }

    /// What follows the question mark; empty when nothing does.
    pub fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    /// A header by its name, in upper or lower case; the first if there are several.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All headers, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The form sent to one of the OAuth endpoints; empty for every other request.
    pub fn form(&self) -> &str {
        self.0.form.get().map_or("", String::as_str)
    }

    /// `HTTP/1.1` or `HTTP/2.0`.
    pub fn protocol(&self) -> String {
        format!("{:?}", self.0.version)
    }

    /// The connection that it came over, counted from 1.
    pub fn connection(&self) -> u64 {
        self.0.connection
    }

    /// When it arrived, counted from the start of the simulator by tokio's clock.
    pub fn at(&self) -> Duration {
        self.0.at
    }

    /// The HTTP status of the answer; `None` while there is none, and when a fault left none.
    pub fn status(&self) -> Option<u16> {
        Some(self.0.status.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }

    pub(super) fn keep_form(&self, form: String) {
        // Set once: a request has one body.
        let _ = self.0.form.set(form);
    }

    pub(super) fn answered(&self, status: StatusCode) {
        self.0.status.store(status.as_u16(), Ordering::Relaxed);
    }
}

/// Without headers and form, which hold credentials.
impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self
            .status()
            .map_or("not answered".to_owned(), |status| status.to_string());
        write!(
            f,
            "{} {} -> {status} (connection {})",
            self.method(),
            self.target(),
            self.connection()
        )
    }
}
