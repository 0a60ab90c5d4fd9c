//! Service accounts: the endpoints that issue and revoke access tokens.
//!
//! In comes a request with its form; out comes an access token, or what the endpoint says instead: its errors have the
//! form of OAuth, not that of the rest of Atlas.

use std::collections::HashMap;
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use serde_json::json;
use tokio::time::Instant;

use super::access::{Access, random_text};
use super::answer::Answer;
use super::requests::ReceivedRequest;
use super::{Simulator, lock};

pub(super) const TOKEN: &str = "/api/oauth/token";
pub(super) const REVOKE: &str = "/api/oauth/revoke";

/// As many tokens of one service account live at a time.
const LIVING_TOKENS: usize = 100;

pub(super) struct Accounts {
    secrets: HashMap<String, String>,
    lifetime: Duration,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            secrets: HashMap::new(),
            lifetime: Duration::from_secs(3600),
        }
    }
}

impl Accounts {
    pub(super) fn any(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// The account that the request shows the secret of.
    fn identify(&self, request: &ReceivedRequest) -> Option<String> {
        let authorization = request.header("authorization")?;
        let pair = BASE64_STANDARD
            .decode(authorization.strip_prefix("Basic ")?)
            .ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (id, secret) = pair.split_once(':')?;
        // Both were form-urlencoded before they were joined, RFC 6749 section 2.3.1.
        let (id, secret) = (decoded(id), decoded(secret));
        (self.secrets.get(&id) == Some(&secret)).then_some(id)
    }
}

pub(super) fn serves(path: &str) -> bool {
    path == TOKEN || path == REVOKE
}

pub(super) fn answer(access: &mut Access, request: &ReceivedRequest) -> Answer {
    if request.method() != "POST" {
        return Answer::not_allowed("POST");
    }
    let form = request
        .header("content-type")
        .and_then(|value| value.split(';').next());
    if form != Some("application/x-www-form-urlencoded") {
        return invalid("Content-Type must be application/x-www-form-urlencoded.");
    }
    let Some(account) = access.accounts.identify(request) else {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Invalid credentials provided.",
        );
    };
    if request.path() == TOKEN {
        return issue(access, request, &account);
    }
    let Some(token) = field(request.form(), "token") else {
        return invalid("Missing parameter: token.");
    };
    access.tokens.remove(&token);
    Answer::empty(StatusCode::OK)
}

fn issue(access: &mut Access, request: &ReceivedRequest, account: &str) -> Answer {
    let readable = |accept: &str| accept.contains("application/json") || accept.contains("*/*");
    if !request.header("accept").is_some_and(readable) {
        return invalid("Accept must be application/json.");
    }
    match field(request.form(), "grant_type").as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "Unsupported grant type.",
            );
        }
        None => return invalid("Missing parameter: grant_type."),
    }
    let (now, lifetime) = (Instant::now(), access.accounts.lifetime);
    if access.tokens.count(account, now) >= LIVING_TOKENS {
        return refusal(
            StatusCode::FORBIDDEN,
            "access_denied",
            "Access Token limit reached.",
        );
    }
    let token = random_text();
    access
        .tokens
        .add(&token, account, now.checked_add(lifetime));
    let body =
        json!({"access_token": token, "expires_in": lifetime.as_secs(), "token_type": "Bearer"});
    let mut answer = Answer::json(StatusCode::OK, body.to_string());
    answer
        .headers
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn invalid(words: &str) -> Answer {
    refusal(StatusCode::BAD_REQUEST, "invalid_request", words)
}

fn refusal(status: StatusCode, error: &str, words: &str) -> Answer {
    Answer::json(
        status,
        json!({"error_description": words, "error": error}).to_string(),
    )
}

fn field(form: &str, name: &str) -> Option<String> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| decoded(value))
        .next()
}

/// Form-urlencoded text; what is no valid escape stands for itself.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let escaped = part
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(b'%'));
        bytes.extend_from_slice(&part.as_bytes()[if escaped.is_some() { 2 } else { 0 }..]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Simulator {
    /// Accepts this service account at `/api/oauth/token` and `/api/oauth/revoke`, and the access tokens that it gets
    /// there: at most 100 living ones, as at Atlas.
    pub fn add_service_account(&self, id: &str, secret: &str) {
        let secrets = &mut lock(&self.shared.state).access.accounts.secrets;
        secrets.insert(id.to_owned(), secret.to_owned());
    }

    /// How long access tokens issued from now on live; one hour at first. `expires_in` tells the whole seconds of it.
    pub fn token_lifetime(&self, lifetime: Duration) {
        lock(&self.shared.state).access.accounts.lifetime = lifetime;
    }
}
