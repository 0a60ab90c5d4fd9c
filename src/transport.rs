//! One call from headers to value: a request that the generated code has built goes in, the decoded value comes out,
//! or an [`Error`] that names the operation. Between them: authentication, the envelope, retries.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use tracing::Instrument;

use crate::auth::{Authenticator, Wire};
use crate::error::{Error, Failure, Kind, named, shown};
use crate::exchange::{Answer, Exchange};
use crate::generated::Client;
use crate::retry::{self, RetryPolicy, retry_after};
use crate::types::ApiError;

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    pub name: &'static str,
    /// Only the simulator needs it: the generated code has filled it in already.
    #[cfg_attr(not(feature = "simulator"), allow(dead_code))]
    pub path: &'static str,
    pub accept: &'static str,
}

/// What clones of a client share.
pub(crate) struct Transport {
    pub authenticator: Authenticator,
    pub exchange: Exchange,
    pub retry: RetryPolicy,
    /// The operations whose deprecation has been told.
    pub warned: Mutex<Vec<&'static str>>,
}

pub(crate) async fn call<T: DeserializeOwned>(
    client: &Client,
    request: reqwest::Result<Request>,
    operation: &'static Operation,
) -> Result<ResponseValue<T>, Error> {
    let span = tracing::debug_span!("atlas_backup", operation = operation.name);
    let answer = attempts(client, request, operation).instrument(span).await;
    answer.and_then(value).map_err(|error| error.of(operation))
}

