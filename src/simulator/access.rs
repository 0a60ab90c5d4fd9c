//! Who may ask: the credentials that are good, and the paths that none of them is good for.

use tokio::time::Instant;

use super::accounts::Accounts;
use super::answer::Answer;
use super::digest::Digest;
use super::nonces::Stale;
use super::paths;
use super::requests::ReceivedRequest;
use super::tokens::Tokens;

#[derive(Default)]
pub(super) struct Access {
    pub(super) tokens: Tokens,
    pub(super) accounts: Accounts,
    pub(super) digest: Digest,
    /// Whether bearer tokens were registered, which a challenge is no help for.
    pub(super) bearers: bool,
    denied: Vec<String>,
}

impl Access {
    /// Returns the 401, unless the request may pass.
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
        return paths::whole(project_or_path)
            .trim_end_matches('/')
            .to_owned();
    }
    paths::whole(&format!("groups/{project_or_path}"))
}
