//! [`Poll`]: what a wait reports of each poll, and the task that makes it.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument;

use crate::call::{Call, Received};
use crate::error::Error;
use crate::http::response::RawResponse;
use crate::job::Outcome;
use crate::pace::RateLimit;

/// `Display` shows a time in the queue that is at least this long.
const WORTH_SHOWING: Duration = Duration::from_secs(1);
/// The pause before a poll is made in another runtime.
const NEW_RUNTIME: Duration = Duration::from_millis(10);

/// One poll of a [`Wait`](crate::Wait), for the closure given to
/// [`Wait::on_poll`](crate::Wait::on_poll).
///
/// `Display` is one line, such as `poll 3 after 65.2s: not finished`. It never shows the value, which
/// may hold download URLs.
pub struct Poll<'p, T> {
    pub(super) result: Result<&'p T, &'p Error>,
    pub(super) outcome: Option<Outcome>,
    pub(super) number: u32,
    pub(super) elapsed: Duration,
    pub(super) queued: Duration,
    pub(super) rate_limit: Option<RateLimit>,
}

impl<'p, T> Poll<'p, T> {
    /// Returns the value, or the error of a poll that failed. A wait keeps polling through transient
    /// errors.
    pub fn result(&self) -> Result<&'p T, &'p Error> {
        self.result
    }

    /// Returns the final state of the job. `None` while the job has not reached one, and for a poll
    /// that failed.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Returns the number of this poll, counted from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the time from the start of the wait to the response.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns how long this poll was queued. The waits of a client share the rate limit of their
    /// project, so their polls queue when little of it is left.
    pub fn queued(&self) -> Duration {
        self.queued
    }

    /// Returns the rate limit of the project, if Atlas has reported it.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
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
        if self.queued() >= WORTH_SHOWING {
            let queued = self.queued().as_secs_f64();
            write!(formatter, ", {queued:.1}s of them in the queue")?;
        }
        formatter.write_str(": ")?;
        match (self.result, self.outcome) {
            (Err(error), _) => write!(formatter, "{error}"),
            (Ok(_), Some(outcome)) => write!(formatter, "{outcome}"),
            (Ok(_), None) => write!(formatter, "not finished"),
        }
    }
}

impl<T> fmt::Debug for Poll<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Poll({self})")
    }
}

/// The serialized form of a [`Poll`]. The value may hold download URLs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PollReport<'p> {
    number: u32,
    elapsed_seconds: f64,
    queued_seconds: f64,
    outcome: Option<Outcome>,
    error: Option<&'p Error>,
}

/// Serializes as `number`, `elapsedSeconds`, `queuedSeconds`, `outcome` and `error`, without the
/// value. The last two are null where there is none.
impl<T> Serialize for Poll<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = PollReport {
            number: self.number(),
            elapsed_seconds: self.elapsed().as_secs_f64(),
            queued_seconds: self.queued().as_secs_f64(),
            outcome: self.outcome(),
            error: self.result().err(),
        };
        report.serialize(serializer)
    }
}

/// A poll that was sent.
pub(super) struct Polled {
    pub received: Received<RawResponse>,
    pub queued: Duration,
    pub ended_at: Instant,
}

/// Polls if a slot comes within this time.
///
/// It runs in a task, so that a wait which is kept and not polled gives its slot back all the same.
/// The task is aborted when this future is dropped.
pub(super) async fn poll(call: &Arc<Call>, is_first: bool, left: Duration) -> Option<Polled> {
    let queued_at = Instant::now();
    loop {
        let call = call.clone();
        let ticket = call.project.queue(is_first);
        let left = left.saturating_sub(queued_at.elapsed());
        let poll = async move {
            let slot = timeout(left, ticket.slot()).await.ok()?;
            let queued = queued_at.elapsed();
            let received = call.poll(slot).await;
            Some(Polled {
                received,
                queued,
                ended_at: Instant::now(),
            })
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(poll.in_current_span());
        match tasks.join_next().await {
            Some(Ok(polled)) => return polled,
            Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
            // Its runtime was shut down.
            _ => sleep(NEW_RUNTIME).await,
        }
    }
}
