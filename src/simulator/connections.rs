//! How many connections there were, and are.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub(super) struct Connections {
    accepted: AtomicU64,
    ended: AtomicU64,
}

impl Connections {
    /// Counts one, and returns its number: 1 for the first.
    pub(super) fn begin(&self) -> u64 {
        self.accepted.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn end(&self) {
        self.ended.fetch_add(1, Ordering::Release);
    }

    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub(super) fn open(&self) -> u64 {
        // In this order, for more may come and go in between.
        let ended = self.ended.load(Ordering::Acquire);
        self.accepted() - ended
    }
}
