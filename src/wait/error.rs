//! [`WaitError`]: why a wait did not end well.

use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::job::Outcome;

const NO_TURN: &str = "and the rate limit left no turn for another";

/// Why a wait did not end well.
///
/// Its texts never show the value that was waited for, which may hold download URLs.
pub struct WaitError<T> {
    pub(super) end: End,
    /// In a box, so that a `Result` is no larger than its value.
    pub(super) last: Option<Box<T>>,
    pub(super) polls: u32,
    pub(super) elapsed: Duration,
    /// Of the last poll, if that failed.
    pub(super) error: Option<Error>,
}

/// The ways to end badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is over, and did not succeed.
    Over(Outcome),
    /// The time limit has passed first.
    OutOfTime,
    /// The time limit has passed while the next poll waited for its turn.
    OutOfTurn,
    /// The last poll failed in a way that does not pass.
    PollFailed,
}

impl<T> WaitError<T> {
    /// Returns how the job ended, if it did: failed, expired or cancelled.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.end {
            End::Over(outcome) => Some(outcome),
            End::OutOfTime | End::OutOfTurn | End::PollFailed => None,
        }
    }

    /// Returns whether the time was up before the job was over.
    pub fn is_timed_out(&self) -> bool {
        matches!(self.end, End::OutOfTime | End::OutOfTurn)
    }

    /// Returns the last answer, if there was any.
    pub fn last(&self) -> Option<&T> {
        self.last.as_deref()
    }

    /// Returns how often Atlas was asked.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Returns how long the wait took, up to the answer to its last poll.
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
        match self.end {
            End::Over(outcome) => write!(formatter, "the job is over: {outcome}, {after}")?,
            End::OutOfTime => write!(formatter, "the job is not over {after}")?,
            End::OutOfTurn => write!(formatter, "the job is not over {after}, {NO_TURN}")?,
            End::PollFailed => write!(formatter, "the wait ended {after}")?,
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

/// The source is the cause beneath [`error`](WaitError::error), which `Display` has told already:
/// what prints a chain of errors says each once.
impl<T> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref()?.source()
    }
}
