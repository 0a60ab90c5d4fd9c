//! Service accounts (OAuth 2.0 client credentials, RFC 6749 section 4.4): an id and a secret go in, access tokens come
//! out, one for all calls of a client, or an error in the endpoint's own words. Tokens are rationed at Atlas, by the
//! minute and by how many live at a time.
//!
//! `state` says what is known, and is never locked across an await; `flight` is held by whoever fetches.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::{bearer, lock};
use crate::answer::Answer;
use crate::error::{Error, Failure, Kind};
use crate::exchange::Exchange;
use crate::retry::RetryPolicy;

/// A token is renewed when a tenth of its life is left, but not earlier than this before its end.
const RENEWAL: Duration = Duration::from_secs(300);
/// What Atlas documents, for an answer that does not say.
const LIFETIME: u64 = 3600;
/// After a renewal that failed, the living token is used for so long before the next one is tried.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How often a 401 may cost a token: Atlas answers 401 to a good token as well, for a project it does not cover.
const REPLACEMENT: Duration = Duration::from_secs(60);
/// How long a call that has a living token may be held up by renewing it.
const HOLD_UP: Duration = Duration::from_secs(10);

/// The tokens of a service account.
pub(crate) struct Tokens {
    /// Form-urlencoded, as is the secret.
    id: String,
    secret: SecretString,
    endpoint: String,
    exchange: Arc<Exchange>,
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

struct Token {
    header: HeaderValue,
    renew: Instant,
    expires: Instant,
}

impl Tokens {
    pub(crate) fn new(
        id: &str,
        secret: &SecretString,
        base_url: &str,
        exchange: Arc<Exchange>,
    ) -> Self {
        // RFC 6749 section 2.3.1: both are form-urlencoded before they are joined.
        let encoded =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (id, secret) = (encoded(id), encoded(secret.expose_secret()).into());
        let endpoint = format!("{base_url}/api/oauth");
        Tokens {
            id,
            secret,
            endpoint,
            exchange,
            state: Mutex::default(),
            flight: tokio::sync::Mutex::default(),
        }
    }

    /// A living token, with whether it is time to renew it. The one that was refused is no more, unless it is too early
    /// for another.
    fn living(&self, refused: Option<&HeaderValue>) -> Option<(HeaderValue, bool)> {
        let (state, now) = (lock(&self.state), Instant::now());
        let token = state.token.as_ref().filter(|token| now < token.expires)?;
        let is_spent = refused == Some(&token.header) && state.rationed <= Some(now);
        (!is_spent).then(|| {
            (
                token.header.clone(),
                refused.is_none() && now >= token.renew,
            )
        })
    }

