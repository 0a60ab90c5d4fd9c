//! Which requests a fault happens to, and how often.
//!
//! In go the limits that a test sets to a [`Fault`], and each request as it comes; out comes whether the fault is meant
//! for it.

use std::collections::VecDeque;

use super::fault::Fault;
use super::routes::API;
use super::{Simulator, lock, oauth};

#[derive(Clone, Debug)]
pub(super) struct Scope {
    place: Place,
    /// `None` for any number of times.
    times: Option<u32>,
    chance: Option<Chance>,
}

#[derive(Clone, Debug)]
enum Place {
    Api,
    TokenEndpoint,
    Path(String),
}

/// A probability, and the state of a generator of numbers (SplitMix64: small, and the same everywhere).
#[derive(Clone, Debug)]
struct Chance(f64, u64);

impl Default for Scope {
    fn default() -> Self {
        Self {
            place: Place::Api,
            times: Some(1),
            chance: None,
        }
    }
}

impl Scope {
    fn holds(&mut self, path: &str) -> bool {
        let here = match &self.place {
            Place::Api => path.starts_with(API),
            Place::TokenEndpoint => path == oauth::TOKEN,
            Place::Path(part) => path.contains(part),
        };
        here && self.chance.as_mut().is_none_or(Chance::comes)
    }
}

impl Chance {
    fn comes(&mut self) -> bool {
        self.1 = self.1.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.1;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The upper 53 bits are as many as a float holds.
        ((mixed >> 11) as f64) < self.0 * (1u64 << 53) as f64
    }
}

#[derive(Default)]
pub(super) struct Faults(VecDeque<Fault>);

impl Faults {
    /// The fault for a request to this path.
    pub(super) fn take(&mut self, path: &str) -> Option<Fault> {
        let at = self
            .0
            .iter_mut()
            .position(|fault| fault.scope.holds(path))?;
        if let Some(times) = &mut self.0[at].scope.times {
            *times -= 1;
            if *times == 0 {
                return self.0.remove(at);
            }
        }
        Some(self.0[at].clone())
    }
}

impl Fault {
    /// To this many requests instead of one.
    pub fn times(mut self, times: u32) -> Self {
        self.scope.times = Some(times);
        self
    }

    /// To every request, until [`Simulator::clear_faults`].
    pub fn always(mut self) -> Self {
        self.scope.times = None;
        self
    }

    /// To each request with this probability, from 0 to 1, and without end unless followed by [`times`](Self::times).
    /// The same seed gives the same pattern for the same order of requests.
    pub fn sometimes(mut self, probability: f64, seed: u64) -> Self {
        self.scope.chance = Some(Chance(probability, seed));
        self.always()
    }

    /// To requests for an access token, instead of those to the API.
    pub fn on_token_endpoint(mut self) -> Self {
        self.scope.place = Place::TokenEndpoint;
        self
    }

    /// To requests whose path has this in it, wherever they go: `/` stands for all.
    pub fn on_path(mut self, part: &str) -> Self {
        self.scope.place = Place::Path(part.to_owned());
        self
    }
}

impl Simulator {
    /// Lets this go wrong. Faults wait in a queue: each request gets the first one that is meant for it, and at most
    /// one.
    pub fn fault(&self, fault: Fault) {
        if fault.scope.times != Some(0) {
            lock(&self.shared.state).faults.0.push_back(fault);
        }
    }

    /// Forgets every fault that has not happened yet. Requests that hang already go on hanging.
    pub fn clear_faults(&self) {
        lock(&self.shared.state).faults.0.clear();
    }

    /// How many faults wait in the queue.
    pub fn faults_left(&self) -> usize {
        lock(&self.shared.state).faults.0.len()
    }
}
