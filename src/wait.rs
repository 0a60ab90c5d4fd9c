//! [`Wait`] repeats a call until the resource that it returns has reached a final state.
//!
//! The OpenAPI document says which states are final. [`Wait::new`] takes any other condition.

mod error;
mod poll;

use std::fmt;
use std::ops::ControlFlow::{self, Break, Continue};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use tracing::{Instrument, Span};

use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::http::response::RawResponse;
use crate::job::Outcome;
use crate::retry::{LONGEST_HOLD, random, retry_after};
use crate::text::millis;

use error::End;
pub use error::WaitError;
pub use poll::Poll;
use poll::{Polled, poll};

/// The longest pause after a poll that failed, unless the response asks for a longer one.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// Polls until a restore job, a snapshot or a checkpoint reaches a final state.
///
/// `until_done` and `until` of every call make a wait. `.await` starts it, and dropping the future
/// ends it. The first poll is sent at once, and each further one after the polling interval
/// [`every`](Self::every).
///
/// ```no_run
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = atlas_backup::Client::from_env()?;
/// let job = client
///     .get_backup_restore_job()
///     .group_id("32b6e34b3d91647abb20e7b8")
///     .cluster_name("Cluster0")
///     .restore_job_id("6a794733c0eb9e7a17740663")
///     .until_done()
///     .every(Duration::from_secs(30))
///     .within(Duration::from_secs(6 * 3600))
///     .on_poll(|poll| println!("{poll}"))
///     .await?;
/// println!("finished at {:?}", job.finished_at);
/// # Ok(())
/// # }
/// ```
#[cfg_attr(feature = "simulator", doc = include_str!("guide/wait_in_a_test.md"))]
///
/// # Polls
///
/// - Each poll is one attempt: of a [`RetryPolicy`](crate::RetryPolicy) only `total_time` applies.
/// - After a poll that failed the next one follows after the polling interval or 30 seconds,
///   whichever is shorter.
/// - `Retry-After` makes a pause longer, up to ten minutes.
///
/// # Many waits
///
/// Waits may share one client, and with it its token, its connections and the rate limits of its
/// projects. Polls of a project queue in the order in which they fell due:
///
/// - Up to eight are in flight at a time. They are sent at once while more than two thirds of the
///   rate limit are left, and the longer after each other the less is left, up to 32 seconds.
/// - After a poll or a call was throttled (429), no poll is sent before its `Retry-After`, for up to
///   ten minutes. Then they go one a second, and faster as time passes without another 429.
/// - Clients that know nothing of each other get equal shares, since all of them see the same rate
///   limit.
///
/// Calls made with `send` never queue. What Atlas reports to them of the rate limit counts for the
/// polls of the client and its clones.
///
/// # Errors
///
/// Returns a [`WaitError`] if the job failed, expired or was cancelled, if the wait timed out, or if
/// a poll failed with an error that ends it:
///
/// - Transient errors ([`Error::is_retryable`]) and a service account with too many tokens
///   ([`ErrorKind::TokenLimit`]) never do.
/// - 404, 410, a value that cannot be read and an invalid argument do so at once.
/// - All others do so at once, too, unless an earlier poll has succeeded. Then the wait tolerates
///   them for the total time of the retry policy, and for one more poll at least.
#[must_use = "a wait does nothing before it is awaited"]
pub struct Wait<'a, T> {
    /// Shared, so that a wait is small.
    call: Result<Arc<Call>, Error>,
    condition: Condition<'a, T>,
    on_poll: OnPoll<'a, T>,
    every: Duration,
    within: Duration,
    not_found_allowed_for: Duration,
}

type Condition<'a, T> = Box<dyn FnMut(&T) -> Option<Outcome> + Send + 'a>;
type OnPoll<'a, T> = Box<dyn FnMut(Poll<'_, T>) + Send + 'a>;

/// How the wait ends, or else the pause before its next poll.
type Next<T> = ControlFlow<Result<T, End>, Duration>;

impl<T> fmt::Debug for Wait<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wait { every, within, .. } = self;
        write!(formatter, "Wait(every {every:?}, within {within:?})")
    }
}