    /// The token for a request: the one that lives, or one fetched by whichever call comes first. After a 401, the one
    /// that was refused comes back if tokens are rationed.
    pub(crate) async fn header(
        &self,
        deadline: Instant,
        refused: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Error> {
        let asked = Instant::now();
        let _flight = match self.living(refused) {
            Some((header, false)) => return Ok(header),
            Some((header, true)) => match self.flight.try_lock() {
                Ok(flight) => flight,
                Err(_) => return Ok(header),
            },
            None => self.flight.lock().await,
        };
        // Whoever had the lock before may have fetched it, or failed to: that is the answer to both.
        let failed = lock(&self.state)
            .failed
            .clone()
            .filter(|(when, _)| *when >= asked);
        match (self.living(refused), failed) {
            (Some((header, false)), _) => Ok(header),
            (Some((header, true)), _) => {
                // One try: the next call comes soon, and the token lives.
                let hold_up = HOLD_UP.min(deadline.duration_since(asked) / 2);
                Ok(self
                    .fetch(&RetryPolicy::never(), asked + hold_up)
                    .await
                    .unwrap_or(header))
            }
            (None, Some((_, error))) => Err(error),
            (None, None) => {
                let header = self.fetch(&self.exchange.retry, deadline).await?;
                if refused.is_some() {
                    lock(&self.state).rationed = Some(asked + REPLACEMENT);
                }
                Ok(header)
            }
        }
    }

    /// The caller holds `flight`.
    async fn fetch(&self, retry: &RetryPolicy, deadline: Instant) -> Result<HeaderValue, Error> {
        let result = retry.run(deadline, || self.token(deadline)).await;
        let mut state = lock(&self.state);
        let token = result.inspect_err(|error| {
            tracing::warn!(%error, "no new access token");
            let now = Instant::now();
            state
                .token
                .iter_mut()
                .for_each(|token| token.renew = now + AFTER_FAILURE);
            state.rationed = Some(now + AFTER_FAILURE);
            state.failed = Some((now, error.clone()));
        })?;
        tracing::debug!("access token fetched");
        state.failed = None;
        Ok(state.token.insert(token).header.clone())
    }

    async fn token(&self, deadline: Instant) -> Result<Token, Error> {
        let answer = self
            .post("token", &[("grant_type", "client_credentials")], deadline)
            .await?;
        let granted: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let Some(header) = granted["access_token"]
            .as_str()
            .and_then(|text| bearer(text).ok())
        else {
            // The words of a decoder could repeat the token.
            let words = format!(
                "{}/token: the answer holds no token that can be used",
                self.endpoint
            );
            return Err(Failure {
                status: Some(answer.status),
                ..Failure::new(Kind::Decode, words)
            }
            .into());
        };
        let seconds = granted["expires_in"]
            .as_u64()
            .filter(|it| *it > 0)
            .unwrap_or(LIFETIME);
        let (now, life) = (
            Instant::now(),
            Duration::from_secs(seconds.min(u32::MAX.into())),
        );
        Ok(Token {
            header,
            renew: now + life - (life / 10).min(RENEWAL),
            expires: now + life,
        })
    }

    /// A success of the endpoint, or an error in its own words.
    async fn post(
        &self,
        path: &str,
        form: &[(&str, &str)],
        deadline: Instant,
    ) -> Result<Answer, Error> {
        let url = format!("{}/{path}", self.endpoint);
        let request = self
            .exchange
            .http
            .post(&url)
            .basic_auth(&self.id, Some(self.secret.expose_secret()));
        let request = request
            .header(ACCEPT, "application/json")
            .form(form)
            .build();
        let request = request.map_err(|error| Error::invalid(format!("base_url: {error}")))?;
        let mut answer = self.exchange.send(request, deadline).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        // A token that is to end is a secret as well.
        if let [("token", token), ..] = form {
            answer.body = String::from_utf8_lossy(&answer.body)
                .replace(token, "[hidden]")
                .into();
        }
        let failure = answer.failure();
        let mut words = format!("{url}: {}", failure.words);
        if answer.status == StatusCode::UNAUTHORIZED {
            words = words.trim_end_matches('.').to_owned()
                + "; check the client id and secret of the service account";
        }
        let refused = matches!(answer.status.as_u16(), 400 | 401 | 403);
        let kind = if refused {
            Kind::Credentials
        } else {
            Kind::Status
        };
        Err(Failure {
            kind,
            words,
            ..failure
        }
        .into())
    }

    /// Ends the token, if there is one: out of use from the beginning, and back if the endpoint does not end it. Where
    /// this is dropped, it stays out of use, for another revocation to end.
    pub(crate) async fn revoke(&self) -> Result<(), Error> {
        let _flight = self.flight.lock().await;
        let end = |token: &mut Token| {
            (
                token.header.clone(),
                std::mem::replace(&mut token.expires, Instant::now()),
            )
        };
        let Some((header, expires)) = lock(&self.state).token.as_mut().map(end) else {
            return Ok(());
        };
        let text = header
            .to_str()
            .unwrap_or_default()
            .trim_start_matches("Bearer ");
        let form = [("token", text), ("token_type_hint", "access_token")];
        let result = self
            .post("revoke", &form, self.exchange.retry.deadline())
            .await;
        let mut state = lock(&self.state);
        state.token = state
            .token
            .take()
            .filter(|_| result.is_err())
            .map(|token| Token { expires, ..token });
        result.map(drop)
    }
}
