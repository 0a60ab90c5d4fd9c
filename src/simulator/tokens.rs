//! Access tokens that are good, and until when.

use std::collections::HashMap;

use tokio::time::Instant;

/// Good from the start.
pub(super) const ACCESS_TOKEN: &str = "simulated-access-token";

pub(super) struct Tokens(HashMap<String, Token>);

struct Token {
    ends: Option<Instant>,
    /// The service account that it was issued to; empty for one that a test has registered.
    account: String,
}

impl Token {
    fn lives(&self, now: Instant) -> bool {
        self.ends.is_none_or(|ends| now < ends)
    }
}

impl Default for Tokens {
    fn default() -> Self {
        let mut tokens = Self(HashMap::new());
        tokens.add(ACCESS_TOKEN, "", None);
        tokens
    }
}

impl Tokens {
    pub(super) fn add(&mut self, token: &str, account: &str, ends: Option<Instant>) {
        let account = account.to_owned();
        self.0.insert(token.to_owned(), Token { ends, account });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn remove(&mut self, token: &str) {
        self.0.remove(token);
    }

    /// Returns how many tokens of this service account live. Forgets those that do not.
    pub(super) fn count(&mut self, account: &str, now: Instant) -> usize {
        self.0.retain(|_, token| token.lives(now));
        let of_account = self.0.values().filter(|token| token.account == account);
        of_account.count()
    }

    pub(super) fn lives(&self, token: &str, now: Instant) -> bool {
        self.0.get(token).is_some_and(|token| token.lives(now))
    }
}
