//! [`RawResponse`]: a complete response. It becomes the requested value, or the error that it
//! reports.

use std::collections::BTreeMap;

use bytes::Bytes;
use progenitor_client::ResponseValue;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode, Url};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::decode::{left_out, may_take_more_than};
use crate::error::{Details, Error, ErrorKind};
use crate::retry::retry_after;
use crate::text::{redact, sanitize, status_text};
use crate::types::ApiError;

/// How long the body of a success may be. Documents of Atlas have a few kilobytes.
const SUCCESS_LIMIT: u64 = 8 << 20;
/// Errors of Atlas have less than one. A longer body is a page for people.
const ERROR_LIMIT: u64 = 64 << 10;
/// So much memory the values of a response may take, by an estimate.
const MEMORY_LIMIT: usize = 256 << 20;

/// A whole response.
pub(crate) struct RawResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whether it comes from the requested URL; a client with redirects may have gone
    /// elsewhere.
    pub is_direct: bool,
}

impl RawResponse {
    /// Takes the response out of its envelope, in the form of the reference (`content`) or of older
    /// pages (`envelope`). What does not look like one is left as it is: the server may not know
    /// the flag, and documents may have a status.
    pub(crate) fn open_envelope(&mut self) {
        let Some((status, body)) = self.enveloped() else {
            return;
        };
        self.status = status;
        self.body = body;
        // The outer status is that of a success, for which bodies may be longer.
        if !status.is_success() && self.body.len() as u64 > ERROR_LIMIT {
            self.body = Bytes::new();
        }
    }

    fn enveloped(&self) -> Option<(StatusCode, Bytes)> {
        let parts: BTreeMap<&str, &RawValue> = serde_json::from_slice(&self.body).ok()?;
        let number = parts.get("status")?.get().trim_matches('"').parse().ok()?;
        let status = StatusCode::from_u16(number).ok()?;
        let content = parts.get("content").or(parts.get("envelope"));
        match content {
            Some(content) => Some((status, self.body.slice_ref(content.get().as_bytes()))),
            None if parts.len() == 1 => Some((status, Bytes::new())),
            // A list is not enclosed: its status stands beside its results.
            None if parts.contains_key("results") => Some((status, self.body.clone())),
            None => None,
        }
    }

    /// Takes an error of Atlas that was sent as a success for what it is, with the status that it
    /// names.
    pub(crate) fn open_error(&mut self) {
        if !self.status.is_success() || !has_error_code(&self.body) {
            return;
        }
        let Ok(error) = serde_json::from_slice::<ApiError>(&self.body) else {
            return;
        };
        // A document may well have a property of this name beside its own.
        if error.error_code.is_none() || !error.extra.is_empty() {
            return;
        }
        let number = error.error.and_then(|number| u16::try_from(number).ok());
        self.status = match number.map(StatusCode::from_u16) {
            Some(Ok(status)) if !status.is_success() => status,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
    }

    /// Returns the value of a success.
    pub(crate) fn decode<T: DeserializeOwned>(mut self) -> Result<ResponseValue<T>, Error> {
        if may_take_more_than(MEMORY_LIMIT, &self.body) {
            return Err(self.too_many_values().into());
        }
        let error = match serde_json::from_slice(&self.body) {
            Ok(value) => return Ok(ResponseValue::new(value, self.status, self.headers)),
            Err(error) => error,
        };
        if std::str::from_utf8(&self.body).is_err() {
            self.body = String::from_utf8_lossy(&self.body).into_owned().into();
            return self.decode();
        }
        // An array or a map may have nulls in it, which its type does not read.
        if is_about_null(&error)
            && let Some(body) = left_out(&self.body)
        {
            self.body = body.into();
            return self.decode();
        }
        Err(self.undecodable::<T>(error).into())
    }

    /// Returns whether something between here and Atlas wrote it: a success that is not JSON.
    pub(crate) fn is_foreign(&self) -> bool {
        self.status.is_success() && !looks_whole(&self.body) && !self.is_json()
    }

    fn is_json(&self) -> bool {
        serde_json::from_slice::<IgnoredAny>(&self.body).is_ok()
    }

    /// Makes an error of this response, with all that is known of it beside its body.
    pub(crate) fn details(&self, kind: ErrorKind, message: impl Into<String>) -> Details {
        self.complete(Details::new(kind, message))
    }

    /// Adds to an error of this response what is known of it beside its body.
    pub(crate) fn complete(&self, details: Details) -> Details {
        Details {
            status: Some(self.status),
            headers: self.headers.clone(),
            retry_after: retry_after(&self.headers),
            ..details
        }
    }

    /// Reports that a proxy or a gateway wrote the response.
    pub(crate) fn foreign(&self) -> Details {
        let status = status_text(self.status);
        let body = self.body.trim_ascii_start();
        let reason = if body.is_empty() {
            "the body is empty".to_owned()
        } else if body.starts_with(b"\x1f\x8b") {
            "the body is compressed (gzip), which this client did not ask for".to_owned()
        } else if self.is_html() {
            "the body is not JSON but a page of HTML: something between here and Atlas wrote it, \
             such as a proxy or a maintenance page"
                .to_owned()
        } else {
            let read = serde_json::from_slice::<IgnoredAny>(body);
            format!(
                "the body is not JSON{}",
                read.err().map(place).unwrap_or_default()
            )
        };
        self.details(ErrorKind::Unexpected, format!("{status}: {reason}"))
    }

    fn is_html(&self) -> bool {
        let media_type = self.headers.get(CONTENT_TYPE);
        let media_type = media_type.map_or(&b""[..], HeaderValue::as_bytes);
        let is_called_html = media_type.to_ascii_lowercase().starts_with(b"text/html");
        is_called_html || self.body.trim_ascii_start().starts_with(b"<")
    }

    fn too_many_values(&self) -> Details {
        let status = status_text(self.status);
        let message = format!("{status}: the body holds more values than 256 MiB have room for");
        self.details(ErrorKind::TooLarge, message)
    }

    fn undecodable<T: DeserializeOwned>(&self, error: serde_json::Error) -> Details {
        if !self.is_json() {
            return self.foreign();
        }
        let status = status_text(self.status);
        let reason = match error.is_data() {
            true => misfit::<T>(&self.body, &error.to_string()),
            // Too many levels, too large a number, half a character: none shows a value.
            false => format!(
                "the body cannot be read: {}",
                before_place(&error.to_string())
            ),
        };
        let place = place(error);
        self.details(ErrorKind::Decode, format!("{status}: {reason}{place}"))
    }

    /// Returns what the server says about a request that did not succeed. `secrets` are what the
    /// request was authorized with.
    pub(crate) fn failure(&self, secrets: &[&str]) -> Details {
        let body = ErrorBody::parse(&self.body);
        let mut message = self.headline(&body, secrets);
        message.push_str(&self.redirect_hint(secrets));
        if self.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            message.push_str("; check the user and password for the proxy");
        }
        if matches!(self.status.as_u16(), 406 | 410) {
            message = with_version_hint(&message);
        }
        let mut details = self.complete(Details::of_status(self.status, message));
        details.api_error = body.api_error();
        details
    }

