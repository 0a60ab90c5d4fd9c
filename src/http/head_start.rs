//! [`HeadStart`]: while no connection is known to work, one exchange goes ahead alone, so that a
//! burst of calls shares one HTTP/2 connection rather than open one each.
//!
//! Nothing tells when a connection that nobody uses is closed. So the first exchange after a moment
//! without any goes ahead, and the first one after a connection was lost. The others follow as soon
//! as it is seen to go over a connection that was kept, or when it is answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::connect_watch::Connecting;
use crate::sync::lock;

/// How long the exchange ahead may hold the others up.
const HEAD_START: Duration = Duration::from_secs(1);

/// Who is ahead, and whether others may follow.
#[derive(Default)]
pub(crate) struct HeadStart {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// How many exchanges are going on.
    in_flight: usize,
    /// Whether one of them is ahead of the others.
    is_led: bool,
    /// The connection that the last one ahead makes.
    connecting: Option<Arc<Connecting>>,
    /// Whether a connection has answered since the last one was lost.
    is_warm: bool,
    /// How often an exchange has found its connection gone.
    losses: u64,
    /// Whether it can be seen that connections are made: not for every client that is brought
    /// along.
    sees_connections: bool,
    /// Whether the server speaks HTTP/1.1, where each exchange needs a connection of its own.
    speaks_http1: bool,
}

impl State {
    fn is_connecting(&self) -> bool {
        let connecting = self.connecting.as_ref();
        connecting.is_some_and(|connecting| connecting.is_under_way())
    }
}

/// The right to send. If it is dropped before there was an answer, the next one goes ahead.
pub(crate) struct Turn<'a> {
    start: &'a HeadStart,
    is_ahead: bool,
    /// Whether it may be asked to wait for another.
    is_patient: bool,
    /// The losses when it began.
    losses: u64,
}

impl HeadStart {
    /// Waits for the exchange that is ahead, but not for long.
    pub(crate) async fn turn(&self, deadline: Instant) -> Turn<'_> {
        if let Some(turn) = self.turn_now() {
            return turn;
        }
        let patience = deadline.min(Instant::now() + HEAD_START);
        self.turn_before(patience).await
    }

    async fn turn_before(&self, patience: Instant) -> Turn<'_> {
        loop {
            // Before the look at the state, since a change after it would be missed.
            let changed = self.changed.notified();
            if let Some(turn) = self.turn_now() {
                return turn;
            }
            if timeout_at(patience, changed).await.is_err() {
                let mut turn = self.enter(&mut lock(&self.state), false);
                turn.is_patient = false;
                return turn;
            }
        }
    }

    fn turn_now(&self) -> Option<Turn<'_>> {
        let mut state = lock(&self.state);
        if state.is_warm || state.speaks_http1 {
            return Some(self.enter(&mut state, false));
        }
        if state.is_led {
            return None;
        }
        Some(self.enter(&mut state, true))
    }

    fn enter(&self, state: &mut State, is_ahead: bool) -> Turn<'_> {
        state.in_flight += 1;
        if is_ahead {
            state.is_led = true;
        }
        Turn {
            start: self,
            is_ahead,
            is_patient: true,
            losses: state.losses,
        }
    }
}

impl Turn<'_> {
    /// Lets the others go if the request went over a connection that was kept.
    pub(crate) fn uses_kept_connection(&mut self) {
        let mut state = lock(&self.start.state);
        if state.sees_connections {
            self.let_others_go(&mut state);
        }
    }

    /// Returns whether the request may make a connection of its own. If another is about to make
    /// one, it is better to wait for that: reqwest would drop all but the first that speaks HTTP/2,
    /// and can leave a request that waits for the first with none.
    pub(crate) fn may_connect(&mut self, connecting: &Arc<Connecting>) -> bool {
        let mut state = lock(&self.start.state);
        state.sees_connections = true;
        if state.speaks_http1 {
            return true;
        }
        if !self.is_ahead {
            if state.is_led && (self.is_patient || state.is_connecting()) {
                state.is_warm = false;
                return false;
            }
            state.is_led = true;
            self.is_ahead = true;
        }
        state.connecting = Some(connecting.clone());
        true
    }

    /// Lets the others go, since there is a connection that works.
    pub(crate) fn answered(&mut self, is_http1: bool) {
        let mut state = lock(&self.start.state);
        state.speaks_http1 = is_http1;
        self.let_others_go(&mut state);
    }

    fn let_others_go(&mut self, state: &mut State) {
        // Nobody waits while it is warm.
        if state.is_warm && !self.is_ahead {
            return;
        }
        state.is_warm = true;
        if self.is_ahead {
            self.is_ahead = false;
            state.is_led = false;
        }
        self.start.changed.notify_waiters();
    }

    /// Holds the others back, since their connection is gone.
    pub(crate) fn lost_connection(&mut self) {
        let mut state = lock(&self.start.state);
        state.losses += 1;
        state.is_warm = false;
    }

    /// Returns whether another exchange has found its connection gone since this one began.
    pub(crate) fn has_seen_loss(&self) -> bool {
        self.losses < lock(&self.start.state).losses
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.start.state);
        state.in_flight -= 1;
        if state.in_flight == 0 {
            state.is_warm = false;
        }
        if self.is_ahead {
            state.is_led = false;
            self.start.changed.notify_waiters();
        }
    }
}
