//! Retries. [`RetryPolicy`] is what users set, [`Retries`] the loop of one call, and
//! [`RetryPolicy::pause`] the one place that decides whether there is another attempt, and when.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use tokio::time::Instant;

use crate::error::{Circumstance, Error};
use crate::sync::lock;
use crate::text::{header_number, millis};

/// No pause ends this shortly before the deadline: the attempt after it would only be cut off.
const TOO_LATE: Duration = Duration::from_millis(100);
/// The last attempt has this long before the deadline, or a tenth of a shorter total time.
const LAST_ATTEMPT: Duration = Duration::from_secs(1);
/// A name that does not resolve is a mistake rather than an outage if the host has never answered.
const UNKNOWN_HOST_TIME: Duration = Duration::from_secs(10);
/// A longer time could not be added to the clock of every platform.
pub(crate) const LONGEST_TIME: Duration = Duration::from_secs(u32::MAX as u64);
/// The number of latest attempts that count. A single call cannot fill them with its own failures
/// soon, and a hundred concurrent calls fill them in the first moment of an outage.
const WEIGHT: f64 = 64.0;
/// The factor of pauses when every attempt fails.
const LONGEST_STRETCH: f64 = 3.0;

/// How often and for how long a call is retried, with exponential backoff and jitter.
///
/// A transient failure ([`Error::is_retryable`](crate::Error::is_retryable)) is retried until the
/// total time has passed, two minutes by default. All operations are idempotent.
///
/// - A pause is between half and the whole of the backoff, which doubles with each attempt. Where
///   the next pause does not fit into the total time, one last attempt is made in time for it.
/// - Where Atlas sends `Retry-After`, the pause is that long and a random time more, so that callers
///   that were throttled together do not return together. A pause that does not fit into the total
///   time is not begun: the call fails at once, with
///   [`Error::retry_after`](crate::Error::retry_after).
/// - When most calls of a client fail, pauses become up to three times as long.
/// - Until the host has answered once, a name that does not resolve is retried for ten seconds.
///
/// Requests the server never processed (refused HTTP/2 streams, connections that closed first) do
/// not count as attempts and are resent until the deadline. Over HTTP/1.1, a request whose kept-alive
/// connection closes is resent once in each attempt. Both apply to [`never`](Self::never) too.
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::RetryPolicy;
///
/// let patient = RetryPolicy::default().total_time(Duration::from_secs(600));
/// let impatient = RetryPolicy::default().attempts(3).total_time(Duration::from_secs(20));
/// let never = RetryPolicy::never();
/// # assert_ne!(patient, never);
/// # assert_ne!(impatient, never);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing before `ClientBuilder::retry`"]
#[doc(alias = "exponential backoff")]
#[doc(alias = "idempotent")]
pub struct RetryPolicy {
    attempts: u32,
    shortest: Duration,
    longest: Duration,
    total_time: Duration,
}

