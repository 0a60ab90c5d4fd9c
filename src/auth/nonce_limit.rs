//! [`NonceLimit`]: how many requests may use a nonce at a time.
//!
//! There is no limit until a server forgets a nonce before its first answer arrives. Then more
//! nonces are in use than the server remembers, and each further one pushes out another. The limit
//! is then half of the nonces in use, and is halved again until it is low enough. It grows by one
//! after each row of successes, like the congestion window of TCP, and ends after a minute without
//! a forgotten nonce.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::http::permits::{Permit, Permits};
use crate::retry::Retries;
use crate::sync::lock;

/// The limit begins with no less: servers that share no nonces with each other forget them too,
/// and fewer nonces hardly help against that.
const FEW: usize = 4;
/// The limit never goes below this.
const FEWEST: usize = 1;
/// The limit grows after this many successes for each nonce.
const GROWTH: usize = 8;
/// After this long without a forgotten nonce the limit ends.
const LIMITED_FOR: Duration = Duration::from_secs(60);

pub(super) struct NonceLimit {
    /// As many as there may be nonces in use: any number while there is no limit.
    permits: Permits,
    /// Nothing while there is no limit.
    lowered: Mutex<Option<Lowered>>,
}

/// The last time that the limit was lowered.
struct Lowered {
    at: Instant,
    /// How many requests have succeeded since the limit was changed.
    successes: usize,
}

impl NonceLimit {
    /// Allows any number of requests, none of which takes longer than `exchange`.
    pub(super) fn new(exchange: Duration) -> Self {
        NonceLimit {
            permits: Permits::new(usize::MAX, exchange),
            lowered: Mutex::default(),
        }
    }

    /// Waits until one more request may use a nonce.
    pub(super) async fn slot(&self, retries: &Retries) -> Result<Permit<'_>, Error> {
        self.end();
        if let Some(permit) = self.permits.acquire(retries.deadline).await {
            return Ok(permit);
        }
        let limit = self.permits.limit();
        let reason = format!(
            "the server forgets the nonces of HTTP Digest so soon that only {limit} calls may be in \
             flight"
        );
        Err(Error::unsent(retries.elapsed(), &reason))
    }

    /// Ends the limit when its time is over.
    fn end(&self) {
        let mut lowered = lock(&self.lowered);
        let ended = lowered.take_if(|lowered| lowered.at.elapsed() >= LIMITED_FOR);
        if ended.is_some() {
            self.permits.set_limit(usize::MAX);
        }
    }

    /// Lowers the limit, because a nonce that was received at this time was forgotten at once.
    /// Returns the new limit, or nothing if the limit has been lowered since.
    pub(super) fn lower(&self, received_at: Instant) -> Option<usize> {
        let mut lowered = lock(&self.lowered);
        let limit = match &*lowered {
            Some(lowered) if received_at <= lowered.at => return None,
            Some(_) => (self.permits.limit() / 2).max(FEWEST),
            None => (self.permits.held() / 2).max(FEW),
        };
        *lowered = Some(Lowered {
            at: Instant::now(),
            successes: 0,
        });
        self.permits.set_limit(limit);
        Some(limit)
    }

    /// Counts a request that succeeded.
    pub(super) fn succeeded(&self) {
        if let Some(lowered) = &mut *lock(&self.lowered) {
            lowered.successes += 1;
            let limit = self.permits.limit();
            if lowered.successes >= GROWTH * limit {
                lowered.successes = 0;
                self.permits.set_limit(limit + 1);
            }
        }
    }

    /// Returns whether others wait for a nonce.
    pub(super) fn is_crowded(&self) -> bool {
        self.permits.are_scarce()
    }
}
