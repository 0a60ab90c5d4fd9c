//! [`Authenticator`]: how a client authenticates, in one of the ways of Atlas. It authorizes a
//! request before it is sent, and once more after a 401, if there is something else to offer.

mod authorization;
mod challenge;
mod digest;
mod nonce_limit;
mod oauth;
mod request_auth;
mod token_endpoint;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::time::Instant;

use self::authorization::Authorization;
use self::digest::ApiKey;
use self::oauth::{Source, TokenCache};
pub(crate) use self::request_auth::{Acceptance, RequestAuth};
use self::token_endpoint::TokenEndpoint;
use crate::base_url::BaseUrl;
use crate::credentials::{AccessToken, Credentials, Kind};
use crate::error::{Details, Error};
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::retry::{Retries, RetryPolicy};

/// How many authorizations of one attempt may be refused.
const REFUSALS: u32 = 4;

pub(crate) struct Authenticator {
    way: Way,
    /// What the credentials are called in errors.
    name: String,
}

enum Way {
    AccessToken(Authorization),
    Tokens(Arc<TokenCache>),
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
        let name = credentials.name();
        let tokens = |source| {
            let tokens = TokenCache::new(source, retry.clone(), timeout);
            Way::Tokens(Arc::new(tokens))
        };
        let way = match credentials.kind {
            Kind::AccessToken(token) => {
                Way::AccessToken(Authorization::bearer(token.expose_secret())?)
            }
            Kind::ApiKey { public, private } => Way::ApiKey(ApiKey::new(public, private, timeout)),
            Kind::TokenSource(function) => tokens(Source::Function(function)),
            Kind::ServiceAccount { id, secret } => {
                let endpoint = TokenEndpoint::new(&id, &secret, &name, base_url, sender.clone())?;
                tokens(Source::Endpoint(Arc::new(endpoint)))
            }
        };
        Ok(Authenticator { way, name })
    }

    /// Adds to the error of a 401 which credentials were refused.
    pub(crate) fn name_credentials(&self, details: &mut Details) {
        let name = &self.name;
        details.add_hint(&format!("check {name}, and its access to the project"));
    }

    /// Authorizes a request.
    pub(crate) async fn authorize(&self, retries: &Retries) -> Result<RequestAuth<'_>, Error> {
        let authorization = match &self.way {
            Way::AccessToken(authorization) => authorization.clone(),
            Way::Tokens(tokens) => tokens.token(retries).await?,
            Way::ApiKey(key) => return key.authorize(retries).await,
        };
        Ok(RequestAuth {
            authorization: Some(authorization),
            ..RequestAuth::default()
        })
    }

    /// Authorizes the same request once more after a 401. Returns false if there is nothing else to
    /// offer than what was refused.
    pub(crate) async fn reauthorize<'a>(
        &'a self,
        auth: &mut RequestAuth<'a>,
        response: &RawResponse,
        acceptance: &Acceptance,
        retries: &Retries,
    ) -> Result<bool, Error> {
        // Credentials are for the configured server. A redirect may have led to another.
        if !response.is_direct {
            return Ok(false);
        }
        let has_another = match &self.way {
            Way::AccessToken(_) => false,
            Way::ApiKey(key) => key.reauthorize(auth, response, acceptance, retries).await?,
            Way::Tokens(tokens) => replace(tokens, auth, acceptance, retries).await?,
        };
        if !has_another {
            acceptance.set(None);
        }
        Ok(has_another)
    }

    /// Takes back what worked.
    pub(crate) fn accepted(
        &self,
        auth: &mut RequestAuth<'_>,
        response: &RawResponse,
        acceptance: &Acceptance,
    ) {
        match &self.way {
            Way::AccessToken(_) => return,
            Way::ApiKey(key) => key.accepted(auth, response),
            Way::Tokens(_) => {}
        }
        if response.status.is_success() {
            acceptance.set(Some(Instant::now()));
        }
    }

    /// Returns the token that a request would be authorized with.
    pub(crate) async fn access_token(&self, retries: &Retries) -> Result<AccessToken, Error> {
        match &self.way {
            Way::Tokens(tokens) => tokens.access_token(retries).await,
            Way::AccessToken(authorization) => Ok(AccessToken::new(authorization.token(), None)),
            Way::ApiKey(_) => Err(Error::invalid(format!("{} has no access token", self.name))),
        }
    }

    /// Revokes the access token of a service account, if there is one.
    pub(crate) async fn revoke_token(&self) -> Result<(), Error> {
        match &self.way {
            Way::Tokens(tokens) => tokens.revoke().await,
            _ => Ok(()),
        }
    }
}

/// Replaces a token that was refused.
async fn replace(
    tokens: &Arc<TokenCache>,
    auth: &mut RequestAuth<'_>,
    acceptance: &Acceptance,
    retries: &Retries,
) -> Result<bool, Error> {
    auth.refusals += 1;
    let Some(refused) = &auth.authorization else {
        return Ok(false);
    };
    if auth.refusals >= REFUSALS {
        return Ok(false);
    }
    let is_proven = acceptance.is_known();
    let another = tokens.replace(refused, is_proven, retries).await?;
    let has_another = another.is_some();
    if has_another {
        auth.authorization = another;
    }
    Ok(has_another)
}
