//! When to ask again. [`RetryPolicy`] is what users set, [`RetryPolicy::decide`] is the one place
//! that decides, and [`RetryPolicy::run`] is the loop around it.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::retry_budget::RetryBudget;

/// No pause ends so shortly before the end: the attempt after it would only be cut off.
const TOO_LATE: Duration = Duration::from_millis(100);

/// How often and for how long a call is tried.
///
/// A failure that may pass ([`Error::is_retryable`](crate::Error::is_retryable)) is retried until
/// the total time is over, which is two minutes unless set.
///
/// - The pause before a retry is a random part of a backoff that doubles with each try.
/// - Where Atlas asks for a pause in `Retry-After`, it is that pause and a random time more, so
///   that calls that were refused together do not come back together. It is not shorter than the
///   first backoff. A pause that does not fit into the total time is not begun: the error comes
///   back at once, with [`Error::retry_after`](crate::Error::retry_after).
/// - When most calls of a client fail, pauses become up to three times as long.
///
/// What the server did not look at is not a try: a request that an HTTP/2 server refused unseen, or
/// that no connection took. It is sent again at once, or after less than a tenth of a second, until
/// the total time is over. If new connections end before they take a request, the server may be
/// down, and the pauses are those between tries. Over HTTP/1.1 nobody can tell whether a server
/// that closes a kept connection has seen the request: it is sent again once in each try, over
/// another connection. Both hold for every policy, also for [`never`](Self::never).
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

/// What a decision depends on beside the policy and the error.
struct Moment {
    /// How many attempts have failed.
    attempts: u32,
    /// How many pauses there will have been, also after what was no attempt.
    pauses: u32,
    /// How long a pause may be that leaves time for an attempt.
    room: Duration,
    /// How much longer than usual pauses are.
    stretch: f64,
    /// In `0.0..1.0`.
    random: f64,
}

impl Default for RetryPolicy {
    /// Returns as many attempts as two minutes have room for, with backoffs of half a second to ten
    /// seconds.
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
    /// Returns the policy of one attempt and no more. A request that the server did not look at is
    /// sent again all the same, and a kept HTTP/1.1 connection that is closed before the answer
    /// begins is replaced once.
    pub fn never() -> Self {
        RetryPolicy::default().attempts(1)
    }

    /// Sets how often a call is tried in all; 0 counts as 1. Unless set, only the total time is a
    /// limit.
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

    /// Sets how long a call may take in all, wherever it waits: for a token, for a connection, for
    /// an answer, for its next attempt. The last attempt is cut off then.
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
    /// All calls of a client share the budget.
    pub(crate) async fn run<T, F>(
        &self,
        budget: &RetryBudget,
        deadline: Instant,
        attempt: impl Fn() -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut attempts = 0;
        let mut pauses = 0;
        let mut earlier = None;
        loop {
            let error = match attempt().await {
                Ok(value) => {
                    budget.succeeded();
                    return Ok(value);
                }
                Err(error) => more_telling(error, earlier),
            };
            if error.is_retryable() {
                budget.failed();
            } else {
                budget.succeeded();
            }
            pauses += 1;
            if !error.is_untaken() {
                attempts += 1;
            }
            let moment = Moment::new(attempts, pauses, deadline, budget.stretch());
            let pause = match self.decide(&error, &moment) {
                Decision::Retry(pause) => pause,
                Decision::GiveUp => return Err(error.exhausted()),
            };
            tracing::info!(attempt = pauses, ?pause, %error, "trying again");
            tokio::time::sleep(pause).await;
            earlier = Some(error);
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
        let moment = Moment::new(number, number, deadline, 1.0);
        match self.decide(error, &moment) {
            Decision::Retry(pause) => Some(pause),
            Decision::GiveUp => None,
        }
    }

    /// Decides what follows after a failed attempt.
    fn decide(&self, error: &Error, moment: &Moment) -> Decision {
        // A failure that has been through a policy already is not retried by another.
        if !error.is_retryable() || error.is_exhausted() {
            return Decision::GiveUp;
        }
        // What no connection took was no attempt, and is no last one.
        if moment.attempts >= self.attempts && !error.is_untaken() {
            return Decision::GiveUp;
        }
        if moment.room.is_zero() {
            return Decision::GiveUp;
        }
        match error.retry_after() {
            Some(asked) => self.after_pause_asked_for(asked, moment),
            None => Decision::Retry(self.backoff_pause(moment)),
        }
    }

    /// Waits as long as the server asks, and a random time more: everybody who was refused together
    /// was told the same.
    fn after_pause_asked_for(&self, asked: Duration, moment: &Moment) -> Decision {
        let least = asked.max(self.shortest);
        if least > moment.room {
            return Decision::GiveUp;
        }
        let room = moment.room - least;
        let spread = (asked / 2).min(self.longest).max(self.shortest);
        Decision::Retry(least + moment.random_part(spread, room))
    }

    /// Returns a random part of the backoff. It always fits into the time that is left.
    fn backoff_pause(&self, moment: &Moment) -> Duration {
        let factor = 1u32.checked_shl(moment.pauses - 1).unwrap_or(u32::MAX);
        let backoff = self.shortest.saturating_mul(factor).min(self.longest);
        moment.random_part(backoff, moment.room)
    }
}

impl Moment {
    fn new(attempts: u32, pauses: u32, deadline: Instant, stretch: f64) -> Self {
        let left = deadline.duration_since(Instant::now());
        Moment {
            attempts,
            pauses,
            room: left.saturating_sub(TOO_LATE),
            stretch,
            random: random(),
        }
    }

    /// Returns a random part of the time, which is longer than usual when most calls fail, but not
    /// longer than there is room.
    fn random_part(&self, time: Duration, room: Duration) -> Duration {
        // The room first, since a backoff may be too long to be multiplied.
        let stretched = time.min(room).mul_f64(self.stretch);
        stretched.min(room).mul_f64(self.random)
    }
}

/// Returns the error that says what is wrong. Of an attempt that had no time that is the one
/// before.
fn more_telling(error: Error, earlier: Option<Error>) -> Error {
    match earlier {
        Some(earlier) if error.is_unsent() => earlier,
        _ => error,
    }
}

/// Returns a random number in `0.0..1.0`. Without a source of randomness it is always the same,
/// which only costs the jitter.
pub(crate) fn random() -> f64 {
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(random) / (f64::from(u32::MAX) + 1.0)
}
