//! [`Call`]: one call, ready to be sent. It makes attempts until there is a value, or an error that
//! names the operation.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::Instrument;

use crate::auth::{Authenticator, Grant};
use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::http::response::RawResponse;
use crate::http::sender::Sender;
use crate::operation::Operation;
use crate::retry::RetryPolicy;
use crate::sync::lock;
use crate::text::{redact, sanitize};

/// What all calls of a client and its clones share.
pub(crate) struct Session {
    pub base_url: BaseUrl,
    pub authenticator: Authenticator,
    pub sender: Arc<Sender>,
    pub retry: RetryPolicy,
    /// The operations whose deprecation has been told.
    pub told_deprecations: Mutex<HashSet<&'static str>>,
}

/// One call, whose arguments have been checked.
#[derive(Clone)]
pub(crate) struct Call {
    session: Arc<Session>,
    operation: &'static Operation,
    url: Url,
    is_enveloped: bool,
}

impl Call {
    /// Prepares a call. The path is percent-encoded already, the query is not.
    pub(crate) fn new(
        session: Arc<Session>,
        operation: &'static Operation,
        path: &str,
        query: &[(&'static str, Option<String>)],
    ) -> Self {
        let url = session.base_url.call(path, query);
        let is_enveloped = query
            .iter()
            .any(|(name, value)| *name == "envelope" && value.as_deref() == Some("true"));
        Call {
            session,
            operation,
            url,
            is_enveloped,
        }
    }

    /// Sends the call, as often as the policy allows.
    pub(crate) async fn send<T: DeserializeOwned>(&self) -> Result<ResponseValue<T>, Error> {
        let span = tracing::info_span!("atlas_backup", operation = self.operation.name);
        let result = self.send_with_retries().instrument(span).await;
        result
            .and_then(RawResponse::decode)
            .map_err(|error| error.of(self.operation))
    }

    async fn send_with_retries(&self) -> Result<RawResponse, Error> {
        let retry = &self.session.retry;
        let deadline = retry.deadline();
        retry.run(deadline, || self.attempt(deadline)).await
    }

    /// Makes one attempt: an exchange, and another while the server refuses the authorization and
    /// there is another one to offer.
    async fn attempt(&self, deadline: Instant) -> Result<RawResponse, Error> {
        let authenticator = &self.session.authenticator;
        let mut grant = authenticator.authorize(&self.url, deadline).await?;
        loop {
            let response = self.exchange(&grant, deadline).await?;
            if response.status != StatusCode::UNAUTHORIZED {
                let outcome = self.judge(response, &grant);
                authenticator.accepted(grant);
                return outcome;
            }
            let another = authenticator
                .reauthorize(&mut grant, &response, &self.url, deadline)
                .await?;
            match another {
                Some(another) => grant = another,
                None => return self.judge(response, &grant),
            }
        }
    }

    /// Sends the request once.
    async fn exchange(&self, grant: &Grant, deadline: Instant) -> Result<RawResponse, Error> {
        let mut request = Request::new(Method::GET, self.url.clone());
        let accept = HeaderValue::from_static(self.operation.accept);
        request.headers_mut().insert(ACCEPT, accept);
        let authorization = grant.authorization.as_ref();
        let sender = &self.session.sender;
        let mut response = sender.send(request, authorization, deadline).await?;
        if self.is_enveloped {
            response.open_envelope();
        }
        Ok(response)
    }

    /// Tells a success from a failure.
    fn judge(&self, response: RawResponse, grant: &Grant) -> Result<RawResponse, Error> {
        self.warn_of_deprecation(&response, grant);
        if response.status.is_success() {
            return Ok(response);
        }
        Err(response.failure(&grant.secrets()).into())
    }

    /// Warns once for each operation and client if Atlas says that the operation will go.
    fn warn_of_deprecation(&self, response: &RawResponse, grant: &Grant) {
        let header = |name| {
            let text = response.headers.get(name)?.to_str().ok()?;
            Some(sanitize(&redact(text, &grant.secrets())))
        };
        let deprecation: Option<String> = header("deprecation");
        let sunset: Option<String> = header("sunset");
        if deprecation.is_none() && sunset.is_none() {
            return;
        }
        let operation = self.operation.name;
        if lock(&self.session.told_deprecations).insert(operation) {
            tracing::warn!(
                operation,
                deprecation,
                sunset,
                "Atlas is withdrawing this operation"
            );
        }
    }
}
