//! Which requests a fault happens to, and how often.

use std::ops::Range;
use std::time::Duration;

use super::paths::{API, TOKEN};

#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) place: Place,
    /// `None` for any number of times.
    pub(super) times: Option<u32>,
    pub(super) chance: Option<Chance>,
    /// Counted from the start of the simulator; `None` for any time.
    pub(super) time: Option<Range<Duration>>,
}

#[derive(Clone, Debug)]
pub(super) enum Place {
    Api,
    TokenEndpoint,
    Path(String),
}

/// A probability, and the state of a generator of numbers (SplitMix64: small, and the same
/// everywhere).
#[derive(Clone, Debug)]
pub(super) struct Chance {
    pub(super) probability: f64,
    pub(super) state: u64,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            place: Place::Api,
            times: Some(1),
            chance: None,
            time: None,
        }
    }
}

impl Scope {
    /// Returns whether it may still happen at this time or later.
    pub(super) fn is_left(&self, now: Duration) -> bool {
        self.time.as_ref().is_none_or(|time| now < time.end)
    }

    pub(super) fn holds(&mut self, path: &str, now: Duration) -> bool {
        if let Some(time) = &self.time
            && !time.contains(&now)
        {
            return false;
        }
        let is_here = match &self.place {
            Place::Api => path.starts_with(API),
            Place::TokenEndpoint => path == TOKEN,
            Place::Path(part) => path.contains(part),
        };
        match &mut self.chance {
            Some(chance) if is_here => chance.comes(),
            _ => is_here,
        }
    }
}

impl Chance {
    fn comes(&mut self) -> bool {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The upper 53 bits are as many as a float holds.
        let drawn = (mixed >> 11) as f64 / (1u64 << 53) as f64;
        drawn < self.probability
    }
}
