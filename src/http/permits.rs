//! [`Permits`]: how many requests of a client may be in flight at a time.
//!
//! A caller may hold a call and not poll it any more. So a permit ends some time after its request
//! should have ended, and the next call in the queue has it.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::sync::lock;

/// How much longer than an exchange a permit lasts.
const GRACE: Duration = Duration::from_secs(5);
/// How long a call may take to claim the permit that it waited for. The others in the queue look
/// this often for permits that have ended.
const PATIENCE: Duration = Duration::from_secs(1);

/// The permits of a client.
pub(crate) struct Permits {
    limit: AtomicUsize,
    /// How long a permit lasts, unless it is renewed.
    lifetime: Duration,
    arrivals: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The calls that have a permit, by their numbers, and when it ends.
    held: HashMap<u64, Instant>,
    /// The calls that wait for one.
    queue: BTreeMap<u64, Arc<Notify>>,
}

/// The permission to have a request in flight.
pub(crate) struct Permit<'a> {
    permits: &'a Permits,
    /// Calls that arrived earlier have lower numbers.
    pub number: u64,
    ends_at: Instant,
}

impl Permits {
    /// Allows this many requests in flight, none of which takes longer than `exchange`.
    pub(crate) fn new(limit: usize, exchange: Duration) -> Self {
        Permits {
            limit: AtomicUsize::new(limit.max(1)),
            lifetime: exchange + GRACE,
            arrivals: AtomicU64::new(0),
            state: Mutex::default(),
        }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// Allows this many from now on. Permits beyond it stay until they are given back.
    pub(crate) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
        lock(&self.state).hand_out(limit, Instant::now());
    }

    /// Returns whether calls wait for a permit, or will once the limit has been reached from above.
    pub(crate) fn are_scarce(&self) -> bool {
        let state = lock(&self.state);
        !state.queue.is_empty() || state.held.len() > self.limit()
    }

    /// Returns how many are given out.
    pub(crate) fn held(&self) -> usize {
        lock(&self.state).held.len()
    }

    /// Waits for a permit, in the order of arrival. Returns nothing if the deadline passes first.
    pub(crate) async fn acquire(&self, deadline: Instant) -> Option<Permit<'_>> {
        let mut permit = Permit {
            permits: self,
            number: self.arrivals.fetch_add(1, Ordering::Relaxed),
            ends_at: Instant::now(),
        };
        permit.renew(deadline).await.then_some(permit)
    }

    /// Gives the call a permit until the returned time, or returns what wakes it when it has one.
    fn admit(&self, number: u64, now: Instant) -> Result<Instant, Arc<Notify>> {
        let mut state = lock(&self.state);
        let has_room = state.queue.is_empty() && state.held.len() < self.limit();
        if !has_room && !state.held.contains_key(&number) {
            let woken = state.queue.entry(number).or_default().clone();
            state.hand_out(self.limit(), now);
            if !state.held.contains_key(&number) {
                return Err(woken);
            }
        }
        let ends_at = now + self.lifetime;
        state.held.insert(number, ends_at);
        Ok(ends_at)
    }
}

impl State {
    /// Gives the permits that are free, or have ended, to the first calls in the queue.
    fn hand_out(&mut self, limit: usize, now: Instant) {
        self.held.retain(|_, ends_at| *ends_at > now);
        while self.held.len() < limit {
            let Some((number, woken)) = self.queue.pop_first() else {
                return;
            };
            self.held.insert(number, now + PATIENCE);
            woken.notify_one();
        }
    }
}

impl Permit<'_> {
    /// Keeps the permit for another exchange, or waits for another if it has ended. Returns false
    /// if the deadline passes first.
    pub(crate) async fn renew(&mut self, deadline: Instant) -> bool {
        loop {
            let now = Instant::now();
            // It was acquired or renewed just now.
            if self.ends_at + GRACE >= now + self.permits.lifetime {
                return true;
            }
            match self.permits.admit(self.number, now) {
                Ok(ends_at) => self.ends_at = ends_at,
                Err(woken) => {
                    // Woken or not, the call looks again.
                    let _ = timeout_at(deadline.min(now + PATIENCE), woken.notified()).await;
                    if Instant::now() >= deadline {
                        return false;
                    }
                }
            }
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.permits.state);
        state.held.remove(&self.number);
        if !state.queue.is_empty() {
            state.queue.remove(&self.number);
            state.hand_out(self.permits.limit(), Instant::now());
        }
    }
}