/// Asks until there is a success, a failure that will not pass, or no time left.
async fn attempts(client: &Client, request: reqwest::Result<Request>, operation: &Operation) -> Result<Answer, Error> {
    let request = request.map_err(|error| Error::invalid(format!("the request has no valid URL: {error}")))?;
    let Transport { authenticator, exchange, retry, .. } = &*client.inner;
    let (url, begun, mut attempt) = (request.url(), Instant::now(), 1);
    loop {
        let left = || retry.total().saturating_sub(begun.elapsed());
        let wire = Wire { http: &client.client, exchange, retry, left: left() };
        // Who authorizes has done its own tries.
        let (header, mut pass) = authenticator.authorize(wire, url).await?;
        let mut result = ask(client, url, operation, header, left()).await;
        if let Ok(answer) = &result
            && answer.status == StatusCode::UNAUTHORIZED
            && let Some((header, again)) = authenticator.rejected(wire, url, &pass, answer).await?
        {
            pass = again;
            result = ask(client, url, operation, Some(header), left()).await;
        }
        if let Ok(answer) = &result {
            client.inner.warn_of_deprecation(operation, answer);
            if answer.status != StatusCode::UNAUTHORIZED {
                authenticator.accepted(pass);
            }
        }
        let error = match result {
            Ok(answer) if answer.status.is_success() => return Ok(answer),
            Ok(answer) => failure(answer).into(),
            Err(error) => error,
        };
        let pause =
            retry::decide(retry, &error, attempt, begun.elapsed(), retry::random()).ok_or_else(|| error.clone())?;
        tracing::info!(attempt, ?pause, %error, "trying again");
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

/// One exchange, with the headers that the operation wants.
async fn ask(
    client: &Client,
    url: &Url,
    operation: &Operation,
    authorization: Option<HeaderValue>,
    left: Duration,
) -> Result<Answer, Error> {
    let mut request = Request::new(Method::GET, url.clone());
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(operation.accept));
    request.headers_mut().extend(authorization.map(|value| (AUTHORIZATION, value)));
    let mut answer = client.inner.exchange.send(&client.client, request, left).await?;
    let wants_envelope = url.query_pairs().any(|(key, value)| key == "envelope" && value == "true");
    if let Some((status, body)) = wants_envelope.then(|| opened(&answer.body)).flatten() {
        (answer.status, answer.body) = (status, body);
    }
    Ok(answer)
}

/// What is in an envelope, in the form of the reference (`content`) or of older pages (`envelope`). What does not look
/// like one is left as it is: the server may not know the flag, and documents may have a status of their own.
fn opened(body: &Bytes) -> Option<(StatusCode, Bytes)> {
    let parts: BTreeMap<&str, &RawValue> = serde_json::from_slice(body).ok()?;
    let status = StatusCode::from_u16(parts.get("status")?.get().parse().ok()?).ok()?;
    match parts.get("content").or(parts.get("envelope")) {
        Some(content) => Some((status, body.slice_ref(content.get().as_bytes()))),
        None if parts.len() == 1 => Some((status, Bytes::new())),
        None => None,
    }
}

/// An answer that is no success, with what Atlas says about it.
pub(crate) fn failure(answer: Answer) -> Failure {
    let Answer { status, headers, body, .. } = answer;
    let api_error = readable(&body);
    let said = api_error.as_ref();
    let text = |it: &Option<String>| it.as_deref().map(shown).filter(|it| !it.is_empty());
    let code = said.and_then(|it| text(&it.error_code)).map(|code| format!("{} {code}", status.as_u16()));
    let detail = said.and_then(|it| text(&it.detail).or_else(|| text(&it.reason)));
    let mut words = code.unwrap_or_else(|| named(status));
    words.extend(detail.map(|detail| format!(": {detail}")));
    if let Some(location) = headers.get("location").filter(|_| status.is_redirection()) {
        let url = location.to_str().ok().and_then(|it| Url::parse(it).ok());
        let host = url.as_ref().and_then(Url::host_str).map(|host| format!(" to {}", shown(host))).unwrap_or_default();
        words.push_str(&format!(": redirects{host} are not followed; check the base URL"));
    }
    if matches!(status.as_u16(), 406 | 410) {
        words.truncate(words.trim_end_matches('.').len());
        words.push_str("; Atlas may have withdrawn this version of the operation: look for a newer atlas-backup");
    }
    let retry_after = retry_after(&headers);
    Failure { status: Some(status), api_error, retry_after, ..Failure::new(Kind::Status, words) }
}

/// Those properties of an error that have the documented type: the others are no reason to lose its code.
fn readable(body: &Bytes) -> Option<ApiError> {
    let mut properties: Map<String, Value> = serde_json::from_slice(body).ok()?;
    properties.retain(|name, value| ApiError::deserialize(json!({ name.as_str(): &*value })).is_ok());
    ApiError::deserialize(Value::from(properties)).ok()
}

/// Decodes a success. If that fails it does so once more, to name the property; serde's own words would repeat the
/// value, so only the end of them is told.
fn value<T: DeserializeOwned>(answer: Answer) -> Result<ResponseValue<T>, Error> {
    let Answer { status, headers, body, .. } = answer;
    let error = match serde_json::from_slice(&body) {
        Ok(value) => return Ok(ResponseValue::new(value, status, headers)),
        Err(error) => error,
    };
    let place = format!("line {} column {}", error.line(), error.column());
    let (words, source) = if error.is_data() {
        let path = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(&body));
        let path = path.err().map(|error| error.path().to_string()).unwrap_or_default();
        let property = if path.len() > 1 { format!("property {}", shown(&path)) } else { "the body".to_owned() };
        let words = error.to_string();
        let expected = words.rsplit_once(", expected ").and_then(|(_, it)| it.split(" at line").next());
        let unfit = match expected {
            None => "cannot be read".to_owned(),
            Some("i64") => "is not a 64-bit integer".to_owned(),
            Some("a sequence") => "is not an array".to_owned(),
            Some(it) if it.starts_with("struct ") => "is not an object".to_owned(),
            Some(it) => format!("is not {it}"),
        };
        (format!("{property} {unfit} ({place})"), None)
    } else if body.is_empty() {
        ("the body is empty".to_owned(), Some(error.into()))
    } else {
        (format!("the body is not JSON ({place})"), Some(error.into()))
    };
    let failure = Failure::new(Kind::Decode, format!("{}: {words}", named(status)));
    Err(Failure { status: Some(status), source, ..failure }.into())
}

impl Transport {
    fn warn_of_deprecation(&self, operation: &Operation, answer: &Answer) {
        let header = |name| answer.headers.get(name).and_then(|it| it.to_str().ok()).map(shown);
        let (deprecation, sunset) = (header("deprecation"), header("sunset"));
        if deprecation.is_some() || sunset.is_some() {
            let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
            if !warned.contains(&operation.name) {
                warned.push(operation.name);
                tracing::warn!(operation = operation.name, deprecation, sunset, "Atlas is withdrawing this operation");
            }
        }
    }
}
