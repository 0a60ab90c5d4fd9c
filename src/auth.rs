//! [`Authenticator`]: how a client authenticates, in one of the ways of Atlas. It authorizes a
//! request before it is sent, and once more after a 401, if there is something else to offer.

mod challenge;
mod digest;
mod nonce_limit;
mod oauth;
mod request_auth;
mod token_endpoint;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use self::digest::ApiKey;
use self::oauth::{Source, TokenCache};
use self::request_auth::bearer;
pub(crate) use self::request_auth::{Acceptance, RequestAuth};
use self::token_endpoint::TokenEndpoint;
use crate::base_url::BaseUrl;
use crate::credentials::{AccessToken, Credentials, Kind};
use crate::error::{Details, Error};
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::retry::Retries;

pub(crate) struct Authenticator {
    way: Way,
    /// What the credentials are called in errors.
    name: String,
}

enum Way {
    AccessToken(AccessToken, HeaderValue),
    Tokens(Arc<TokenCache>),
    ApiKey(ApiKey),
}

impl Authenticator {
    pub(crate) fn new(
        credentials: Credentials,
        base_url: &BaseUrl,
        sender: &Arc<Sender>,
        timeout: Duration,
    ) -> Self {
        let name = credentials.name();
        let tokens = |source| Way::Tokens(Arc::new(TokenCache::new(source, timeout)));
        let way = match credentials.kind {
            Kind::AccessToken(token) => {
                let header = bearer(token.secret());
                Way::AccessToken(token, header)
            }
            Kind::ApiKey { public, private } => Way::ApiKey(ApiKey::new(public, private, timeout)),
            Kind::TokenSource(function) => tokens(Source::Function(function)),
            Kind::ServiceAccount { id, secret } => {
                let (secret, sender) = (secret.expose_secret(), sender.clone());
                let endpoint = TokenEndpoint::new(&id, secret, &name, base_url, sender);
                tokens(Source::Endpoint(Arc::new(endpoint)))
            }
        };
        Authenticator { way, name }
    }

    /// Adds to the error of a 401 which credentials were refused.
    pub(crate) fn name_credentials(&self, details: &mut Details) {
        let name = &self.name;
        details.add_hint(&format!("check {name}, and its access to the project"));
    }

    /// Authorizes a request.
    pub(crate) async fn authorize(&self, retries: &Retries) -> Result<RequestAuth<'_>, Error> {
        let authorization = match &self.way {
            Way::AccessToken(_, header) => header.clone(),
            Way::Tokens(tokens) => tokens.token(None, retries).await?.header.clone(),
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
            Way::AccessToken(..) => false,
            Way::ApiKey(key) => key.reauthorize(auth, response, acceptance, retries).await?,
            Way::Tokens(tokens) => {
                let is_proven = acceptance.is_known();
                tokens.replace(auth, is_proven, retries).await?
            }
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
            Way::AccessToken(..) => return,
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
            Way::Tokens(tokens) => Ok(tokens.token(None, retries).await?.rest()),
            Way::AccessToken(token, _) => Ok(token.clone()),
            Way::ApiKey(_) => Err(Error::invalid(format!("{} has no access token", self.name))),
        }
    }

    /// Revokes the access token of a service account, if there is one.
    pub(crate) async fn revoke_token(&self, retries: &Retries) -> Result<(), Error> {
        match &self.way {
            Way::Tokens(tokens) => tokens.revoke(retries).await,
            _ => Ok(()),
        }
    }
}
