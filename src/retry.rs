//! When to ask again. [`RetryPolicy`] is what users set, [`RetryPolicy::decide`] is the one place
//! that decides, and [`RetryPolicy::run`] is the loop around it.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// How often and for how long a call is tried.
///
/// A failure that may pass ([`Error::is_retryable`]) is retried after the pause that Atlas asks for
/// in `Retry-After`, else after a random part of a backoff that doubles with each try. A pause that
/// does not fit into the total time is not begun: the error comes back at once, with
/// [`Error::retry_after`].
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(10).total_time(Duration::from_secs(600));
/// let never = RetryPolicy::never();
/// # assert_ne!(patient, never);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing before `ClientBuilder::retry`"]
pub struct RetryPolicy {
    attempts: u32,
    shortest: Duration,
    longest: Duration,
    total_time: Duration,
}

/// What to do after an attempt that failed.
#[derive(Debug, PartialEq)]
enum Decision {
    /// Try again after this pause.
    Retry(Duration),
    /// The failure is final.
    GiveUp,
}

impl Default for RetryPolicy {
    /// Returns four attempts within two minutes, with backoffs of half a second to ten seconds.
    fn default() -> Self {
        RetryPolicy {
            attempts: 4,
            shortest: Duration::from_millis(500),
            longest: Duration::from_secs(10),
            total_time: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// Returns the policy of one attempt and no more.
    pub fn never() -> Self {
        RetryPolicy::default().attempts(1)
    }

    /// Sets how often a call is tried in all; 0 counts as 1.
    pub fn attempts(self, attempts: u32) -> Self {
        let attempts = attempts.max(1);
        RetryPolicy { attempts, ..self }
    }

    /// Sets the backoff before the second attempt, and the one at which doubling ends. The pause is
    /// a random part of it.
    pub fn backoff(self, shortest: Duration, longest: Duration) -> Self {
        RetryPolicy {
            shortest,
            longest,
            ..self
        }
    }

    /// Sets how long a call may take in all, pauses included. The last attempt is cut off then.
    pub fn total_time(self, total_time: Duration) -> Self {
        RetryPolicy { total_time, ..self }
    }

    /// Returns when a call is to be over that begins now.
    pub(crate) fn deadline(&self) -> Instant {
        // A longer time could not be added to the clock of every platform.
        let longest = Duration::from_secs(u32::MAX.into());
        Instant::now() + self.total_time.min(longest)
    }

    /// Makes attempts until one succeeds, or fails in a way that will not pass, or no time is left.
    pub(crate) async fn run<T, F>(
        &self,
        deadline: Instant,
        attempt: impl Fn() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut number = 1;
        loop {
            let error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let left = deadline.duration_since(Instant::now());
            let pause = match self.decide(&error, number, left, random()) {
                Decision::Retry(pause) => pause,
                Decision::GiveUp => return Err(error.exhausted()),
            };
            tracing::info!(attempt = number, ?pause, %error, "trying again");
            tokio::time::sleep(pause).await;
            number += 1;
        }
    }

    /// Returns the pause after an attempt that failed, for those who have a loop of their own, or
    /// nothing if the failure is final.
    pub(crate) fn pause_after(
        &self,
        error: &Error,
        number: u32,
        deadline: Instant,
    ) -> Option<Duration> {
        let left = deadline.duration_since(Instant::now());
        match self.decide(error, number, left, random()) {
            Decision::Retry(pause) => Some(pause),
            Decision::GiveUp => None,
        }
    }

    /// Decides what follows after a failed attempt. `number` counts from 1; `random` is in
    /// `0.0..1.0`.
    fn decide(&self, error: &Error, number: u32, left: Duration, random: f64) -> Decision {
        // A failure that has been through a policy already is not retried by another.
        if !error.is_retryable() || error.is_exhausted() || number >= self.attempts {
            return Decision::GiveUp;
        }
        let pause = match error.retry_after() {
            Some(asked) => asked,
            None => self.backoff_after(number).mul_f64(random),
        };
        if pause < left {
            Decision::Retry(pause)
        } else {
            Decision::GiveUp
        }
    }

    fn backoff_after(&self, number: u32) -> Duration {
        let factor = 1u32.checked_shl(number - 1).unwrap_or(u32::MAX);
        self.shortest.saturating_mul(factor).min(self.longest)
    }
}

/// Returns a random number in `0.0..1.0`. Without a source of randomness it is always the same,
/// which only costs the jitter.
pub(crate) fn random() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / (f64::from(u32::MAX) + 1.0)
}
