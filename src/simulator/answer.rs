//! A response before it goes out, and its body on the way.
//!
//! Everything in the simulator that decides on a request says so with an [`Answer`]: status,
//! headers, a whole body. What leaves is the same as `envelope=true` and `pretty=true` ask for it.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use serde_json::{Value, json};

/// How the simulator answers a request with `envelope=true`.
///
/// The documentation of Atlas describes two forms, and some servers ignore the flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopeForm {
    /// `{"status": 200, "content": {..}}`, as the reference of the Atlas API says.
    #[default]
    Content,
    /// `{"status": 200, "envelope": {..}}`, as older pages say.
    Envelope,
    /// The flag is ignored.
    Ignored,
}

/// The 401 of Atlas, byte for byte as it was recorded, without an `errorCode`.
const UNAUTHORIZED: &str = r#"{ "error" : 401, "reason" : "Unauthorized", "detail" : "You are not authorized for this resource." }"#;

#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn new(
        status: StatusCode,
        content_type: HeaderValue,
        body: impl Into<Bytes>,
    ) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type)]);
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, HeaderValue::from_static("application/json"), body)
    }

    pub(super) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Makes an error in the shape that Atlas gives nearly all of them.
    pub(super) fn error(status: StatusCode, code: &str, detail: &str, parameters: Value) -> Self {
        let reason = status.canonical_reason().unwrap_or_default();
        let body = json!({
            "detail": detail, "error": status.as_u16(), "errorCode": code, "parameters": parameters, "reason": reason,
        });
        Self::json(status, body.to_string())
    }

    pub(super) fn unauthorized(challenge: Option<HeaderValue>) -> Self {
        let mut answer = Self::json(StatusCode::UNAUTHORIZED, UNAUTHORIZED);
        answer
            .headers
            .extend(challenge.map(|challenge| (WWW_AUTHENTICATE, challenge)));
        answer
    }

    pub(super) fn not_acceptable() -> Self {
        let detail = "Invalid accept header or version date.";
        Self::error(
            StatusCode::NOT_ACCEPTABLE,
            "INVALID_VERSION_DATE",
            detail,
            json!([]),
        )
    }

    pub(super) fn not_allowed(allowed: &'static str) -> Self {
        let mut answer = Self::empty(StatusCode::METHOD_NOT_ALLOWED);
        answer
            .headers
            .insert(ALLOW, HeaderValue::from_static(allowed));
        answer
    }

    /// Returns the response in the form that the query asks for.
    ///
    /// A challenge is never put into an envelope, where the client would not see the 401.
    pub(super) fn dress(mut self, query: &str, form: EnvelopeForm) -> Self {
        if self.body.is_empty() {
            return self;
        }
        if has_flag(query, "envelope=true") && !self.headers.contains_key(WWW_AUTHENTICATE) {
            match form {
                EnvelopeForm::Content => self.enclose("content"),
                EnvelopeForm::Envelope => self.enclose("envelope"),
                EnvelopeForm::Ignored => {}
            }
        }
        if has_flag(query, "pretty=true") {
            self.indent();
        }
        self
    }

    /// Puts the response into an envelope.
    fn enclose(&mut self, field: &str) {
        let status = self.status.as_u16();
        let mut enclosed = format!(r#"{{"status":{status},"{field}":"#).into_bytes();
        enclosed.extend_from_slice(&self.body);
        enclosed.push(b'}');
        self.body = enclosed.into();
        self.status = StatusCode::OK;
    }

    fn indent(&mut self) {
        let Ok(value) = serde_json::from_slice::<Value>(&self.body) else {
            return;
        };
        if let Ok(indented) = serde_json::to_vec_pretty(&value) {
            self.body = indented.into();
        }
    }
}

fn has_flag(query: &str, flag: &str) -> bool {
    query.split('&').any(|part| part == flag)
}

/// Makes a header of text.
#[track_caller]
pub(super) fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    match (name.parse(), HeaderValue::from_bytes(value.as_bytes())) {
        (Ok(name), Ok(value)) => (name, value),
        _ => panic!("`{name}: {value}` is no HTTP header"),
    }
}
