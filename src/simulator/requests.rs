//! What the simulator was asked.
//!
//! In goes the head of every request as it arrives, faulted and refused ones included; out come the requests for tests
//! to look at, and their number.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode, Version};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Simulator, lock, oauth};

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
    fn new(head: &Parts, connection: u64, at: Duration) -> Self {
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

pub(super) struct Log {
    start: Instant,
    kept: Mutex<VecDeque<ReceivedRequest>>,
    all: AtomicU64,
    tokens: AtomicU64,
    arrival: Notify,
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            kept: Mutex::default(),
            all: AtomicU64::new(0),
            tokens: AtomicU64::new(0),
            arrival: Notify::new(),
        }
    }

    pub(super) fn receive(&self, head: &Parts, connection: u64) -> ReceivedRequest {
        let received = ReceivedRequest::new(head, connection, self.start.elapsed());
        if received.path() == oauth::TOKEN {
            self.tokens.fetch_add(1, Ordering::Relaxed);
        }
        {
            let mut kept = lock(&self.kept);
            if kept.len() == Simulator::REQUESTS_KEPT {
                kept.pop_front();
            }
            kept.push_back(received.clone());
            self.all.fetch_add(1, Ordering::Relaxed);
        }
        self.arrival.notify_waiters();
        received
    }
}

impl Simulator {
    /// How many requests are kept to be looked at; all are counted.
    pub const REQUESTS_KEPT: usize = 10_000;

    /// The last [`REQUESTS_KEPT`](Self::REQUESTS_KEPT) requests in order of arrival, to every path.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        lock(&self.shared.log.kept).iter().cloned().collect()
    }

    /// The same, and forgets them, so that the next look sees only what came later. The counts go on.
    pub fn take_requests(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut *lock(&self.shared.log.kept)).into()
    }

    /// How many requests arrived since the start, to every path.
    pub fn request_count(&self) -> u64 {
        self.shared.log.all.load(Ordering::Relaxed)
    }

    /// How many requests to `/api/oauth/token` arrived since the start.
    pub fn token_requests(&self) -> u64 {
        self.shared.log.tokens.load(Ordering::Relaxed)
    }

    /// Waits until `count` requests have arrived since the start, answered or not: what a test needs to act while a
    /// call is under way, without sleeping.
    pub async fn received(&self, count: u64) {
        loop {
            // Before the look at the count, so that an arrival between the two is not missed.
            let arrival = self.shared.log.arrival.notified();
            if self.request_count() >= count {
                return;
            }
            arrival.await;
        }
    }
}