impl<'a, T> Wait<'a, T> {
    /// Makes a wait until the condition returns an outcome. If the call cannot be sent, the wait
    /// ends without a poll.
    pub(crate) fn new(
        call: Result<Call, Error>,
        condition: impl FnMut(&T) -> Option<Outcome> + Send + 'a,
    ) -> Self {
        Wait {
            call: call.map(Arc::new),
            condition: Box::new(condition),
            on_poll: Box::new(|_| ()),
            every: Duration::from_secs(15),
            within: Duration::from_secs(86_400),
            not_found_allowed_for: Duration::ZERO,
        }
    }

    /// Sets the polling interval: the pause between two polls. Defaults to 15 seconds; the least is
    /// one millisecond.
    ///
    /// The first pause is a random part of it, so that many waits spread out.
    #[doc(alias = "polling interval")]
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every.max(Duration::from_millis(1));
        self
    }

    /// Sets the time limit of the wait. Defaults to one day.
    ///
    /// At the limit there is one last poll, even if Atlas asks for a longer pause, and it may take
    /// its time. There is none if it would have to queue.
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Treats 404 as "not there yet" for this long after the wait starts. Defaults to zero.
    ///
    /// Use it for a resource that was just created and that not every server of Atlas has seen.
    pub fn allow_not_found_for(mut self, time: Duration) -> Self {
        self.not_found_allowed_for = time;
        self
    }

    /// Calls a closure after each poll, even after one that failed.
    pub fn on_poll(mut self, on_poll: impl FnMut(Poll<'_, T>) + Send + 'a) -> Self {
        self.on_poll = Box::new(on_poll);
        self
    }

    async fn run(self) -> Result<T, WaitError<T>>
    where
        T: DeserializeOwned,
    {
        let call = match self.call.clone() {
            Ok(call) => call,
            Err(error) => return Err(WaitError::new(End::PollFailed, Some(error))),
        };
        let span = call.wait_span();
        // In a box: a future that holds itself is moved, and so kept, several times.
        let mut running = Box::new(Running {
            settings: self,
            call,
            begun: Instant::now(),
            was_throttled: false,
            tolerated_until: None,
            so_far: WaitError::new(End::OutOfTime, None),
        });
        let result = running.run().instrument(span.clone()).await;
        running.end(result, &span)
    }
}

/// A wait that has begun.
struct Running<'a, T> {
    settings: Wait<'a, T>,
    call: Arc<Call>,
    begun: Instant,
    was_throttled: bool,
    /// When a row of errors that are final for a call ends the wait.
    tolerated_until: Option<Instant>,
    /// What the wait ends with if it ends now.
    so_far: WaitError<T>,
}

