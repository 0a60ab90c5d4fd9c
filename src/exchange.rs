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
use url::Position;

use crate::answer::Answer;
use crate::error::{Error, Failure, Kind, named, shown};
use crate::retry::{RetryPolicy, retry_after};

/// Documents of Atlas have a few kilobytes.
const BODY_LIMIT: u64 = 8 << 20;
/// How long the first exchange may hold the others up.
const HEAD_START: Duration = Duration::from_secs(1);

/// What every exchange of a client has in common.
pub(crate) struct Exchange {
    pub http: reqwest::Client,
    pub retry: RetryPolicy,
    user_agent: HeaderValue,
    timeout: Duration,
    /// One permit, for the first exchange; closed when the others may go.
    first: Semaphore,
}

impl Exchange {
    pub(crate) fn new(
        http: reqwest::Client,
        retry: RetryPolicy,
        user_agent: HeaderValue,
        timeout: Duration,
    ) -> Self {
        Exchange {
            http,
            retry,
            user_agent,
            timeout,
            first: Semaphore::new(1),
        }
    }

    /// Sends the request and reads the answer, before the deadline and within the time limit of an exchange.
    pub(crate) async fn send(
        &self,
        mut request: Request,
        deadline: Instant,
    ) -> Result<Answer, Error> {
        // Closed when an exchange has come far enough: then nobody waits. If it is dropped, the next one goes ahead.
        let alone = tokio::time::timeout(HEAD_START, self.first.acquire()).await;
        if alone.is_err() {
            self.first.close();
        }
        let limit = self.timeout.min(deadline.duration_since(Instant::now()));
        *request.timeout_mut() = Some(limit);
        request
            .headers_mut()
            .insert(USER_AGENT, self.user_agent.clone());
        let (asked, sent) = (
            request.url().clone(),
            request.headers().get(AUTHORIZATION).cloned(),
        );
        let result = self.http.execute(request).await;
        self.first.close();
        let mut response = result.map_err(|error| lost(error, &asked, None, limit))?;
        let (status, direct) = (response.status(), *response.url() == asked);
        let read = read(&mut response).await;
        let headers = std::mem::take(response.headers_mut());
        let failure = match read {
            Ok(Some(body)) => {
                return Ok(Answer {
                    status,
                    headers,
                    body,
                    direct,
                    sent,
                });
            }
            // An error is one without its body, too.
            _ if !status.is_success() => {
                return Ok(Answer {
                    status,
                    headers,
                    body: Bytes::new(),
                    direct,
                    sent,
                });
            }
            Ok(None) => Failure::new(
                Kind::Decode,
                format!("{}: the body is larger than 8 MiB", named(status)),
            ),
            Err(error) => lost(error, &asked, Some(status), limit),
        };
        Err(Failure {
            status: Some(status),
            retry_after: retry_after(&headers),
            ..failure
        }
        .into())
    }
}

/// The body; nothing if it is too large.
async fn read(response: &mut Response) -> reqwest::Result<Option<Bytes>> {
    let (mut body, mut length) = (Vec::new(), response.content_length().unwrap_or_default());
    while length <= BODY_LIMIT
        && let Some(chunk) = response.chunk().await?
    {
        length = length.max((body.len() + chunk.len()) as u64);
        body.extend_from_slice(&chunk);
    }
    Ok((length <= BODY_LIMIT).then(|| body.into()))
}

/// An answer that did not come, or, with its status, not whole.
fn lost(
    error: reqwest::Error,
    asked: &Url,
    status: Option<StatusCode>,
    limit: Duration,
) -> Failure {
    let error = error.without_url();
    // What stands around the innermost cause says only that something failed. rustls ends with a link to its documents.
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |error| {
        error.source()
    });
    let cause = causes
        .last()
        .map(|cause| shown(&cause.to_string()).replace(": [URL]", ""))
        .unwrap_or_default();
    // The words of rustls. A TLS that somebody brings has its own, and is asked again.
    let kind = if cause.starts_with("invalid peer certificate") {
        Kind::Certificate
    } else {
        Kind::Connection
    };
    let host = &asked[Position::BeforeHost..Position::AfterPort];
    let words = match status.map(named) {
        Some(status) if error.is_timeout() => {
            format!("{status}: the body did not arrive within {limit:?}")
        }
        Some(status) => format!("{status}: the body was cut off: {cause}"),
        None if error.is_timeout() => format!("no answer from {host} within {limit:?}"),
        None if error.is_connect() => format!("cannot connect to {host}: {cause}"),
        None => format!("no answer from {host}: {cause}"),
    };
    Failure {
        source: Some(error.into()),
        ..Failure::new(kind, words)
    }
}
