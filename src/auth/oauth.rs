//! Service accounts (OAuth 2.0 client credentials, RFC 6749 section 4.4): an id and a secret go in, access tokens come
//! out, one for all calls of a client. Tokens are rationed at Atlas, by the minute and by how many live at a time.
//!
//! `state` says what is known, and is never locked across an await; `flight` is held by whoever fetches.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, Url};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::grant::{self, Token};
use crate::answer::Answer;
use crate::error::Error;
use crate::exchange::Exchange;
use crate::retry::{self, RetryPolicy};

/// After a renewal that failed, the living token is used for so long before the next one is tried.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How often a 401 may cost a token: Atlas answers 401 to a good token as well, for a project it does not cover.
const REPLACEMENT: Duration = Duration::from_secs(60);
/// How long a call that has a living token may be held up by renewing it.
const HOLD_UP: Duration = Duration::from_secs(10);

/// What fetching a token needs of the client.
#[derive(Clone, Copy)]
pub(crate) struct Wire<'a> {
    pub http: &'a reqwest::Client,
    pub exchange: &'a Exchange,
    pub retry: &'a RetryPolicy,
    pub left: Duration,
}

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
    replaced: Option<Instant>,
    failed: Option<(Instant, Error)>,
}

impl State {
    fn failed_lately(&self, now: Instant) -> bool {
        self.failed.as_ref().is_some_and(|(when, _)| now < *when + AFTER_FAILURE)
    }
}

impl Tokens {
    pub(crate) fn new(id: &str, secret: &str, base_url: &str) -> Result<Self, Error> {
        let url = |path: &str| {
            Url::parse(&format!("{base_url}/api/oauth/{path}"))
                .map_err(|error| Error::invalid(format!("base_url: {error}")))
        };
        // RFC 6749 section 2.3.1: both are form-urlencoded before they are joined.
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = BASE64_STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let mut client = HeaderValue::try_from(format!("Basic {basic}"))
            .map_err(|_| Error::invalid("the client id and secret do not fit into an HTTP header"))?;
        client.set_sensitive(true);
        let (state, flight) = Default::default();
        Ok(Tokens { client, token_url: url("token")?, revoke_url: url("revoke")?, state, flight })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A living token, with whether it is time to renew it.
    fn living(&self) -> Option<(HeaderValue, bool)> {
        let state = self.state();
        let now = Instant::now();
        let token = state.token.as_ref().filter(|token| now < token.expires)?;
        Some((token.header.clone(), now >= token.renew && !state.failed_lately(now)))
    }

    /// The token for a request: the one that lives, or one fetched by whichever call comes first.
    pub(crate) async fn header(&self, wire: Wire<'_>) -> Result<HeaderValue, Error> {
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
                let wire = Wire { left: HOLD_UP.min(wire.left / 2), ..wire };
                Ok(self.fetch(wire, &RetryPolicy::never(), asked).await.unwrap_or(header))
            }
            None => self.after_flight(wire, asked).await,
        }
    }

    /// A token for a request that was answered 401, unless its own lives on and tokens are rationed.
    pub(crate) async fn replace(&self, wire: Wire<'_>, refused: &HeaderValue) -> Result<Option<HeaderValue>, Error> {
        let asked = Instant::now();
        let _flight = self.flight.lock().await;
        match self.living() {
            Some((header, _)) if header != refused => return Ok(Some(header)),
            Some(_) if self.rationed(asked) => return Ok(None),
            _ => {}
        }
        let header = self.after_flight(wire, asked).await?;
        self.state().replaced = Some(asked);
        Ok(Some(header))
    }

    /// Whether the endpoint is to be left alone by a call that was answered 401 at this time.
    fn rationed(&self, asked: Instant) -> bool {
        let state = self.state();
        let replaced_lately = state.replaced.is_some_and(|when| asked < when + REPLACEMENT);
        // A failure since then is one that this call has waited for.
        let failed_before = state.failed.as_ref().is_some_and(|(when, _)| *when < asked);
        replaced_lately || (failed_before && state.failed_lately(asked))
    }

    /// Fetches, unless another call has failed to while this one waited: then its failure is the answer to both.
    async fn after_flight(&self, wire: Wire<'_>, asked: Instant) -> Result<HeaderValue, Error> {
        let failed = self.state().failed.as_ref().filter(|(when, _)| *when >= asked).map(|(_, error)| error.clone());
        match failed {
            Some(error) => Err(error),
            None => self.fetch(wire, wire.retry, asked).await,
        }
    }

    /// The caller holds `flight`, and has been waiting for it since `begun`.
    async fn fetch(&self, wire: Wire<'_>, retry: &RetryPolicy, begun: Instant) -> Result<HeaderValue, Error> {
        let left = || wire.left.min(retry.total()).saturating_sub(begun.elapsed());
        let mut attempt = 1;
        loop {
            let result = match self.post(wire, &self.token_url, "grant_type=client_credentials", left()).await {
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
            match retry::decide(retry, &error, attempt, retry.total().saturating_sub(left()), retry::random()) {
                Some(pause) => {
                    tracing::info!(attempt, ?pause, %error, "trying again for an access token");
                    tokio::time::sleep(pause).await;
                }
                None => {
                    tracing::warn!(attempt, %error, "no new access token");
                    self.state().failed = Some((Instant::now(), error.clone()));
                    return Err(error);
                }
            }
            attempt += 1;
        }
    }

    async fn post(&self, wire: Wire<'_>, url: &Url, form: &str, left: Duration) -> Result<Answer, Error> {
        let mut request = Request::new(Method::POST, url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(AUTHORIZATION, self.client.clone());
        *request.body_mut() = Some(form.to_owned().into());
        wire.exchange.send(wire.http, request, left).await
    }

    /// The token is out of use from the beginning, and back if the endpoint does not end it.
    pub(crate) async fn revoke(&self, wire: Wire<'_>) -> Result<(), Error> {
        let _flight = self.flight.lock().await;
        let Some(token) = self.state().token.take() else { return Ok(()) };
        let text: String = url::form_urlencoded::byte_serialize(token.text.expose_secret().as_bytes()).collect();
        let form = format!("token={text}&token_type_hint=access_token");
        let result = match self.post(wire, &self.revoke_url, &form, wire.left).await {
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
