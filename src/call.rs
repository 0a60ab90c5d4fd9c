//! [`Call`]: one call, ready to be sent. It makes attempts until there is a value, or an error that
//! names the operation.

use std::pin::pin;
use std::str::FromStr;
use std::sync::Arc;

use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument;

use crate::auth::{Authenticator, Grant};
use crate::base_url::BaseUrl;
use crate::call_options::CallOptions;
use crate::deprecation::{Deprecations, Notice};
use crate::error::Error;
use crate::http::permits::Permit;
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::operation::Operation;
use crate::pace::{Asking, Pacer, Project, Turn};
use crate::retry::RetryPolicy;
use crate::retry_budget::RetryBudget;
use crate::trace::CallTrace;

/// What all calls of a client and its clones share.
pub(crate) struct Session {
    pub base_url: BaseUrl,
    pub authenticator: Authenticator,
    pub sender: Arc<Sender>,
    pub retry: RetryPolicy,
    pub pacer: Pacer,
    pub retry_budget: RetryBudget,
    pub deprecations: Deprecations,
}

/// One call, whose arguments have been checked.
#[derive(Clone)]
pub(crate) struct Call {
    session: Arc<Session>,
    operation: &'static Operation,
    url: Url,
    headers: HeaderMap,
    accept: HeaderValue,
    is_enveloped: bool,
    project: Arc<Project>,
    options: CallOptions,
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
        Call {
            session,
            operation,
            url,
            headers: HeaderMap::new(),
            accept: operation.accept.clone(),
            is_enveloped,
            project,
            options: CallOptions::default(),
        }
    }

    /// Sends a header too, unless its value is null. It has been checked that a header can carry
    /// it.
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

    /// Asks for this media type in place of the operation's.
    pub(crate) fn accepting(self, accept: HeaderValue) -> Self {
        Call { accept, ..self }
    }

    /// Does what these options say, if they can be done.
    pub(crate) fn with_options(self, options: CallOptions) -> Result<Self, Error> {
        options.check().map_err(|error| error.of(self.operation))?;
        Ok(Call { options, ..self })
    }

    /// Sends the call, as often as the policy allows.
    pub(crate) fn send<T: DeserializeOwned>(
        &self,
    ) -> impl Future<Output = Result<ResponseValue<T>, Error>> {
        self.run(None)
    }

    /// Sends the call in its turn, as often as the policy allows. What the rate limit refuses needs
    /// another turn.
    pub(crate) async fn poll<T: DeserializeOwned>(
        &self,
        turn: &Turn,
    ) -> Result<ResponseValue<T>, Error> {
        self.run(Some(turn)).await
    }

    /// Returns whose rate limit the call takes from. A poll needs a turn there.
    pub(crate) fn project(&self) -> &Arc<Project> {
        &self.project
    }

    async fn run<T: DeserializeOwned>(
        &self,
        turn: Option<&Turn>,
    ) -> Result<ResponseValue<T>, Error> {
        let path = self.session.base_url.path_of(&self.url);
        let trace = CallTrace::begin(self.operation, path);
        // It is large: moved nowhere.
        let attempts = pin!(self.attempts(turn, &trace));
        let response = attempts.instrument(trace.span.clone()).await;
        let result = response
            .and_then(RawResponse::decode)
            .map_err(|error| error.of(self.operation));
        trace.end(result.as_ref().map(ResponseValue::status));
        result
    }

    /// Makes attempts until one succeeds, or fails for good.
    async fn attempts(&self, turn: Option<&Turn>, trace: &CallTrace) -> Result<RawResponse, Error> {
        let retry = self.options.policy(&self.session.retry);
        let deadline = retry.deadline();
        let attempt = async || {
            trace.attempt();
            match turn {
                Some(turn) => self.attempt_in_turn(turn, deadline).await,
                None => self.attempt(deadline, &self.project.ask()).await,
            }
        };
        let budget = &self.session.retry_budget;
        retry.run(budget, deadline, attempt).await
    }

    async fn attempt_in_turn(&self, turn: &Turn, deadline: Instant) -> Result<RawResponse, Error> {
        match self.attempt(deadline, &turn.asking).await {
            Err(error) if turn.is_refused() => Err(error.exhausted()),
            result => result,
        }
    }

    /// Makes one attempt: an exchange, and another while the server refuses the authorization and
    /// there is another one to offer.
    async fn attempt(&self, deadline: Instant, asking: &Asking) -> Result<RawResponse, Error> {
        let authenticator = &self.session.authenticator;
        let retry = &self.options.policy(&self.session.retry);
        // First of all, so that a token is chosen when it can be sent.
        let mut permit = self.session.sender.permit(deadline).await?;
        let mut grant = authenticator.authorize(&self.url, retry, deadline).await?;
        loop {
            let response = self
                .exchange(&mut permit, &mut grant, deadline, asking)
                .await?;
            if response.status != StatusCode::UNAUTHORIZED {
                let outcome = self.judge(response, &grant);
                authenticator.accepted(grant);
                return outcome;
            }
            let another = authenticator
                .reauthorize(&mut grant, &response, &self.url, retry, deadline)
                .await?;
            match another {
                Some(another) => grant = another,
                None => return self.judge(response, &grant),
            }
        }
    }

    /// Sends the request once.
    async fn exchange(
        &self,
        permit: &mut Permit<'_>,
        grant: &mut Grant,
        deadline: Instant,
        asking: &Asking,
    ) -> Result<RawResponse, Error> {
        let request = || self.request();
        let authorize = || grant.header(&self.url);
        let sender = &self.session.sender;
        let sent = asking.sent();
        let response = sender.send(Some(permit), &self.url, request, authorize, deadline);
        let mut response = response.await?;
        if self.is_enveloped {
            response.open_envelope();
        }
        asking.learn(sent, response.status, &response.headers);
        Ok(response)
    }

    fn request(&self) -> Request {
        let mut request = Request::new(Method::GET, self.url.clone());
        let headers = request.headers_mut();
        if !self.headers.is_empty() {
            headers.extend(self.headers.clone());
        }
        if let Some(options) = self.options.headers() {
            headers.extend(options.clone());
        }
        headers.insert(ACCEPT, self.accept.clone());
        request
    }

    /// Tells a success from a failure.
    fn judge(&self, response: RawResponse, grant: &Grant) -> Result<RawResponse, Error> {
        self.warn_of_deprecation(&response, grant);
        if response.is_foreign() {
            return Err(response.foreign().into());
        }
        if response.status.is_success() {
            return Ok(response);
        }
        Err(response.failure(&grant.secrets()).into())
    }

    /// Warns if Atlas says that the operation will go.
    fn warn_of_deprecation(&self, response: &RawResponse, grant: &Grant) {
        let Some(notice) = Notice::read(&response.headers, grant) else {
            return;
        };
        let deprecations = &self.session.deprecations;
        match self.operation.is_by_path() {
            true => deprecations.tell_path(notice, &self.url, &self.accept),
            false => deprecations.tell(notice, self.operation),
        }
    }
}
