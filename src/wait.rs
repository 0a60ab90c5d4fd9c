//! [`Wait`] repeats a call until the resource that it returns has reached a final state.
//!
//! The OpenAPI document says which states are final. [`Wait::new`] takes any other condition.

mod error;
mod poll;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};
use tracing::{Instrument, Span};

use crate::call::Call;
use crate::error::{Error, ErrorKind};
use crate::job::{Job, Outcome};
use crate::pace::LONGEST_HOLD;
use crate::retry::{random, retry_after};
use crate::text::millis;

use error::End;
pub use error::WaitError;
pub use poll::Poll;
use poll::{NotPolled, PollInfo, Polled, poll};

/// The longest pause after a poll that failed, unless the response asks for a longer one.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// The pause before a wait goes on in another runtime.
const NEW_RUNTIME: Duration = Duration::from_millis(10);

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

/// What follows from a poll.
enum Next<T> {
    Succeeded(T),
    End(End),
    /// Another poll, after this pause.
    Poll(Duration),
}

type Condition<'a, T> = Box<dyn FnMut(&T) -> Option<Outcome> + Send + 'a>;
type OnPoll<'a, T> = Box<dyn FnMut(Poll<'_, T>) + Send + 'a>;

impl<T> fmt::Debug for Wait<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (every, within) = (self.every, self.within);
        write!(formatter, "Wait(every {every:?}, within {within:?})")
    }
}

impl<T: Job + 'static> Wait<'static, T> {
    pub(crate) fn until_done(call: Result<Call, Error>) -> Self {
        Wait::new(call, T::outcome)
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
        match self.call.clone() {
            Ok(call) => {
                let span = call.wait_span();
                let running = Box::new(Running::new(self, call, span.clone()));
                running.run().instrument(span).await
            }
            Err(error) => Err(WaitError {
                end: End::PollFailed,
                error: Some(error),
                ..WaitError::before_first_poll()
            }),
        }
    }

    fn report(&mut self, result: Result<&T, &Error>, outcome: Option<Outcome>, info: PollInfo) {
        let poll = Poll {
            result,
            outcome,
            info,
        };
        tracing::debug!("{poll}");
        (self.on_poll)(poll);
    }
}

/// A wait that has begun.
struct Running<'a, T> {
    settings: Wait<'a, T>,
    call: Arc<Call>,
    span: Span,
    begun: Instant,
    was_throttled: bool,
    /// When a row of errors that are final for a call ends the wait.
    tolerated_until: Option<Instant>,
    /// What the wait ends with if it ends now.
    so_far: WaitError<T>,
}

impl<'a, T: DeserializeOwned> Running<'a, T> {
    fn new(settings: Wait<'a, T>, call: Arc<Call>, span: Span) -> Self {
        Running {
            settings,
            call,
            span,
            begun: Instant::now(),
            was_throttled: false,
            tolerated_until: None,
            so_far: WaitError::before_first_poll(),
        }
    }

    /// Runs in a box: a future that holds itself is moved, and so kept, several times.
    async fn run(mut self: Box<Self>) -> Result<T, WaitError<T>> {
        loop {
            // In a box, so that a wait is small while it pauses.
            let pause = match Box::pin(self.step()).await {
                Next::Succeeded(value) => return Ok(value),
                Next::End(end) => return Err(self.end(end)),
                Next::Poll(pause) => pause,
            };
            // The project holds all polls after a 429, and lets this one go first.
            if !self.was_throttled {
                sleep(pause.min(self.time_left())).await;
            }
        }
    }

    /// Polls, and decides what follows.
    async fn step(&mut self) -> Next<T> {
        let polled = match self.next_poll().await {
            Ok(polled) => polled,
            Err(end) => return Next::End(end),
        };
        let is_last = polled.sent_at - self.begun >= self.settings.within;
        self.was_throttled = polled.status == Some(StatusCode::TOO_MANY_REQUESTS);
        match self.judge(polled) {
            Next::Poll(_) if is_last => Next::End(End::OutOfTime),
            next => next,
        }
    }

    fn end(mut self: Box<Self>, end: End) -> WaitError<T> {
        self.so_far.end = end;
        self.record(self.so_far.outcome());
        if let Some(error) = &self.so_far.error {
            self.span.record("error.type", error.kind().to_string());
        }
        self.so_far
    }

    /// Completes the span. Once: subscribers may keep each value of a field.
    fn record(&self, outcome: Option<Outcome>) {
        self.span.record("polls", self.so_far.polls);
        self.span.record("elapsed_ms", millis(self.so_far.elapsed));
        self.span
            .record("outcome", outcome.map(|it| it.to_string()));
    }

