//! The requests that arrived, including those that were rejected or met a fault.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use hyper::header::HeaderName;
use hyper::http::request::Parts;
use hyper::{Method, StatusCode, Version};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::routes::TOKEN;
use crate::sync::lock;

/// This many are kept; all are counted.
pub(super) const REQUESTS_KEPT: usize = 10_000;

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

    /// Returns the time since the start of the simulator.
    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub(super) fn receive(&self, head: &Parts, connection: u64) -> ReceivedRequest {
        let received = ReceivedRequest::new(head, connection, self.now());
        if received.path() == TOKEN {
            self.tokens.fetch_add(1, Ordering::Relaxed);
        }
        {
            let mut kept = lock(&self.kept);
            if kept.len() == REQUESTS_KEPT {
                kept.pop_front();
            }
            kept.push_back(received.clone());
            self.all.fetch_add(1, Ordering::Relaxed);
        }
        self.arrival.notify_waiters();
        received
    }

    pub(super) fn requests(&self) -> Vec<ReceivedRequest> {
        lock(&self.kept).iter().cloned().collect()
    }

    pub(super) fn take_requests(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut *lock(&self.kept)).into()
    }

    pub(super) fn request_count(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    pub(super) fn token_requests(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// Waits until this many requests have arrived.
    pub(super) async fn received(&self, count: u64) {
        loop {
            // Before the look at the count, so that an arrival between the two is not missed.
            let arrival = self.arrival.notified();
            if self.request_count() >= count {
                return;
            }
            arrival.await;
        }
    }
}

/// A request as it arrived, and the status of its response.
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
        let target = match head.uri.path_and_query() {
            Some(target) => target.as_str(),
            None => "/",
        };
        let mut headers = Vec::new();
        for (name, value) in &head.headers {
            let text = String::from_utf8_lossy(value.as_bytes());
            headers.push((name.clone(), text.into_owned()));
        }
        Self(Arc::new(Received {
            method: head.method.clone(),
            target: target.to_owned(),
            headers,
            version: head.version,
            connection,
            at,
            form: OnceLock::new(),
            status: AtomicU16::new(0),
        }))
    }

    /// Returns the method, `GET` for instance.
    pub fn method(&self) -> &str {
        self.0.method.as_str()
    }

    /// Returns the path and the query as they were sent.
    pub fn target(&self) -> &str {
        &self.0.target
    }

    /// Returns the path, without the query.
    pub fn path(&self) -> &str {
        match self.target().split_once('?') {
            Some((path, _)) => path,
            None => self.target(),
        }
    }

    /// Returns the query, which is empty if there is none.
    pub fn query(&self) -> &str {
        match self.target().split_once('?') {
            Some((_, query)) => query,
            None => "",
        }
    }

    /// Returns the first header of this name, which is not case-sensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        for (other, value) in self.headers() {
            if other.eq_ignore_ascii_case(name) {
                return Some(value);
            }
        }
        None
    }

    /// Returns all headers, names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the form sent to an OAuth endpoint, or an empty text for other requests.
    pub fn form(&self) -> &str {
        self.0.form.get().map_or("", String::as_str)
    }

    /// Returns `HTTP/1.1` or `HTTP/2.0`.
    pub fn protocol(&self) -> String {
        format!("{:?}", self.0.version)
    }

    /// Returns the number of its connection, counted from 1.
    pub fn connection(&self) -> u64 {
        self.0.connection
    }

    /// Returns when it arrived, on tokio's clock since the start of the simulator.
    pub fn at(&self) -> Duration {
        self.0.at
    }

    /// Returns the status of the response, or `None` if there is none yet or a fault prevented it.
    pub fn status(&self) -> Option<u16> {
        match self.0.status.load(Ordering::Relaxed) {
            0 => None,
            status => Some(status),
        }
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
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} -> ", self.method(), self.target())?;
        match self.status() {
            Some(status) => write!(formatter, "{status}")?,
            None => write!(formatter, "not answered")?,
        }
        write!(formatter, " (connection {})", self.connection())
    }
}
