//! [`TokenEndpoint`]: the requests that fetch and revoke access tokens of a service account (OAuth
//! 2.0 client credentials, RFC 6749 section 4.4, and revocation, RFC 7009). What it refuses is told
//! in its own words.

use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;
use url::form_urlencoded;

use super::token::GrantedToken;
use crate::base_url::BaseUrl;
use crate::credentials::Credentials;
use crate::error::{Error, Kind};
use crate::http::authorization::Authorization;
use crate::http::response::RawResponse;
use crate::http::sender::Sender;

/// What Atlas documents as the life of a token, for an answer that does not say.
const LIFETIME: Duration = Duration::from_secs(3600);

/// The endpoint for one service account.
pub(super) struct TokenEndpoint {
    pub token_url: Url,
    pub revocation_url: Url,
    /// The id and the secret of the account.
    authorization: Authorization,
    sender: Arc<Sender>,
}

impl TokenEndpoint {
    pub(super) fn new(
        id: &str,
        secret: &SecretString,
        base_url: &BaseUrl,
        sender: Arc<Sender>,
    ) -> Result<Self, Error> {
        Ok(TokenEndpoint {
            token_url: base_url.call("/api/oauth/token", &[]),
            revocation_url: base_url.call("/api/oauth/revoke", &[]),
            authorization: basic(id, secret.expose_secret())?,
            sender,
        })
    }

    /// Fetches a token, in one attempt.
    pub(super) async fn fetch(&self, deadline: Instant) -> Result<GrantedToken, Error> {
        let form = [("grant_type", "client_credentials")];
        let secrets = self.authorization.secrets();
        let response = self
            .post(&self.token_url, &form, &secrets, deadline)
            .await?;
        let granted: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let Some(authorization) = bearer(&granted) else {
            return Err(self.no_token(&response));
        };
        Ok(GrantedToken {
            authorization,
            lifetime: lifetime(&granted),
        })
    }

    /// Ends a token, in one attempt.
    pub(super) async fn revoke(&self, token: &str, deadline: Instant) -> Result<(), Error> {
        let form = [("token", token), ("token_type_hint", "access_token")];
        // A token that is to end is a secret as well.
        let mut secrets = self.authorization.secrets();
        secrets.push(token);
        self.post(&self.revocation_url, &form, &secrets, deadline)
            .await?;
        Ok(())
    }

    /// Returns a success of the endpoint, or an error in its own words.
    async fn post(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        secrets: &[&str],
        deadline: Instant,
    ) -> Result<RawResponse, Error> {
        let request = || post_request(url, form);
        let authorize = || Ok(Some(self.authorization.header.clone()));
        let sender = &self.sender;
        // Without a permit: calls that hold all of them may be waiting for this token.
        let response = sender.send(None, url, request, authorize, deadline);
        let mut response = response.await?;
        if response.status.is_success() {
            response.status = true_status(&response);
        }
        if response.status.is_success() {
            return Ok(response);
        }
        Err(refusal(url, &response, secrets))
    }

    /// The words of a decoder could repeat the token, so these are others.
    fn no_token(&self, response: &RawResponse) -> Error {
        let url = &self.token_url;
        let message = format!("{url}: the answer holds no token that can be used");
        response.details(Kind::Decode, message).into()
    }
}

/// Tells an error of the endpoint in its own words.
fn refusal(url: &Url, response: &RawResponse, secrets: &[&str]) -> Error {
    let mut details = response.failure(secrets);
    details.message = format!("{url}: {}", details.message);
    if response.status == StatusCode::UNAUTHORIZED {
        let message = details.message.trim_end_matches('.');
        details.message =
            format!("{message}; check the client id and secret of the service account");
    }
    if matches!(response.status.as_u16(), 400 | 401 | 403) {
        details.kind = Kind::Credentials;
    }
    details.into()
}

/// Returns the status of a success, or the one that an error of OAuth should have had (RFC 6749,
/// section 5.2): some servers answer 200 all the same.
fn true_status(success: &RawResponse) -> StatusCode {
    let answer: Value = serde_json::from_slice(&success.body).unwrap_or_default();
    if answer["access_token"].is_string() {
        return success.status;
    }
    match answer["error"].as_str() {
        None => success.status,
        Some("invalid_client" | "unauthorized_client") => StatusCode::UNAUTHORIZED,
        Some("access_denied") => StatusCode::FORBIDDEN,
        Some("server_error") => StatusCode::INTERNAL_SERVER_ERROR,
        Some("temporarily_unavailable") => StatusCode::SERVICE_UNAVAILABLE,
        Some(_) => StatusCode::BAD_REQUEST,
    }
}

fn post_request(url: &Url, form: &[(&str, &str)]) -> Request {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let mut request = Request::new(Method::POST, url.clone());
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    *request.body_mut() = Some(body.into());
    request
}

/// Makes the header of RFC 6749, section 2.3.1: both are form-urlencoded before they are joined.
fn basic(id: &str, secret: &str) -> Result<Authorization, Error> {
    let encoded_id = percent_encoded(id);
    let encoded_secret = percent_encoded(secret);
    let pair = BASE64_STANDARD.encode(format!("{encoded_id}:{encoded_secret}"));
    let header = format!("Basic {pair}");
    let secrets = [
        pair,
        form_encoded(id),
        form_encoded(secret),
        encoded_id,
        encoded_secret,
        id.to_owned(),
        secret.to_owned(),
    ];
    Authorization::new(header, Arc::new(secrets), None)
}

fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Encodes a space as `%20`, which all servers understand. A `+` is what the standard says, and
/// some servers take it for a plus.
fn percent_encoded(text: &str) -> String {
    form_encoded(text).replace('+', "%20")
}

/// Returns nothing for a token that could not be sent.
fn bearer(granted: &Value) -> Option<Authorization> {
    let token = granted["access_token"].as_str()?;
    Credentials::access_token(token).check().ok()?;
    Authorization::bearer(token).ok()
}

/// Returns how long a token lives. The standard has a number of seconds; servers also send it as
/// text, or with a fraction.
fn lifetime(granted: &Value) -> Duration {
    let expires_in = &granted["expires_in"];
    let seconds = match expires_in.as_str() {
        Some(text) => text.trim().parse().ok(),
        None => expires_in.as_f64(),
    };
    match seconds {
        // A longer one could not be added to the clock of every platform.
        Some(seconds) if seconds > 0.0 => Duration::from_secs_f64(seconds.min(u32::MAX.into())),
        _ => LIFETIME,
    }
}
