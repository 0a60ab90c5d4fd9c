//! [`TokenEndpoint`]: the requests that fetch and revoke access tokens of a service account (OAuth
//! 2.0 client credentials, RFC 6749 section 4.4, and revocation, RFC 7009).

use std::sync::Arc;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde_json::Value;
use tokio::time::Instant;
use url::form_urlencoded;

use super::request_auth::authorization;
use crate::base_url::BaseUrl;
use crate::credentials::{AccessToken, Alphabet};
use crate::error::{Details, Error, ErrorKind};
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::text::{header_number, redact, sanitize, time_text};

/// The lifetime that Atlas documents, for a response without one.
const LIFETIME: Duration = Duration::from_secs(3600);

/// The endpoint for one service account.
pub(super) struct TokenEndpoint {
    pub token_url: Url,
    pub revocation_url: Url,
    /// The id and the secret of the account.
    authorization: HeaderValue,
    /// What no text of the server may show.
    secrets: Vec<String>,
    /// What the account is called in errors.
    name: String,
    sender: Arc<Sender>,
}

impl TokenEndpoint {
    pub(super) fn new(
        id: &str,
        secret: &str,
        name: &str,
        base_url: &BaseUrl,
        sender: Arc<Sender>,
    ) -> Self {
        // RFC 6749, section 2.3.1: both are form-urlencoded before they are joined.
        let encoded_id = percent_encoded(id);
        let encoded_secret = percent_encoded(secret);
        let pair = BASE64_STANDARD.encode(format!("{encoded_id}:{encoded_secret}"));
        TokenEndpoint {
            token_url: base_url.call("/api/oauth/token"),
            revocation_url: base_url.call("/api/oauth/revoke"),
            authorization: authorization(format!("Basic {pair}").into()),
            secrets: vec![
                pair,
                form_encoded(id),
                form_encoded(secret),
                encoded_id,
                encoded_secret,
                id.to_owned(),
                secret.to_owned(),
            ],
            name: name.to_owned(),
            sender,
        }
    }

    fn secrets(&self) -> Vec<&str> {
        self.secrets.iter().map(String::as_str).collect()
    }

    /// Fetches a token, in one attempt.
    pub(super) async fn fetch(&self, deadline: Instant) -> Result<AccessToken, Error> {
        let form = "grant_type=client_credentials";
        let secrets = self.secrets();
        let url = &self.token_url;
        let (response, granted) = self.post(url, form, &secrets, deadline).await?;
        if granted.is_null() {
            return Err(foreign(url, &response));
        }
        let token = granted["access_token"].as_str().unwrap_or_default();
        let token_type = granted["token_type"].as_str().unwrap_or("Bearer");
        let reason = if !token_type.eq_ignore_ascii_case("Bearer") {
            let token_type = sanitize(&redact(token_type, &secrets));
            format!("the token is of the type {token_type}, not Bearer")
        } else if Alphabet::Token.check("the token", token).is_err() {
            // A decoder's message could repeat the token, so it is not part of the error.
            "the answer holds no token that can be used".to_owned()
        } else {
            return Ok(AccessToken::new(token, Some(lifetime(&granted))));
        };
        let details = Details::new(ErrorKind::Decode, format!("{url}: {reason}"));
        Err(response.complete(details).into())
    }

    /// Revokes a token, in one attempt.
    pub(super) async fn revoke(&self, token: &str, deadline: Instant) -> Result<(), Error> {
        let encoded = form_encoded(token);
        let form = format!("token={encoded}&token_type_hint=access_token");
        // A token that is to be revoked is a secret as well.
        let mut secrets = self.secrets();
        secrets.push(token);
        let url = &self.revocation_url;
        let (response, body) = self.post(url, &form, &secrets, deadline).await?;
        // Atlas responds with an empty body.
        match response.body.is_empty() || body.is_object() {
            true => Ok(()),
            false => Err(foreign(url, &response)),
        }
    }

