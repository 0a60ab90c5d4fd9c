//! Service accounts: the endpoints that issue and revoke access tokens. Their errors have the form
//! of OAuth, not that of the rest of Atlas.

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use serde_json::json;
use tokio::time::Instant;

use super::access::{Access, field};
use super::answer::Answer;
use super::digest::random_text;
use super::log::ReceivedRequest;
use super::routes::{REVOKE, TOKEN};

/// The number of active tokens that Atlas allows per service account.
const LIVING_TOKENS: usize = 100;

pub(super) fn serves(path: &str) -> bool {
    path == TOKEN || path == REVOKE
}

pub(super) fn answer(access: &mut Access, request: &ReceivedRequest) -> Answer {
    if request.method() != "POST" {
        return Answer::not_allowed("POST");
    }
    if media_type(request) != "application/x-www-form-urlencoded" {
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

fn media_type(request: &ReceivedRequest) -> &str {
    let content_type = request.header("content-type").unwrap_or_default();
    let (media_type, _) = content_type.split_once(';').unwrap_or((content_type, ""));
    media_type
}

fn issue(access: &mut Access, request: &ReceivedRequest, account: &str) -> Answer {
    let accept = request.header("accept").unwrap_or_default();
    if !accept.contains("application/json") && !accept.contains("*/*") {
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
    let now = Instant::now();
    let lifetime = access.accounts.lifetime;
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
