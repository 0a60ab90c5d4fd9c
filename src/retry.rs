//! Retries. [`RetryPolicy`] is what users set, [`Retries`] the state of one call, and
//! [`Retries::pause`] the one place that decides whether there is another attempt, and when.

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use crate::error::{Circumstance, Error};
use crate::sync::lock;
use crate::text::{header_number, header_text, millis};

/// No pause ends this shortly before the deadline: the attempt after it would only be cut off.
const TOO_LATE: Duration = Duration::from_millis(100);
/// The last attempt has this long before the deadline, or a tenth of a shorter total time.
const LAST_ATTEMPT: Duration = Duration::from_secs(1);
/// A name that does not resolve is a mistake rather than an outage if the host has never answered.
const UNKNOWN_HOST_TIME: Duration = Duration::from_secs(10);
/// No `Retry-After` stops what calls share for longer. Some are a date or a number that cannot be
/// meant.
pub(crate) const LONGEST_HOLD: Duration = Duration::from_secs(600);
/// A longer time could not be added to the clock of every platform, nor be multiplied.
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
    pub(crate) total_time: Duration,
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
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the backoff before the second attempt, and the one at which doubling ends. Defaults to
    /// 0.5 and 10 seconds.
    #[doc(alias = "jitter")]
    pub fn backoff(mut self, shortest: Duration, longest: Duration) -> Self {
        self.shortest = shortest.min(LONGEST_TIME);
        self.longest = longest.min(LONGEST_TIME);
        self
    }

    /// Sets the deadline of a call, wherever it waits: for a token, a connection, a response or its
    /// next attempt. An attempt that is under way is cut off then. Defaults to two minutes.
    pub fn total_time(mut self, total_time: Duration) -> Self {
        self.total_time = total_time.min(LONGEST_TIME);
        self
    }

    /// Starts the clock of a call.
    pub(crate) fn start(&self) -> Retries {
        let started = Instant::now();
        Retries {
            policy: self.clone(),
            started,
            deadline: started + self.total_time,
            attempts: 0,
            pauses: 0,
            earlier: None,
        }
    }

    /// Returns the pause that the server asks for and a random time more, since all callers that
    /// were throttled together got the same pause. A pause that does not fit is not begun.
    fn pause_asked_for(&self, asked: Duration, left: Duration, stretch: f64) -> Option<Duration> {
        let least = asked.max(self.shortest);
        let room = left.checked_sub(TOO_LATE)?.checked_sub(least)?;
        let spread = (asked / 2).min(self.longest).max(self.shortest);
        let added = spread.mul_f64(stretch * random());
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
        let pause = backoff.mul_f64(stretch * (0.5 + random() / 2.0));
        Some(pause.min(latest))
    }
}

/// The attempts of one call: its policy, its deadline, and what came of them.
pub(crate) struct Retries {
    policy: RetryPolicy,
    started: Instant,
    /// When the total time of the call ends.
    pub deadline: Instant,
    /// How many attempts there were.
    pub attempts: u32,
    pauses: u32,
    /// Of the last attempt, if that failed.
    earlier: Option<Error>,
}

impl Retries {
    /// Counts an attempt that succeeded.
    pub(crate) fn succeeded(&mut self, failure_rate: &FailureRate) {
        self.attempts += 1;
        failure_rate.count(false);
    }

    /// Pauses after an attempt that failed, or returns the error if it will not pass or no time is
    /// left.
    pub(crate) async fn failed(
        &mut self,
        error: Error,
        failure_rate: &FailureRate,
    ) -> Result<(), Error> {
        // Of an attempt that had no time the error before says what is wrong.
        let error = match self.earlier.take() {
            Some(earlier) if error.is(Circumstance::Unsent) => earlier,
            _ => error,
        };
        // A request that no connection took was no attempt.
        if !error.is(Circumstance::Untaken) {
            // Waiting for a token may have taken several.
            self.attempts += error.attempts().max(1);
        }
        let stretch = failure_rate.count(error.is_retryable());
        let Some(pause) = self.pause(&error, self.attempts, self.pauses, stretch) else {
            return Err(error);
        };
        self.pauses += 1;
        report_retry(self.pauses, pause, &error);
        tokio::time::sleep(pause).await;
        self.earlier = Some(error);
        Ok(())
    }

    /// Returns the pause after a failed attempt, for those who have a loop of their own, or nothing
    /// if the failure is final. `number` counts the attempts.
    pub(crate) fn pause_after(&self, error: &Error, number: u32) -> Option<Duration> {
        self.pause(error, number, number.saturating_sub(1), 1.0)
    }

    /// Returns the pause between a failed attempt and the next one, or nothing if the failure is
    /// final. `pauses` counts those before.
    fn pause(&self, error: &Error, attempts: u32, pauses: u32, stretch: f64) -> Option<Duration> {
        let policy = &self.policy;
        let mut left = self.deadline.duration_since(Instant::now());
        if error.is(Circumstance::UnknownHost) {
            left = left.saturating_sub(policy.total_time.saturating_sub(UNKNOWN_HOST_TIME));
        }
        // A failure that another policy has retried is not retried again.
        let may_pass = error.is_retryable() && !error.is_exhausted();
        if !may_pass || attempts >= policy.attempts || left.is_zero() {
            return None;
        }
        match error.retry_after() {
            Some(asked) => policy.pause_asked_for(asked, left, stretch),
            None => policy.backoff_pause(pauses, left, stretch),
        }
    }

    /// Returns the time since the call started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The share of the latest attempts of all calls that failed. It makes pauses longer, and ends no
/// call.
#[derive(Default)]
pub(crate) struct FailureRate(Mutex<f64>);

impl FailureRate {
    /// Counts an attempt, which has a transient failure or reached the server. Returns the factor by
    /// which pauses are longer than the policy says: 1 while at least half of the attempts succeed.
    fn count(&self, has_failed: bool) -> f64 {
        let outcome = if has_failed { 1.0 } else { 0.0 };
        let mut share = lock(&self.0);
        *share += (outcome - *share) / WEIGHT;
        let excess = (*share - 0.5).max(0.0) / 0.5;
        1.0 + (LONGEST_STRETCH - 1.0) * excess
    }
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
    f64::from(random) / 2f64.powi(32)
}

/// Reads the `Retry-After` header (RFC 9110, section 10.2.3): the pause that the server asks for,
/// in seconds or as a date. A date in the past asks for no pause.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header_text(headers, &RETRY_AFTER)?;
    if let Some(seconds) = header_number(text) {
        let seconds = seconds.clamp(0.0, LONGEST_TIME.as_secs_f64());
        return Some(Duration::from_secs_f64(seconds));
    }
    let date = parse_date(text)?;
    // The clock of the server need not agree with the clock here, which counts only if the server
    // sends no date.
    let now = header_text(headers, &DATE).and_then(parse_date);
    let pause = date.duration_since(now.unwrap_or_else(SystemTime::now));
    Some(pause.unwrap_or_default())
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
