//! The token endpoint of service accounts.

use hyper::StatusCode;

use super::access::Access;
use super::answer::Answer;
use super::requests::ReceivedRequest;

pub(super) const TOKEN: &str = "/api/oauth/token";

pub(super) fn serves(path: &str) -> bool {
    path == TOKEN
}

pub(super) fn answer(_: &mut Access, _: &ReceivedRequest) -> Answer {
    let body = r#"{"error_description":"Invalid credentials provided.","error":"invalid_client"}"#;
    Answer::json(StatusCode::UNAUTHORIZED, body)
}
