//! [`Call`]: one call, ready to be sent. It makes attempts until there is a value, or an error that
//! names the operation.

use std::pin::pin;
use std::str::FromStr;
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
#[derive(Clone)]
pub(crate) struct Call {
    session: Arc<Session>,
    operation: &'static Operation,
    url: Url,
    headers: HeaderMap,
    accept: HeaderValue,
    is_enveloped: bool,
    project: Arc<Project>,
    retry: RetryPolicy,
}

/// What one call does differently from the other calls of its client. What is wrong with a header
/// is reported when the call is sent.
#[derive(Clone, Debug)]
pub(crate) struct CallOptions {
    retry: Option<RetryPolicy>,
    total_time: Option<Duration>,
    headers: Result<HeaderMap, String>,
}

impl Default for CallOptions {
    fn default() -> Self {
        CallOptions {
            retry: None,
            total_time: None,
            headers: Ok(HeaderMap::new()),
        }
    }
}

impl CallOptions {
    pub(crate) fn set_retry(&mut self, retry: RetryPolicy) {
        self.retry = Some(retry);
    }

    pub(crate) fn set_total_time(&mut self, total_time: Duration) {
        self.total_time = Some(total_time);
    }

    /// Sets a header, in place of one of the same name.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        if let Ok(headers) = &mut self.headers {
            match header(name, value) {
                Ok((name, value)) => {
                    headers.insert(name, value);
                }
                Err(message) => self.headers = Err(message),
            }
        }
    }

    /// Returns the policy of the call, given that of the client.
    fn policy(&self, of_client: &RetryPolicy) -> RetryPolicy {
        let policy = self.retry.as_ref().unwrap_or(of_client).clone();
        match self.total_time {
            Some(total_time) => policy.total_time(total_time),
            None => policy,
        }
    }
}

/// What came of a poll, not yet decoded.
pub(crate) struct Received {
    response: Result<RawResponse, Error>,
    sent: Sent,
}

impl Received {
    /// Returns the value, and ends the trace of the call.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        self.sent.end(self.response.and_then(RawResponse::decode))
    }
}

/// A call that was sent, as its error and its trace tell of it.
struct Sent {
    operation: &'static Operation,
    retries: Retries,
    span: Span,
}

impl Sent {
    fn end<T>(self, result: Result<ResponseValue<T>, Error>) -> Result<ResponseValue<T>, Error> {
        let retries = &self.retries;
        let result = result.map_err(|error| {
            let error = error.of(self.operation);
            error.after(retries.attempts(), retries.elapsed())
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
        query: &[(&str, String)],
    ) -> Self {
        let url = session.base_url.call(path, query);
        let project = session.pacer.project(operation, path);
        let is_enveloped = query
            .iter()
            .any(|(name, value)| *name == "envelope" && value == "true");
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
        if let (Ok(name), Ok(value)) = (HeaderName::from_str(name), HeaderValue::from_str(&text)) {
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
        self.retry = options.policy(&self.retry);
        match options.headers {
            Ok(headers) => self.headers.extend(headers),
            Err(message) => return Err(Error::invalid(message).of(self.operation)),
        }
        Ok(self)
    }

    /// Sends the call, as often as the policy allows.
    pub(crate) async fn send<T: DeserializeOwned>(&self) -> Result<ResponseValue<T>, Error> {
        let (result, sent) = self.receive(None, RawResponse::decode).await;
        sent.end(result)
    }

    /// Makes one attempt in a slot of the project. The wait decodes its value, since only the
    /// response is known to be fit for a task.
    pub(crate) async fn poll(&self, slot: &InFlightRequest) -> Received {
        let (response, sent) = self.receive(Some(slot), Ok).await;
        Received { response, sent }
    }

    /// Returns the project whose rate limit the call takes from. A poll needs a slot of it.
    pub(crate) fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Returns the span of a wait that repeats the call.
    pub(crate) fn wait_span(&self) -> Span {
        let path = self.session.base_url.path_of(&self.url);
        wait_span(self.operation, path)
    }

    /// Returns when the total time of the policy ends if it begins now.
    pub(crate) fn deadline(&self) -> Instant {
        self.retry.start().deadline
    }

    /// Sends the call until a response can be read.
    async fn receive<V>(
        &self,
        slot: Option<&InFlightRequest>,
        read: impl Fn(RawResponse) -> Result<V, Error>,
    ) -> (Result<V, Error>, Sent) {
        let path = self.session.base_url.path_of(&self.url);
        let span = call_span(self.operation, &self.url, path);
        let retries = match slot {
            Some(_) => self.retry.for_poll().start(),
            None => self.retry.start(),
        };
        let result = {
            // Pinned, since it is large and would be moved otherwise.
            let attempts = pin!(self.attempts(slot, &retries, read));
            attempts.instrument(span.clone()).await
        };
        let sent = Sent {
            operation: self.operation,
            retries,
            span,
        };
        (result, sent)
    }

    /// Makes attempts until one succeeds, or a failure is final.
    async fn attempts<V>(
        &self,
        slot: Option<&InFlightRequest>,
        retries: &Retries,
        read: impl Fn(RawResponse) -> Result<V, Error>,
    ) -> Result<V, Error> {
        let attempt = async || {
            let response = match slot {
                Some(slot) => self.attempt(retries, slot).await,
                None => self.attempt(retries, &self.project.begin()).await,
            };
            response.and_then(&read)
        };
        retries.run(&self.session.failure_rate, attempt).await
    }

    /// Makes one attempt: an exchange, and another one while the server refuses the authorization
    /// and there is another one to try.
    async fn attempt(
        &self,
        retries: &Retries,
        in_flight: &InFlightRequest,
    ) -> Result<RawResponse, Error> {
        let authenticator = &self.session.authenticator;
        let deadline = retries.deadline;
        // First of all, so that a token is chosen when the request can be sent.
        let mut permit = self.session.sender.permit(deadline).await?;
        let mut auth = authenticator.authorize(retries).await?;
        let acceptance = &self.project.acceptance;
        loop {
            let response = self
                .exchange(&mut permit, &mut auth, deadline, in_flight)
                .await?;
            if response.status != StatusCode::UNAUTHORIZED {
                authenticator.accepted(&mut auth, &response, acceptance);
                return self.judge(response, &auth);
            }
            let has_another = authenticator
                .reauthorize(&mut auth, &response, acceptance, retries)
                .await?;
            if !has_another {
                return self.judge(response, &auth);
            }
        }
    }

    /// Sends the request once.
    async fn exchange(
        &self,
        permit: &mut Permit<'_>,
        auth: &mut RequestAuth<'_>,
        deadline: Instant,
        in_flight: &InFlightRequest,
    ) -> Result<RawResponse, Error> {
        let request = || self.request();
        let authorize = || auth.header(&self.url);
        let sender = &self.session.sender;
        in_flight.send();
        let response = sender.send(Some(permit), &self.url, request, authorize, deadline);
        let mut response = response.await?;
        if self.is_enveloped {
            response.open_envelope();
        }
        response.open_error();
        in_flight.responded(response.status, &response.headers);
        Ok(response)
    }

    fn request(&self) -> Request {
        let mut request = Request::new(Method::GET, self.url.clone());
        let headers = request.headers_mut();
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
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
