//! [`WaitError`]: why a wait did not succeed.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::job::Outcome;

/// Why a wait did not succeed.
///
/// Its messages never show the value that was polled, which may hold download URLs.
pub struct WaitError<T> {
    pub(super) end: End,
    /// In a box, so that a `Result` is no larger than its value.
    pub(super) last: Option<Box<T>>,
    pub(super) polls: u32,
    pub(super) elapsed: Duration,
    /// Of the last poll, if that failed.
    pub(super) error: Option<Error>,
}

/// How a wait ended without success.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// The job reached a final state.
    Finished(Outcome),
    /// The time limit has passed.
    OutOfTime,
    /// The time limit has passed while the rate limit let no further poll go.
    RateLimited,
    /// The time limit has passed while as many polls as may be were in flight.
    NoSlot,
    /// The last poll failed with an error that will not pass.
    PollFailed,
}

impl<T> WaitError<T> {
    /// Makes the error of a wait that ends before its first poll.
    pub(super) fn new(end: End, error: Option<Error>) -> Self {
        WaitError {
            end,
            last: None,
            polls: 0,
            elapsed: Duration::ZERO,
            error,
        }
    }

    /// Returns the final state of the job, if it has reached one: failed, expired or cancelled.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.end {
            End::Finished(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Returns whether the wait timed out before the job reached a final state.
    pub fn is_timed_out(&self) -> bool {
        matches!(self.end, End::OutOfTime | End::RateLimited | End::NoSlot)
    }

    /// Returns the last value, if any poll succeeded.
    pub fn last(&self) -> Option<&T> {
        self.last.as_deref()
    }

    /// Returns the number of polls. It is 0 if the call could not be sent, for instance because of
    /// a wrong argument.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Returns how long the wait took, up to the response to its last poll.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the error of the last poll, if that failed.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

impl<T> fmt::Display for WaitError<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let polls = if self.polls == 1 { "poll" } else { "polls" };
        let seconds = self.elapsed.as_secs_f64();
        let after = format!("after {} {polls} in {seconds:.1}s", self.polls);
        let why = match self.end {
            End::RateLimited => ", and the rate limit left no slot for another",
            End::NoSlot => ", and other polls of its project took all slots",
            _ => "",
        };
        match self.end {
            End::Finished(outcome) => write!(formatter, "the job is finished: {outcome}, {after}")?,
            End::PollFailed => write!(formatter, "the wait ended {after}")?,
            _ => write!(formatter, "the job is not finished {after}{why}")?,
        }
        match (&self.error, self.end) {
            (Some(error), End::PollFailed) => write!(formatter, ": {error}"),
            (Some(error), _) => write!(formatter, "; the last poll failed: {error}"),
            (None, _) => Ok(()),
        }
    }
}

/// The same line as `Display`, since it is what `main` prints of an error that it returns.
impl<T> fmt::Debug for WaitError<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The source is the cause beneath [`error`](WaitError::error), whose message is part of `Display`
/// already: what prints a chain of errors shows each once.
impl<T> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref()?.source()
    }
}

/// The serialized form of a [`WaitError`]. The value may hold download URLs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WaitErrorReport<'e> {
    outcome: Option<Outcome>,
    timed_out: bool,
    polls: u32,
    elapsed_seconds: f64,
    error: Option<&'e Error>,
}

/// Serializes as `outcome`, `timedOut`, `polls`, `elapsedSeconds` and `error`, without the value.
/// `outcome` and `error` are null where there is none.
impl<T> Serialize for WaitError<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = WaitErrorReport {
            outcome: self.outcome(),
            timed_out: self.is_timed_out(),
            polls: self.polls(),
            elapsed_seconds: self.elapsed().as_secs_f64(),
            error: self.error(),
        };
        report.serialize(serializer)
    }
}
