//! [`Poll`]: what a wait tells of each time that it asked.

use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::job::Outcome;

/// One poll of a [`Wait`](crate::Wait), for the closure given to [`Wait::on_poll`](crate::Wait::on_poll).
///
/// `Display` is one line, such as `poll 3 after 65.2s: not over`. It never shows the answer, which may hold download
/// URLs.
pub struct Poll<'p, T> {
    pub(super) result: Result<&'p T, &'p Error>,
    pub(super) outcome: Option<Outcome>,
    pub(super) number: u32,
    pub(super) elapsed: Duration,
}

impl<'p, T> Poll<'p, T> {
    /// Returns the answer, or why there is none. A wait rides out errors that may pass, and the next poll follows.
    pub fn result(&self) -> Result<&'p T, &'p Error> {
        self.result
    }

    /// Returns how what is waited for has ended; `None` as long as it goes on, and for a poll that failed.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Returns the number of this poll, counted from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the time since the wait began.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl<T> Clone for Poll<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Poll<'_, T> {}

impl<T> fmt::Display for Poll<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed = self.elapsed.as_secs_f64();
        write!(formatter, "poll {} after {elapsed:.1}s: ", self.number)?;
        match (self.result, self.outcome) {
            (Err(error), _) => write!(formatter, "{error}"),
            (Ok(_), Some(outcome)) => write!(formatter, "{outcome}"),
            (Ok(_), None) => write!(formatter, "not over"),
        }
    }
}

impl<T> fmt::Debug for Poll<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Poll({self})")
    }
}
