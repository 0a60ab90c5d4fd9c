//! [`Call`]: one call, ready to be sent. It makes attempts until there is a value, or an error that
//! names the operation.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::auth::{Authenticator, RequestAuth};
use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::http::permits::Permit;
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::operation::Operation;
use crate::pace::{InFlightRequest, Pacer, Project};
use crate::retry::{FailureRate, Retries, RetryPolicy};
use crate::text::sanitize;
use crate::trace::{Deprecations, call_span, end_call, wait_span};

include!("client_headers.rs");

/// What all calls of a client and its clones share.
pub(crate) struct Session {
    pub base_url: BaseUrl,
    pub authenticator: Authenticator,
    pub sender: Arc<Sender>,
    pub retry: RetryPolicy,
    pub pacer: Pacer,
    pub failure_rate: FailureRate,
    pub deprecations: Deprecations,
}

/// One call, whose arguments are valid.
pub(crate) struct Call {
    session: Arc<Session>,
    operation: &'static Operation,
    url: Url,
    headers: HeaderMap,
    accept: HeaderValue,
    is_enveloped: bool,
    /// Takes from its rate limit. A poll needs a slot of it.
    pub project: Arc<Project>,
    pub retry: RetryPolicy,
}

/// What one call does differently from the other calls of its client.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub retry: Option<RetryPolicy>,
    pub total_time: Option<Duration>,
    /// What is wrong with one is reported when the call is sent.
    headers: Vec<Result<(HeaderName, HeaderValue), String>>,
}

impl CallOptions {
    /// Sets a header, in place of one of the same name.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        self.headers.push(header(name, value));
    }
}

/// What came of a call: a value, or the response to a poll, which is not decoded yet.
pub(crate) struct Received<V> {
    operation: &'static Operation,
    result: Result<V, Error>,
    retries: Retries,
    span: Span,
}

impl<V> Received<V> {
    /// Returns the value that is read of it, and ends the trace of the call.
    pub(crate) fn read<T>(
        self,
        read: impl FnOnce(V) -> Result<ResponseValue<T>, Error>,
    ) -> Result<ResponseValue<T>, Error> {
        let retries = &self.retries;
        let result = self.result.and_then(read).map_err(|error| {
            let error = error.of(self.operation);
            error.after(retries.attempts, retries.elapsed())
        });
        let status = result.as_ref().map(ResponseValue::status);
        end_call(&self.span, retries, status);
        result
    }
}

impl Call {
    /// Prepares a call. The path is percent-encoded already, the query is not.
    pub(crate) fn new(
        session: Arc<Session>,
        operation: &'static Operation,
        path: &str,
        query: &[(impl AsRef<str>, String)],
    ) -> Self {
        let mut url = session.base_url.call(path);
        let mut is_enveloped = false;
        for (name, value) in query {
            let name = name.as_ref();
            url.query_pairs_mut().append_pair(name, value);
            is_enveloped |= name == "envelope" && value == "true";
        }
        let project = session.pacer.project(operation, path);
        let retry = session.retry.clone();
        Call {
            session,
            operation,
            url,
            headers: HeaderMap::new(),
            accept: operation.accept.clone(),
            is_enveloped,
            project,
            retry,
        }
    }

