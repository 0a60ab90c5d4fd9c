//! [`RawResponse`]: a complete response. It becomes the requested value, or the error that it
//! reports.

use std::collections::BTreeMap;

use progenitor_client::ResponseValue;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Response, StatusCode, Url};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::error::{Details, Error, ErrorKind};
use crate::retry::retry_after;
use crate::text::{header_text, redact, sanitize, status_text};
use crate::types::ApiError;

/// How long the body of a success may be. Documents of Atlas have a few kilobytes.
const SUCCESS_LIMIT: u64 = 8 << 20;
/// Errors of Atlas have less than one. A longer body is a page for people.
const ERROR_LIMIT: u64 = 64 << 10;
/// So much memory the values of a response may take, by an estimate.
const MEMORY_LIMIT: usize = 256 << 20;

/// What an object takes: as a struct, or as a map with one property, which has room for eleven.
const OBJECT: usize = 950;
/// What an array takes that is not empty: it has room for four.
const ARRAY: usize = 256;
/// What any value takes where it stands, read once in passing and once to stay.
const VALUE: usize = 72;

/// A whole response.
pub(crate) struct RawResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Without a byte order mark, and with U+FFFD for what is no UTF-8.
    pub body: String,
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
            self.body.clear();
        }
    }

    fn enveloped(&self) -> Option<(StatusCode, String)> {
        let parts: BTreeMap<&str, &RawValue> = serde_json::from_str(&self.body).ok()?;
        let status = parts.get("status")?.get().trim_matches('"').parse().ok()?;
        let body = match parts.get("content").or(parts.get("envelope")) {
            Some(content) => content.get(),
            // A list is not enclosed: its status stands beside its results.
            None if parts.contains_key("results") => &self.body,
            None if parts.len() == 1 => "",
            None => return None,
        };
        Some((status, body.to_owned()))
    }

    /// Takes an error of Atlas that was sent as a success for what it is, with the status that it
    /// names.
    pub(crate) fn open_error(&mut self) {
        if self.status.is_success()
            && self.body.contains("\"errorCode\"")
            && let Ok(error) = serde_json::from_str::<ApiError>(&self.body)
            && error.error_code.is_some()
            // A document may well have a property of this name beside its own.
            && error.extra.is_empty()
        {
            let status: Result<StatusCode, _> = error.error.unwrap_or_default().to_string().parse();
            self.status = match status {
                Ok(status) if !status.is_success() => status,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
        }
    }

    /// Returns the value of a success.
    pub(crate) fn decode<T: DeserializeOwned>(mut self) -> Result<ResponseValue<T>, Error> {
        if may_take_more_than(MEMORY_LIMIT, &self.body) {
            let reason = "the body holds more values than 256 MiB have room for";
            return Err(self.details(ErrorKind::TooLarge, reason).into());
        }
        let error = match serde_json::from_str(&self.body) {
            Ok(value) => return Ok(ResponseValue::new(value, self.status, self.headers)),
            Err(error) => error,
        };
        // An array or a map may hold nulls that its type does not read.
        if error.to_string().starts_with("invalid type: null")
            && let Some(body) = without_nulls(&self.body)
        {
            self.body = body;
            return self.decode();
        }
        Err(self.undecodable::<T>(error).into())
    }

    /// Makes an error of this response.
    pub(crate) fn details(&self, kind: ErrorKind, reason: &str) -> Details {
        let status = status_text(self.status);
        self.complete(Details::new(kind, format!("{status}: {reason}")))
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

    fn undecodable<T: DeserializeOwned>(&self, error: serde_json::Error) -> Details {
        if let Err(error) = serde_json::from_str::<IgnoredAny>(&self.body) {
            return self.details(ErrorKind::Unexpected, &self.why_no_json(&error));
        }
        let text = error.to_string();
        let (message, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
        let reason = match error.is_data() {
            true => misfit(&property::<T>(&self.body), message),
            // Too many levels, too large a number, half a character: none shows a value.
            false => format!("the body cannot be read: {message}"),
        };
        self.details(ErrorKind::Decode, &format!("{reason}{}", place(&error)))
    }

    /// Says what a proxy or a gateway sent in place of JSON.
    fn why_no_json(&self, error: &serde_json::Error) -> String {
        let body = self.body.trim_ascii_start();
        let media_type = header_text(&self.headers, &CONTENT_TYPE).unwrap_or_default();
        if body.is_empty() {
            return "the body is empty".to_owned();
        }
        // The other byte that gzip begins with is no UTF-8, and was replaced.
        if body.starts_with('\x1f') {
            return "the body is compressed (gzip), which this client did not ask for".to_owned();
        }
        if body.starts_with('<') || media_type.to_ascii_lowercase().starts_with("text/html") {
            return "the body is not JSON but a page of HTML: something between here and Atlas \
                    wrote it, such as a proxy or a maintenance page"
                .to_owned();
        }
        format!("the body is not JSON{}", place(error))
    }

    /// Returns what the server says about a request that did not succeed. `secrets` are what the
    /// request was authorized with.
    pub(crate) fn failure(&self, secrets: &[&str]) -> Details {
        let properties = error_properties(&self.body);
        let mut message = self.headline(&properties, secrets);
        if let Some(host) = self.redirect_host(secrets) {
            message.push_str(&format!(
                ": redirects{host} are not followed; check the base URL"
            ));
        }
        let mut details = self.complete(Details::of_status(self.status, message));
        details.api_error = api_error(properties);
        match self.status.as_u16() {
            406 | 410 => details.add_hint(
                "Atlas may have withdrawn this version of the operation: look for a newer \
                 atlas-backup",
            ),
            407 => details.add_hint("check the user and password for the proxy"),
            _ => {}
        }
        details
    }

    /// Returns the status with the code and the sentence of the server, as far as they say more.
    fn headline(&self, properties: &Map<String, Value>, secrets: &[&str]) -> String {
        let text = |name: &&str| {
            let text = sanitize(&redact(properties.get(*name)?.as_str()?, secrets));
            let says_more = !text.is_empty() && text != self.status.as_str();
            says_more.then_some(text)
        };
        let headline = match CODES.iter().find_map(text) {
            Some(code) => format!("{} {code}", self.status.as_u16()),
            None => status_text(self.status),
        };
        match SENTENCES.iter().find_map(text) {
            Some(sentence) => format!("{headline}: {sentence}"),
            None => headline,
        }
    }

    /// Returns the host that a redirect leads to, or nothing if it is no redirect.
    fn redirect_host(&self, secrets: &[&str]) -> Option<String> {
        let location = self.headers.get(LOCATION)?;
        if !self.status.is_redirection() {
            return None;
        }
        let url = location
            .to_str()
            .ok()
            .and_then(|text| Url::parse(text).ok());
        Some(match url.as_ref().and_then(Url::host_str) {
            Some(host) => format!(" to {}", sanitize(&redact(host, secrets))),
            None => String::new(),
        })
    }
}

/// Returns the property of the body that does not fit, which decoding it once more tells.
fn property<T: DeserializeOwned>(body: &str) -> String {
    let mut json = serde_json::Deserializer::from_str(body);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err();
    let path = error.map(|error| sanitize(&error.path().to_string()));
    match path {
        // The path of the body itself is a dot.
        Some(path) if path.len() > 1 => format!("property {path}"),
        _ => "the body".to_owned(),
    }
}

/// Says what is wrong with a property. serde's own message would repeat the value, so only its end
/// is kept, which says what was expected.
fn misfit(property: &str, message: &str) -> String {
    let Some((_, expected)) = message.rsplit_once(", expected ") else {
        // The messages of chrono say what is wrong with the input, and not what was expected.
        return match message.contains("input") {
            true => format!("{property} is not a date-time (RFC 3339)"),
            false => format!("{property} cannot be read"),
        };
    };
    let expected = match expected {
        "i64" => "a 64-bit integer",
        "a sequence" => "an array",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    format!("{property} is not {expected}")
}

fn place(error: &serde_json::Error) -> String {
    format!(" (line {} column {})", error.line(), error.column())
}

/// What became of a body.
pub(crate) enum Body {
    Whole(String),
    TooLarge,
    CutOff(reqwest::Error),
}

impl Body {
    /// Reads the body to its end, or until it is too large.
    pub(crate) async fn read(response: &mut Response) -> Body {
        let limit = match response.status().is_success() {
            true => SUCCESS_LIMIT,
            false => ERROR_LIMIT,
        };
        let length = response.content_length().unwrap_or(0);
        if length > limit {
            return Body::TooLarge;
        }
        // As long as it says, since a buffer that grows has up to twice the length.
        let mut body = Vec::with_capacity(length as usize);
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > limit => {
                    return Body::TooLarge;
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Body::Whole(text(body)),
                Err(error) => return Body::CutOff(error),
            }
        }
    }
}

/// Returns the text of a body. Some servers begin it with a byte order mark, which JSON does not allow
/// (RFC 8259, section 8.1).
fn text(body: Vec<u8>) -> String {
    let text = match String::from_utf8(body) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// The properties with the name of an error, in the form of Atlas or of OAuth (RFC 6749, section
/// 5.2), the best one first.
const CODES: [&str; 2] = ["errorCode", "error"];
/// The properties with sentences about an error, the best one first.
const SENTENCES: [&str; 3] = ["detail", "error_description", "reason"];

/// Returns the properties of an error, whatever they hold; none if the body is no JSON object.
fn error_properties(body: &str) -> Map<String, Value> {
    if let Ok(properties) = serde_json::from_str(body) {
        return properties;
    }
    // serde_json does not read numbers that are too large, say, or a body that was cut.
    let mut texts = Map::new();
    if body.trim_start().starts_with('{') {
        for name in CODES.into_iter().chain(SENTENCES) {
            if let Some(value) = text_of(body, name) {
                texts.insert(name.to_owned(), value.into());
            }
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

/// Returns those properties that have the documented type: the others are no reason to lose them.
fn api_error(mut properties: Map<String, Value>) -> Option<ApiError> {
    properties.retain(|name, value| {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        ApiError::deserialize(Value::from(alone)).is_ok()
    });
    if properties.is_empty() {
        return None;
    }
    ApiError::deserialize(Value::from(properties)).ok()
}

/// Returns whether the values may take more than `limit` bytes.
fn may_take_more_than(limit: usize, json: &str) -> bool {
    // Each byte adds no more than that, so nearly all bodies are too short to be looked at.
    let most_for_a_byte = OBJECT + 1;
    json.len() > limit / most_for_a_byte && estimated_memory(json) > limit
}

/// Returns an estimate in bytes, without reading the values: by the marks between them.
fn estimated_memory(json: &str) -> usize {
    let mut memory = json.len();
    let mut rest = json.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => skip_text(&mut rest),
            b',' => memory += VALUE,
            b'{' => memory += OBJECT,
            b'[' if rest.peek() != Some(&b']') => memory += ARRAY,
            _ => {}
        }
    }
    memory
}

/// Skips what is left of a text, its last quote included.
fn skip_text(rest: &mut impl Iterator<Item = u8>) {
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return,
            // What is escaped ends no text.
            b'\\' => {
                rest.next();
            }
            _ => {}
        }
    }
}

/// Returns the JSON without the nulls of an array or a map, or nothing if there are none.
fn without_nulls(json: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(json).ok()?;
    let with_nulls = value.to_string();
    match &mut value {
        Value::Object(entries) => entries.retain(|_, value| is_kept(value)),
        other => _ = is_kept(other),
    }
    let without_nulls = value.to_string();
    (without_nulls != with_nulls).then_some(without_nulls)
}

/// Returns whether the value is there, after removing the nulls of an array. Objects are left alone:
/// they read null themselves.
fn is_kept(value: &mut Value) -> bool {
    if let Value::Array(items) = value {
        items.retain_mut(is_kept);
    }
    !value.is_null()
}
