//! [`Error`]: one line that says what went wrong and what to do, and the questions that a program
//! asks of it. Bodies, secrets and URLs are never part of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::operation::Operation;
use crate::types::ApiError;

/// The error of every call.
///
/// `Display` is one line, such as `404 RESTORE_JOB_NOT_FOUND: No restore job with ID ... exists for
/// cluster ... (get_backup_restore_job)`, and `Debug` is the same. Clones share their content.
#[derive(Clone)]
pub struct Error {
    operation: Option<&'static str>,
    exhausted: bool,
    details: Arc<Details>,
}

/// What kind of failure an error tells of, which decides what its predicates say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing was sent: an argument, a setting or the environment does not fit.
    Invalid,
    /// No connection could be made.
    Connect,
    /// No connection could be made within the time.
    ConnectTimeout,
    /// No connection can be made as things are set up, which asking again would not change: a
    /// certificate that is not trusted, a TLS that does not fit, a proxy that refuses.
    Barred,
    /// No answer came, or none that is whole, within the time.
    Timeout,
    /// The time of the call was up before anything was sent.
    Unsent,
    /// The connection broke before the answer was whole.
    Broken,
    /// The connection broke before it took the request.
    Untaken,
    /// The server answered, but not with success.
    Status,
    /// Something between here and the server answered with success in its place.
    Foreign,
    /// The server answered with success, but with a body that the API does not document.
    Decode,
    /// The token endpoint refused the credentials.
    Credentials,
    /// The server found the key right, but had forgotten its own nonce each time.
    Stale,
}

/// All that is known of a failure.
pub(crate) struct Details {
    pub kind: Kind,
    pub message: String,
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    pub api_error: Option<ApiError>,
    pub retry_after: Option<Duration>,
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Details {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Details {
            kind,
            message: message.into(),
            status: None,
            headers: HeaderMap::new(),
            api_error: None,
            retry_after: None,
            source: None,
        }
    }
}

impl From<Details> for Error {
    fn from(details: Details) -> Self {
        Error {
            operation: None,
            exhausted: false,
            details: Arc::new(details),
        }
    }
}

impl Error {
    /// Makes the error of an argument, a setting or a variable that does not fit.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Details::new(Kind::Invalid, message).into()
    }

    /// Says which operation was called.
    pub(crate) fn of(self, operation: &Operation) -> Self {
        Error {
            operation: Some(operation.name),
            ..self
        }
    }

    /// Says that it was retried as far as the policy allows.
    pub(crate) fn exhausted(self) -> Self {
        Error {
            exhausted: true,
            ..self
        }
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Returns whether no connection took the request, so that this was no attempt.
    pub(crate) fn is_untaken(&self) -> bool {
        self.details.kind == Kind::Untaken
    }

    /// Returns whether the time of the call was up before anything was sent.
    pub(crate) fn is_unsent(&self) -> bool {
        self.details.kind == Kind::Unsent
    }

    /// Returns the HTTP status, or the one inside the envelope, whenever one arrived: also if the
    /// body could not be read.
    pub fn status(&self) -> Option<StatusCode> {
        self.details.status
    }

    /// Returns the headers of the answer, as they came; none if no answer came. One that tells a
    /// request from others helps MongoDB's support to find it.
    pub fn headers(&self) -> &HeaderMap {
        &self.details.headers
    }

    /// Returns Atlas's name for the error, such as `RESTORE_JOB_NOT_FOUND`.
    pub fn code(&self) -> Option<&str> {
        self.api_error()?.error_code.as_deref()
    }

    /// Returns what Atlas says about the error, if it said it in its own form.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.details.api_error.as_ref()
    }

    /// Returns how long Atlas asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }

    /// Returns the method that was called, such as `get_backup_restore_job`, and `None` for errors
    /// of the builder and the environment.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns whether Atlas answered 404: the project, the cluster or the resource does not exist,
    /// or is not visible.
    pub fn is_not_found(&self) -> bool {
        self.has_status(404)
    }

    /// Returns whether the credentials were refused: 401, 403, or a refusal by the token endpoint.
    pub fn is_unauthorized(&self) -> bool {
        match self.details.kind {
            Kind::Credentials => true,
            Kind::Stale => false,
            _ => self.has_status(401) || self.has_status(403),
        }
    }

    /// Returns whether Atlas answered 429. [`retry_after`](Self::retry_after) says when to come
    /// back.
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(429)
    }

    /// Returns whether the same call may succeed later. These may pass:
    ///
    /// - 408, 429, and every 5xx but 501 and 505;
    /// - connections that were refused, timed out, reset or cut;
    /// - a success that is a page of HTML, which something in between wrote.
    ///
    /// These will not: all other statuses, a certificate that is not trusted, a TLS that does not
    /// fit, a proxy that wants a password or refuses. The client has retried what may pass already,
    /// as far as its [`RetryPolicy`](crate::RetryPolicy) goes.
    pub fn is_retryable(&self) -> bool {
        match self.details.kind {
            Kind::Connect | Kind::ConnectTimeout | Kind::Timeout | Kind::Broken => true,
            Kind::Untaken | Kind::Unsent | Kind::Foreign | Kind::Stale => true,
            Kind::Status => self.status().is_some_and(may_pass),
            Kind::Invalid | Kind::Barred | Kind::Decode | Kind::Credentials => false,
        }
    }

    /// Returns whether the time was up before a connection or an answer was there.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.details.kind,
            Kind::Timeout | Kind::ConnectTimeout | Kind::Unsent
        )
    }

    /// Returns whether no connection could be made: a name that is not known, a port that is
    /// closed, a handshake that failed, a certificate that is not trusted, a proxy that refuses.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.details.kind,
            Kind::Connect | Kind::ConnectTimeout | Kind::Barred
        )
    }

    /// Returns whether nothing was sent because an argument, a setting or a variable of the
    /// environment does not fit.
    pub fn is_invalid_request(&self) -> bool {
        self.details.kind == Kind::Invalid
    }

    /// Returns whether Atlas answered with success, but with something else than the API documents.
    pub fn is_decode(&self) -> bool {
        matches!(self.details.kind, Kind::Decode | Kind::Foreign)
    }

    fn has_status(&self, status: u16) -> bool {
        self.status().is_some_and(|known| known.as_u16() == status)
    }
}

/// Gateways have statuses of their own above 505, which pass like 502 and 503.
fn may_pass(status: StatusCode) -> bool {
    match status.as_u16() {
        501 | 505 => false,
        408 | 429 | 500..=599 => true,
        _ => false,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.details.message)?;
        match self.operation {
            Some(operation) => write!(formatter, " ({operation})"),
            None => Ok(()),
        }
    }
}

/// The same line as `Display`, since it is what `main` prints of an error that it returns.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.details.source.as_deref()?;
        Some(source)
    }
}