impl Default for RetryPolicy {
    /// Returns the policy of any number of attempts within two minutes, with backoffs of half a
    /// second to ten seconds.
    fn default() -> Self {
        RetryPolicy {
            attempts: u32::MAX,
            shortest: Duration::from_millis(500),
            longest: Duration::from_secs(10),
            total_time: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// Returns the policy of one attempt. Requests the server never processed are resent all the
    /// same, and a request whose kept-alive HTTP/1.1 connection closes is resent once.
    pub fn never() -> Self {
        RetryPolicy::default().attempts(1)
    }

    /// Sets the maximum number of attempts, the first included; 0 counts as 1. Defaults to no limit
    /// but the total time.
    pub fn attempts(self, attempts: u32) -> Self {
        let attempts = attempts.max(1);
        RetryPolicy { attempts, ..self }
    }

    /// Sets the backoff before the second attempt, and the one at which doubling ends. Defaults to
    /// 0.5 and 10 seconds.
    #[doc(alias = "jitter")]
    pub fn backoff(self, shortest: Duration, longest: Duration) -> Self {
        RetryPolicy {
            shortest,
            longest,
            ..self
        }
    }

    /// Sets the deadline of a call, wherever it waits: for a token, a connection, a response or its
    /// next attempt. An attempt that is under way is cut off then. Defaults to two minutes.
    pub fn total_time(self, total_time: Duration) -> Self {
        RetryPolicy {
            total_time: total_time.min(LONGEST_TIME),
            ..self
        }
    }

    /// Returns the policy of a poll: one attempt, since the wait is the loop, in the same time.
    pub(crate) fn for_poll(&self) -> Self {
        RetryPolicy::never().total_time(self.total_time)
    }

    /// Returns how long a call may take.
    pub(crate) fn time_limit(&self) -> Duration {
        self.total_time
    }

    /// Starts the clock of a call.
    pub(crate) fn start(&self) -> Retries {
        let started = Instant::now();
        Retries {
            policy: self.clone(),
            started,
            deadline: started + self.total_time,
            attempts: AtomicU32::new(0),
        }
    }

    /// Returns the pause between a failed attempt and the next one, or nothing if the failure is
    /// final. `pauses` counts those before, `left` is the time until the deadline.
    fn pause(&self, error: &Error, pauses: u32, left: Duration, stretch: f64) -> Option<Duration> {
        // A failure that another policy has retried is not retried again.
        if !error.is_retryable() || error.is_exhausted() || left.is_zero() {
            return None;
        }
        if error.is(Circumstance::UnknownHost) && self.total_time > UNKNOWN_HOST_TIME {
            let not_for_it = self.total_time - UNKNOWN_HOST_TIME;
            let policy = self.clone().total_time(UNKNOWN_HOST_TIME);
            return policy.backoff_pause(pauses, left.checked_sub(not_for_it)?, stretch);
        }
        match error.retry_after() {
            Some(asked) => self.pause_asked_for(asked, left, stretch),
            None => self.backoff_pause(pauses, left, stretch),
        }
    }

    /// Returns the pause that the server asks for and a random time more, since all callers that
    /// were throttled together got the same pause. A pause that does not fit is not begun.
    fn pause_asked_for(&self, asked: Duration, left: Duration, stretch: f64) -> Option<Duration> {
        let least = asked.max(self.shortest);
        let room = left.checked_sub(TOO_LATE)?.checked_sub(least)?;
        let spread = (asked / 2).min(self.longest).max(self.shortest);
        let added = spread.min(room).mul_f64(stretch * random());
        Some(least + added.min(room))
    }

    /// Returns a random time between half and the whole of the backoff. Where that does not fit,
    /// it ends in time for a last attempt.
    fn backoff_pause(&self, pauses: u32, left: Duration, stretch: f64) -> Option<Duration> {
        let for_last_attempt = LAST_ATTEMPT.min(self.total_time / 10);
        // After a last attempt no more than this is left.
        let room = left.checked_sub(for_last_attempt * 2)?;
        let latest = room + for_last_attempt.mul_f64(random());
        let factor = 1u32.checked_shl(pauses).unwrap_or(u32::MAX);
        let backoff = self.shortest.saturating_mul(factor).min(self.longest);
        // A backoff may be too long to be multiplied. Half of this one does not fit either.
        let backoff = backoff.min(left * 2);
        let pause = backoff.mul_f64(stretch * (0.5 + random() / 2.0));
        Some(pause.min(latest))
    }
}

/// The attempts of one call: its policy, and its deadline.
pub(crate) struct Retries {
    policy: RetryPolicy,
    started: Instant,
    /// When the total time of the call ends.
    pub deadline: Instant,
    attempts: AtomicU32,
}

impl Retries {
    /// Makes attempts until one succeeds, or fails in a way that will not pass, or no time is left.
    pub(crate) async fn run<T, F>(
        &self,
        failure_rate: &FailureRate,
        attempt: impl Fn() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut pauses = 0;
        let mut earlier = None;
        loop {
            let error = match attempt().await {
                Ok(value) => {
                    self.attempts.fetch_add(1, Ordering::Relaxed);
                    failure_rate.succeeded();
                    return Ok(value);
                }
                Err(error) => more_telling(error, earlier),
            };
            if error.is_retryable() {
                failure_rate.failed();
            } else {
                failure_rate.succeeded();
            }
            let is_untaken = error.is(Circumstance::Untaken);
            if !is_untaken {
                // Waiting for a token may have taken several.
                let attempts = error.attempts().max(1);
                self.attempts.fetch_add(attempts, Ordering::Relaxed);
            }
            // A request that no connection took was no attempt, and no last one either.
            let is_last = self.attempts() >= self.policy.attempts && !is_untaken;
            let left = left(self.deadline);
            let pause = self
                .policy
                .pause(&error, pauses, left, failure_rate.stretch());
            let pause = match pause {
                Some(pause) if !is_last => pause,
                _ => return Err(error),
            };
            pauses += 1;
            report_retry(pauses, pause, &error);
            tokio::time::sleep(pause).await;
            earlier = Some(error);
        }
    }

    /// Returns the pause after a failed attempt, for those who have a loop of their own, or nothing
    /// if the failure is final. `number` counts the attempts.
    pub(crate) fn pause_after(&self, error: &Error, number: u32) -> Option<Duration> {
        if number >= self.policy.attempts {
            return None;
        }
        let left = left(self.deadline);
        self.policy
            .pause(error, number.saturating_sub(1), left, 1.0)
    }

    /// Returns the number of attempts so far.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Returns the time since the call started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The share of the latest attempts of all calls that failed. It makes pauses longer, and ends no
/// call.
#[derive(Default)]
pub(crate) struct FailureRate {
    failed_share: Mutex<f64>,
}

impl FailureRate {
    /// Counts an attempt that reached the server.
    fn succeeded(&self) {
        self.count(0.0);
    }

    /// Counts an attempt with a transient failure.
    fn failed(&self) {
        self.count(1.0);
    }

    /// Returns the factor by which pauses are longer than the policy says: 1 while at least half of
    /// the attempts succeed.
    fn stretch(&self) -> f64 {
        let excess = *lock(&self.failed_share) - 0.5;
        if excess <= 0.0 {
            return 1.0;
        }
        1.0 + (LONGEST_STRETCH - 1.0) * excess / 0.5
    }

    fn count(&self, outcome: f64) {
        let mut share = lock(&self.failed_share);
        *share += (outcome - *share) / WEIGHT;
    }
}

/// Returns the error that says what is wrong. Of an attempt that had no time that is the one
/// before.
fn more_telling(error: Error, earlier: Option<Error>) -> Error {
    match earlier {
        Some(earlier) if error.is(Circumstance::Unsent) => earlier,
        _ => error,
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.duration_since(Instant::now())
}

/// Reports a retry: the first of a row at INFO, so that it is seen, further ones at DEBUG.
pub(crate) fn report_retry(attempt: u32, pause: Duration, error: &Error) {
    let pause_ms = millis(pause);
    match attempt {
        1 => tracing::info!(attempt, pause_ms, %error, "trying again"),
        _ => tracing::debug!(attempt, pause_ms, %error, "trying again"),
    }
}

/// Returns a random number in `0.0..1.0`. Without a source of randomness it is always the same,
/// which only costs the jitter.
pub(crate) fn random() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / (f64::from(u32::MAX) + 1.0)
}

/// Reads the `Retry-After` header (RFC 9110, section 10.2.3): the pause that the server asks for,
/// in seconds or as a date. A date in the past asks for no pause.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, RETRY_AFTER)?;
    if let Some(seconds) = header_number(text) {
        let seconds = seconds.clamp(0.0, LONGEST_TIME.as_secs_f64());
        return Some(Duration::from_secs_f64(seconds));
    }
    let date = parse_date(text)?;
    let now = server_time(headers);
    Some(date.duration_since(now).unwrap_or_default())
}

/// Returns the time on the clock of the server, which need not agree with the clock here. That one
/// counts only if the server sends no date.
fn server_time(headers: &HeaderMap) -> SystemTime {
    let date = text(headers, DATE).and_then(parse_date);
    date.unwrap_or_else(SystemTime::now)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.trim())
}

fn parse_date(text: &str) -> Option<SystemTime> {
    let text = text.replace("UTC", "GMT");
    if let Ok(date) = httpdate::parse_http_date(&text) {
        return Some(date);
    }
    // Atlas writes a day of one digit without the zero that HTTP asks for, and gateways write
    // offsets in place of GMT.
    let date = DateTime::parse_from_rfc2822(&text);
    let date = date.or_else(|_| DateTime::parse_from_rfc3339(&text));
    Some(date.ok()?.into())
}
