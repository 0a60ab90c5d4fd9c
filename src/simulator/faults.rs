//! The faults that wait: each request gets the first one that is meant for it.

use std::collections::VecDeque;
use std::time::Duration;

use super::fault::Fault;

#[derive(Default)]
pub(super) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        if fault.scope.times != Some(0) {
            self.0.push_back(fault);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn count(&mut self, now: Duration) -> usize {
        self.forget_past(now);
        self.0.len()
    }

    fn forget_past(&mut self, now: Duration) {
        self.0.retain(|fault| fault.scope.is_left(now));
    }

    /// Takes the fault for a request to this path at this time.
    pub(super) fn take(&mut self, path: &str, now: Duration) -> Option<Fault> {
        self.forget_past(now);
        let mut faults = self.0.iter_mut();
        let at = faults.position(|fault| fault.scope.holds(path, now))?;
        if let Some(times) = &mut self.0[at].scope.times {
            *times -= 1;
            if *times == 0 {
                return self.0.remove(at);
            }
        }
        Some(self.0[at].clone())
    }
}
