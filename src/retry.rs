//! When to ask again: a way to ask goes in with the time it may take, its success comes out, or the failure that is
//! final. The decision is one function of its arguments: a failure, the number of tries and the time left go in, the
//! pause before the next try comes out, if there is to be one.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use crate::error::Error;

/// How often and for how long a call is tried.
///
/// A failure that may pass ([`Error::is_retryable`]) is retried after the pause that Atlas asks for in `Retry-After`,
/// else after a random part of a backoff that doubles with each try. A pause that does not fit into the total time is
/// not begun: the error comes back at once, with [`Error::retry_after`].
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

impl Default for RetryPolicy {
    /// Four attempts within two minutes, with backoffs of half a second to ten seconds.
    fn default() -> Self {
        let (shortest, longest) = (Duration::from_millis(500), Duration::from_secs(10));
        RetryPolicy {
            attempts: 4,
            shortest,
            longest,
            total_time: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// One attempt and no more.
    pub fn never() -> Self {
        RetryPolicy::default().attempts(1)
    }

    /// How often a call is tried in all; 0 counts as 1.
    pub fn attempts(self, attempts: u32) -> Self {
        RetryPolicy {
            attempts: attempts.max(1),
            ..self
        }
    }

    /// The backoff before the second attempt, and the one at which doubling ends. The pause is a random part of it.
    pub fn backoff(self, shortest: Duration, longest: Duration) -> Self {
        RetryPolicy {
            shortest,
            longest,
            ..self
        }
    }

    /// How long a call may take in all, pauses included. The last attempt is cut off then.
    pub fn total_time(self, total_time: Duration) -> Self {
        RetryPolicy { total_time, ..self }
    }

    /// When a call is to be over that begins now.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.total_time.min(Duration::from_secs(u32::MAX.into()))
    }

    /// Asks until there is a success, a failure that will not pass, or no time left. A failure that has been through
    /// this already is final.
    pub(crate) async fn run<T, F>(&self, deadline: Instant, ask: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempt = 1;
        loop {
            let mut result = ask().await;
            let Err(error) = &mut result else {
                return result;
            };
            let Some(pause) = self.pause(
                error,
                attempt,
                deadline.duration_since(Instant::now()),
                random(),
            ) else {
                error.retried = true;
                return result;
            };
            tracing::info!(attempt, ?pause, %error, "trying again");
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// The pause before the next attempt, if there is to be one. `attempt` counts from 1; `random` is in `0.0..1.0`.
    fn pause(&self, error: &Error, attempt: u32, left: Duration, random: f64) -> Option<Duration> {
        let doubled = self
            .shortest
            .saturating_mul(1u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let pause = error
            .retry_after()
            .unwrap_or(doubled.min(self.longest).mul_f64(random));
        (error.is_retryable() && !error.retried && attempt < self.attempts && pause < left)
            .then_some(pause)
    }
}

/// `Retry-After` in seconds or as a date. A date that is past asks for no pause.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    // A day of one digit is how Atlas writes it.
    let padded = text
        .split_once(", ")
        .map(|(weekday, rest)| format!("{weekday}, {rest:0>24}"));
    let date = || {
        [text, padded.as_deref().unwrap_or(text)]
            .iter()
            .find_map(|it| httpdate::parse_http_date(it).ok())
    };
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| {
        Some(
            date()?
                .duration_since(SystemTime::now())
                .unwrap_or_default(),
        )
    })
}

/// A random number in `0.0..1.0`. Without a source of randomness it is always the same, which only costs the jitter.
pub(crate) fn random() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / (f64::from(u32::MAX) + 1.0)
}