    /// Returns a success of the endpoint with its JSON object, or null if there is none.
    async fn post(
        &self,
        url: &Url,
        form: &str,
        secrets: &[&str],
        deadline: Instant,
    ) -> Result<(RawResponse, Value), Error> {
        let request = || post_request(url, form);
        let authorize = || Some(self.authorization.clone());
        // Without a permit: calls that hold all of them may be waiting for this token.
        let response = self.sender.send(None, url, request, authorize, deadline);
        let response = response.await?;
        let body: Option<Value> = serde_json::from_str(&response.body).ok();
        let body = body.filter(Value::is_object).unwrap_or_default();
        let is_refusal = body["error"].is_string() && !body["access_token"].is_string();
        if response.status.is_success() && !is_refusal {
            return Ok((response, body));
        }
        Err(self.refusal(url, response, &body, secrets))
    }

    /// Makes the error of a response that is not a success (RFC 6749, section 5.2).
    fn refusal(
        &self,
        url: &Url,
        mut response: RawResponse,
        body: &Value,
        secrets: &[&str],
    ) -> Error {
        let code = body["error"].as_str().unwrap_or_default();
        let is_success = response.status.is_success();
        response.status = match code {
            // These may pass, whatever the status says.
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            // Some servers send an error with status 200.
            "invalid_client" | "unauthorized_client" if is_success => StatusCode::UNAUTHORIZED,
            "access_denied" if is_success => StatusCode::FORBIDDEN,
            _ if is_success => StatusCode::BAD_REQUEST,
            _ => response.status,
        };
        let status = response.status.as_u16();
        if body.is_null() && matches!(status, 400 | 403 | 404) {
            return foreign(url, &response);
        }
        let mut details = response.failure(secrets);
        details.message = format!("{url}: {}", details.message);
        let name = &self.name;
        match code {
            "invalid_client" | "unauthorized_client" => {
                details.add_hint(&format!("check the client id and secret of {name}"));
            }
            _ if status == 401 => details.add_hint(&format!("check {name}")),
            "access_denied" => {}
            _ => return details.into(),
        }
        details.is_transient = false;
        details.kind = match is_token_limit(code, body) {
            true => ErrorKind::TokenLimit,
            false => ErrorKind::Unauthorized,
        };
        details.into()
    }

    /// Says that there was no time for a revocation.
    pub(super) fn not_revoked(&self, waited: Duration) -> Error {
        let url = &self.revocation_url;
        let waited = time_text(waited);
        let message = format!("{url}: not asked within {waited}, another request was under way");
        Details::new(ErrorKind::Timeout, message).into()
    }
}

/// Returns whether the service account has as many valid tokens as Atlas allows.
fn is_token_limit(code: &str, body: &Value) -> bool {
    let description = body["error_description"].as_str().unwrap_or_default();
    code == "access_denied" && description.to_ascii_lowercase().contains("token limit")
}

/// Says that something between here and the endpoint sent the response, which is transient.
fn foreign(url: &Url, response: &RawResponse) -> Error {
    let reason = "the body is not a JSON object: something between here and Atlas wrote it, such \
                  as a proxy or a maintenance page";
    let mut details = response.details(ErrorKind::Unexpected, reason);
    details.message = format!("{url}: {}", details.message);
    details.into()
}

fn post_request(url: &Url, form: &str) -> Request {
    let mut request = Request::new(Method::POST, url.clone());
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(CONTENT_TYPE, form_type);
    *request.body_mut() = Some(form.to_owned().into());
    request
}

fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Encodes a space as `%20`, which all servers understand. A `+` is what the standard says, and
/// some servers take it for a plus.
fn percent_encoded(text: &str) -> String {
    form_encoded(text).replace('+', "%20")
}

/// Returns how long a token is valid. The standard has a number of seconds; servers also send it as
/// text, or with a fraction.
fn lifetime(granted: &Value) -> Duration {
    let expires_in = granted["expires_in"].to_string();
    match header_number(expires_in.trim_matches('"')) {
        // A longer one could not be added to the clock of every platform.
        Some(seconds) if seconds > 0.0 => Duration::from_secs_f64(seconds.min(u32::MAX.into())),
        _ => LIFETIME,
    }
}
