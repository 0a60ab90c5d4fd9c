//! [`Authenticator`]: how a client authenticates, in one of the ways of Atlas. It authorizes a
//! request before it is sent, and once more after a 401, if there is something else to offer.

mod challenge;
mod digest;
mod in_flight;
mod oauth;
mod provided;
mod token;
mod token_endpoint;
mod token_state;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use self::digest::{ApiKey, Nonce};
use self::oauth::TokenCache;
use self::provided::ProvidedTokens;
use self::token_endpoint::TokenEndpoint;
use crate::base_url::BaseUrl;
use crate::credentials::{Credentials, Kind};
use crate::error::Error;
use crate::http::authorization::Authorization;
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::retry::RetryPolicy;

pub(crate) enum Authenticator {
    AccessToken(Authorization),
    ProvidedTokens(ProvidedTokens),
    ServiceAccount(Arc<TokenCache>),
    ApiKey(ApiKey),
}

/// What one request is authorized with.
pub(crate) struct Grant {
    pub authorization: Authorization,
    /// The nonce that the request has borrowed, to be given back if it worked.
    nonce: Option<Nonce>,
}

impl Authenticator {
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &BaseUrl,
        sender: &Arc<Sender>,
        retry: &RetryPolicy,
        timeout: Duration,
    ) -> Result<Self, Error> {
        credentials.check()?;
        Ok(match credentials.0 {
            Kind::AccessToken(token) => {
                Authenticator::AccessToken(Authorization::bearer(token.expose_secret())?)
            }
            Kind::TokenFunction(function) => {
                Authenticator::ProvidedTokens(ProvidedTokens::new(function))
            }
            Kind::ServiceAccount { id, secret } => {
                let endpoint = TokenEndpoint::new(&id, &secret, base_url, sender.clone())?;
                let tokens = TokenCache::new(endpoint, retry.clone(), timeout);
                Authenticator::ServiceAccount(Arc::new(tokens))
            }
            Kind::ApiKey { public, private } => Authenticator::ApiKey(ApiKey::new(public, private)),
        })
    }

    /// Authorizes a request for the URL. Returns nothing if only the server can say what it takes.
    pub(crate) async fn authorize(
        &self,
        url: &Url,
        deadline: Instant,
    ) -> Result<Option<Grant>, Error> {
        match self {
            Authenticator::AccessToken(authorization) => {
                Ok(Some(Grant::lasting(authorization.clone())))
            }
            Authenticator::ProvidedTokens(tokens) => {
                let authorization = tokens.token(deadline).await?;
                Ok(Some(Grant::lasting(authorization)))
            }
            Authenticator::ServiceAccount(tokens) => {
                let authorization = tokens.token(deadline).await?;
                Ok(Some(Grant::lasting(authorization)))
            }
            Authenticator::ApiKey(key) => answer(key.kept_nonce(), url),
        }
    }

    /// Authorizes the same request once more after a 401. Returns nothing if there is nothing else
    /// to offer than what was refused.
    pub(crate) async fn reauthorize(
        &self,
        refused: Option<&Grant>,
        response: &RawResponse,
        url: &Url,
        deadline: Instant,
    ) -> Result<Option<Grant>, Error> {
        // Credentials are for the server that was asked, and for no other.
        if !response.is_direct {
            return Ok(None);
        }
        match (self, refused) {
            (Authenticator::ProvidedTokens(tokens), Some(refused)) => {
                let replacement = tokens.replace(&refused.authorization, deadline).await?;
                Ok(replacement.map(Grant::lasting))
            }
            (Authenticator::ServiceAccount(tokens), Some(refused)) => {
                let replacement = tokens.replace(&refused.authorization, deadline).await?;
                Ok(replacement.map(Grant::lasting))
            }
            (Authenticator::ApiKey(key), _) => answer(key.challenged_nonce(response), url),
            _ => Ok(None),
        }
    }

    /// Takes back what worked.
    pub(crate) fn accepted(&self, grant: Grant) {
        if let (Authenticator::ApiKey(key), Some(nonce)) = (self, grant.nonce) {
            key.keep(nonce);
        }
    }

    /// Ends the access token of a service account, if there is one.
    pub(crate) async fn revoke_token(&self) -> Result<(), Error> {
        match self {
            Authenticator::ServiceAccount(tokens) => tokens.revoke().await,
            _ => Ok(()),
        }
    }
}

impl Grant {
    fn lasting(authorization: Authorization) -> Self {
        Grant {
            authorization,
            nonce: None,
        }
    }
}

/// Answers the challenge of the nonce, if there is one.
fn answer(nonce: Option<Nonce>, url: &Url) -> Result<Option<Grant>, Error> {
    let Some(mut nonce) = nonce else {
        return Ok(None);
    };
    let authorization = nonce.answer(url)?;
    Ok(Some(Grant {
        authorization,
        nonce: Some(nonce),
    }))
}
