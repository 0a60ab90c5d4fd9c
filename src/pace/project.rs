//! [`Project`]: the polls that share one rate limit, and the queue in which they wait for a slot.
//!
//! Polls wait in tasks, which their runtime drives, and hold nothing across an await but their place
//! in the queue. If the first in the queue does not take its slot, its runtime is stalled: then the
//! queue is made anew of those that go on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::budget::{Budget, RateLimit};
use crate::auth::Acceptance;
use crate::sync::lock;
use crate::text::millis;

/// How late the first in the queue may be.
const PATIENCE: Duration = Duration::from_secs(1);
/// The others look after it later by this for each that waits, so that a long queue costs little.
const PATIENCE_FOR_EACH: Duration = Duration::from_millis(10);
/// The number of a request whose response has arrived. The first is 1.
const OVER: u64 = 0;

pub(crate) struct Project {
    pub(crate) acceptance: Acceptance,
    /// For tracing: the part of the path that the calls of the project have in common.
    name: Box<str>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    budget: Budget,
    queue: Queue,
}

/// The polls that wait for a slot, by their places. The lowest is the first.
#[derive(Default)]
struct Queue {
    waiting: BTreeMap<i64, Arc<Notify>>,
    front: i64,
    back: i64,
    /// When the first one is to ask for its slot.
    first_asks_at: Option<Instant>,
}

impl Project {
    pub(super) fn new(name: &str) -> Self {
        Project {
            acceptance: Acceptance::default(),
            name: name.into(),
            state: Mutex::default(),
        }
    }

    /// Begins a request that does not queue.
    pub(crate) fn begin(self: &Arc<Self>) -> InFlightRequest {
        let number = lock(&self.state).budget.begin(false, Instant::now());
        self.in_flight(number, false)
    }

    fn in_flight(self: &Arc<Self>, number: u64, is_poll: bool) -> InFlightRequest {
        InFlightRequest {
            project: self.clone(),
            is_poll,
            number: AtomicU64::new(number),
            status: AtomicU16::new(0),
        }
    }

    /// Takes a place in the queue of polls: the last one, or the first for a poll that was
    /// throttled.
    pub(crate) fn queue(self: &Arc<Self>, was_throttled: bool) -> Ticket {
        let wake = Arc::new(Notify::new());
        let queue = &mut lock(&self.state).queue;
        let place = queue.new_place(was_throttled);
        queue.join(place, &wake, Instant::now());
        Ticket {
            project: self.clone(),
            place,
            wake,
        }
    }

    /// Returns whether it is the rate limit that lets no poll go now.
    pub(crate) fn is_limiting(&self) -> bool {
        lock(&self.state).budget.is_limiting(Instant::now())
    }

    /// Returns whether it need not be remembered.
    pub(super) fn is_idle(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) == 1 && !lock(&self.state).budget.is_held(Instant::now())
    }

    /// Returns what Atlas reported last of the rate limit.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        lock(&self.state).budget.rate_limit()
    }
}

impl State {
    /// Ends a request, which may let the first in the queue go.
    fn end(&mut self, number: u64, now: Instant) {
        self.budget.end(number);
        self.queue.wake_first(now);
    }
}

impl Queue {
    fn new_place(&mut self, is_first: bool) -> i64 {
        if is_first {
            self.front -= 1;
            return self.front;
        }
        self.back += 1;
        self.back
    }

    fn join(&mut self, place: i64, wake: &Arc<Notify>, now: Instant) {
        self.waiting.entry(place).or_insert_with(|| wake.clone());
        if self.is_first(place) {
            self.first_asks_at = Some(now);
        }
    }

    fn leave(&mut self, place: i64, now: Instant) {
        let was_first = self.is_first(place);
        self.waiting.remove(&place);
        if was_first {
            self.first_asks_at = None;
            self.wake_first(now);
        }
    }

    fn is_first(&self, place: i64) -> bool {
        let first = self.waiting.first_key_value();
        first.is_some_and(|(first, _)| *first == place)
    }

