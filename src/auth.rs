//! [`Authenticator`]: what a request needs to be let in goes out as a header with a [`Pass`]; what became of the
//! request comes back with the pass. On a 401 it may offer one more header, once an attempt.

mod digest;
mod oauth;

use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;

use crate::answer::Answer;
use crate::credentials::{Credentials, Kind};
use crate::error::Error;
pub(crate) use oauth::Wire;

/// How a client authenticates: one of the three ways of Atlas.
pub(crate) enum Authenticator {
    AccessToken(HeaderValue),
    ServiceAccount(Box<oauth::Tokens>),
    ApiKey(digest::Nonces),
}

/// What a request was sent with.
pub(crate) enum Pass {
    /// Nothing that could be replaced.
    Fixed,
    Token(HeaderValue),
    /// A nonce on loan; none if there was none to lend.
    Nonce(Option<digest::Nonce>),
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

    /// The header for a new request.
    pub(crate) async fn authorize(&self, wire: Wire<'_>, url: &Url) -> Result<(Option<HeaderValue>, Pass), Error> {
        Ok(match self {
            Authenticator::AccessToken(header) => (Some(header.clone()), Pass::Fixed),
            Authenticator::ServiceAccount(tokens) => {
                let header = tokens.header(wire).await?;
                (Some(header.clone()), Pass::Token(header))
            }
            Authenticator::ApiKey(nonces) => match nonces.lend(url) {
                Some((header, nonce)) => (Some(header), Pass::Nonce(Some(nonce))),
                None => (None, Pass::Nonce(None)),
            },
        })
    }

    /// The header with which the request is to be sent once more, if a 401 leaves a way.
    pub(crate) async fn rejected(
        &self,
        wire: Wire<'_>,
        url: &Url,
        pass: &Pass,
        answer: &Answer,
    ) -> Result<Option<(HeaderValue, Pass)>, Error> {
        // Credentials are for the server that was asked, and for no other.
        if !answer.direct {
            return Ok(None);
        }
        Ok(match (self, pass) {
            (Authenticator::ServiceAccount(tokens), Pass::Token(refused)) => {
                tokens.replace(wire, refused).await?.map(|header| (header.clone(), Pass::Token(header)))
            }
            (Authenticator::ApiKey(nonces), Pass::Nonce(_)) => {
                nonces.answer(url, &answer.headers).map(|(header, nonce)| (header, Pass::Nonce(Some(nonce))))
            }
            _ => None,
        })
    }

    /// Takes back what worked.
    pub(crate) fn accepted(&self, pass: Pass) {
        if let (Authenticator::ApiKey(nonces), Pass::Nonce(Some(nonce))) = (self, pass) {
            nonces.keep(nonce);
        }
    }

    /// Ends the token at the endpoint, if there is one.
    pub(crate) async fn revoke(&self, wire: Wire<'_>) -> Result<(), Error> {
        match self {
            Authenticator::ServiceAccount(tokens) => tokens.revoke(wire).await,
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