    /// Returns the status with the code and the sentence of the server, as far as they say more.
    fn headline(&self, body: &ErrorBody, secrets: &[&str]) -> String {
        let says_more = |text: &str| {
            let text = sanitize(&redact(text, secrets));
            (!text.is_empty() && text != self.status.as_str()).then_some(text)
        };
        let mut headline = match body.codes().find_map(says_more) {
            Some(code) => format!("{} {code}", self.status.as_u16()),
            None => status_text(self.status),
        };
        if let Some(detail) = body.sentences().find_map(says_more) {
            headline.push_str(": ");
            headline.push_str(&detail);
        }
        headline
    }

    fn redirect_hint(&self, secrets: &[&str]) -> String {
        let Some(location) = self.headers.get(LOCATION) else {
            return String::new();
        };
        if !self.status.is_redirection() {
            return String::new();
        }
        let target = location
            .to_str()
            .ok()
            .and_then(|text| Url::parse(text).ok());
        let host = target.as_ref().and_then(Url::host_str);
        let host = match host {
            Some(host) => format!(" to {}", sanitize(&redact(host, secrets))),
            None => String::new(),
        };
        format!(": redirects{host} are not followed; check the base URL")
    }
}

fn with_version_hint(message: &str) -> String {
    let message = message.trim_end_matches('.');
    format!(
        "{message}; Atlas may have withdrawn this version of the operation: \
         look for a newer atlas-backup"
    )
}

/// Decodes once more, to name the property that does not fit. serde's own message would repeat
/// the value, so only its end is kept, which says what was expected.
fn misfit<T: DeserializeOwned>(body: &[u8], words: &str) -> String {
    let property = match misfit_path::<T>(body) {
        Some(path) => format!("property {path}"),
        None => "the body".to_owned(),
    };
    let expected = words.rsplit_once(", expected ");
    let expected = expected.map(|(_, rest)| before_place(rest));
    match expected {
        // The messages of chrono say what is wrong with the input, and not what was expected.
        None if words.contains("input") => format!("{property} is not a date-time (RFC 3339)"),
        None => format!("{property} cannot be read"),
        Some("i64") => format!("{property} is not a 64-bit integer"),
        Some("a sequence") => format!("{property} is not an array"),
        Some(other) if other.starts_with("struct ") => format!("{property} is not an object"),
        Some(other) => format!("{property} is not {other}"),
    }
}

