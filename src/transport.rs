//! One call from URL to value: the path and the query that the generated code has written go in, the decoded value comes
//! out, or an [`Error`] that names the operation. Between them: authentication, the envelope, retries.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use progenitor_client::ResponseValue;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument;

use crate::answer::Answer;
use crate::auth::{Authenticator, Pass, lock};
use crate::error::Error;
use crate::exchange::Exchange;

/// An operation of the OpenAPI document.
pub(crate) struct Operation {
    pub name: &'static str,
    /// Only the simulator needs it: the generated code fills it in itself.
    #[cfg_attr(not(feature = "simulator"), allow(dead_code))]
    pub path: &'static str,
    pub accept: &'static str,
}

/// What clones of a client share.
pub(crate) struct Transport {
    pub base_url: Url,
    pub authenticator: Authenticator,
    pub exchange: Arc<Exchange>,
    /// The operations whose deprecation has been told.
    pub warned: Mutex<HashSet<&'static str>>,
}

pub(crate) async fn call<T: DeserializeOwned>(
    client: &crate::Client,
    operation: &'static Operation,
    path: &str,
    query: &[(&str, Value)],
) -> Result<ResponseValue<T>, Error> {
    let mut url = client.0.base_url.clone();
    url.set_path(&(url.path().trim_end_matches('/').to_owned() + path));
    for (name, value) in query.iter().filter(|(_, value)| !value.is_null()) {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        url.query_pairs_mut().append_pair(name, &text);
    }
    let span = tracing::info_span!("atlas_backup", operation = operation.name);
    let answer = client.0.get(&url, operation).instrument(span).await;
    answer
        .and_then(Answer::value)
        .map_err(|error| error.of(operation))
}

impl Transport {
    /// Asks as often as the policy allows.
    async fn get(&self, url: &Url, operation: &Operation) -> Result<Answer, Error> {
        let deadline = self.exchange.retry.deadline();
        let attempt = || async {
            let mut pass = self.authenticator.pass(url, deadline, None).await?;
            let mut answer = self.ask(url, operation, pass.as_ref(), deadline).await?;
            if answer.status == StatusCode::UNAUTHORIZED
                && let Some(again) = self
                    .authenticator
                    .pass(url, deadline, Some(&answer))
                    .await?
            {
                answer = self.ask(url, operation, Some(&again), deadline).await?;
                pass = Some(again);
            }
            self.warn_of_deprecation(operation, &answer);
            if answer.status != StatusCode::UNAUTHORIZED {
                self.authenticator.accepted(pass);
            }
            if answer.status.is_success() {
                Ok(answer)
            } else {
                Err(answer.failure().into())
            }
        };
        self.exchange.retry.run(deadline, attempt).await
    }

    /// One exchange, with the headers that the operation wants.
    async fn ask(
        &self,
        url: &Url,
        operation: &Operation,
        pass: Option<&Pass>,
        by: Instant,
    ) -> Result<Answer, Error> {
        let mut request = Request::new(Method::GET, url.clone());
        request
            .headers_mut()
            .insert(ACCEPT, HeaderValue::from_static(operation.accept));
        request
            .headers_mut()
            .extend(pass.map(|pass| (AUTHORIZATION, pass.header.clone())));
        let mut answer = self.exchange.send(request, by).await?;
        if url
            .query_pairs()
            .any(|(key, value)| key == "envelope" && value == "true")
        {
            answer.open_envelope();
        }
        Ok(answer)
    }

    fn warn_of_deprecation(&self, operation: &Operation, answer: &Answer) {
        let header = |name| {
            answer
                .headers
                .get(name)
                .and_then(|it| it.to_str().ok())
                .map(|it| answer.quoted(it))
        };
        let (deprecation, sunset) = (header("deprecation"), header("sunset"));
        if (deprecation.is_some() || sunset.is_some()) && lock(&self.warned).insert(operation.name)
        {
            tracing::warn!(
                operation = operation.name,
                deprecation,
                sunset,
                "Atlas is withdrawing this operation"
            );
        }
    }
}
