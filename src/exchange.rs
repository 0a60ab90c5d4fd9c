//! One exchange over HTTP: a request goes in, the whole answer comes out, or an error that says why there is none.
//!
//! Limits: a time for the whole exchange, the size of the body. The first exchange of a client goes ahead alone, so
//! that a burst of first calls shares one HTTP/2 connection rather than open one each.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Request, Response, StatusCode, Url};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::answer::Answer;
use crate::error::{Error, Failure, Kind, named, shown};
use crate::retry::retry_after;

/// Documents of Atlas have a few kilobytes.
const BODY_LIMIT: u64 = 8 << 20;
/// How long the first exchange may hold the others up.
const HEAD_START: Duration = Duration::from_secs(1);

/// What every exchange of a client has in common.
pub(crate) struct Exchange {
    user_agent: HeaderValue,
    timeout: Duration,
    /// One permit, for the first exchange; closed when the others may go.
    first: Semaphore,
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
        let mut response = http.execute(request).await.map_err(|error| lost(error, &asked, None, limit))?;
        drop(lead);
        let (status, direct) = (response.status(), *response.url() == asked);
        let read = read(&mut response).await;
        let headers = std::mem::take(response.headers_mut());
        let body = match read {
            Ok(Some(body)) => body,
            // An error is one without its body, too.
            _ if !status.is_success() => Bytes::new(),
            Ok(None) => {
                let words = format!("{}: the body is larger than {} MiB", named(status), BODY_LIMIT >> 20);
                return Err(Failure { status: Some(status), ..Failure::new(Kind::Decode, words) }.into());
            }
            Err(error) => {
                let failure = lost(error, &asked, Some(status), limit);
                return Err(Failure { status: Some(status), retry_after: retry_after(&headers), ..failure }.into());
            }
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

/// The body; nothing if it is too large.
async fn read(response: &mut Response) -> reqwest::Result<Option<Bytes>> {
    if response.content_length() > Some(BODY_LIMIT) {
        return Ok(None);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if (body.len() + chunk.len()) as u64 > BODY_LIMIT {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.into()))
}

/// An answer that did not come, or, with its status, not whole.
fn lost(error: reqwest::Error, asked: &Url, status: Option<StatusCode>, limit: Duration) -> Failure {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    // What stands around the innermost cause says only that something failed.
    while let Some(source) = cause.source() {
        cause = source;
    }
    let (host, cause) = (asked.host_str().unwrap_or_default(), shown(&cause.to_string()));
    let words = match status.map(named) {
        Some(status) if error.is_timeout() => format!("{status}: the body did not arrive within {limit:?}"),
        Some(status) => format!("{status}: the body was cut off: {cause}"),
        None if error.is_timeout() => format!("no answer from {host} within {limit:?}"),
        None if error.is_connect() => format!("cannot connect to {host}: {cause}"),
        None => format!("no answer from {host}: {cause}"),
    };
    Failure { source: Some(error.into()), ..Failure::new(Kind::Connection, words) }
}
