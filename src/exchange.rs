//! One exchange over HTTP: a request goes in, the whole answer comes out, or an error that says why there is none.
//!
//! Limits: a time for the whole exchange, the size of the body. The first exchange of a client goes ahead alone, so
//! that a burst of first calls shares one HTTP/2 connection rather than open one each.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Request, StatusCode};
use tokio::sync::Semaphore;

use crate::error::{Error, Failure, Kind, named};
use crate::retry::retry_after;

/// Documents of Atlas have a few kilobytes.
const BODY_LIMIT: usize = 8 << 20;
/// How long the first exchange may hold the others up.
const HEAD_START: Duration = Duration::from_secs(1);

/// What every exchange of a client has in common.
pub(crate) struct Exchange {
    pub user_agent: HeaderValue,
    pub timeout: Duration,
    first: Semaphore,
    gone_ahead: AtomicBool,
}

/// A whole answer.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Whether it comes from the URL that was asked; a client with redirects may have gone elsewhere.
    pub direct: bool,
}

impl Exchange {
    pub(crate) fn new(user_agent: HeaderValue, timeout: Duration) -> Self {
        Exchange { user_agent, timeout, first: Semaphore::new(1), gone_ahead: AtomicBool::new(false) }
    }

    /// Sends the request and reads the answer, within `left` and the time limit of an exchange.
    pub(crate) async fn send(
        &self,
        http: &reqwest::Client,
        mut request: Request,
        left: Duration,
    ) -> Result<Answer, Error> {
        let limit = self.timeout.min(left);
        *request.timeout_mut() = Some(limit);
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
        let asked = request.url().clone();
        let lead = self.lead().await;
        let response = http.execute(request).await.map_err(|error| no_answer(error, &asked, limit))?;
        drop(lead);
        let (status, direct) = (response.status(), *response.url() == asked);
        let headers = response.headers().clone();
        let body = match read(response).await {
            Ok(body) => body,
            // An error is one without its body, too.
            Err(_) if !status.is_success() => Bytes::new(),
            Err(problem) => return Err(cut(problem, status, &headers, limit)),
        };
        Ok(Answer { status, headers, body, direct })
    }

    /// Waits for the first exchange, or is it. Dropping what comes out lets the others go.
    async fn lead(&self) -> Option<Lead<'_>> {
        if self.gone_ahead.load(Ordering::Acquire) {
            return None;
        }
        let permit = tokio::time::timeout(HEAD_START, self.first.acquire()).await;
        match permit {
            Ok(Ok(permit)) if !self.gone_ahead.load(Ordering::Acquire) => {
                permit.forget();
                Some(Lead(self))
            }
            _ => None,
        }
    }
}

/// The first exchange, under way.
struct Lead<'a>(&'a Exchange);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.0.gone_ahead.store(true, Ordering::Release);
        self.0.first.close();
    }
}

enum Problem {
    Http(reqwest::Error),
    TooLarge,
}

async fn read(mut response: reqwest::Response) -> Result<Bytes, Problem> {
    let announced = response.content_length().unwrap_or_default();
    if announced > BODY_LIMIT as u64 {
        return Err(Problem::TooLarge);
    }
    // Most bodies come in one piece, which needs no copy.
    let first = response.chunk().await.map_err(Problem::Http)?.unwrap_or_default();
    let Some(second) = response.chunk().await.map_err(Problem::Http)? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        if whole.len() + chunk.len() > BODY_LIMIT {
            return Err(Problem::TooLarge);
        }
        whole.extend_from_slice(&chunk);
        next = response.chunk().await.map_err(Problem::Http)?;
    }
    Ok(whole.freeze())
}

fn no_answer(error: reqwest::Error, asked: &reqwest::Url, limit: Duration) -> Error {
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
fn cut(problem: Problem, status: StatusCode, headers: &HeaderMap, limit: Duration) -> Error {
    let (kind, words, source) = match problem {
        Problem::TooLarge => (Kind::Decode, format!("the body is larger than {} MiB", BODY_LIMIT >> 20), None),
        Problem::Http(error) if error.is_timeout() => {
            (Kind::Connection, format!("the body did not arrive within {limit:?}"), Some(error.without_url()))
        }
        Problem::Http(error) => {
            (Kind::Connection, format!("the body was cut off: {}", cause(&error)), Some(error.without_url()))
        }
    };
    let failure = Failure::new(kind, format!("{}: {words}", named(status)));
    let source = source.map(|error| error.into());
    Failure { status: Some(status), retry_after: retry_after(headers), source, ..failure }.into()
}

/// The innermost cause: what stands around it says only that something failed.
fn cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    crate::error::shown(&cause.to_string())
}