    fn time_left(&self) -> Duration {
        self.settings.within.saturating_sub(self.begun.elapsed())
    }

    /// Polls as soon as there is a slot, or returns how the wait ends if there is none in time.
    async fn next_poll(&mut self) -> Result<Polled, End> {
        loop {
            let project = self.call.project();
            let ticket = project.queue(self.was_throttled);
            match poll(&self.call, ticket, self.time_left()).await {
                Ok(polled) => return Ok(polled),
                Err(NotPolled::RuntimeShutDown) => sleep(NEW_RUNTIME).await,
                Err(NotPolled::NoSlot) => {
                    self.so_far.elapsed = self.begun.elapsed();
                    return Err(match project.is_limiting() {
                        true => End::RateLimited,
                        false => End::NoSlot,
                    });
                }
            }
        }
    }

    /// Reports a poll, and decides what follows from it.
    fn judge(&mut self, polled: Polled) -> Next<T> {
        self.so_far.polls += 1;
        self.so_far.elapsed = polled.ended_at - self.begun;
        let info = PollInfo {
            number: self.so_far.polls,
            elapsed: self.so_far.elapsed,
            queued: polled.queued,
            rate_limit: self.call.project().rate_limit(),
        };
        let response = match polled.received.decode::<T>() {
            Ok(response) => response,
            Err(error) => {
                self.settings.report(Err(&error), None, info);
                return self.judge_error(error, polled.status);
            }
        };
        let pause = self.pause(self.settings.every, retry_after(response.headers()));
        let value = response.into_inner();
        let outcome = (self.settings.condition)(&value);
        self.settings.report(Ok(&value), outcome, info);
        if outcome == Some(Outcome::Succeeded) {
            self.record(outcome);
            return Next::Succeeded(value);
        }
        self.tolerated_until = None;
        self.so_far.last = Some(Box::new(value));
        self.so_far.error = None;
        match outcome {
            Some(outcome) => Next::End(End::Finished(outcome)),
            None => Next::Poll(pause),
        }
    }

    fn judge_error(&mut self, error: Error, status: Option<StatusCode>) -> Next<T> {
        let goes_on = if self.may_pass(&error) {
            self.tolerated_until = None;
            true
        } else if is_verdict(&error, status) {
            false
        } else {
            self.is_tolerated()
        };
        let pause = self.pause(self.settings.every.min(AFTER_FAILURE), error.retry_after());
        if goes_on && self.so_far.error.is_none() {
            tracing::info!(%error, "a wait goes on after an error");
        }
        self.so_far.error = Some(error);
        match goes_on {
            true => Next::Poll(pause),
            false => Next::End(End::PollFailed),
        }
    }

    fn may_pass(&self, error: &Error) -> bool {
        let is_new = self.so_far.elapsed < self.settings.not_found_allowed_for;
        match error.kind() {
            ErrorKind::NotFound if is_new => true,
            // It passes when other tokens of the service account expire.
            ErrorKind::TokenLimit => true,
            _ => error.is_retryable(),
        }
    }

    /// Returns whether the wait goes on after an error that is final for a call. Once a poll has
    /// succeeded its settings are not wrong, so it goes on for the total time of the policy, and
    /// for one more poll at least.
    fn is_tolerated(&mut self) -> bool {
        if self.so_far.last.is_none() {
            return false;
        }
        match self.tolerated_until {
            Some(until) => Instant::now() < until,
            None => {
                self.tolerated_until = Some(self.call.deadline());
                true
            }
        }
    }

    /// Returns the pause before the next poll. Its random parts keep waits apart that began
    /// together, or that were all told to come back later.
    fn pause(&self, interval: Duration, asked_for: Option<Duration>) -> Duration {
        match asked_for {
            Some(asked_for) => {
                let later = asked_for.min(LONGEST_HOLD) + interval.mul_f64(random());
                later.max(interval)
            }
            None if self.so_far.polls == 1 => interval.mul_f64(random()),
            None => interval,
        }
    }
}

/// Returns whether an error says something about the job, and not about the way to it. The status
/// is that of Atlas: the token endpoint may have another.
fn is_verdict(error: &Error, status: Option<StatusCode>) -> bool {
    match status {
        None => error.is_invalid_request(),
        Some(StatusCode::NOT_FOUND | StatusCode::GONE) => error.status() == status,
        // Its value cannot be read.
        Some(status) => status.is_success(),
    }
}

impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for Wait<'a, T> {
    type Output = Result<T, WaitError<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
