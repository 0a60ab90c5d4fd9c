//! Waiting: [`Wait`] sends a call again and again, until the answer says that what it tells of is over.
//!
//! What "over" means for each type is in `job.rs`; [`Wait::new`] takes any other condition.

mod error;
mod poll;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::call::Call;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::retry::random;
use crate::retry_after::retry_after;

use error::End;
pub use error::WaitError;
pub use poll::Poll;

/// Waits until a restore job, a snapshot or a checkpoint is over. `until_done` and `until` of every call make one;
/// `.await` starts it.
///
/// Many waits may share one client, and with it its token and its connections. Dropping the future ends the wait.
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
/// A [`WaitError`], if the job failed, expired or was cancelled, if the time is up, or if a poll fails in a way that
/// does not pass. Errors that may pass ([`Error::is_retryable`]) are ridden out until the time is up.
#[must_use = "a wait does nothing before it is awaited"]
pub struct Wait<'a, T> {
    call: Result<Call, Error>,
    condition: Condition<'a, T>,
    on_poll: OnPoll<'a, T>,
    every: Duration,
    within: Duration,
    not_found_allowed_for: Duration,
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
    /// Waits until the condition has an outcome. A call that cannot be sent fails with the first poll.
    pub(crate) fn new(
        call: Result<Call, Error>,
        condition: impl FnMut(&T) -> Option<Outcome> + Send + 'a,
    ) -> Self {
        Wait {
            call,
            condition: Box::new(condition),
            on_poll: Box::new(|_| ()),
            every: Duration::from_secs(15),
            within: Duration::from_secs(86_400),
            not_found_allowed_for: Duration::ZERO,
        }
    }

    /// Sets how long to pause between two polls: 15 seconds, unless set. The first pause is a random part of it, so
    /// that many waits spread out.
    ///
    /// A pause is four times as long while less than a tenth of the rate limit is left, and lasts until after the
    /// `Retry-After` of Atlas where there is one.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every.max(Duration::from_millis(1));
        self
    }

    /// Sets how long to wait: a day, unless set. At the limit there is one last poll, also if Atlas asks for a longer
    /// pause, and it takes as long as it takes.
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Sets for how long from its beginning the wait rides out 404: not at all, unless set. For what somebody else has
    /// created just now, and not every server of Atlas knows yet.
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
        let mut last = None;
        let mut number = 0;
        loop {
            let is_last_poll = begun.elapsed() >= self.within;
            let result = ask(&self.call).await;
            number += 1;
            let elapsed = begun.elapsed();
            let pause = self.pause(number, &result);
            let mut error = None;
            let mut end = None;
            match result {
                Ok(answer) => {
                    let value = answer.into_inner();
                    let outcome = (self.condition)(&value);
                    self.tell(Ok(&value), outcome, number, elapsed);
                    if outcome == Some(Outcome::Succeeded) {
                        return Ok(value);
                    }
                    end = outcome.map(End::Over);
                    last = Some(Box::new(value));
                }
                Err(failure) => {
                    self.tell(Err(&failure), None, number, elapsed);
                    if !self.rides_out(&failure, elapsed) {
                        end = Some(End::PollFailed);
                    }
                    error = Some(failure);
                }
            }
            if is_last_poll && end.is_none() {
                end = Some(End::OutOfTime);
            }
            if let Some(end) = end {
                return Err(WaitError {
                    end,
                    last,
                    polls: number,
                    elapsed,
                    error,
                });
            }
            if let Some(error) = &error {
                tracing::info!(poll = number, ?pause, %error, "a wait goes on after an error");
            }
            let left = self.within.saturating_sub(begun.elapsed());
            tokio::time::sleep(pause.min(left)).await;
        }
    }

    fn tell(
        &mut self,
        result: Result<&T, &Error>,
        outcome: Option<Outcome>,
        number: u32,
        elapsed: Duration,
    ) {
        (self.on_poll)(Poll {
            result,
            outcome,
            number,
            elapsed,
        });
    }

    fn rides_out(&self, error: &Error, elapsed: Duration) -> bool {
        let is_new = elapsed < self.not_found_allowed_for;
        error.is_retryable() || (is_new && error.is_not_found())
    }

    /// Returns the pause before the next poll. Its random parts keep waits apart that began together, or that were all
    /// told to come back later.
    fn pause(&self, number: u32, result: &Result<ResponseValue<T>, Error>) -> Duration {
        let mut interval = self.every;
        if let Ok(answer) = result
            && is_scarce(answer.headers())
        {
            interval = interval.saturating_mul(4);
        }
        let asked_for = match result {
            Ok(answer) => retry_after(answer.headers()),
            Err(error) => error.retry_after(),
        };
        match asked_for {
            Some(asked_for) => {
                let later = asked_for.saturating_add(interval.mul_f64(random()));
                later.max(interval)
            }
            None if number == 1 => interval.mul_f64(random()),
            None => interval,
        }
    }
}

impl<'a, T: DeserializeOwned + Send + 'a> IntoFuture for Wait<'a, T> {
    type Output = Result<T, WaitError<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Sends the call once. In a box, so that a wait is small while it pauses.
async fn ask<T: DeserializeOwned>(call: &Result<Call, Error>) -> Result<ResponseValue<T>, Error> {
    match call {
        Ok(call) => Box::pin(call.send()).await,
        Err(error) => Err(error.clone()),
    }
}

/// Whether less than a tenth of the rate limit is left.
fn is_scarce(headers: &HeaderMap) -> bool {
    let limit = number(headers, "ratelimit-limit");
    let left = number(headers, "ratelimit-remaining");
    match (limit, left) {
        (Some(limit), Some(left)) => left.saturating_mul(10) < limit,
        _ => false,
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
