//! The nonces of digest challenges, and how often each is good. What Atlas itself allows is not
//! known, which is why there are several policies.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::random::random_text;

/// Which nonce counts (`nc`) the simulator accepts with a nonce that it gave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoncePolicy {
    /// Every count once, in any order; after the limits the nonce is stale.
    AnyUnseen {
        /// How many requests a nonce is good for; `None` for any number.
        max_uses: Option<u32>,
        /// How long a nonce is good for, by tokio's clock; `None` for ever.
        max_age: Option<Duration>,
    },
    /// Every count higher than the one that arrived before it, as Apache's `mod_auth_digest` wants
    /// it: requests that overtake each other are refused.
    StrictlyRising,
    /// Each nonce for one request.
    SingleUse,
}

impl Default for NoncePolicy {
    /// Every unseen count, without limits.
    fn default() -> Self {
        Self::AnyUnseen {
            max_uses: None,
            max_age: None,
        }
    }
}

/// A refused answer to a challenge, and whether only its nonce was too old.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stale(pub(super) bool);

#[derive(Default)]
pub(super) struct Nonces {
    pub(super) policy: NoncePolicy,
    /// How many nonces are remembered, if a test has said so.
    pub(super) memory: Option<usize>,
    given: HashMap<String, Nonce>,
    order: VecDeque<String>,
}

struct Nonce {
    born: Instant,
    uses: u32,
    /// All counts up to this one have been seen.
    seen: u32,
    /// These above it have been seen as well.
    ahead: BTreeSet<u32>,
}

/// Nonces before the last so many are forgotten, and stale.
const REMEMBERED: usize = 65_536;

impl Nonces {
    pub(super) fn give(&mut self, now: Instant) -> String {
        let memory = self.memory.unwrap_or(REMEMBERED).max(1);
        while self.order.len() >= memory {
            let oldest = self.order.pop_front();
            oldest.and_then(|oldest| self.given.remove(&oldest));
        }
        let nonce = random_text();
        self.order.push_back(nonce.clone());
        let fresh = Nonce {
            born: now,
            uses: 0,
            seen: 0,
            ahead: BTreeSet::new(),
        };
        self.given.insert(nonce.clone(), fresh);
        nonce
    }

    /// Makes all of them stale.
    pub(super) fn expire(&mut self) {
        self.given.clear();
        self.order.clear();
    }

    /// Fails unless this use is allowed.
    pub(super) fn spend(&mut self, nonce: &str, count: u32, now: Instant) -> Result<(), Stale> {
        let known = self.given.get_mut(nonce).ok_or(Stale(true))?;
        let (max_uses, max_age) = match self.policy {
            NoncePolicy::AnyUnseen { max_uses, max_age } => (max_uses, max_age),
            NoncePolicy::StrictlyRising => (None, None),
            NoncePolicy::SingleUse => (Some(1), None),
        };
        let is_too_old = max_age.is_some_and(|age| now.duration_since(known.born) >= age);
        let is_used_up = max_uses.is_some_and(|uses| known.uses >= uses);
        if is_too_old || is_used_up {
            return Err(Stale(true));
        }
        let is_allowed = match self.policy {
            NoncePolicy::StrictlyRising => known.rise(count),
            _ => known.see(count),
        };
        if !is_allowed {
            return Err(Stale(false));
        }
        known.uses += 1;
        Ok(())
    }
}

impl Nonce {
    /// Takes a count that is higher than all before it.
    fn rise(&mut self, count: u32) -> bool {
        let is_higher = count > self.seen;
        self.seen = self.seen.max(count);
        is_higher
    }

    /// Takes a count that has not been seen.
    fn see(&mut self, count: u32) -> bool {
        if count <= self.seen || !self.ahead.insert(count) {
            return false;
        }
        // Counts mostly come in a row: keep one number for those instead of all of them.
        while let Some(next) = self.seen.checked_add(1)
            && self.ahead.remove(&next)
        {
            self.seen = next;
        }
        true
    }
}
