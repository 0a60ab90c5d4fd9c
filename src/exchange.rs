//! One exchange over HTTP: a request goes in, the whole answer comes out, or an error that says why there is none.
//!
//! Limits: a time for the whole exchange, the size of the body. The first exchange of a client goes ahead alone, so
//! that a burst of first calls shares one HTTP/2 connection rather than open one each.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Request, StatusCode, Url};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::error::{Error, Failure, Kind, shown};
use crate::retry::retry_after;

/// Documents of Atlas have a few kilobytes.
const BODY_LIMIT: usize = 8 << 20;
/// How long the first exchange may hold the others up.
const HEAD_START: Duration = Duration::from_secs(1);

/// What every exchange of a client has in common.
pub(crate) struct Exchange {
    pub user_agent: HeaderValue,
    pub timeout: Duration,
    /// One permit, for the first exchange; closed when the others may go.
    first: Semaphore,
}

/// A whole answer.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whether it comes from the URL that was asked; a client with redirects may have gone elsewhere.
    pub direct: bool,
    /// What the request was authorized with.
    pub sent: Option<HeaderValue>,
}

impl Answer {
    /// What the server says about a request that did not succeed, in the form of Atlas or of OAuth.
    pub(crate) fn failure(&self) -> Failure {
        let said: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let text = |key: &str| said[key].as_str().map(|text| self.quoted(text));
        let name = text("errorCode").or_else(|| text("error"));
        let name = name.as_deref().or(self.status.canonical_reason());
        let mut words = self.status.as_str().to_owned();
        words.extend(name.map(|name| format!(" {name}")));
        let detail = text("detail").or_else(|| text("error_description")).or_else(|| text("reason"));
        words.extend(detail.map(|detail| format!(": {detail}")));
        let location = self.headers.get(LOCATION).filter(|_| self.status.is_redirection());
        let location = location.and_then(|it| Url::parse(it.to_str().ok()?).ok());
        if let Some(host) = location.as_ref().and_then(Url::host_str) {
            words.push_str(&format!(": redirects to {} are not followed; check the base URL", self.quoted(host)));
        }
        if matches!(self.status.as_u16(), 406 | 410) {
            words.push_str("; Atlas may have withdrawn this version of the operation: look for a newer atlas-backup");
        }
        let api_error = serde_json::from_value(said).ok();
        let retry_after = retry_after(&self.headers);
        Failure { status: Some(self.status), api_error, retry_after, ..Failure::new(Kind::Status, words) }
    }

    /// Text of the server for one line, without what the request was authorized with: the server may repeat it.
    pub(crate) fn quoted(&self, text: &str) -> String {
        let sent = self.sent.as_ref().and_then(|it| it.to_str().ok()?.split_once(' '));
        let sent = sent.map_or("", |(_, secret)| secret);
        // `Basic` can be read by anybody.
        let pair = BASE64_STANDARD.decode(sent).ok().and_then(|it| String::from_utf8(it).ok()).unwrap_or_default();
        let pair = pair.replacen(':', "&", 1);
        let plain = url::form_urlencoded::parse(pair.as_bytes()).map(|(text, _)| text.into_owned());
        let secrets = sent.split('"').chain(pair.split('&')).map(str::to_owned).chain(plain);
        let mut text = text.to_owned();
        // Of an answer to a challenge the path may be told, and what is as short as its other parts is no secret.
        for secret in secrets.filter(|it| it.len() >= 8 && !it.starts_with('/')) {
            text = text.replace(&secret, "[hidden]");
        }
        shown(&text)
    }
}

impl Exchange {
    pub(crate) fn new(user_agent: HeaderValue, timeout: Duration) -> Self {
        Exchange { user_agent, timeout, first: Semaphore::new(1) }
    }

    /// Sends the request and reads the answer, within `left` and the time limit of an exchange.
    pub(crate) async fn send(
        &self,
        http: &reqwest::Client,
        mut request: Request,
        left: Duration,
    ) -> Result<Answer, Error> {
        let begun = Instant::now();
        let lead = self.lead().await;
        let limit = self.timeout.min(left.saturating_sub(begun.elapsed()));
        *request.timeout_mut() = Some(limit);
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
        let (asked, sent) = (request.url().clone(), request.headers().get(AUTHORIZATION).cloned());
        let response = http.execute(request).await.map_err(|error| no_answer(error, &asked, limit))?;
        drop(lead);
        let (status, direct) = (response.status(), *response.url() == asked);
        let headers = response.headers().clone();
        let body = match Limited::new(reqwest::Body::from(response), BODY_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            // An error is one without its body, too.
            Err(_) if !status.is_success() => Bytes::new(),
            Err(problem) => return Err(cut(problem, status, &headers, limit)),
        };
        Ok(Answer { status, headers, body, direct, sent })
    }

    /// Waits for the first exchange, or is it. Dropping what comes out lets the others go.
    async fn lead(&self) -> Option<Lead<'_>> {
        if self.first.is_closed() {
            return None;
        }
        if let Ok(Ok(permit)) = tokio::time::timeout(HEAD_START, self.first.acquire()).await {
            permit.forget();
            return Some(Lead(&self.first));
        }
        // It has gone ahead, or takes too long for anybody to wait any more.
        self.first.close();
        None
    }
}

/// The first exchange, under way.
struct Lead<'a>(&'a Semaphore);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn no_answer(error: reqwest::Error, asked: &Url, limit: Duration) -> Error {
    let error = error.without_url();
    let host = asked.host_str().unwrap_or_default();
    let words = match (error.is_timeout(), error.is_connect()) {
        (true, _) => format!("no answer from {host} within {limit:?}"),
        (_, true) => format!("cannot connect to {host}: {}", cause(&error)),
        _ => format!("no answer from {host}: {}", cause(&error)),
    };
    Failure { source: Some(error.into()), ..Failure::new(Kind::Connection, words) }.into()
}

/// The status is known then: it is told, also where what follows it is lost.
fn cut(
    problem: Box<dyn std::error::Error + Send + Sync>,
    status: StatusCode,
    headers: &HeaderMap,
    limit: Duration,
) -> Error {
    let (kind, words, source) = match problem.downcast::<reqwest::Error>() {
        Err(_) => (Kind::Decode, format!("the body is larger than {} MiB", BODY_LIMIT >> 20), None),
        Ok(error) if error.is_timeout() => {
            (Kind::Connection, format!("the body did not arrive within {limit:?}"), Some(error))
        }
        Ok(error) => (Kind::Connection, format!("the body was cut off: {}", cause(&error)), Some(error)),
    };
    let failure = Failure::new(kind, format!("{status}: {words}"));
    let source = source.map(|error| error.without_url().into());
    Failure { status: Some(status), retry_after: retry_after(headers), source, ..failure }.into()
}

/// The innermost cause: what stands around it says only that something failed.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    shown(&cause.to_string())
}
