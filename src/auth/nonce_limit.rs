//! [`NonceLimit`]: how many requests may have a nonce at a time.
//!
//! There is no limit until a server forgets a nonce before it was answered once. Then more nonces
//! are about than the server remembers, and each further one only pushes out another: with fewer,
//! all of them are good. So half as many requests go at a time, until it is few enough.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::error::{Details, Error, Kind};
use crate::sync::lock;
use crate::text::time_text;

/// More than can ever be in flight.
const NO_LIMIT: usize = Semaphore::MAX_PERMITS;
/// Servers that share no nonces with each other forget them too, and fewer nonces do not help
/// against that.
const FEWEST: usize = 4;
/// After so long without a forgotten nonce the limit ends.
const LIMITED_FOR: Duration = Duration::from_secs(60);

pub(super) struct NonceLimit(Arc<Places>);

struct Places {
    free: Arc<Semaphore>,
    count: Mutex<Count>,
}

struct Count {
    /// How many places there may be.
    limit: usize,
    /// How many there are: more than that while requests have places from before the limit was
    /// lowered. Those end with their requests.
    existing: usize,
    /// When the limit was lowered last.
    lowered_at: Option<Instant>,
}

/// The place of a request, which may have a nonce.
pub(super) struct Place {
    places: Arc<Places>,
    permit: Option<OwnedSemaphorePermit>,
}

impl NonceLimit {
    pub(super) fn new() -> Self {
        NonceLimit(Arc::new(Places {
            free: Arc::new(Semaphore::new(NO_LIMIT)),
            count: Mutex::new(Count {
                limit: NO_LIMIT,
                existing: NO_LIMIT,
                lowered_at: None,
            }),
        }))
    }

    /// Waits for a place.
    pub(super) async fn place(&self, deadline: Instant) -> Result<Place, Error> {
        self.0.end_limit();
        if let Ok(permit) = self.0.free.clone().try_acquire_owned() {
            return Ok(self.taken(permit));
        }
        let begun = Instant::now();
        let free = self.0.free.clone();
        if let Ok(Ok(permit)) = timeout_at(deadline, free.acquire_owned()).await {
            return Ok(self.taken(permit));
        }
        let waited = time_text(begun.elapsed());
        let limit = lock(&self.0.count).limit;
        let message = format!(
            "nothing was sent within {waited}: the server forgets the nonces of HTTP Digest so soon \
             that only {limit} calls may be in flight"
        );
        Err(Details::new(Kind::Unsent, message).into())
    }

    fn taken(&self, permit: OwnedSemaphorePermit) -> Place {
        Place {
            places: self.0.clone(),
            permit: Some(permit),
        }
    }

    /// Lowers the limit, because a nonce that was received at this time was forgotten at once.
    /// Returns the new limit, or nothing if the limit has been lowered since.
    pub(super) fn lower(&self, received_at: Instant) -> Option<usize> {
        let mut count = lock(&self.0.count);
        if let Some(lowered_at) = count.lowered_at
            && received_at < lowered_at
        {
            return None;
        }
        let in_use = count.existing - self.0.free.available_permits();
        count.limit = (in_use / 2).max(FEWEST).min(count.limit);
        let too_many = count.existing - count.limit;
        // Those that are free end now.
        count.existing -= self.0.free.forget_permits(too_many);
        count.lowered_at = Some(Instant::now());
        Some(count.limit)
    }

    /// Returns whether all places are taken, so that others may wait for one.
    pub(super) fn is_crowded(&self) -> bool {
        self.0.free.available_permits() == 0
    }
}

impl Places {
    /// Ends the limit when its time is over.
    fn end_limit(&self) {
        let mut count = lock(&self.count);
        let Some(lowered_at) = count.lowered_at else {
            return;
        };
        if lowered_at.elapsed() < LIMITED_FOR {
            return;
        }
        self.free.add_permits(NO_LIMIT - count.existing);
        count.existing = NO_LIMIT;
        count.limit = NO_LIMIT;
        count.lowered_at = None;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut count = lock(&self.places.count);
        if count.existing > count.limit
            && let Some(permit) = self.permit.take()
        {
            permit.forget();
            count.existing -= 1;
        }
    }
}