fn before_place(words: &str) -> &str {
    words.split(" at line").next().unwrap_or(words)
}

fn place(error: serde_json::Error) -> String {
    format!(" (line {} column {})", error.line(), error.column())
}

/// Returns whether the body may be complete JSON, without reading its values: as many brackets are
/// opened as closed.
fn looks_whole(body: &[u8]) -> bool {
    let mut open = 0;
    // So short that eight bits suffice, which the compiler counts sixteen at a time.
    for part in body.chunks(64) {
        let mut in_part = 0i8;
        for byte in part {
            in_part += i8::from(matches!(byte, b'{' | b'['));
            in_part -= i8::from(matches!(byte, b'}' | b']'));
        }
        open += i64::from(in_part);
    }
    open == 0 && body.trim_ascii_start().starts_with(b"{")
}

fn has_error_code(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| text.contains("\"errorCode\""))
}

/// Returns whether null stands where the type does not read it.
fn is_about_null(error: &serde_json::Error) -> bool {
    error.is_data() && error.to_string().starts_with("invalid type: null")
}

fn misfit_path<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let path = sanitize(&error.path().to_string());
    // The path of the body itself is a dot.
    (path.len() > 1).then_some(path)
}

/// What became of a body.
pub(crate) enum Body {
    Whole(Bytes),
    TooLarge,
    CutOff(reqwest::Error),
}

impl Body {
    /// Reads the body to its end, or until it is too large.
    pub(crate) async fn read(response: &mut Response) -> Body {
        let limit = limit(response.status());
        let length = response.content_length().unwrap_or(0);
        if length > limit {
            return Body::TooLarge;
        }
        // Most bodies come in one piece, which need not be copied.
        let mut first = Bytes::new();
        let mut body = Vec::new();
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) if body.is_empty() => return Body::Whole(first),
                Ok(None) => return Body::Whole(body.into()),
                Err(error) => return Body::CutOff(error),
            };
            let read = first.len().max(body.len());
            if (read + chunk.len()) as u64 > limit {
                return Body::TooLarge;
            }
            if read == 0 {
                first = chunk;
                continue;
            }
            if body.is_empty() {
                // As long as it says, since a buffer that grows has up to twice the length.
                body.reserve_exact(read.max(length as usize));
                body.extend_from_slice(&std::mem::take(&mut first));
            }
            body.extend_from_slice(&chunk);
        }
    }
}

fn limit(status: StatusCode) -> u64 {
    if status.is_success() {
        SUCCESS_LIMIT
    } else {
        ERROR_LIMIT
    }
}

/// The properties with the name of an error, the best one first.
const CODES: [&str; 2] = ["errorCode", "error"];
/// The properties with sentences about an error, the best one first.
const SENTENCES: [&str; 3] = ["detail", "error_description", "reason"];

/// What a server says about a failure, in the form of Atlas or of OAuth (RFC 6749, section 5.2).
/// The properties of an error, whatever they hold; none if the body is no JSON object.
struct ErrorBody(Option<Map<String, Value>>);

impl ErrorBody {
    pub(crate) fn parse(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        match serde_json::from_str(&text) {
            Ok(read) => ErrorBody(Some(read)),
            Err(_) if text.trim_start().starts_with('{') => ErrorBody(Some(salvaged(&text))),
            Err(_) => ErrorBody(None),
        }
    }

    /// Returns the names of the error, the best one first.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.texts(&CODES)
    }

    /// Returns what there is in sentences about the error, the best one first.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.texts(&SENTENCES)
    }

    fn texts<'a>(&'a self, keys: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
        keys.iter()
            .filter_map(|key| self.0.as_ref()?.get(*key)?.as_str())
    }

    /// Returns those properties that have the documented type: the others are no reason to lose
    /// them. `None` if the body is no object.
    pub(crate) fn api_error(&self) -> Option<ApiError> {
        let mut readable = Map::new();
        for (name, value) in self.0.as_ref()? {
            let alone = Map::from_iter([(name.clone(), value.clone())]);
            if ApiError::deserialize(Value::from(alone)).is_ok() {
                readable.insert(name.clone(), value.clone());
            }
        }
        ApiError::deserialize(Value::from(readable)).ok()
    }
}

/// Returns the texts of an error that serde_json does not read, for a number that is too large, say,
/// or a body that was cut.
fn salvaged(body: &str) -> Map<String, Value> {
    let mut texts = Map::new();
    for name in CODES.iter().chain(&SENTENCES) {
        if let Some(text) = text_of(body, name) {
            texts.insert((*name).to_owned(), text.into());
        }
    }
    texts
}

fn text_of(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter();
    values.next()?.ok()
}
