//! Waiting: [`Wait`] sends a call again and again, until the answer says that what it tells of is
//! over.
//!
//! What "over" means for each type is in `job.rs`; [`Wait::new`] takes any other condition.

mod error;
mod poll;
mod progress;
mod report;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use crate::call::Call;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::pace::Turn;
use crate::retry::{random, retry_after};

use error::End;
pub use error::WaitError;
use poll::Facts;
pub use poll::{Poll, RateLimit};
use progress::Progress;

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

/// What came of a poll, and whether the wait ends badly with it.
enum Judged<T> {
    Succeeded(T),
    Answered(T, Option<End>),
    Failed(Error, Option<End>),
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
        let call = match self.call.clone() {
            Ok(call) => call,
            Err(error) => return Err(self.unsendable(error)),
        };
        let mut progress = Progress::begin();
        let mut refused_turn = None;
        loop {
            let queued_at = Instant::now();
            let next_turn = next_turn(&call, refused_turn.take());
            let Ok(turn) = timeout(progress.left(self.within), next_turn).await else {
                return Err(progress.end(End::OutOfTurn));
            };
            let queued = queued_at.elapsed();
            let is_last_poll = progress.left(self.within).is_zero();
            // In a box, so that a wait is small while it pauses.
            let result = Box::pin(call.poll(&turn)).await;
            let number = progress.count_poll();
            let pause = self.pause(number, &result);
            let facts = Facts::new(number, progress.elapsed(), queued, &call);
            let end = match self.judge(result, facts) {
                Judged::Succeeded(value) => return Ok(value),
                Judged::Answered(value, end) => {
                    progress.answered(value);
                    end
                }
                Judged::Failed(error, end) => {
                    progress.failed(error);
                    end
                }
            };
            if let Some(end) = end {
                return Err(progress.end(end));
            }
            if is_last_poll {
                return Err(progress.end(End::OutOfTime));
            }
            if turn.is_refused() {
                refused_turn = Some(turn);
                continue;
            }
            drop(turn);
            tokio::time::sleep(pause.min(progress.left(self.within))).await;
        }
    }

    /// Tells of a poll, and finds out what follows from it.
    fn judge(&mut self, result: Result<ResponseValue<T>, Error>, facts: Facts) -> Judged<T> {
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => return self.judge_error(error, facts),
        };
        let value = answer.into_inner();
        let outcome = (self.condition)(&value);
        self.tell(Ok(&value), outcome, facts);
        match outcome {
            Some(Outcome::Succeeded) => Judged::Succeeded(value),
            Some(outcome) => Judged::Answered(value, Some(End::Over(outcome))),
            None => Judged::Answered(value, None),
        }
    }

    fn judge_error(&mut self, error: Error, facts: Facts) -> Judged<T> {
        self.tell(Err(&error), None, facts);
        let is_new = facts.elapsed < self.not_found_allowed_for;
        if error.is_retryable() || (is_new && error.is_not_found()) {
            tracing::info!(poll = facts.number, %error, "a wait goes on after an error");
            return Judged::Failed(error, None);
        }
        Judged::Failed(error, Some(End::PollFailed))
    }

    fn tell(&mut self, result: Result<&T, &Error>, outcome: Option<Outcome>, facts: Facts) {
        let poll = Poll {
            result,
            outcome,
            facts,
        };
        tracing::debug!("{poll}");
        (self.on_poll)(poll);
    }

    /// Fails as a poll does that cannot be sent.
    fn unsendable(mut self, error: Error) -> WaitError<T> {
        let mut progress = Progress::begin();
        let facts = Facts {
            number: progress.count_poll(),
            ..Facts::default()
        };
        self.tell(Err(&error), None, facts);
        progress.failed(error);
        progress.end(End::PollFailed)
    }

    /// Returns the pause before the next poll. Its random parts keep waits apart that began
    /// together, or that were all told to come back later.
    fn pause(&self, number: u32, result: &Result<ResponseValue<T>, Error>) -> Duration {
        let asked_for = match result {
            Ok(answer) => retry_after(answer.headers()),
            Err(error) => error.retry_after(),
        };
        match asked_for {
            Some(asked_for) => {
                let later = asked_for.saturating_add(self.every.mul_f64(random()));
                later.max(self.every)
            }
            None if number == 1 => self.every.mul_f64(random()),
            None => self.every,
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

/// Waits for a turn to poll. Who was refused does not queue again.
async fn next_turn(call: &Call, refused_turn: Option<Turn>) -> Turn {
    match refused_turn {
        Some(turn) => turn.again().await,
        None => call.project().turn().await,
    }
}
