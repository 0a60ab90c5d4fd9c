//! [`Progress`]: how far a wait has come.

use std::time::Duration;

use tokio::time::Instant;

use super::error::{End, WaitError};
use crate::error::Error;

pub(super) struct Progress<T> {
    begun: Instant,
    polls: u32,
    /// In a box, so that a wait is small while it pauses.
    last: Option<Box<T>>,
    /// Of the last poll, if that failed.
    error: Option<Error>,
}

impl<T> Progress<T> {
    pub(super) fn begin() -> Self {
        Progress {
            begun: Instant::now(),
            polls: 0,
            last: None,
            error: None,
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Returns how much is left of a time that began with the wait.
    pub(super) fn left(&self, of: Duration) -> Duration {
        of.saturating_sub(self.elapsed())
    }

    /// Counts a poll, and returns its number.
    pub(super) fn count_poll(&mut self) -> u32 {
        self.polls += 1;
        self.polls
    }

    pub(super) fn answered(&mut self, value: T) {
        self.last = Some(Box::new(value));
        self.error = None;
    }

    pub(super) fn failed(&mut self, error: Error) {
        self.error = Some(error);
    }

    /// Ends the wait without success.
    pub(super) fn end(self, end: End) -> WaitError<T> {
        WaitError {
            end,
            elapsed: self.elapsed(),
            last: self.last,
            polls: self.polls,
            error: self.error,
        }
    }
}
