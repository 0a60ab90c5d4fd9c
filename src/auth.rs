//! [`Authenticator`]: what a request needs to be let in goes out as a header with a [`Pass`]; what became of the
//! request comes back with the pass. On a 401 it may offer one more header, once an attempt.

mod digest;
mod oauth;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use self::digest::Nonces;
use self::oauth::Tokens;
use crate::answer::Answer;
use crate::credentials::{Credentials, Kind};
use crate::error::Error;
use crate::exchange::Exchange;

/// How a client authenticates: one of the three ways of Atlas.
pub(crate) enum Authenticator {
    AccessToken(HeaderValue),
    ServiceAccount(Box<Tokens>),
    ApiKey(Nonces),
}

/// What a request is sent with.
pub(crate) struct Pass {
    pub header: HeaderValue,
    /// On loan.
    nonce: Option<digest::Nonce>,
}

impl Authenticator {
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &str,
        exchange: &Arc<Exchange>,
    ) -> Result<Self, Error> {
        credentials.check()?;
        Ok(match credentials.0 {
            Kind::AccessToken(token) => Authenticator::AccessToken(bearer(token.expose_secret())?),
            Kind::ServiceAccount { id, secret } => Authenticator::ServiceAccount(Box::new(
                Tokens::new(&id, &secret, base_url, exchange.clone()),
            )),
            Kind::ApiKey { public, private } => Authenticator::ApiKey(Nonces::new(public, private)),
        })
    }

    /// For a new request, or for the same once more after a 401. Nothing, if only the server can say what it takes, or
    /// if there is nothing else to send than what was refused.
    pub(crate) async fn pass(
        &self,
        url: &Url,
        by: Instant,
        refused: Option<&Answer>,
    ) -> Result<Option<Pass>, Error> {
        // Credentials are for the server that was asked, and for no other.
        if refused.is_some_and(|answer| !answer.direct) {
            return Ok(None);
        }
        let sent = refused.and_then(|answer| answer.sent.as_ref());
        let header = match self {
            Authenticator::AccessToken(header) => header.clone(),
            Authenticator::ServiceAccount(tokens) => tokens.header(by, sent).await?,
            Authenticator::ApiKey(nonces) => {
                return Ok(nonces.take(refused).and_then(|nonce| nonce.respond(url)));
            }
        };
        Ok((sent != Some(&header)).then_some(Pass {
            header,
            nonce: None,
        }))
    }

    /// Takes back what worked.
    pub(crate) fn accepted(&self, pass: Option<Pass>) {
        if let (
            Authenticator::ApiKey(nonces),
            Some(Pass {
                nonce: Some(nonce), ..
            }),
        ) = (self, pass)
        {
            nonces.keep(nonce);
        }
    }
}

/// A panic elsewhere leaves nothing half done behind these locks.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The header of an access token.
fn bearer(token: &str) -> Result<HeaderValue, Error> {
    Credentials::access_token(token).check()?;
    hidden(format!("Bearer {token}"))
}

/// A header that logs do not show.
fn hidden(text: String) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::try_from(text).map_err(|_| {
        Error::invalid("the credentials have a character that no HTTP header can carry")
    })?;
    header.set_sensitive(true);
    Ok(header)
}
