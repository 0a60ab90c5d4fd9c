//! [`Authenticator`]: what a request needs to be let in goes out as a header with a [`Pass`]; what became of the
//! request comes back with the pass. On a 401 it may offer one more header, once an attempt.

mod digest;
mod oauth;

use std::sync::Arc;

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
    pub(crate) fn new(credentials: Credentials, base_url: &str, exchange: &Arc<Exchange>) -> Result<Self, Error> {
        credentials.check()?;
        Ok(match credentials.0 {
            Kind::AccessToken(token) => Authenticator::AccessToken(bearer(token.expose_secret())?),
            Kind::ServiceAccount { id, secret } => {
                Authenticator::ServiceAccount(Box::new(Tokens::new(&id, &secret, base_url, exchange.clone())))
            }
            Kind::ApiKey { public, private } => Authenticator::ApiKey(Nonces::new(public, private)),
        })
    }

    /// For a new request; nothing, if only the server can say what it takes.
    pub(crate) async fn authorize(&self, url: &Url, deadline: Instant) -> Result<Option<Pass>, Error> {
        let header = match self {
            Authenticator::AccessToken(header) => header.clone(),
            Authenticator::ServiceAccount(tokens) => tokens.header(deadline, None).await?,
            Authenticator::ApiKey(nonces) => return Ok(nonces.lend(url)),
        };
        Ok(Some(Pass { header, nonce: None }))
    }

    /// With what the request is to be sent once more, if a 401 leaves a way.
    pub(crate) async fn rejected(&self, url: &Url, deadline: Instant, answer: &Answer) -> Result<Option<Pass>, Error> {
        match self {
            // Credentials are for the server that was asked, and for no other.
            _ if !answer.direct => Ok(None),
            Authenticator::ServiceAccount(tokens) => {
                let header = tokens.header(deadline, answer.sent.as_ref()).await?;
                Ok((answer.sent.as_ref() != Some(&header)).then_some(Pass { header, nonce: None }))
            }
            Authenticator::ApiKey(nonces) => Ok(nonces.answer(url, &answer.headers)),
            Authenticator::AccessToken(_) => Ok(None),
        }
    }

    /// Takes back what worked.
    pub(crate) fn accepted(&self, pass: Option<Pass>) {
        if let (Authenticator::ApiKey(nonces), Some(Pass { nonce: Some(nonce), .. })) = (self, pass) {
            nonces.keep(nonce);
        }
    }

    /// Ends the token at the endpoint, if there is one.
    pub(crate) async fn revoke(&self) -> Result<(), Error> {
        if let Authenticator::ServiceAccount(tokens) = self { tokens.revoke().await } else { Ok(()) }
    }
}

/// The header of an access token, hidden from logs.
fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| Error::invalid("the access token has a character that no HTTP header can carry"))?;
    header.set_sensitive(true);
    Ok(header)
}
