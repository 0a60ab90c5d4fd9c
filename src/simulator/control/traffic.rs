//! What arrived.

use crate::simulator::handle::Simulator;
use crate::simulator::log;
use crate::simulator::requests::ReceivedRequest;

impl Simulator {
    /// How many requests are kept to be looked at; all are counted.
    pub const REQUESTS_KEPT: usize = log::REQUESTS_KEPT;

    /// Returns the last [`REQUESTS_KEPT`](Self::REQUESTS_KEPT) requests in order of arrival, to
    /// every path.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.log.requests()
    }

    /// Returns the same as [`requests`](Self::requests), and forgets them, so that the next look
    /// sees only what came later. The counts go on.
    pub fn take_requests(&self) -> Vec<ReceivedRequest> {
        self.shared.log.take_requests()
    }

    /// Returns how many requests arrived since the start, to every path.
    pub fn request_count(&self) -> u64 {
        self.shared.log.request_count()
    }

    /// Returns how many requests to `/api/oauth/token` arrived since the start.
    pub fn token_requests(&self) -> u64 {
        self.shared.log.token_requests()
    }

    /// Waits until `count` requests have arrived since the start, answered or not: what a test
    /// needs to act while a call is under way, without sleeping.
    pub async fn received(&self, count: u64) {
        self.shared.log.received(count).await;
    }

    /// Returns how many connections were accepted since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections.accepted()
    }

    /// Returns how many connections are open.
    pub fn open_connections(&self) -> u64 {
        self.shared.connections.open()
    }
}
