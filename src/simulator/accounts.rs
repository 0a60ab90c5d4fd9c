//! Service accounts: their secrets, and how long their tokens live.

use std::collections::HashMap;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};

use super::form;
use super::requests::ReceivedRequest;

pub(super) struct Accounts {
    secrets: HashMap<String, String>,
    pub(super) lifetime: Duration,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            secrets: HashMap::new(),
            lifetime: Duration::from_secs(3600),
        }
    }
}

impl Accounts {
    pub(super) fn any(&self) -> bool {
        !self.secrets.is_empty()
    }

    pub(super) fn add(&mut self, id: &str, secret: &str) {
        self.secrets.insert(id.to_owned(), secret.to_owned());
    }

    /// Returns the account that the request shows the secret of.
    pub(super) fn identify(&self, request: &ReceivedRequest) -> Option<String> {
        let authorization = request.header("authorization")?;
        let encoded = authorization.strip_prefix("Basic ")?;
        let pair = BASE64_STANDARD.decode(encoded).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (id, secret) = pair.split_once(':')?;
        // Both were form-urlencoded before they were joined, RFC 6749 section 2.3.1.
        let id = form::decoded(id);
        let secret = form::decoded(secret);
        (self.secrets.get(&id) == Some(&secret)).then_some(id)
    }
}
