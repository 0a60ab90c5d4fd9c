//! [`Authenticator`]: what a request needs to be let in goes out as a header with a [`Pass`]; what became of the
//! request comes back with the pass. On a 401 it may offer one more header, once an attempt.

mod digest;
mod grant;
mod oauth;

use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;

use crate::answer::Answer;
use crate::credentials::{Credentials, Kind};
use crate::error::Error;
use crate::exchange::Exchange;

/// How a client authenticates: one of the three ways of Atlas.
pub(crate) enum Authenticator {
    AccessToken(HeaderValue),
    ServiceAccount(Box<oauth::Tokens>),
    ApiKey(digest::Nonces),
}

/// What a request is sent with.
#[derive(Default)]
pub(crate) struct Pass {
    pub header: Option<HeaderValue>,
    /// On loan.
    nonce: Option<digest::Nonce>,
}

impl Pass {
    fn digest((header, nonce): (HeaderValue, digest::Nonce)) -> Self {
        Pass { header: Some(header), nonce: Some(nonce) }
    }

    fn header(header: HeaderValue) -> Self {
        Pass { header: Some(header), nonce: None }
    }
}

impl Authenticator {
    pub(crate) fn new(credentials: Credentials, base_url: &str) -> Result<Self, Error> {
        credentials.check()?;
        Ok(match credentials.0 {
            Kind::AccessToken(token) => Authenticator::AccessToken(bearer(token.expose_secret())?),
            Kind::ServiceAccount { id, secret } => {
                Authenticator::ServiceAccount(Box::new(oauth::Tokens::new(&id, secret.expose_secret(), base_url)?))
            }
            Kind::ApiKey { public, private } => Authenticator::ApiKey(digest::Nonces::new(public, private)),
        })
    }

    /// For a new request.
    pub(crate) async fn authorize(&self, exchange: &Exchange, left: Duration, url: &Url) -> Result<Pass, Error> {
        Ok(match self {
            Authenticator::AccessToken(header) => Pass::header(header.clone()),
            Authenticator::ServiceAccount(tokens) => Pass::header(tokens.header(exchange, left).await?),
            Authenticator::ApiKey(nonces) => nonces.lend(url).map(Pass::digest).unwrap_or_default(),
        })
    }

    /// With what the request is to be sent once more, if a 401 leaves a way.
    pub(crate) async fn rejected(
        &self,
        exchange: &Exchange,
        left: Duration,
        url: &Url,
        pass: &Pass,
        answer: &Answer,
    ) -> Result<Option<Pass>, Error> {
        Ok(match (self, &pass.header) {
            // Credentials are for the server that was asked, and for no other.
            _ if !answer.direct => None,
            (Authenticator::ServiceAccount(tokens), Some(refused)) => {
                tokens.replace(exchange, left, refused).await?.map(Pass::header)
            }
            (Authenticator::ApiKey(nonces), _) => nonces.answer(url, &answer.headers).map(Pass::digest),
            _ => None,
        })
    }

    /// Takes back what worked.
    pub(crate) fn accepted(&self, pass: Pass) {
        if let (Authenticator::ApiKey(nonces), Some(nonce)) = (self, pass.nonce) {
            nonces.keep(nonce);
        }
    }

    /// Ends the token at the endpoint, if there is one.
    pub(crate) async fn revoke(&self, exchange: &Exchange) -> Result<(), Error> {
        match self {
            Authenticator::ServiceAccount(tokens) => tokens.revoke(exchange).await,
            Authenticator::AccessToken(_) | Authenticator::ApiKey(_) => Ok(()),
        }
    }
}

/// The header of an access token, hidden from logs.
fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| Error::invalid("the access token has a character that no HTTP header can carry"))?;
    header.set_sensitive(true);
    Ok(header)
}
