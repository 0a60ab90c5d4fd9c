//! What the simulator was asked.
//!
//! In goes the head of every request as it arrives, faulted and refused ones included; out come the requests for tests
//! to look at, and their number.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use hyper::http::request::Parts;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Simulator, lock, oauth};

/// A request as it arrived, and the status that it was answered with.
#[derive(Clone)]
pub struct ReceivedRequest(Arc<Received>);

struct Received {
    head: Parts,
    connection: u64,
    at: Duration,
    form: OnceLock<String>,
    status: AtomicU16,
}

impl ReceivedRequest {
    /// `GET`, for instance.
    pub fn method(&self) -> &str {
        self.0.head.method.as_str()
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.0.head.uri.path()
    }

    /// What follows the question mark; empty when nothing does.
    pub fn query(&self) -> &str {
        self.0.head.uri.query().unwrap_or_default()
    }

    /// A header by its name, in upper or lower case; `None` also when its value is not plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.head.headers.get(name)?.to_str().ok()
    }

    /// All headers, names in lower case. Values that are not plain text are shown as far as they are UTF-8.
    pub fn headers(&self) -> impl Iterator<Item = (&str, std::borrow::Cow<'_, str>)> {
        let shown = |value| String::from_utf8_lossy(value);
        self.0.head.headers.iter().map(move |(name, value)| (name.as_str(), shown(value.as_bytes())))
    }

    /// The form sent to one of the OAuth endpoints; empty for every other request.
    pub fn form(&self) -> &str {
        self.0.form.get().map_or("", String::as_str)
    }

    /// `HTTP/1.1` or `HTTP/2.0`.
    pub fn protocol(&self) -> String {
        format!("{:?}", self.0.head.version)
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

    pub(super) fn authorization(&self) -> Option<std::borrow::Cow<'_, str>> {
        let value = self.0.head.headers.get(hyper::header::AUTHORIZATION)?;
        Some(String::from_utf8_lossy(value.as_bytes()))
    }

    pub(super) fn keep_form(&self, form: String) {
        // Set once: a request has one body.
        let _ = self.0.form.set(form);
    }

    pub(super) fn answered(&self, status: u16) {
        self.0.status.store(status, Ordering::Relaxed);
    }
}

/// Without headers and form, which hold credentials.
impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status().map_or("not answered".to_owned(), |status| status.to_string());
        write!(f, "{} {} -> {status} (connection {})", self.method(), self.0.head.uri, self.connection())
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

    pub(super) fn receive(&self, head: Parts, connection: u64) -> ReceivedRequest {
        let at = self.start.elapsed();
        if head.uri.path() == oauth::TOKEN {
            self.tokens.fetch_add(1, Ordering::Relaxed);
        }
        let received = Received { head, connection, at, form: OnceLock::new(), status: AtomicU16::new(0) };
        let received = ReceivedRequest(Arc::new(received));
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

    /// Waits until `count` requests have arrived since the start, answered or not: what a test needs to act while a call
    /// is under way, without sleeping.
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
