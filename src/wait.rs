//! Waiting: [`Wait`] repeats a call until what it returns has reached a final state.
//!
//! Which states are final is said in the OpenAPI document; [`Wait::new`] takes any other condition.

mod error;
mod poll;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use crate::call::Call;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::pace::LONGEST_HOLD;
use crate::retry::{random, retry_after};

use error::End;
pub use error::WaitError;
use poll::{NotPolled, PollInfo, poll};
pub use poll::{Poll, RateLimit};

/// The longest pause after a poll that failed, unless the response asks for a longer one.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// The pause before a wait goes on in another runtime.
const NEW_RUNTIME: Duration = Duration::from_millis(10);

/// Waits until a restore job, a snapshot or a checkpoint is over. `until_done` and `until` of every
/// call make one; `.await` starts it, and dropping the future ends it.
///
/// Many waits may share one client, and with it its token, its connections and the rate limits of
/// its projects. Polls of a project take turns, in order:
///
/// - while more than a tenth of the rate limit is left, at once, at most eight at a time;
/// - below that, one a second, until Atlas says that there is more again;
/// - after a refusal (429) none before its `Retry-After`; then one a second, and faster with each
///   row of answers without another refusal.
///
/// The tenth is for others. What is sent with `send` never queues, but what Atlas says of the rate
/// limit then counts for the polls of the client and its clones, too.
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
///
/// # Errors
///
/// A [`WaitError`], if the job failed, expired or was cancelled, if the time is up, or if a poll
/// fails in a way that does not pass. Errors that may pass ([`Error::is_retryable`]) are ridden out
/// until the time is up.
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
    Poll,
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
    /// Waits until the condition has an outcome. A call that cannot be sent fails with the first
    /// poll.
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

    /// Sets how long to pause between two polls: 15 seconds, unless set. The first pause is a
    /// random part of it, so that many waits spread out.
    ///
    /// A pause lasts until after the `Retry-After` of Atlas where there is one, and the next poll
    /// may have to wait for its turn after it.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every.max(Duration::from_millis(1));
        self
    }

    /// Sets how long to wait: a day, unless set. At the limit there is one last poll, also if Atlas
    /// asks for a longer pause, and it takes as long as it takes. There is none if it would have to
    /// wait for its turn.
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Sets for how long from its beginning the wait rides out 404: not at all, unless set. This is
    /// for what somebody else has created just now, and not every server of Atlas knows yet.
    pub fn allow_not_found_for(mut self, time: Duration) -> Self {
        self.not_found_allowed_for = time;
        self
    }

    /// Sets what to do after each poll, also one that failed.
    pub fn on_poll(mut self, on_poll: impl FnMut(Poll<'_, T>) + Send + 'a) -> Self {
        self.on_poll = Box::new(on_poll);
        self
    }

    async fn run(mut self) -> Result<T, WaitError<T>>
    where
        T: DeserializeOwned,
    {
        let begun = Instant::now();
        let mut so_far = WaitError::before_first_poll();
        let call = match self.call.clone() {
            Ok(call) => call,
            Err(error) => {
                so_far.error = Some(error);
                return Err(so_far.ended(End::PollFailed));
            }
        };
        let mut was_throttled = false;
        loop {
            let queued_at = Instant::now();
            let ticket = call.project().queue(was_throttled);
            let left = self.within.saturating_sub(begun.elapsed());
            let polled = match poll(&call, ticket, left).await {
                Ok(polled) => polled,
                Err(NotPolled::NoSlot) => {
                    so_far.elapsed = begun.elapsed();
                    return Err(so_far.ended(no_slot(&call)));
                }
                Err(NotPolled::RuntimeShutDown) => {
                    sleep(NEW_RUNTIME).await;
                    continue;
                }
            };
            was_throttled = polled.is_throttled;
            so_far.polls += 1;
            so_far.elapsed = polled.ended_at - begun;
            let info = PollInfo {
                number: so_far.polls,
                elapsed: so_far.elapsed,
                queued: polled.sent_at - queued_at,
                rate_limit: rate_limit(&call),
            };
            let is_last = polled.sent_at - begun >= self.within;
            let result = polled.received.decode();
            let pause = self.pause(info.number, &result);
            match self.judge(result, info, &mut so_far) {
                Next::Succeeded(value) => return Ok(value),
                Next::End(end) => return Err(so_far.ended(end)),
                Next::Poll if is_last => return Err(so_far.ended(End::OutOfTime)),
                // The project holds all polls, and lets this one go first.
                Next::Poll if was_throttled => {}
                Next::Poll => {
                    let left = self.within.saturating_sub(begun.elapsed());
                    sleep(pause.min(left)).await;
                }
            }
        }
    }

    /// Reports a poll, and decides what follows from it.
    fn judge(
        &mut self,
        result: Result<ResponseValue<T>, Error>,
        info: PollInfo,
        so_far: &mut WaitError<T>,
    ) -> Next<T> {
        let value = match result {
            Ok(response) => response.into_inner(),
            Err(error) => return self.judge_error(error, info, so_far),
        };
        let outcome = (self.condition)(&value);
        self.report(Ok(&value), outcome, info);
        if outcome == Some(Outcome::Succeeded) {
            return Next::Succeeded(value);
        }
        so_far.last = Some(Box::new(value));
        so_far.error = None;
        match outcome {
            Some(outcome) => Next::End(End::Finished(outcome)),
            None => Next::Poll,
        }
    }

    fn judge_error(&mut self, error: Error, info: PollInfo, so_far: &mut WaitError<T>) -> Next<T> {
        self.report(Err(&error), None, info);
        let is_new = info.elapsed < self.not_found_allowed_for;
        let may_pass = error.is_retryable() || (is_new && error.is_not_found());
        if may_pass {
            tracing::info!(poll = info.number, %error, "a wait goes on after an error");
        }
        so_far.error = Some(error);
        match may_pass {
            true => Next::Poll,
            false => Next::End(End::PollFailed),
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

    /// Returns the pause before the next poll. Its random parts keep waits apart that began
    /// together, or that were all told to come back later.
    fn pause(&self, number: u32, result: &Result<ResponseValue<T>, Error>) -> Duration {
        let (interval, asked_for) = match result {
            Ok(response) => (self.every, retry_after(response.headers())),
            Err(error) => (self.every.min(AFTER_FAILURE), error.retry_after()),
        };
        match asked_for {
            Some(asked_for) => {
                let later = asked_for.min(LONGEST_HOLD) + interval.mul_f64(random());
                later.max(interval)
            }
            None if number == 1 => interval.mul_f64(random()),
            None => interval,
        }
    }
}

/// Returns why no slot came in time.
fn no_slot(call: &Call) -> End {
    match call.project().is_limiting() {
        true => End::RateLimited,
        false => End::NoSlot,
    }
}

fn rate_limit(call: &Call) -> Option<RateLimit> {
    let numbers = call.project().numbers()?;
    Some(RateLimit {
        limit: numbers.limit,
        remaining: numbers.left,
    })
}

impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for Wait<'a, T> {
    type Output = Result<T, WaitError<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
