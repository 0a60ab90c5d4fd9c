//! [`TokenState`]: what a client knows of its access token. It is looked at under a lock, and never
//! while something is awaited.

use std::time::Duration;

use tokio::time::Instant;

use super::in_flight::InFlight;
use super::token::{GrantedToken, Token};
use crate::error::Error;
use crate::http::authorization::Authorization;

/// After a renewal that failed, the living token is used for so long before the next one is tried.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How often a 401 may cost a token: Atlas answers 401 to a good token as well, for a project that
/// it does not cover.
const REPLACEMENT: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct TokenState {
    token: Option<Token>,
    /// How many tokens have been granted in all.
    pub grants: u64,
    /// The last request to the endpoint, of which there is one at a time.
    pub request: Option<InFlight>,
    /// How many fetches have failed in all, renewals not counted.
    pub failures: u32,
    pub failure: Option<Failure>,
    /// Until when a 401 costs no token.
    no_replacement_until: Option<Instant>,
}

/// The last fetch that failed.
pub(super) struct Failure {
    pub at: Instant,
    pub error: Error,
    /// When the endpoint is asked again, once a call has decided that it is.
    pub retry_at: Option<Instant>,
}

/// What there is for a request.
pub(super) enum Cached {
    Fresh(Authorization),
    /// It can be used, but not for long.
    DueForRenewal,
    Missing,
}

/// What there is for a request whose token was refused.
pub(super) enum Replacement {
    /// Another token than the refused one is there already.
    Other(Authorization),
    /// It is too early for another.
    TooEarly,
    /// Another is to be fetched, because the token was refused while it should have been good.
    RefusedEarly,
    /// Another is to be fetched, which would have been done soon anyway.
    RefusedLate,
}

impl TokenState {
    pub(super) fn cached(&self) -> Cached {
        let now = Instant::now();
        match &self.token {
            Some(token) if token.is_withdrawn => Cached::Missing,
            Some(token) if now >= token.unused_from => Cached::Missing,
            Some(token) if now >= token.renew_at => Cached::DueForRenewal,
            Some(token) => Cached::Fresh(token.authorization.clone()),
            None => Cached::Missing,
        }
    }

    /// Returns the token, if it can be used and is another than the refused one. A call takes any
    /// token that was granted since it knew of so many: an endpoint may give the same one again, or
    /// one that hardly lives, and asking once more would not change that.
    pub(super) fn usable(
        &self,
        refused: Option<&Authorization>,
        known_grants: u64,
    ) -> Option<Authorization> {
        let token = self.token.as_ref()?;
        if token.is_withdrawn {
            return None;
        }
        let is_refused = refused.is_some_and(|refused| token.is(refused));
        let is_over = Instant::now() >= token.unused_from;
        if self.grants == known_grants && (is_refused || is_over) {
            return None;
        }
        Some(token.authorization.clone())
    }

    pub(super) fn replacement(&self, refused: &Authorization) -> Replacement {
        if let Some(other) = self.usable(Some(refused), self.grants) {
            return Replacement::Other(other);
        }
        let now = Instant::now();
        if !matches!(self.cached(), Cached::Fresh(_)) {
            return Replacement::RefusedLate;
        }
        if self.is_rationed(now) {
            return Replacement::TooEarly;
        }
        Replacement::RefusedEarly
    }

    fn is_rationed(&self, now: Instant) -> bool {
        self.no_replacement_until.is_some_and(|until| now < until)
    }

    /// Has the next 401s cost no token, since one at this time did.
    pub(super) fn ration(&mut self, refused_at: Instant) {
        self.no_replacement_until = Some(refused_at + REPLACEMENT);
    }

    /// Returns the request that is under way, if there is one.
    pub(super) fn under_way(&self) -> Option<InFlight> {
        let request = self.request.as_ref()?;
        (!request.is_over()).then(|| request.clone())
    }

    pub(super) fn granted(&mut self, granted: GrantedToken, asked_at: Instant) {
        self.token = Some(Token::new(granted, asked_at));
        self.grants += 1;
        self.failure = None;
    }

    pub(super) fn renewal_failed(&mut self) {
        let later = Instant::now() + AFTER_FAILURE;
        if let Some(token) = &mut self.token {
            token.renew_at = later;
        }
        self.no_replacement_until = Some(later);
    }

    pub(super) fn fetch_failed(&mut self, error: Error) {
        self.renewal_failed();
        self.failures = self.failures.wrapping_add(1);
        self.failure = Some(Failure {
            at: Instant::now(),
            error,
            retry_at: None,
        });
    }

    /// Takes the token out of use, and returns it.
    pub(super) fn withdraw(&mut self) -> Option<Authorization> {
        let token = self.token.as_mut()?;
        token.is_withdrawn = true;
        Some(token.authorization.clone())
    }

    /// Takes a token that was withdrawn back into use.
    pub(super) fn restore(&mut self, authorization: &Authorization) {
        if let Some(token) = &mut self.token
            && token.is(authorization)
        {
            token.is_withdrawn = false;
        }
    }

    /// Forgets a token that was withdrawn.
    pub(super) fn forget(&mut self, authorization: &Authorization) {
        if self
            .token
            .as_ref()
            .is_some_and(|token| token.is(authorization))
        {
            self.token = None;
        }
    }
}
