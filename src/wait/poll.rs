//! [`Poll`]: what a wait tells of each time that it asked.

use std::fmt;
use std::time::Duration;

use crate::call::Call;
use crate::error::Error;
use crate::job::Outcome;

/// A turn that takes longer is told.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// One poll of a [`Wait`](crate::Wait), for the closure given to
/// [`Wait::on_poll`](crate::Wait::on_poll).
///
/// `Display` is one line, such as `poll 3 after 65.2s: not over`. It never shows the answer, which
/// may hold download URLs.
pub struct Poll<'p, T> {
    pub(super) result: Result<&'p T, &'p Error>,
    pub(super) outcome: Option<Outcome>,
    pub(super) facts: Facts,
}

/// What does not depend on the answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub(super) number: u32,
    pub(super) elapsed: Duration,
    pub(super) queued: Duration,
    pub(super) rate_limit: Option<RateLimit>,
}

impl Facts {
    pub(super) fn new(number: u32, elapsed: Duration, queued: Duration, call: &Call) -> Self {
        let numbers = call.project().numbers();
        let rate_limit = numbers.map(|numbers| RateLimit {
            limit: numbers.limit,
            remaining: numbers.left,
        });
        Facts {
            number,
            elapsed,
            queued,
            rate_limit,
        }
    }
}

/// What Atlas has said of the rate limit of a project, from [`Poll::rate_limit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests Atlas allows at once.
    pub limit: u64,
    /// How many of them were left when it last told.
    pub remaining: u64,
}

impl<'p, T> Poll<'p, T> {
    /// Returns the answer, or why there is none. A wait rides out errors that may pass: then the
    /// next poll follows.
    pub fn result(&self) -> Result<&'p T, &'p Error> {
        self.result
    }

    /// Returns how what is waited for has ended; `None` as long as it goes on, and for a poll that
    /// failed.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Returns the number of this poll, counted from 1.
    pub fn number(&self) -> u32 {
        self.facts.number
    }

    /// Returns the time since the wait began.
    pub fn elapsed(&self) -> Duration {
        self.facts.elapsed
    }

    /// Returns how long this poll waited for its turn. The waits of a client share the rate limit
    /// of their project, so their polls take turns when little of it is left.
    pub fn queued(&self) -> Duration {
        self.facts.queued
    }

    /// Returns what is left of the rate limit of the project, if Atlas has told.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.facts.rate_limit
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
        let elapsed = self.elapsed().as_secs_f64();
        write!(formatter, "poll {} after {elapsed:.1}s", self.number())?;
        if self.queued() >= WORTH_TELLING {
            let queued = self.queued().as_secs_f64();
            write!(formatter, ", {queued:.1}s of them in the queue")?;
        }
        formatter.write_str(": ")?;
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
