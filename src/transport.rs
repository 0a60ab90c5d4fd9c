//! One call from headers to value: a request that the generated code has built goes in, the decoded value comes out,
//! or an [`Error`] that names the operation. Between them: authentication, the envelope, retries.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::Instrument;

use crate::answer::Answer;
use crate::auth::{Authenticator, Pass};
use crate::error::Error;
use crate::exchange::Exchange;
use crate::generated::Client;
use crate::retry::random;

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
    /// The operations whose deprecation has been told.
    pub warned: Mutex<Vec<&'static str>>,
}

pub(crate) async fn call<T: DeserializeOwned>(
    client: &Client,
    request: reqwest::Result<Request>,
    operation: &'static Operation,
) -> Result<ResponseValue<T>, Error> {
    let span = tracing::info_span!("atlas_backup", operation = operation.name);
    let answer = attempts(client, request, operation).instrument(span).await;
    answer.and_then(Answer::value).map_err(|error| error.of(operation))
}

/// Asks until there is a success, a failure that will not pass, or no time left.
async fn attempts(client: &Client, request: reqwest::Result<Request>, operation: &Operation) -> Result<Answer, Error> {
    let request = request.map_err(|error| Error::invalid(format!("the request has no valid URL: {error}")))?;
    let Transport { authenticator, exchange, .. } = &*client.inner;
    let (url, begun, mut attempt) = (request.url(), Instant::now(), 1);
    loop {
        let left = || exchange.retry.total_time.saturating_sub(begun.elapsed());
        // Who authorizes has done its own tries.
        let mut pass = authenticator.authorize(exchange, left(), url).await?;
        let mut result = ask(exchange, url, operation, &pass, left()).await;
        if let Ok(answer) = &result
            && answer.status == StatusCode::UNAUTHORIZED
            && let Some(again) = authenticator.rejected(exchange, left(), url, &pass, answer).await?
        {
            pass = again;
            result = ask(exchange, url, operation, &pass, left()).await;
        }
        if let Ok(answer) = &result {
            client.inner.warn_of_deprecation(operation, answer);
            if answer.status != StatusCode::UNAUTHORIZED {
                authenticator.accepted(pass);
            }
        }
        let error = match result {
            Ok(answer) if answer.status.is_success() => return Ok(answer),
            Ok(answer) => answer.failure().into(),
            Err(error) => error,
        };
        let pause = exchange.retry.decide(&error, attempt, begun.elapsed(), random()).ok_or_else(|| error.clone())?;
        tracing::info!(attempt, ?pause, %error, "trying again");
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

/// One exchange, with the headers that the operation wants.
async fn ask(
    exchange: &Exchange,
    url: &Url,
    operation: &Operation,
    pass: &Pass,
    left: Duration,
) -> Result<Answer, Error> {
    let mut request = Request::new(Method::GET, url.clone());
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(operation.accept));
    request.headers_mut().extend(pass.header.clone().map(|header| (AUTHORIZATION, header)));
    let mut answer = exchange.send(request, left).await?;
    if url.query_pairs().any(|(key, value)| key == "envelope" && value == "true") {
        answer.open_envelope();
    }
    Ok(answer)
}

impl Transport {
    fn warn_of_deprecation(&self, operation: &Operation, answer: &Answer) {
        let header = |name| answer.headers.get(name).and_then(|it| it.to_str().ok()).map(|it| answer.quoted(it));
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
