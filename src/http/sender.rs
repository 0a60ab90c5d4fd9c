//! [`Sender`]: one exchange over HTTP, from a request to the whole response, or an error that says
//! why there is none. It limits the time of an exchange and the size of a body.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Request, Response, StatusCode, Url};
use tokio::time::Instant;
use url::Position;

use super::authorization::Authorization;
use super::head_start::HeadStart;
use super::response::RawResponse;
use crate::error::{Details, Error, Kind};
use crate::retry_after::retry_after;
use crate::text::{sanitize, status_text};

/// Documents of Atlas have a few kilobytes.
const BODY_LIMIT: u64 = 8 << 20;

/// What all exchanges of a client have in common.
pub(crate) struct Sender {
    http: reqwest::Client,
    user_agent: HeaderValue,
    timeout: Duration,
    head_start: HeadStart,
}

impl Sender {
    pub(crate) fn new(http: reqwest::Client, user_agent: HeaderValue, timeout: Duration) -> Self {
        Sender {
            http,
            user_agent,
            timeout,
            head_start: HeadStart::new(),
        }
    }

    /// Sends the request and reads the response, before the deadline and within the time limit of
    /// an exchange.
    pub(crate) async fn send(
        &self,
        mut request: Request,
        authorization: Option<&Authorization>,
        deadline: Instant,
    ) -> Result<RawResponse, Error> {
        let headers = request.headers_mut();
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization.header.clone());
        }
        headers.insert(USER_AGENT, self.user_agent.clone());
        let turn = self.head_start.turn().await;
        let limit = self.timeout.min(deadline.duration_since(Instant::now()));
        *request.timeout_mut() = Some(limit);
        let url = request.url().clone();
        let result = self.http.execute(request).await;
        turn.end();
        match result {
            Ok(response) => read(response, &url, limit).await,
            Err(error) => Err(no_response(error, &url, limit).into()),
        }
    }
}

/// Reads the response to its end.
async fn read(mut response: Response, url: &Url, limit: Duration) -> Result<RawResponse, Error> {
    let body = read_body(&mut response).await;
    let raw = RawResponse {
        status: response.status(),
        is_direct: response.url() == url,
        headers: std::mem::take(response.headers_mut()),
        body: Bytes::new(),
    };
    let mut details = match body {
        Ok(Some(body)) => return Ok(RawResponse { body, ..raw }),
        // An error is one without its body, too.
        _ if !raw.status.is_success() => return Ok(raw),
        Ok(None) => too_large(raw.status),
        Err(error) => cut_off(error, raw.status, limit),
    };
    details.status = Some(raw.status);
    details.retry_after = retry_after(&raw.headers);
    Err(details.into())
}

/// Reads the body, and returns nothing if it is too large.
async fn read_body(response: &mut Response) -> reqwest::Result<Option<Bytes>> {
    if response
        .content_length()
        .is_some_and(|length| length > BODY_LIMIT)
    {
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

fn too_large(status: StatusCode) -> Details {
    let status = status_text(status);
    Details::new(
        Kind::Decode,
        format!("{status}: the body is larger than 8 MiB"),
    )
}

/// Tells why a body did not arrive.
fn cut_off(error: reqwest::Error, status: StatusCode, limit: Duration) -> Details {
    let error = error.without_url();
    let status = status_text(status);
    let mut details = if error.is_timeout() {
        let message = format!("{status}: the body did not arrive within {limit:?}");
        Details::new(Kind::Timeout, message)
    } else {
        let cause = innermost_cause(&error);
        Details::new(
            Kind::Broken,
            format!("{status}: the body was cut off: {cause}"),
        )
    };
    details.source = Some(error.into());
    details
}

/// Tells why no response came at all.
fn no_response(error: reqwest::Error, url: &Url, limit: Duration) -> Details {
    let error = error.without_url();
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let cause = innermost_cause(&error);
    let mut details = if error.is_timeout() {
        Details::new(
            Kind::Timeout,
            format!("no answer from {host} within {limit:?}"),
        )
    } else if error.is_connect() {
        let kind = connect_kind(&cause);
        Details::new(kind, format!("cannot connect to {host}: {cause}"))
    } else {
        Details::new(Kind::Broken, format!("no answer from {host}: {cause}"))
    };
    details.source = Some(error.into());
    details
}

/// Tells a certificate that is not trusted from what may pass, by the words of rustls. A TLS that
/// somebody brings has its own words, and is asked again.
fn connect_kind(cause: &str) -> Kind {
    if cause.starts_with("invalid peer certificate") {
        Kind::Certificate
    } else {
        Kind::Connect
    }
}

/// Returns the words of the innermost cause. What stands around it says only that something failed.
fn innermost_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    // rustls ends with a link to its documents.
    sanitize(&cause.to_string()).replace(": [URL]", "")
}
