//! Who may ask.
//!
//! In comes a request; out comes nothing when its credential is good for the path, and the 401 of Atlas when not, with
//! a challenge where an API key would help.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use tokio::time::Instant;

use super::answer::Answer;
use super::digest::Digest;
use super::nonces::Stale;
use super::oauth::Accounts;
use super::requests::ReceivedRequest;
use super::{Simulator, lock, routes};

#[derive(Default)]
pub(super) struct Access {
    pub(super) tokens: Tokens,
    pub(super) accounts: Accounts,
    pub(super) digest: Digest,
    /// Whether bearer tokens were registered, which a challenge is no help for.
    bearers: bool,
    denied: Vec<String>,
}

pub(super) struct Tokens(HashMap<String, Token>);

struct Token {
    ends: Option<Instant>,
    account: String,
}

impl Access {
    /// The 401, unless the request may pass.
    pub(super) fn refuse(&mut self, request: &ReceivedRequest, now: Instant) -> Option<Answer> {
        let authorization = request.header("authorization").unwrap_or_default();
        let known = match authorization.split_once(' ') {
            Some(("Bearer", token)) if self.tokens.lives(token, now) => Ok(()),
            Some(("Digest", answer)) => self.digest.check(answer, request, now),
            _ => Err(Stale(false)),
        };
        if known.is_ok() && !self.denies(request.path()) {
            return None;
        }
        let challenges = self.digest.has_keys() || !(self.bearers || self.accounts.any());
        let stale = known.is_err_and(|Stale(stale)| stale);
        Some(Answer::unauthorized(
            challenges.then(|| self.digest.challenge(stale, now)),
        ))
    }

    fn denies(&self, path: &str) -> bool {
        let beneath = |rest: &str| rest.is_empty() || rest.starts_with('/');
        self.denied
            .iter()
            .any(|denied| path.strip_prefix(denied.as_str()).is_some_and(beneath))
    }
}

impl Default for Tokens {
    fn default() -> Self {
        let mut tokens = Self(HashMap::new());
        tokens.add(Simulator::ACCESS_TOKEN, "", None);
        tokens
    }
}

impl Tokens {
    pub(super) fn add(&mut self, token: &str, account: &str, ends: Option<Instant>) {
        self.0.insert(
            token.to_owned(),
            Token {
                ends,
                account: account.to_owned(),
            },
        );
    }

    pub(super) fn remove(&mut self, token: &str) {
        self.0.remove(token);
    }

    /// How many tokens of this service account live. Forgets those that do not.
    pub(super) fn count(&mut self, account: &str, now: Instant) -> usize {
        self.0
            .retain(|_, token| token.ends.is_none_or(|ends| now < ends));
        self.0
            .values()
            .filter(|token| token.account == account)
            .count()
    }

    fn lives(&self, token: &str, now: Instant) -> bool {
        self.0
            .get(token)
            .is_some_and(|token| token.ends.is_none_or(|ends| now < ends))
    }
}

/// 32 characters that nobody can guess by looking at others, for tokens and nonces.
pub(super) fn random_text() -> String {
    let mut bytes = [0; 24];
    for part in bytes.chunks_exact_mut(8) {
        let random = RandomState::new().build_hasher().finish();
        part.copy_from_slice(&random.to_ne_bytes());
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Simulator {
    /// An access token that is good from the start, whatever else is registered, until
    /// [`revoke_tokens`](Self::revoke_tokens).
    pub const ACCESS_TOKEN: &str = "simulated-access-token";

    /// Accepts this access token too, until [`revoke_tokens`](Self::revoke_tokens).
    pub fn add_access_token(&self, token: &str) {
        let access = &mut lock(&self.shared.state).access;
        access.tokens.add(token, "", None);
        access.bearers = true;
    }

    /// Ends the life of every access token there is: those of service accounts, those added, and
    /// [`ACCESS_TOKEN`](Self::ACCESS_TOKEN). Tokens issued or added afterwards are good.
    pub fn revoke_tokens(&self) {
        lock(&self.shared.state).access.tokens.0.clear();
    }

    /// Answers 401 to requests for this project even when their credential is good, as Atlas does for a project of
    /// somebody else. Takes the id of a project, or the beginning of a path in whole segments, such as
    /// `groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0`.
    pub fn deny(&self, project_or_path: &str) {
        lock(&self.shared.state)
            .access
            .denied
            .push(denied(project_or_path));
    }

    /// Takes [`deny`](Self::deny) back.
    pub fn allow(&self, project_or_path: &str) {
        let allowed = denied(project_or_path);
        lock(&self.shared.state)
            .access
            .denied
            .retain(|denied| *denied != allowed);
    }
}

fn denied(project_or_path: &str) -> String {
    if project_or_path.contains('/') {
        return routes::whole(project_or_path)
            .trim_end_matches('/')
            .to_owned();
    }
    routes::whole(&format!("groups/{project_or_path}"))
}
