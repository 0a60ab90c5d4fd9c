//! What the simulator was asked: every request as it arrived, faulted and refused ones included.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::http::request::Parts;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::paths;
use super::requests::ReceivedRequest;
use crate::sync::lock;

/// So many are kept; all are counted.
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
        if received.path() == paths::TOKEN {
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

    /// Waits until so many requests have arrived.
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