    /// Lets the first one ask again.
    fn wake_first(&mut self, now: Instant) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.notify_one();
            let earlier = self.first_asks_at.filter(|at| *at < now);
            self.first_asks_at = earlier.or(Some(now));
        }
    }

    /// Lets all queue again if the first one has not asked in time.
    fn restart_if_stalled(&mut self, now: Instant) {
        let is_stalled = self.first_asks_at.is_some_and(|at| at + PATIENCE <= now);
        if is_stalled {
            self.first_asks_at = None;
            for waiting in std::mem::take(&mut self.waiting).into_values() {
                waiting.notify_one();
            }
        }
    }

    /// Returns when the others look whether the first one has asked.
    fn overdue_at(&self, now: Instant) -> Instant {
        let patience = PATIENCE + PATIENCE_FOR_EACH * self.waiting.len() as u32;
        self.first_asks_at.unwrap_or(now) + patience
    }
}

/// The place of a poll in the queue of its project. Dropping it gives up the place.
pub(crate) struct Ticket {
    project: Arc<Project>,
    place: i64,
    wake: Arc<Notify>,
}

impl Ticket {
    /// Waits for a slot. The poll is in flight from then on.
    pub(crate) async fn slot(self) -> InFlightRequest {
        let mut is_told = false;
        loop {
            let ask_again_at = match self.ask() {
                Ok(number) => return self.project.in_flight(number, true),
                Err(ask_again_at) => ask_again_at,
            };
            if !is_told {
                is_told = true;
                tracing::debug!(project = %self.project.name, "a poll waits for a slot");
            }
            // Woken or not, the loop asks again.
            let _ = timeout_at(ask_again_at, self.wake.notified()).await;
        }
    }

    /// Begins the poll and returns its number, or returns when to ask again.
    fn ask(&self) -> Result<u64, Instant> {
        let now = Instant::now();
        let mut state = lock(&self.project.state);
        let State { budget, queue } = &mut *state;
        if !queue.is_first(self.place) {
            queue.restart_if_stalled(now);
            queue.join(self.place, &self.wake, now);
        }
        if !queue.is_first(self.place) {
            return Err(queue.overdue_at(now));
        }
        let next = budget.next_poll(now);
        if now < next {
            queue.first_asks_at = Some(next);
            return Err(next);
        }
        queue.leave(self.place, now);
        Ok(budget.begin(true, now))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        lock(&self.project.state)
            .queue
            .leave(self.place, Instant::now());
    }
}

/// A request in flight, until its response has arrived or this is dropped.
pub(crate) struct InFlightRequest {
    project: Arc<Project>,
    is_poll: bool,
    /// Its number, or [`OVER`] once the response has arrived.
    number: AtomicU64,
    /// Of the last response, or 0 while there is none.
    status: AtomicU16,
}

impl InFlightRequest {
    /// Begins it again if its response has arrived, for another exchange of the same attempt.
    pub(crate) fn send(&self) {
        if self.number.load(Ordering::Relaxed) == OVER {
            let budget = &mut lock(&self.project.state).budget;
            let number = budget.begin(self.is_poll, Instant::now());
            self.number.store(number, Ordering::Relaxed);
        }
    }

    /// Takes in what the response reports of the rate limit.
    pub(crate) fn responded(&self, status: StatusCode, headers: &HeaderMap) {
        let now = Instant::now();
        let number = self.number.swap(OVER, Ordering::Relaxed);
        let mut state = lock(&self.project.state);
        let throttled = state.budget.learn(number, status, headers, now);
        state.end(number, now);
        drop(state);
        self.status.store(status.as_u16(), Ordering::Relaxed);
        if let Some(pause) = throttled {
            let project = &self.project.name;
            let pause_ms = millis(pause);
            tracing::info!(%project, pause_ms, "the rate limit is used up, polls pause");
        }
    }

    /// Returns the status of the last response, if any has arrived.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.status.load(Ordering::Relaxed)).ok()
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        let number = *self.number.get_mut();
        if number != OVER {
            lock(&self.project.state).end(number, Instant::now());
        }
    }
}
