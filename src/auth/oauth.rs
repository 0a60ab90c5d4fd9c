//! Service accounts (OAuth 2.0 client credentials, RFC 6749 section 4.4): an id and a secret go in, access tokens come
//! out, one for all calls of a client. Tokens are rationed at Atlas, by the minute and by how many live at a time.
//!
//! `state` says what is known, and is never locked across an await; `flight` is held by whoever fetches.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::grant::{self, Token};
use crate::answer::Answer;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::retry::{RetryPolicy, random};

/// After a renewal that failed, the living token is used for so long before the next one is tried.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How often a 401 may cost a token: Atlas answers 401 to a good token as well, for a project it does not cover.
const REPLACEMENT: Duration = Duration::from_secs(60);
/// How long a call that has a living token may be held up by renewing it.
const HOLD_UP: Duration = Duration::from_secs(10);

/// The tokens of a service account.
pub(crate) struct Tokens {
    /// `Basic`, of the id and the secret.
    client: HeaderValue,
    token_url: Url,
    revoke_url: Url,
    state: Mutex<State>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// Until when a 401 costs no token.
    rationed: Option<Instant>,
    failed: Option<(Instant, Error)>,
}

impl Tokens {
    pub(crate) fn new(id: &str, secret: &str, base_url: &str) -> Result<Self, Error> {
        let url = |path: &str| Url::parse(&format!("{base_url}/api/oauth/{path}"));
        let urls = url("token").and_then(|token| Ok((token, url("revoke")?)));
        let (token_url, revoke_url) = urls.map_err(|error| Error::invalid(format!("base_url: {error}")))?;
        // RFC 6749 section 2.3.1: both are form-urlencoded before they are joined.
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = BASE64_STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let mut client = HeaderValue::try_from(format!("Basic {basic}"))
            .map_err(|_| Error::invalid("the client id and secret do not fit into an HTTP header"))?;
        client.set_sensitive(true);
        let (state, flight) = Default::default();
        Ok(Tokens { client, token_url, revoke_url, state, flight })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A living token, with whether it is time to renew it.
    fn living(&self) -> Option<(HeaderValue, bool)> {
        let (state, now) = (self.state(), Instant::now());
        let token = state.token.as_ref().filter(|token| now < token.expires)?;
        Some((token.header.clone(), now >= token.renew))
    }

    /// The token for a request: the one that lives, or one fetched by whichever call comes first.
    pub(crate) async fn header(&self, exchange: &Exchange, left: Duration) -> Result<HeaderValue, Error> {
        let asked = Instant::now();
        let _flight = match self.living() {
            Some((header, false)) => return Ok(header),
            Some((header, true)) => match self.flight.try_lock() {
                Ok(flight) => flight,
                Err(_) => return Ok(header),
            },
            None => self.flight.lock().await,
        };
        // Whoever had the lock before may have fetched it.
        match self.living() {
            Some((header, false)) => Ok(header),
            Some((header, true)) => {
                // One try: the next call comes soon, and the token lives.
                let once = RetryPolicy::never();
                Ok(self.fetch(exchange, HOLD_UP.min(left / 2), &once, asked).await.unwrap_or(header))
            }
            None => self.after_flight(exchange, left, asked).await,
        }
    }

    /// A token for a request that was answered 401, unless its own lives on and tokens are rationed.
    pub(crate) async fn replace(
        &self,
        exchange: &Exchange,
        left: Duration,
        refused: &HeaderValue,
    ) -> Result<Option<HeaderValue>, Error> {
        let asked = Instant::now();
        let _flight = self.flight.lock().await;
        match self.living() {
            Some((header, _)) if header != refused => return Ok(Some(header)),
            Some(_) if self.state().rationed.is_some_and(|until| asked < until) => return Ok(None),
            _ => {}
        }
        let header = self.after_flight(exchange, left, asked).await?;
        self.state().rationed = Some(asked + REPLACEMENT);
        Ok(Some(header))
    }

    /// Fetches, unless another call has failed to while this one waited: then its failure is the answer to both.
    async fn after_flight(&self, exchange: &Exchange, left: Duration, asked: Instant) -> Result<HeaderValue, Error> {
        let failed = self.state().failed.clone();
        match failed {
            Some((when, error)) if when >= asked => Err(error),
            _ => self.fetch(exchange, left, &exchange.retry, asked).await,
        }
    }

    /// The caller holds `flight`, and has been waiting for it since `begun`.
    async fn fetch(
        &self,
        exchange: &Exchange,
        left: Duration,
        retry: &RetryPolicy,
        begun: Instant,
    ) -> Result<HeaderValue, Error> {
        let left = || left.min(retry.total_time).saturating_sub(begun.elapsed());
        let mut attempt = 1;
        loop {
            let result = match self.post(exchange, &self.token_url, "grant_type=client_credentials", left()).await {
                Ok(answer) => grant::token(&self.token_url, &answer),
                Err(error) => Err(error),
            };
            let error = match result {
                Ok(token) => {
                    tracing::debug!(attempt, "access token fetched");
                    let header = token.header.clone();
                    let mut state = self.state();
                    (state.token, state.failed) = (Some(token), None);
                    return Ok(header);
                }
                Err(error) => error,
            };
            match retry.decide(&error, attempt, retry.total_time.saturating_sub(left()), random()) {
                Some(pause) => {
                    tracing::info!(attempt, ?pause, %error, "trying again for an access token");
                    tokio::time::sleep(pause).await;
                }
                None => {
                    tracing::warn!(attempt, %error, "no new access token");
                    let (mut state, now) = (self.state(), Instant::now());
                    state.token.iter_mut().for_each(|token| token.renew = now + AFTER_FAILURE);
                    state.rationed = Some(now + AFTER_FAILURE);
                    state.failed = Some((now, error.clone()));
                    return Err(error);
                }
            }
            attempt += 1;
        }
    }

    async fn post(&self, exchange: &Exchange, url: &Url, form: &str, left: Duration) -> Result<Answer, Error> {
        let request =
            exchange.http.post(url.clone()).header(AUTHORIZATION, &self.client).header(ACCEPT, "application/json");
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.to_owned()).build();
        let request = request.map_err(|error| Error::invalid(format!("base_url: {error}")))?;
        exchange.send(request, left).await
    }

    /// The token is out of use from the beginning, and back if the endpoint does not end it.
    pub(crate) async fn revoke(&self, exchange: &Exchange) -> Result<(), Error> {
        let _flight = self.flight.lock().await;
        let Some(token) = self.state().token.take() else { return Ok(()) };
        let text: String = url::form_urlencoded::byte_serialize(token.text.expose_secret().as_bytes()).collect();
        let form = format!("token={text}&token_type_hint=access_token");
        let result = match self.post(exchange, &self.revoke_url, &form, exchange.retry.total_time).await {
            Ok(answer) if answer.status.is_success() => Ok(()),
            Ok(answer) => Err(grant::refusal(&self.revoke_url, &answer)),
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.state().token = Some(token);
        }
        result
    }
}
