//! [`TokenCache`]: the access token of a service account, one for all calls of a client. Tokens are
//! rationed at Atlas, by the minute and by how many live at a time.
//!
//! `state` says what is known, and is never locked across an await; `refresh_lock` is held by
//! whoever asks the endpoint.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::MutexGuard;
use tokio::time::Instant;

use super::token_endpoint::{GrantedToken, TokenEndpoint};
use crate::error::Error;
use crate::http::authorization::Authorization;
use crate::retry::RetryPolicy;
use crate::sync::lock;

/// A token is renewed when a tenth of its life is left, but not earlier than this before its end.
const RENEWAL: Duration = Duration::from_secs(300);
/// After a renewal that failed, the living token is used for so long before the next one is tried.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How often a 401 may cost a token: Atlas answers 401 to a good token as well, for a project that
/// it does not cover.
const REPLACEMENT: Duration = Duration::from_secs(60);
/// How long a call that has a living token may be held up by renewing it.
const HOLD_UP: Duration = Duration::from_secs(10);

/// The tokens of a service account.
pub(crate) struct TokenCache {
    endpoint: TokenEndpoint,
    retry: RetryPolicy,
    state: Mutex<State>,
    refresh_lock: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// Until when a 401 costs no token.
    no_replacement_until: Option<Instant>,
    /// The last failure of the endpoint, unless it granted a token since.
    failure: Option<Failure>,
}

struct Token {
    authorization: Authorization,
    renew_at: Instant,
    expires_at: Instant,
}

#[derive(Clone)]
struct Failure {
    at: Instant,
    error: Error,
}

/// What the cache has for a request.
enum Cached {
    Fresh(Authorization),
    /// It lives, but not for long.
    DueForRenewal(Authorization),
    Missing,
}

impl TokenCache {
    pub(super) fn new(endpoint: TokenEndpoint, retry: RetryPolicy) -> Self {
        TokenCache {
            endpoint,
            retry,
            state: Mutex::default(),
            refresh_lock: tokio::sync::Mutex::default(),
        }
    }

    /// Returns the living token, or one that is fetched by whichever call comes first.
    pub(crate) async fn token(&self, deadline: Instant) -> Result<Authorization, Error> {
        match self.cached() {
            Cached::Fresh(token) => Ok(token),
            Cached::DueForRenewal(token) => Ok(self.renew(token, deadline).await),
            Cached::Missing => self.fetch_or_share(deadline).await,
        }
    }

    /// Returns another token than the one that was refused, or nothing if it is too early for
    /// another.
    pub(crate) async fn replace(
        &self,
        refused: &Authorization,
        deadline: Instant,
    ) -> Result<Option<Authorization>, Error> {
        let asked_at = Instant::now();
        if let Some(other) = self.other_than(refused) {
            return Ok(other);
        }
        let _refreshing = self.refresh_lock.lock().await;
        if let Some(other) = self.other_than(refused) {
            return Ok(other);
        }
        self.give_back_failure_since(asked_at)?;
        let token = self.fetch(&self.retry, deadline).await?;
        lock(&self.state).no_replacement_until = Some(asked_at + REPLACEMENT);
        Ok(Some(token))
    }

    fn cached(&self) -> Cached {
        let state = lock(&self.state);
        let now = Instant::now();
        match &state.token {
            Some(token) if now < token.renew_at => Cached::Fresh(token.authorization.clone()),
            Some(token) if now < token.expires_at => {
                Cached::DueForRenewal(token.authorization.clone())
            }
            _ => Cached::Missing,
        }
    }

    /// Returns the living token if it is another than the refused one, `Some(None)` if it is the
    /// refused one and must do for now, and `None` if a new one is to be fetched.
    fn other_than(&self, refused: &Authorization) -> Option<Option<Authorization>> {
        let state = lock(&self.state);
        let now = Instant::now();
        let token = state.token.as_ref()?;
        if now >= token.expires_at {
            return None;
        }
        if token.authorization.header != refused.header {
            return Some(Some(token.authorization.clone()));
        }
        let is_too_early = state.no_replacement_until.is_some_and(|until| now < until);
        is_too_early.then_some(None)
    }

