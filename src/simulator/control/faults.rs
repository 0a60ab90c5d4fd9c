//! What goes wrong.

use crate::simulator::fault::Fault;
use crate::simulator::handle::Simulator;
use crate::sync::lock;

impl Simulator {
    /// Adds a fault. Faults wait in a queue: each request gets the first one that is meant for it,
    /// and at most one.
    pub fn fault(&self, fault: Fault) {
        lock(&self.shared.state).faults.add(fault);
    }

    /// Forgets every fault that has not happened yet. Requests that hang already go on hanging.
    pub fn clear_faults(&self) {
        lock(&self.shared.state).faults.clear();
    }

    /// Returns how many faults wait in the queue. One whose time is over does not.
    pub fn faults_left(&self) -> usize {
        let now = self.shared.log.now();
        lock(&self.shared.state).faults.count(now)
    }
}
