//! [`Authenticator`]: how a client authenticates, in one of the ways of Atlas. It authorizes a
//! request before it is sent, and once more after a 401, if there is something else to offer.

mod challenge;
mod digest;
mod grant;
mod hash;
mod in_flight;
mod nonce;
mod nonce_limit;
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

use self::digest::ApiKey;
pub(crate) use self::grant::Grant;
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

impl Authenticator {
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &BaseUrl,
        sender: &Arc<Sender>,
        retry: &RetryPolicy,
        timeout: Duration,
    ) -> Result<Self, Error> {
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

    /// Authorizes a request for the URL.
    pub(crate) async fn authorize(
        &self,
        url: &Url,
        retry: &RetryPolicy,
        deadline: Instant,
    ) -> Result<Grant, Error> {
        let authorization = match self {
            Authenticator::AccessToken(authorization) => authorization.clone(),
            Authenticator::ProvidedTokens(tokens) => tokens.token(deadline).await?,
            Authenticator::ServiceAccount(tokens) => tokens.token(retry, deadline).await?,
            Authenticator::ApiKey(key) => return key.authorize(url, deadline).await,
        };
        Ok(Grant::lasting(authorization))
    }

    /// Authorizes the same request once more after a 401. Returns nothing if there is nothing else
    /// to offer than what was refused.
    pub(crate) async fn reauthorize(
        &self,
        refused: &mut Grant,
        response: &RawResponse,
        url: &Url,
        retry: &RetryPolicy,
        deadline: Instant,
    ) -> Result<Option<Grant>, Error> {
        // Credentials are for the server that was asked, and for no other.
        if !response.is_direct {
            return Ok(None);
        }
        if let Authenticator::ApiKey(key) = self {
            return key.reauthorize(refused, response, url, deadline).await;
        }
        let Some(authorization) = &refused.authorization else {
            return Ok(None);
        };
        // One token is replaced by another once in an attempt.
        if refused.refusals > 0 {
            return Ok(None);
        }
        let another = match self {
            Authenticator::ProvidedTokens(tokens) => {
                tokens.replace(authorization, deadline).await?
            }
            Authenticator::ServiceAccount(tokens) => {
                tokens.replace(authorization, retry, deadline).await?
            }
            Authenticator::AccessToken(_) | Authenticator::ApiKey(_) => None,
        };
        Ok(another.map(|another| Grant::lasting(another).after(1)))
    }

    /// Takes back what worked.
    pub(crate) fn accepted(&self, grant: Grant) {
        if let Authenticator::ApiKey(key) = self {
            key.accepted(grant);
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
