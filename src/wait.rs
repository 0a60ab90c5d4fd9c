//! Waiting: a way to ask goes in, such as a call of the client, and is asked until the answer says that it is over; the
//! last answer comes out, or a [`WaitError`] with it. What "over" means for each type is in `job.rs`.

use std::fmt;
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::HeaderMap;

use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::retry::random;
use crate::retry_after::retry_after;

/// Waits until a restore job, a snapshot or a checkpoint is over.
///
/// Many waits may share one client, and with it its token and its connections. While it pauses, a wait takes some 3 KiB
/// with the last answer, a task of its own included: 10,000 more of them let the memory of a release build on Linux
/// grow by 31 MB.
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::simulator::Simulator;
/// use atlas_backup::{Client, Credentials, Waiter, types::CloudBackupRestoreJob};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let atlas = Simulator::start().await?;
/// # let path = "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";
/// # atlas.put(path, &serde_json::json!({ "finishedAt": "2025-05-04T09:42:00Z" }));
/// # let credentials = Credentials::access_token(Simulator::ACCESS_TOKEN);
/// # let client = Client::builder(credentials).base_url(atlas.base_url()).build()?;
/// let call = client
///     .get_backup_restore_job()
///     .group_id("32b6e34b3d91647abb20e7b8")
///     .cluster_name("Cluster0")
///     .restore_job_id("6a794733c0eb9e7a17740663");
/// let job = Waiter::new()
///     .every(Duration::from_secs(20))
///     .within(Duration::from_secs(3600))
///     .on_progress(|job: &CloudBackupRestoreJob, elapsed| println!("{elapsed:?}: {:?}", job.delivery_type))
///     .until_done(|| call.clone().send())
///     .await?;
/// println!("finished at {:?}", job.finished_at);
/// # Ok(())
/// # }
/// ```
#[must_use = "a waiter does nothing before `until_done`"]
pub struct Waiter<'a, T> {
    interval: Duration,
    limit: Duration,
    progress: Progress<'a, T>,
}

type Progress<'a, T> = Box<dyn FnMut(&T, Duration) + Send + 'a>;

impl<T> Default for Waiter<'_, T> {
    fn default() -> Self {
        Waiter {
            interval: Duration::from_secs(15),
            limit: Duration::from_secs(86_400),
            progress: Box::new(|_, _| ()),
        }
    }
}

impl<T> fmt::Debug for Waiter<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Waiter(every {:?}, within {:?})",
            self.interval, self.limit
        )
    }
}

impl<'a, T> Waiter<'a, T> {
    /// Asks every 15 seconds, for a day.
    pub fn new() -> Self {
        Waiter::default()
    }

    /// How long to pause between two polls. The first pause is a random part of it, so that many waits spread out.
    ///
    /// A pause is four times as long while less than a tenth of the rate limit is left, and lasts until after the
    /// `Retry-After` of Atlas where there is one.
    pub fn every(self, interval: Duration) -> Self {
        Waiter {
            interval: interval.max(Duration::from_millis(1)),
            ..self
        }
    }

    /// How long to wait. At the limit there is one last poll, also if Atlas asks for a longer pause, and it takes as
    /// long as it takes.
    pub fn within(self, limit: Duration) -> Self {
        Waiter { limit, ..self }
    }

    /// What to do with each answer, the last one included, and the time since the wait began.
    pub fn on_progress(self, progress: impl FnMut(&T, Duration) + Send + 'a) -> Self {
        Waiter {
            progress: Box::new(progress),
            ..self
        }
    }
}

