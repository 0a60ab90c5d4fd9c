//! [`InFlight`]: a request to the token endpoint that is under way. Anybody may wait for its end,
//! which shows however it ends: with an answer, dropped by its caller, or with its runtime.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// What a request to the token endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A token, because there is none that can be used.
    Fetch,
    /// Another token, ahead of time.
    Renewal,
    /// The end of a token.
    Revocation,
}

/// A request that is under way.
#[derive(Clone)]
pub(super) struct InFlight {
    pub purpose: Purpose,
    /// Nothing is sent through it: it closes when the request is over.
    over: watch::Receiver<()>,
    /// A request that is not over by then stands still, as its runtime or its caller does.
    overdue_at: Instant,
}

/// What a request holds until it is over.
pub(super) struct Running(#[allow(dead_code)] watch::Sender<()>);

impl InFlight {
    /// Begins a request that will take no longer than this.
    pub(super) fn begin(purpose: Purpose, limit: Duration) -> (Running, InFlight) {
        let (sender, over) = watch::channel(());
        let request = InFlight {
            purpose,
            over,
            overdue_at: Instant::now() + limit,
        };
        (Running(sender), request)
    }

    pub(super) fn is_over(&self) -> bool {
        let is_closed = self.over.has_changed().is_err();
        is_closed || Instant::now() >= self.overdue_at
    }

    /// Waits until the request is over, but not beyond the deadline.
    pub(super) async fn wait(mut self, deadline: Instant) {
        let latest = deadline.min(self.overdue_at);
        // Neither the value nor the error says anything: the next look at the state does.
        let _ = timeout_at(latest, self.over.changed()).await;
    }
}
