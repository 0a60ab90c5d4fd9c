//! Who may ask.
//!
//! In comes a request; out comes nothing when its credential is good, and the 401 of Atlas when not.

use std::collections::HashMap;

use tokio::time::Instant;

use super::answer::Answer;
use super::requests::ReceivedRequest;
use super::{Simulator, lock};

pub(super) struct Access {
    /// Each with the end of its life, if it has one.
    pub(super) tokens: HashMap<String, Option<Instant>>,
}

impl Default for Access {
    fn default() -> Self {
        Self { tokens: HashMap::from([(Simulator::ACCESS_TOKEN.to_owned(), None)]) }
    }
}

impl Access {
    pub(super) fn check(&mut self, request: &ReceivedRequest, now: Instant) -> Result<(), Answer> {
        let authorization = request.authorization().unwrap_or_default();
        let lives = |token: &str| self.tokens.get(token).is_some_and(|end| end.is_none_or(|end| now < end));
        match authorization.split_once(' ') {
            Some(("Bearer", token)) if lives(token) => Ok(()),
            _ => Err(Answer::unauthorized(None)),
        }
    }
}

impl Simulator {
    /// An access token that is good from the start.
    pub const ACCESS_TOKEN: &str = "simulated-access-token";

    /// Accepts this access token too.
    pub fn add_access_token(&self, token: &str) {
        lock(&self.shared.state).access.tokens.insert(token.to_owned(), None);
    }
}
