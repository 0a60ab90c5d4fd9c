//! One call from headers to value: a request that the generated code has built goes in, the decoded value comes out,
//! or an [`Error`] that names the operation. Between them: authentication, the envelope, retries.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::time::Instant;
use tracing::Instrument;

use crate::auth::{Authenticator, Pass, Wire};
use crate::error::{Error, Failure, Kind, shown};
use crate::exchange::{Answer, Exchange};
use crate::generated::{Client, OPERATIONS};
use crate::retry::{self, RetryPolicy};

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
    /// For each operation, whether its deprecation has been told.
    warned: Vec<AtomicBool>,
}

impl Transport {
    pub(crate) fn new(authenticator: Authenticator, exchange: Exchange, retry: RetryPolicy) -> Self {
        let warned = OPERATIONS.iter().map(|_| AtomicBool::new(false)).collect();
        Transport { authenticator, exchange, retry, warned }
    }
}

pub(crate) async fn call<T: DeserializeOwned>(
    client: &Client,
    request: reqwest::Result<Request>,
    operation: &'static Operation,
) -> Result<ResponseValue<T>, Error> {
    let span = tracing::info_span!("atlas_backup", operation = operation.name);
    let url = match request {
        Ok(request) => request.url().clone(),
        Err(error) => return Err(Error::invalid(format!("the request has no valid URL: {error}")).of(operation.name)),
    };
    attempts(client, &url, operation).instrument(span).await.map_err(|error| error.of(operation.name))
}

async fn attempts<T: DeserializeOwned>(
    client: &Client,
    url: &Url,
    operation: &'static Operation,
) -> Result<ResponseValue<T>, Error> {
    let transport = &*client.inner;
    let Transport { authenticator, exchange, retry, .. } = transport;
    let begun = Instant::now();
    let mut attempt = 1;
    loop {
        let left = || retry.total().saturating_sub(begun.elapsed());
        let wire = Wire { http: &client.client, exchange, retry, left: left() };
        // Who authorizes has done its own tries.
        let mut pass = authenticator.authorize(wire, url).await?;
        let mut result = ask(client, url, operation, &pass, left()).await;
        if let Ok(answer) = &result
            && answer.status == StatusCode::UNAUTHORIZED
            && let Some(again) = authenticator.rejected(wire, url, &pass, answer).await?
        {
            pass = again;
            result = ask(client, url, operation, &pass, left()).await;
        }
        let result = result.and_then(|answer| {
            if answer.status != StatusCode::UNAUTHORIZED {
                authenticator.accepted(pass);
            }
            transport.warn_of_deprecation(operation, &answer);
            value(answer)
        });
        let Err(error) = result else { return result };
        match retry::decide(retry, &error, attempt, begun.elapsed(), retry::random()) {
            Some(pause) => {
                tracing::info!(attempt, ?pause, %error, "trying again");
                tokio::time::sleep(pause).await;
            }
            None => return Err(error),
        }
        attempt += 1;
    }
}

/// One exchange, with the headers that the operation wants.
async fn ask(client: &Client, url: &Url, operation: &Operation, pass: &Pass, left: Duration) -> Result<Answer, Error> {
    let mut request = Request::new(Method::GET, url.clone());
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(operation.accept));
    request.headers_mut().extend(pass.header.clone().map(|header| (AUTHORIZATION, header)));
    let answer = client.inner.exchange.send(&client.client, request, left).await?;
    let wants_envelope = url.query_pairs().any(|(key, value)| key == "envelope" && value == "true");
    Ok(if wants_envelope { unwrap(answer) } else { answer })
}

/// Takes an answer out of its envelope, in the form of the reference (`content`) or of older pages (`envelope`). What
/// does not look like one is left as it is: the server may not know the flag.
fn unwrap(answer: Answer) -> Answer {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        status: u16,
        #[serde(borrow, alias = "envelope")]
        content: &'a RawValue,
    }
    let opened = serde_json::from_slice::<Envelope>(&answer.body).ok().and_then(|envelope| {
        let status = StatusCode::from_u16(envelope.status).ok()?;
        Some((status, answer.body.slice_ref(envelope.content.get().as_bytes())))
    });
    match opened {
        Some((status, body)) => Answer { status, body, ..answer },
        None => answer,
    }
}

fn value<T: DeserializeOwned>(answer: Answer) -> Result<ResponseValue<T>, Error> {
    if !answer.status.is_success() {
        return Err(answer.failure().into());
    }
    match serde_json::from_slice(&answer.body) {
        Ok(value) => Ok(ResponseValue::new(value, answer.status, answer.headers)),
        Err(error) => Err(undecodable::<T>(answer.status, &answer.body, error).into()),
    }
}

/// Decodes once more, to name the property. serde's own words would repeat the value, so only the end of them is told.
fn undecodable<T: DeserializeOwned>(status: StatusCode, body: &Bytes, error: serde_json::Error) -> Failure {
    let place = format!("line {} column {}", error.line(), error.column());
    if error.is_data() {
        let path = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body));
        let path = path.err().map(|error| error.path().to_string()).unwrap_or_default();
        let words = error.to_string();
        let expected = words.rsplit_once(", expected ").map(|(_, it)| it.split(" at line").next().unwrap_or_default());
        let expected = expected.map_or("cannot be read".to_owned(), |it| format!("is not {it}"));
        let words = format!("{status}: property {} {expected} ({place})", shown(&path));
        return Failure { status: Some(status), ..Failure::new(Kind::Decode, words) };
    }
    let words = if body.is_empty() { "is empty".to_owned() } else { format!("is not JSON ({place})") };
    let failure = Failure::new(Kind::Decode, format!("{status}: the body {words}"));
    Failure { status: Some(status), source: Some(error.into()), ..failure }
}

impl Transport {
    fn warn_of_deprecation(&self, operation: &'static Operation, answer: &Answer) {
        let header = |name| answer.headers.get(name).and_then(|it| it.to_str().ok()).map(|it| answer.quoted(it));
        let (deprecation, sunset) = (header("deprecation"), header("sunset"));
        let index = OPERATIONS.iter().position(|it| std::ptr::eq(it, operation)).unwrap_or_default();
        if (deprecation.is_some() || sunset.is_some()) && !self.warned[index].swap(true, Ordering::Relaxed) {
            tracing::warn!(operation = operation.name, deprecation, sunset, "Atlas is withdrawing this operation");
        }
    }
}
