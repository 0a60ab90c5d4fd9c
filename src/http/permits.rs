//! [`Permits`]: how many requests of a client may be in flight at a time.
//!
//! A caller may hold a call and not poll it any more. So a permit ends some time after its request
//! should have ended, and the next call in the queue has it.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
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
    /// How long a permit lasts, unless it is renewed.
    lifetime: Duration,
    arrivals: AtomicU64,
    state: Mutex<State>,
}

struct State {
    limit: usize,
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
}

impl Permits {
    /// Allows this many requests in flight, none of which takes longer than `exchange`.
    pub(crate) fn new(limit: usize, exchange: Duration) -> Self {
        Permits {
            lifetime: exchange + GRACE,
            arrivals: AtomicU64::new(0),
            state: Mutex::new(State {
                limit: limit.max(1),
                held: HashMap::new(),
                queue: BTreeMap::new(),
            }),
        }
    }

    pub(crate) fn limit(&self) -> usize {
        lock(&self.state).limit
    }

    /// Allows this many from now on. Permits beyond it stay until they are given back.
    pub(crate) fn set_limit(&self, limit: usize) {
        let mut state = lock(&self.state);
        state.limit = limit;
        state.hand_out();
    }

    /// Returns whether calls wait for a permit, or will once the limit has been reached from above.
    pub(crate) fn are_scarce(&self) -> bool {
        let state = lock(&self.state);
        !state.queue.is_empty() || state.held.len() > state.limit
    }

    /// Returns how many are given out.
    pub(crate) fn held(&self) -> usize {
        lock(&self.state).held.len()
    }

    /// Waits for a permit, in the order of arrival. Returns nothing if the deadline passes first.
    pub(crate) async fn acquire(&self, deadline: Instant) -> Option<Permit<'_>> {
        let number = self.arrivals.fetch_add(1, Ordering::Relaxed);
        let permits = self;
        let permit = Permit { permits, number };
        permit.renew(deadline).await.then_some(permit)
    }

    /// Gives the call a permit for an exchange, or returns what wakes it when it has one.
    fn admit(&self, number: u64) -> Option<Arc<Notify>> {
        let mut state = lock(&self.state);
        let has_room = state.queue.is_empty() && state.held.len() < state.limit;
        if !has_room && !state.held.contains_key(&number) {
            let woken = state.queue.entry(number).or_default().clone();
            state.hand_out();
            if state.queue.contains_key(&number) {
                return Some(woken);
            }
        }
        state.held.insert(number, Instant::now() + self.lifetime);
        None
    }
}

impl State {
    /// Gives the permits that are free, or have ended, to the first calls in the queue.
    fn hand_out(&mut self) {
        let now = Instant::now();
        self.held.retain(|_, ends_at| *ends_at > now);
        while self.held.len() < self.limit
            && let Some((number, woken)) = self.queue.pop_first()
        {
            self.held.insert(number, now + PATIENCE);
            woken.notify_one();
        }
    }
}

impl Permit<'_> {
    /// Keeps the permit for another exchange, or waits for another if it has ended. Returns false
    /// if the deadline passes first.
    pub(crate) async fn renew(&self, deadline: Instant) -> bool {
        while let Some(woken) = self.permits.admit(self.number) {
            // Woken or not, the call looks again.
            let look = deadline.min(Instant::now() + PATIENCE);
            let _ = timeout_at(look, woken.notified()).await;
            if Instant::now() >= deadline {
                return false;
            }
        }
        true
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.permits.state);
        state.held.remove(&self.number);
        if !state.queue.is_empty() {
            state.queue.remove(&self.number);
            state.hand_out();
        }
    }
}