    /// Renews a token early, unless somebody else is at it. The living one does if that fails.
    async fn renew(&self, living: Authorization, deadline: Instant) -> Authorization {
        let asked_at = Instant::now();
        let Ok(_refreshing) = self.refresh_lock.try_lock() else {
            return living;
        };
        if let Cached::Fresh(token) = self.cached() {
            return token;
        }
        // One attempt: the next call comes soon, and the token lives.
        let hold_up = HOLD_UP.min(deadline.duration_since(asked_at) / 2);
        let renewed = self.fetch(&RetryPolicy::never(), asked_at + hold_up).await;
        renewed.unwrap_or(living)
    }

    /// Fetches a token, or shares what became of the fetch of another call.
    async fn fetch_or_share(&self, deadline: Instant) -> Result<Authorization, Error> {
        let asked_at = Instant::now();
        let _refreshing: MutexGuard<'_, ()> = self.refresh_lock.lock().await;
        if let Cached::Fresh(token) | Cached::DueForRenewal(token) = self.cached() {
            return Ok(token);
        }
        self.give_back_failure_since(asked_at)?;
        self.fetch(&self.retry, deadline).await
    }

    /// Whoever asked the endpoint while this call waited may have failed: that is the answer to
    /// both.
    fn give_back_failure_since(&self, asked_at: Instant) -> Result<(), Error> {
        match &lock(&self.state).failure {
            Some(failure) if failure.at >= asked_at => Err(failure.error.clone()),
            _ => Ok(()),
        }
    }

    /// Fetches a token. The caller holds `refresh_lock`.
    async fn fetch(&self, retry: &RetryPolicy, deadline: Instant) -> Result<Authorization, Error> {
        let result = retry.run(deadline, || self.endpoint.fetch(deadline)).await;
        let mut state = lock(&self.state);
        match result {
            Ok(granted) => {
                tracing::debug!("access token fetched");
                let token = Token::new(granted, Instant::now());
                let authorization = token.authorization.clone();
                state.failure = None;
                state.token = Some(token);
                Ok(authorization)
            }
            Err(error) => {
                tracing::warn!(%error, "no new access token");
                state.failed(&error);
                Err(error)
            }
        }
    }

    /// Ends the token, if there is one: out of use from the beginning, and back if the endpoint
    /// does not end it. Where this is dropped, it stays out of use, for another revocation to end.
    pub(crate) async fn revoke(&self) -> Result<(), Error> {
        let _refreshing = self.refresh_lock.lock().await;
        let Some((authorization, expires_at)) = lock(&self.state).withdraw() else {
            return Ok(());
        };
        let header = authorization.header.to_str().unwrap_or_default();
        let token = header.trim_start_matches("Bearer ");
        let result = self.endpoint.revoke(token, self.retry.deadline()).await;
        let mut state = lock(&self.state);
        match (&result, &mut state.token) {
            (Err(_), Some(token)) => token.expires_at = expires_at,
            _ => state.token = None,
        }
        result
    }
}

impl State {
    fn failed(&mut self, error: &Error) {
        let at = Instant::now();
        if let Some(token) = &mut self.token {
            token.renew_at = at + AFTER_FAILURE;
        }
        self.no_replacement_until = Some(at + AFTER_FAILURE);
        self.failure = Some(Failure {
            at,
            error: error.clone(),
        });
    }

    /// Takes the token out of use, and returns it with the end of its life.
    fn withdraw(&mut self) -> Option<(Authorization, Instant)> {
        let token = self.token.as_mut()?;
        let expires_at = std::mem::replace(&mut token.expires_at, Instant::now());
        Some((token.authorization.clone(), expires_at))
    }
}

impl Token {
    fn new(granted: GrantedToken, now: Instant) -> Self {
        let lifetime = granted.lifetime;
        let early = (lifetime / 10).min(RENEWAL);
        Token {
            authorization: granted.authorization,
            renew_at: now + lifetime - early,
            expires_at: now + lifetime,
        }
    }
}
