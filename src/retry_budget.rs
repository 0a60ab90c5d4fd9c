//! [`RetryBudget`]: how hard the calls of a client may press a server that fails most of them.

use std::sync::Mutex;

use crate::sync::lock;

/// So many attempts count. A single call cannot fill them with its own failures soon, and a hundred
/// calls at once fill them in the first moment of an outage.
const WEIGHT: f64 = 64.0;
/// How much longer pauses are when every attempt fails.
const LONGEST_STRETCH: f64 = 3.0;

/// What share of the latest attempts of all calls has failed. It makes pauses longer, and ends no
/// call.
#[derive(Default)]
pub(crate) struct RetryBudget {
    failed_share: Mutex<f64>,
}

impl RetryBudget {
    /// Counts an attempt that the server answered.
    pub(crate) fn succeeded(&self) {
        self.count(0.0);
    }

    /// Counts an attempt that failed in a way that may pass.
    pub(crate) fn failed(&self) {
        self.count(1.0);
    }

    /// Returns by how much pauses are longer than the policy says: not at all while at least half
    /// of the attempts succeed.
    pub(crate) fn stretch(&self) -> f64 {
        let excess = *lock(&self.failed_share) - 0.5;
        if excess <= 0.0 {
            return 1.0;
        }
        1.0 + (LONGEST_STRETCH - 1.0) * excess / 0.5
    }

    fn count(&self, outcome: f64) {
        let mut share = lock(&self.failed_share);
        *share += (outcome - *share) / WEIGHT;
    }
}
