//! Which requests are authorized: the credentials that are valid, and the paths that none of them
//! gives access to.

use std::collections::HashMap;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use tokio::time::Instant;

use super::answer::Answer;
use super::digest::{Digest, Stale};
use super::log::ReceivedRequest;
use super::routes;

#[derive(Default)]
pub(super) struct Access {
    pub(super) tokens: Tokens,
    pub(super) accounts: Accounts,
    pub(super) digest: Digest,
    /// Whether bearer tokens were added; their clients cannot answer a challenge.
    pub(super) bearers: bool,
    denied: Vec<String>,
}

impl Access {
    /// Returns a 401 unless the request is authorized.
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
        let has_other_ways = self.bearers || self.accounts.any();
        if has_other_ways && !self.digest.has_keys() {
            return Some(Answer::unauthorized(None));
        }
        let is_stale = known == Err(Stale(true));
        let challenge = self.digest.challenge(is_stale, now);
        Some(Answer::unauthorized(Some(challenge)))
    }

    fn denies(&self, path: &str) -> bool {
        self.denied.iter().any(|denied| is_beneath(path, denied))
    }

    pub(super) fn deny(&mut self, project_or_path: &str) {
        self.denied.push(denied(project_or_path));
    }

    pub(super) fn allow(&mut self, project_or_path: &str) {
        let allowed = denied(project_or_path);
        self.denied.retain(|denied| *denied != allowed);
    }
}

/// Returns whether the path is this one or one below it, by whole segments.
fn is_beneath(path: &str, above: &str) -> bool {
    match path.strip_prefix(above) {
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// Returns the beginning of a path that a project or a path of a test stands for.
fn denied(project_or_path: &str) -> String {
    if project_or_path.contains('/') {
        return routes::whole(project_or_path)
            .trim_end_matches('/')
            .to_owned();
    }
    routes::whole(&format!("groups/{project_or_path}"))
}

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

    /// Returns the account whose secret is in the request.
    pub(super) fn identify(&self, request: &ReceivedRequest) -> Option<String> {
        let authorization = request.header("authorization")?;
        let encoded = authorization.strip_prefix("Basic ")?;
        let pair = BASE64_STANDARD.decode(encoded).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (id, secret) = pair.split_once(':')?;
        // Both were form-urlencoded before they were joined, RFC 6749 section 2.3.1.
        let id = decoded(id);
        let secret = decoded(secret);
        (self.secrets.get(&id) == Some(&secret)).then_some(id)
    }
}

/// Valid from the start.
pub(super) const ACCESS_TOKEN: &str = "simulated-access-token";

pub(super) struct Tokens(HashMap<String, Token>);

struct Token {
    ends: Option<Instant>,
    /// The service account that it was issued to; empty for one that a test added.
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

    /// Returns how many tokens of this service account are active. Removes those that expired.
    pub(super) fn count(&mut self, account: &str, now: Instant) -> usize {
        self.0.retain(|_, token| token.lives(now));
        let of_account = self.0.values().filter(|token| token.account == account);
        of_account.count()
    }

    fn lives(&self, token: &str, now: Instant) -> bool {
        self.0.get(token).is_some_and(|token| token.lives(now))
    }
}

/// Returns the value of the first field of this name.
pub(super) fn field(form: &str, name: &str) -> Option<String> {
    for pair in form.split('&') {
        if let Some((key, value)) = pair.split_once('=')
            && key == name
        {
            return Some(decoded(value));
        }
    }
    None
}

/// Decodes form-urlencoded text; what is no valid escape stands for itself.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match escaped(part) {
            Some((byte, rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the byte that two digits stand for, and what follows them.
fn escaped(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    Some((byte, rest))
}
