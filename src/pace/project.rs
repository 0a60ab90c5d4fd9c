//! [`Project`]: the queue of the polls that share one rate limit.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::budget::{Budget, Numbers};
use crate::sync::lock;

/// The more are in flight, the less is known of what is left.
const POLLS_IN_FLIGHT: usize = 8;

pub(crate) struct Project {
    /// For tracing: the part of the path that the calls of the project have in common.
    name: Box<str>,
    budget: Mutex<Budget>,
    /// Whoever holds it is at the front. Others get it in the order in which they came.
    front: tokio::sync::Mutex<()>,
    places: Arc<Semaphore>,
    /// Something has been learnt, or a place has become free.
    news: Notify,
}

impl Project {
    pub(super) fn new(name: &str) -> Self {
        Project {
            name: name.into(),
            budget: Mutex::default(),
            front: tokio::sync::Mutex::new(()),
            places: Arc::new(Semaphore::new(POLLS_IN_FLIGHT)),
            news: Notify::new(),
        }
    }

    /// Begins a request that does not queue.
    pub(crate) fn ask(self: &Arc<Self>) -> Asking {
        lock(&self.budget).begin();
        self.asking()
    }

    fn asking(self: &Arc<Self>) -> Asking {
        Asking {
            project: self.clone(),
            is_refused: AtomicBool::new(false),
        }
    }

    /// Waits for the turn of a poll. Turns come in the order in which they were asked for; dropping
    /// the future gives up the place in the queue.
    pub(crate) async fn turn(self: &Arc<Self>) -> Turn {
        let front = self.front.lock().await;
        // Nobody closes the semaphore, so there is a place.
        let place = self.places.clone().acquire_owned().await.ok();
        let asking = self.until_allowed().await;
        drop(front);
        Turn { asking, place }
    }

    /// Waits until the budget lets a poll go, which is in flight from then on.
    async fn until_allowed(self: &Arc<Self>) -> Asking {
        let mut is_told = false;
        loop {
            let now = Instant::now();
            let next = {
                let mut budget = lock(&self.budget);
                let next = budget.next_poll(now);
                if next <= now {
                    budget.begin_poll(now);
                    return self.asking();
                }
                next
            };
            if !is_told {
                is_told = true;
                let pause = next - now;
                tracing::debug!(project = %self.name, ?pause, "a poll waits for its turn");
            }
            // News or not, the loop looks again.
            let _ = timeout_at(next, self.news.notified()).await;
        }
    }

    /// Whether it need not be remembered.
    pub(super) fn is_idle(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) == 1 && !lock(&self.budget).is_held(Instant::now())
    }

    /// Returns what Atlas said last of the rate limit.
    pub(crate) fn numbers(&self) -> Option<Numbers> {
        lock(&self.budget).numbers()
    }
}

/// A request in flight. It is over when this is dropped.
pub(crate) struct Asking {
    project: Arc<Project>,
    is_refused: AtomicBool,
}

impl Asking {
    /// Returns the number of a request that is sent now.
    pub(crate) fn sent(&self) -> u64 {
        lock(&self.project.budget).sent()
    }

    /// Takes in what the answer to a request says of the rate limit.
    pub(crate) fn learn(&self, sent: u64, status: StatusCode, headers: &HeaderMap) {
        let refused = lock(&self.project.budget).learn(sent, status, headers);
        self.is_refused.store(refused.is_some(), Ordering::Relaxed);
        if let Some(pause) = refused {
            let project = &self.project.name;
            tracing::info!(%project, ?pause, "the rate limit is used up, polls wait");
        }
        self.project.news.notify_one();
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        lock(&self.project.budget).end();
        self.project.news.notify_one();
    }
}

/// The turn of a poll. While it is kept, it takes one of the places of its project.
pub(crate) struct Turn {
    pub(crate) asking: Asking,
    place: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Whether the rate limit refused what was asked last.
    pub(crate) fn is_refused(&self) -> bool {
        self.asking.is_refused.load(Ordering::Relaxed)
    }

    /// Waits for another turn, ahead of the queue.
    pub(crate) async fn again(self) -> Turn {
        let Turn { asking, place } = self;
        let project = asking.project.clone();
        drop(asking);
        let asking = project.until_allowed().await;
        Turn { asking, place }
    }
}