    /// Sends this header, unless its value is null. The value was validated as one of a header.
    #[allow(dead_code)]
    pub(crate) fn with_header(mut self, name: &'static str, value: Value) -> Self {
        let text = match value {
            Value::Null => return self,
            Value::String(text) => text,
            other => other.to_string(),
        };
        if let Ok(value) = HeaderValue::try_from(text) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Requests this media type in place of the operation's.
    pub(crate) fn accepting(self, accept: HeaderValue) -> Self {
        Call { accept, ..self }
    }

    /// Applies these options.
    pub(crate) fn with_options(mut self, options: CallOptions) -> Result<Self, Error> {
        for header in options.headers {
            let refuse = |message| Error::invalid(message).of(self.operation);
            let (name, value) = header.map_err(refuse)?;
            self.headers.insert(name, value);
        }
        if let Some(retry) = options.retry {
            self.retry = retry;
        }
        if let Some(total_time) = options.total_time {
            self.retry = self.retry.total_time(total_time);
        }
        Ok(self)
    }

    /// Sends the call, as often as the policy allows.
    pub(crate) async fn send<T: DeserializeOwned>(&self) -> Result<ResponseValue<T>, Error> {
        let retries = self.retry.start();
        let received = self.receive(retries, None, RawResponse::decode).await;
        received.read(Ok)
    }

    /// Makes one attempt in a slot of the project. The wait decodes its value, since only the
    /// response is known to be fit for a task.
    pub(crate) async fn poll(&self, slot: InFlightRequest) -> Received<RawResponse> {
        let policy = RetryPolicy::never().total_time(self.retry.total_time);
        self.receive(policy.start(), Some(slot), Ok).await
    }

    /// Returns the span of a wait that repeats the call.
    pub(crate) fn wait_span(&self) -> Span {
        let path = self.session.base_url.path_of(&self.url);
        wait_span(self.operation, path)
    }

    /// Makes attempts until there is a response that can be read, or a failure is final.
    async fn receive<V>(
        &self,
        mut retries: Retries,
        mut slot: Option<InFlightRequest>,
        read: impl Fn(RawResponse) -> Result<V, Error>,
    ) -> Received<V> {
        let path = self.session.base_url.path_of(&self.url);
        let span = call_span(self.operation, &self.url, path);
        let failure_rate = &self.session.failure_rate;
        let attempts = async {
            loop {
                let response = self.attempt(&retries, slot.take()).await;
                match response.and_then(&read) {
                    Ok(value) => {
                        retries.succeeded(failure_rate);
                        return Ok(value);
                    }
                    Err(error) => retries.failed(error, failure_rate).await?,
                }
            }
        };
        // Pinned, since it is large and would be moved otherwise.
        let result = pin!(attempts).instrument(span.clone()).await;
        Received {
            operation: self.operation,
            result,
            retries,
            span,
        }
    }

    /// Makes one attempt: an exchange, and another one while the server refuses the authorization
    /// and there is another one to try.
    async fn attempt(
        &self,
        retries: &Retries,
        slot: Option<InFlightRequest>,
    ) -> Result<RawResponse, Error> {
        let authenticator = &self.session.authenticator;
        let acceptance = &self.project.acceptance;
        // First of all, so that a token is chosen when the request can be sent.
        let permit = self.session.sender.permit(retries.deadline).await?;
        let mut auth = authenticator.authorize(retries).await?;
        let in_flight = slot.unwrap_or_else(|| self.project.begin());
        let response = loop {
            let response = self.exchange(&permit, &mut auth, retries.deadline).await?;
            in_flight.responded(response.status, &response.headers);
            if response.status != StatusCode::UNAUTHORIZED {
                authenticator.accepted(&mut auth, &response, acceptance);
                break response;
            }
            let has_another = authenticator
                .reauthorize(&mut auth, &response, acceptance, retries)
                .await?;
            if !has_another {
                break response;
            }
        };
        self.judge(response, &auth)
    }

    /// Sends the request once.
    async fn exchange(
        &self,
        permit: &Permit<'_>,
        auth: &mut RequestAuth<'_>,
        deadline: Instant,
    ) -> Result<RawResponse, Error> {
        let request = || self.request();
        let authorize = || auth.header(&self.url);
        let sender = &self.session.sender;
        let response = sender.send(Some(permit), &self.url, request, authorize, deadline);
        let mut response = response.await?;
        if self.is_enveloped {
            response.open_envelope();
        }
        response.open_error();
        Ok(response)
    }

    fn request(&self) -> Request {
        let mut request = Request::new(Method::GET, self.url.clone());
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(ACCEPT, self.accept.clone());
        request
    }

    /// Separates a success from a failure.
    fn judge(&self, response: RawResponse, auth: &RequestAuth<'_>) -> Result<RawResponse, Error> {
        let deprecations = &self.session.deprecations;
        deprecations.report(self.operation, &self.accept, &response.headers, auth);
        if response.status.is_success() {
            return Ok(response);
        }
        let mut details = response.failure(&auth.secrets());
        if response.status == StatusCode::UNAUTHORIZED {
            self.session.authenticator.name_credentials(&mut details);
        }
        Err(details.into())
    }
}

/// Validates a header. A message does not repeat its value, which may be a secret.
fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let shown = sanitize(name);
    let Ok(name) = HeaderName::try_from(name) else {
        return Err(format!(
            "header {shown:?} has a name that HTTP does not allow"
        ));
    };
    if CLIENT_HEADERS.contains(&name.as_str()) {
        return Err(format!("header {name} is set by the client alone"));
    }
    let Ok(mut value) = HeaderValue::try_from(value) else {
        return Err(format!(
            "header {name} has a character that no header can carry"
        ));
    };
    // So that `Debug` does not show it.
    value.set_sensitive(true);
    Ok((name, value))
}