impl<T: Job> Waiter<'_, T> {
    /// Asks until the answer is over. Dropping the future ends the wait.
    ///
    /// # Errors
    ///
    /// If the job failed, expired or was cancelled, if the time is up, or if a poll fails in a way that does not pass.
    /// Errors that may pass ([`Error::is_retryable`]) are ridden out until the time is up.
    pub async fn until_done<F>(mut self, mut ask: impl FnMut() -> F) -> Result<T, WaitError<T>>
    where
        F: Future<Output = Result<ResponseValue<T>, Error>>,
    {
        let begun = tokio::time::Instant::now();
        let mut wait = WaitError {
            outcome: None,
            last: None,
            polls: 0,
            error: None,
            elapsed: Duration::ZERO,
        };
        loop {
            let is_last = begun.elapsed() >= self.limit;
            // In a box, so that a wait is small while it pauses.
            let result = Box::pin(ask()).await;
            (wait.polls, wait.elapsed) = (wait.polls + 1, begun.elapsed());
            let pause = self.pause(wait.polls, result.as_ref().map(ResponseValue::headers));
            wait.error = match result {
                Ok(answer) => {
                    let value = wait.last.insert(Box::new(answer.into_inner()));
                    (self.progress)(value, wait.elapsed);
                    wait.outcome = value.outcome();
                    None
                }
                Err(error) => Some(error),
            };
            if is_last
                || wait.outcome.is_some()
                || wait
                    .error
                    .as_ref()
                    .is_some_and(|error| !error.is_retryable())
            {
                return match wait {
                    WaitError {
                        outcome: Some(Outcome::Succeeded),
                        last: Some(value),
                        ..
                    } => Ok(*value),
                    _ => Err(wait),
                };
            }
            tokio::time::sleep(pause.min(self.limit.saturating_sub(begun.elapsed()))).await;
        }
    }

    /// Its random parts keep waits apart that began together, or that were all told to come back later.
    fn pause(&self, polls: u32, headers: Result<&HeaderMap, &Error>) -> Duration {
        let interval = self
            .interval
            .saturating_mul(if headers.is_ok_and(is_scarce) { 4 } else { 1 });
        match headers.map_or_else(Error::retry_after, retry_after) {
            Some(asked) => asked
                .saturating_add(interval.mul_f64(random()))
                .max(interval),
            None if polls == 1 => interval.mul_f64(random()),
            None => interval,
        }
    }
}

/// Whether less than a tenth of the rate limit is left.
fn is_scarce(headers: &HeaderMap) -> bool {
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    number("ratelimit-limit")
        .zip(number("ratelimit-remaining"))
        .is_some_and(|(limit, left)| left < limit / 10)
}

/// Why a wait did not end well.
///
/// Its texts never show the value that was waited for, which may hold download URLs.
pub struct WaitError<T> {
    outcome: Option<Outcome>,
    /// In a box, so that a `Result` is no larger than its value.
    last: Option<Box<T>>,
    polls: u32,
    error: Option<Error>,
    elapsed: Duration,
}

impl<T> WaitError<T> {
    /// How the job ended, if it did: failed, expired or cancelled.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Whether the time was up before the job was over.
    pub fn is_timed_out(&self) -> bool {
        self.outcome.is_none() && self.error.as_ref().is_none_or(Error::is_retryable)
    }

    /// The last answer, if there was any.
    pub fn last(&self) -> Option<&T> {
        self.last.as_deref()
    }

    /// How often Atlas was asked.
    pub fn polls(&self) -> u32 {
        self.polls
    }
}

impl<T> fmt::Display for WaitError<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let polls = if self.polls == 1 {
            "1 poll".to_owned()
        } else {
            format!("{} polls", self.polls)
        };
        let after = format!("after {polls} in {:.1}s", self.elapsed.as_secs_f64());
        match (self.outcome, &self.error) {
            (Some(outcome), _) => write!(formatter, "the job is over: {outcome}, {after}"),
            (None, None) => write!(formatter, "the job is not over {after}"),
            (None, Some(it)) if !it.is_retryable() => {
                write!(formatter, "the wait ended {after}: {it}")
            }
            (None, Some(it)) => write!(
                formatter,
                "the job is not over {after}; the last poll failed: {it}"
            ),
        }
    }
}

impl<T> fmt::Debug for WaitError<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WaitError({self})")
    }
}

impl<T> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}