impl<T: DeserializeOwned> Running<'_, T> {
    async fn run(&mut self) -> Result<T, End> {
        loop {
            // In a box, so that a wait is small while it pauses.
            let pause = match Box::pin(self.step()).await {
                Break(result) => return result,
                Continue(pause) => pause,
            };
            // The project holds all polls after a 429, and lets this one go first.
            if !self.was_throttled {
                sleep(pause.min(self.time_left())).await;
            }
        }
    }

    /// Completes the span. Once: subscribers may keep each value of a field.
    fn end(mut self: Box<Self>, result: Result<T, End>, span: &Span) -> Result<T, WaitError<T>> {
        let outcome = match result {
            Ok(_) => Some(Outcome::Succeeded),
            Err(end) => {
                self.so_far.end = end;
                self.so_far.outcome()
            }
        };
        span.record("polls", self.so_far.polls);
        span.record("elapsed_ms", millis(self.so_far.elapsed));
        span.record("outcome", outcome.map(|it| it.to_string()));
        if let Some(error) = &self.so_far.error {
            span.record("error.type", error.kind().to_string());
        }
        result.map_err(|_| self.so_far)
    }

    fn time_left(&self) -> Duration {
        self.settings.within.saturating_sub(self.begun.elapsed())
    }

    /// Polls as soon as there is a slot, and decides what follows.
    async fn step(&mut self) -> Next<T> {
        let left = self.time_left();
        let Some(polled) = poll(&self.call, self.was_throttled, left).await else {
            self.so_far.elapsed = self.begun.elapsed();
            return Break(Err(match self.call.project.is_limiting() {
                true => End::RateLimited,
                false => End::NoSlot,
            }));
        };
        match self.judge(polled) {
            Continue(_) if left.is_zero() => Break(Err(End::OutOfTime)),
            next => next,
        }
    }

    /// Reports a poll, and decides what follows from it.
    fn judge(&mut self, polled: Polled) -> Next<T> {
        self.so_far.polls += 1;
        self.so_far.elapsed = polled.ended_at - self.begun;
        let response = match polled.received.read(RawResponse::decode::<T>) {
            Ok(response) => response,
            Err(error) => {
                self.report(Err(&error), None, polled.queued);
                return self.judge_error(error);
            }
        };
        let pause = self.pause(self.settings.every, retry_after(response.headers()));
        let value = response.into_inner();
        let outcome = (self.settings.condition)(&value);
        self.report(Ok(&value), outcome, polled.queued);
        self.was_throttled = false;
        self.tolerated_until = None;
        self.so_far.error = None;
        if outcome == Some(Outcome::Succeeded) {
            return Break(Ok(value));
        }
        self.so_far.last = Some(Box::new(value));
        match outcome {
            Some(outcome) => Break(Err(End::Finished(outcome))),
            None => Continue(pause),
        }
    }

    fn report(&mut self, result: Result<&T, &Error>, outcome: Option<Outcome>, queued: Duration) {
        let poll = Poll {
            result,
            outcome,
            number: self.so_far.polls,
            elapsed: self.so_far.elapsed,
            queued,
            rate_limit: self.call.project.rate_limit(),
        };
        tracing::debug!("{poll}");
        (self.settings.on_poll)(poll);
    }

    fn judge_error(&mut self, error: Error) -> Next<T> {
        self.was_throttled = error.is_rate_limited() && is_from_atlas(&error);
        let goes_on = self.goes_on_after(&error);
        let pause = self.pause(self.settings.every.min(AFTER_FAILURE), error.retry_after());
        if goes_on && self.so_far.error.is_none() {
            tracing::info!(%error, "a wait goes on after an error");
        }
        self.so_far.error = Some(error);
        match goes_on {
            true => Continue(pause),
            false => Break(Err(End::PollFailed)),
        }
    }

    fn goes_on_after(&mut self, error: &Error) -> bool {
        let is_new = self.so_far.elapsed < self.settings.not_found_allowed_for;
        let may_pass = match error.kind() {
            ErrorKind::NotFound if is_new => true,
            // It passes when other tokens of the service account expire.
            ErrorKind::TokenLimit => true,
            _ => error.is_retryable(),
        };
        if may_pass {
            self.tolerated_until = None;
            return true;
        }
        // Once a poll has succeeded the settings are not wrong: the wait goes on for the total time
        // of the policy, and for one more poll at least.
        if is_verdict(error) || self.so_far.last.is_none() {
            return false;
        }
        let now = Instant::now();
        let until = now + self.call.retry.total_time;
        now < *self.tolerated_until.get_or_insert(until)
    }

    /// Returns the pause before the next poll. Its random parts keep waits apart that began
    /// together, or that were all told to come back later.
    fn pause(&self, interval: Duration, asked_for: Option<Duration>) -> Duration {
        let part = interval.mul_f64(random());
        match asked_for {
            Some(asked_for) => interval.max(asked_for.min(LONGEST_HOLD) + part),
            None if self.so_far.polls == 1 => part,
            None => interval,
        }
    }
}

/// Returns whether an error says something about the job, and not about the way to it.
fn is_verdict(error: &Error) -> bool {
    let Some(status) = error.status() else {
        return error.is_invalid_request();
    };
    let is_gone = matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE);
    // The value of a success cannot be read.
    is_from_atlas(error) && (is_gone || status.is_success())
}

/// Returns whether an error with a status has it from Atlas. Those of the token endpoint have been
/// retried already, as far as the policy allows.
fn is_from_atlas(error: &Error) -> bool {
    !error.is_exhausted()
}

impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for Wait<'a, T> {
    type Output = Result<T, WaitError<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
