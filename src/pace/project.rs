//! [`Project`]: the polls that share one rate limit, and the queue in which they wait for a slot.
//!
//! Polls wait in tasks, which their runtime drives, and hold nothing across an await but their place
//! in the queue. Each notes when it asks for its slot again. If the first in the queue does not, its
//! runtime is stalled, and the queue goes on without it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::budget::{Budget, RateLimit, Request};
use crate::auth::Acceptance;
use crate::operation::Operation;
use crate::sync::lock;
use crate::text::millis;

/// With more projects than this, those that nobody uses are looked for.
const FEW: usize = 256;
/// How late the first in the queue may be.
const PATIENCE: Duration = Duration::from_secs(1);
/// The others look after it later by this for each that waits, so that a long queue costs little.
const PATIENCE_FOR_EACH: Duration = Duration::from_millis(10);

/// What a client and its clones have seen of the rate limits of projects.
#[derive(Default)]
pub(crate) struct Pacer {
    /// There are few: a lookup is cheaper than a hash.
    projects: Mutex<BTreeMap<Box<str>, Arc<Project>>>,
}

impl Pacer {
    /// Returns the project that a path of an operation belongs to.
    pub(crate) fn project(&self, operation: &Operation, path: &str) -> Arc<Project> {
        let name = operation.project_of(path);
        let mut projects = lock(&self.projects);
        if let Some(project) = projects.get(name) {
            return project.clone();
        }
        // At a power of two, so that looking costs little on average.
        if projects.len() >= FEW && projects.len().is_power_of_two() {
            projects.retain(|_, project| !project.is_idle());
        }
        let project = Arc::new(Project::new(name));
        projects.insert(name.into(), project.clone());
        project
    }
}

pub(crate) struct Project {
    pub(crate) acceptance: Acceptance,
    /// For tracing: the part of the path that the calls of the project have in common.
    name: Box<str>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    budget: Budget,
    /// The polls that wait for a slot, by their places.
    queue: BTreeMap<i64, Waiting>,
}

struct Waiting {
    wake: Arc<Notify>,
    /// When it asks for its slot again.
    asks_at: Instant,
}

impl Project {
    fn new(name: &str) -> Self {
        Project {
            acceptance: Acceptance::default(),
            name: name.into(),
            state: Mutex::default(),
        }
    }

    /// Begins a request that does not queue.
    pub(crate) fn begin(self: &Arc<Self>) -> InFlightRequest {
        InFlightRequest {
            project: self.clone(),
            request: lock(&self.state).budget.begin(false, Instant::now()),
        }
    }

    /// Takes a place in the queue of polls: the last one, or the first for a poll that was
    /// throttled.
    pub(crate) fn queue(self: &Arc<Self>, was_throttled: bool) -> Ticket {
        let queue = &mut lock(&self.state).queue;
        let place = match was_throttled {
            true => queue.first_key_value().map_or(0, |(first, _)| first - 1),
            false => queue.last_key_value().map_or(0, |(last, _)| last + 1),
        };
        let wake = Arc::new(Notify::new());
        let waiting = Waiting {
            wake: wake.clone(),
            asks_at: Instant::now(),
        };
        queue.insert(place, waiting);
        Ticket {
            project: self.clone(),
            place,
            wake,
        }
    }

    /// Returns whether it is the rate limit that lets no poll go now.
    pub(crate) fn is_limiting(&self) -> bool {
        let now = Instant::now();
        lock(&self.state).budget.next_allowed(now) > now
    }

    /// Returns whether it need not be remembered.
    fn is_idle(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) == 1 && !lock(&self.state).budget.is_held(Instant::now())
    }

    /// Returns what Atlas reported last of the rate limit.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        lock(&self.state).budget.rate_limit
    }
}

impl State {
    /// Returns the first in the queue that asks in time. The runtime of those before it is stalled.
    fn first(&mut self, now: Instant) -> Option<(&i64, &mut Waiting)> {
        let mut queue = self.queue.iter_mut();
        queue.find(|(_, waiting)| now < waiting.asks_at + PATIENCE)
    }

    /// Lets the first one ask now.
    fn wake_first(&mut self, now: Instant) {
        if let Some((_, first)) = self.first(now) {
            first.asks_at = first.asks_at.min(now);
            first.wake.notify_one();
        }
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
        let mut slot = self.ask();
        if slot.is_err() {
            tracing::debug!(project = %self.project.name, "a poll waits for a slot");
        }
        loop {
            match slot {
                Ok(slot) => return slot,
                // Woken or not, it asks again.
                Err(at) => _ = timeout_at(at, self.wake.notified()).await,
            }
            slot = self.ask();
        }
    }

    /// Begins the poll, or returns when to ask again.
    fn ask(&self) -> Result<InFlightRequest, Instant> {
        let now = Instant::now();
        let state = &mut *lock(&self.project.state);
        let patience = PATIENCE + PATIENCE_FOR_EACH * state.queue.len() as u32;
        let next = match state.first(now) {
            Some((place, first)) if *place < self.place => first.asks_at.min(now) + patience,
            _ => state.budget.next_poll(now),
        };
        if now < next {
            if let Some(waiting) = state.queue.get_mut(&self.place) {
                waiting.asks_at = next;
            }
            return Err(next);
        }
        Ok(InFlightRequest {
            project: self.project.clone(),
            request: state.budget.begin(true, now),
        })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let state = &mut *lock(&self.project.state);
        state.queue.remove(&self.place);
        state.wake_first(Instant::now());
    }
}

/// A request in flight, until this is dropped.
pub(crate) struct InFlightRequest {
    project: Arc<Project>,
    request: Request,
}

impl InFlightRequest {
    /// Takes in what a response reports of the rate limit.
    pub(crate) fn responded(&self, status: StatusCode, headers: &HeaderMap) {
        let (request, now) = (self.request, Instant::now());
        let project = &self.project;
        let throttled = lock(&project.state)
            .budget
            .learn(request, status, headers, now);
        if let Some(pause) = throttled {
            let (project, pause_ms) = (&project.name, millis(pause));
            tracing::info!(%project, pause_ms, "the rate limit is used up, polls pause");
        }
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        let state = &mut *lock(&self.project.state);
        state.budget.end(self.request);
        state.wake_first(Instant::now());
    }
}
