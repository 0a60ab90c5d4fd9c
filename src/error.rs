//! [`Error`]: one line that says what went wrong and what to do, and the facts that a program
//! decides by. Bodies, secrets and download URLs are never part of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::{Serialize, Serializer};

use crate::operation::Operation;
use crate::text::{elapsed_text, time_text};
use crate::types::ApiError;

/// The error of every call.
///
/// `Display` and `Debug` are one line, such as
///
/// ```text
/// 404 RESTORE_JOB_NOT_FOUND: No restore job with ID ... (get_backup_restore_job)
/// ```
///
/// Clones share their content. The client has retried transient failures already.
///
/// ```
/// use atlas_backup::{Client, Credentials, ErrorKind};
///
/// let client = Client::builder(Credentials::access_token("token")).build()?;
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let call = client.get_backup_restore_job().group_id("Project0");
/// let error = call.send().await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidRequest);
/// assert_eq!(error.attempts(), 0);
/// # });
/// # Ok::<(), atlas_backup::Error>(())
/// ```
#[derive(Clone)]
pub struct Error {
    operation: Option<&'static Operation>,
    exhausted: bool,
    attempts: u32,
    /// In milliseconds, so that errors stay small.
    elapsed: u32,
    details: Arc<Details>,
}

/// The kinds of [`Error`]: each error has one.
///
/// `Display` and serialization show the name in snake case, `rate_limited` for instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing was sent: an argument, a setting or an environment variable is invalid.
    InvalidRequest,
    /// The credentials were refused: Atlas or the token endpoint answered 401, or the endpoint
    /// does not accept the service account.
    Unauthorized,
    /// Atlas answered 403: the credentials lack a role, or the address is not on the access list.
    Forbidden,
    /// Atlas answered 404: the resource does not exist, or is not visible to the credentials.
    NotFound,
    /// Atlas answered 429: the rate limit is used up.
    RateLimited,
    /// The service account has as many active tokens as Atlas allows.
    TokenLimit,
    /// Atlas answered with any other status that is not a success.
    Api,
    /// No connection could be made.
    Connect,
    /// The proxy refused to open a tunnel to Atlas.
    Proxy,
    /// The TLS handshake failed, because of a certificate that is not trusted for instance.
    Tls,
    /// The deadline passed before a response was complete.
    Timeout,
    /// The connection broke or stopped responding before a response was complete.
    Interrupted,
    /// The response is a success that is not JSON, so it is not from Atlas.
    Unexpected,
    /// The response is JSON that does not have the documented form.
    Decode,
    /// The response is larger than this crate reads.
    TooLarge,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl ErrorKind {
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            _ => ErrorKind::Api,
        }
    }
}

/// What a call that is retried must know of a failure, beside its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Circumstance {
    /// The name of the host does not resolve, and the host has never answered.
    UnknownHost,
    /// The deadline of the call passed before anything was sent.
    Unsent,
    /// No connection took the request, so that this was no attempt.
    Untaken,
}

/// The facts of a failure.
pub(crate) struct Details {
    pub kind: ErrorKind,
    pub message: String,
    /// Whether the same call may succeed later.
    pub is_transient: bool,
    pub is_timeout: bool,
    pub circumstance: Option<Circumstance>,
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    pub api_error: Option<ApiError>,
    pub retry_after: Option<Duration>,
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Details {
    /// Makes the facts of a failure of this kind, which is transient if most of its kind are.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let is_transient = matches!(
            kind,
            ErrorKind::Connect
                | ErrorKind::Proxy
                | ErrorKind::Tls
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
                | ErrorKind::Unexpected
        );
        Details {
            kind,
            message: message.into(),
            is_transient,
            is_timeout: kind == ErrorKind::Timeout,
            circumstance: None,
            status: None,
            headers: HeaderMap::new(),
            api_error: None,
            retry_after: None,
            source: None,
        }
    }

    /// Makes the facts of a failure that is final, although most of its kind are transient.
    pub(crate) fn permanent(kind: ErrorKind, message: String) -> Self {
        let mut details = Details::new(kind, message);
        details.is_transient = false;
        details
    }

    /// Adds what to do about it to the message.
    pub(crate) fn add_hint(&mut self, hint: &str) {
        let message = self.message.trim_end_matches('.');
        self.message = format!("{message}; {hint}");
    }

    /// Makes the facts of a response with a status that is no success.
    pub(crate) fn of_status(status: StatusCode, message: String) -> Self {
        let mut details = Details::new(ErrorKind::of(status), message);
        details.is_transient = may_pass(status);
        details
    }
}

impl From<Details> for Error {
    fn from(details: Details) -> Self {
        Error {
            operation: None,
            exhausted: false,
            attempts: 0,
            elapsed: 0,
            details: Arc::new(details),
        }
    }
}

impl Error {
    /// Returns the error of an argument, a setting or a variable that is invalid.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Details::new(ErrorKind::InvalidRequest, message).into()
    }

    /// Returns the error of a call whose deadline passed before anything was sent.
    pub(crate) fn unsent(waited: Duration, reason: &str) -> Self {
        let waited = time_text(waited);
        let message = format!("nothing was sent within {waited}: {reason}");
        let mut details = Details::new(ErrorKind::Timeout, message);
        details.circumstance = Some(Circumstance::Unsent);
        details.into()
    }

    /// Sets the operation that was called.
    pub(crate) fn of(self, operation: &'static Operation) -> Self {
        Error {
            operation: Some(operation),
            ..self
        }
    }

    /// Sets how often and for how long the call was tried. An attempt that waited for a token has
    /// the attempts to fetch it.
    pub(crate) fn after(self, attempts: u32, elapsed: Duration) -> Self {
        Error {
            attempts: attempts.max(self.attempts),
            elapsed: u32::try_from(elapsed.as_millis()).unwrap_or(u32::MAX),
            ..self
        }
    }

    /// Notes that it was retried as far as the policy allows.
    pub(crate) fn exhausted(self) -> Self {
        Error {
            exhausted: true,
            ..self
        }
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// Returns whether this is known of the failure.
    pub(crate) fn is(&self, circumstance: Circumstance) -> bool {
        self.details.circumstance == Some(circumstance)
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.details.kind
    }

    /// Returns the number of attempts that the call made; 0 if nothing was sent. Requests that the
    /// server never processed do not count.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the time that the call took, its pauses included.
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed.into())
    }

    /// Returns the HTTP status, or the one inside the envelope, whenever one arrived, even if the
    /// body could not be read.
    pub fn status(&self) -> Option<StatusCode> {
        self.details.status
    }

    /// Returns the headers of the response; none if there was no response. MongoDB support can find
    /// a request by a header that identifies it.
    pub fn headers(&self) -> &HeaderMap {
        &self.details.headers
    }

    /// Returns Atlas's name for the error, such as `RESTORE_JOB_NOT_FOUND`.
    pub fn code(&self) -> Option<&str> {
        self.api_error()?.error_code.as_deref()
    }

    /// Returns all that Atlas said about the error, if the response has the form of an Atlas error.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.details.api_error.as_ref()
    }

    /// Returns the pause before the next attempt that Atlas asks for in `Retry-After`.
    pub fn retry_after(&self) -> Option<Duration> {
        self.details.retry_after
    }

    /// Returns the method that was called, such as `get_backup_restore_job`; `None` for errors of
    /// the builder and the environment.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation.map(|operation| operation.name)
    }

    /// Returns whether Atlas answered 404: the project, the cluster or the resource does not exist,
    /// or is not visible to the credentials.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Returns whether the credentials were refused: Atlas answered 401 or 403, or the token
    /// endpoint refused them.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden)
    }

    /// Returns whether the request was throttled: Atlas answered 429.
    /// [`retry_after`](Self::retry_after) says when to try again.
    #[doc(alias = "throttling")]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Returns whether the failure is transient, so that the same call may succeed later. The client
    /// has retried it already, as far as its [`RetryPolicy`](crate::RetryPolicy) goes. Transient are:
    ///
    /// - 408, 429, and every 5xx but 501 and 505;
    /// - connections that are refused, time out, or are reset or cut;
    /// - a success that is not from Atlas: a page that something in between wrote.
    ///
    /// All other statuses are final, and so are a certificate that is not trusted, TLS settings that
    /// do not match, and a proxy that asks for a password.
    #[doc(alias = "transient")]
    pub fn is_retryable(&self) -> bool {
        self.details.is_transient
    }

    /// Returns whether a deadline passed before there was a connection or a whole response, or the
    /// connection stopped responding.
    pub fn is_timeout(&self) -> bool {
        self.details.is_timeout
    }

    /// Returns whether no connection could be made: a name that does not resolve, a closed port, a
    /// failed handshake, a certificate that is not trusted, a proxy that refused.
    pub fn is_connect(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Connect | ErrorKind::Proxy | ErrorKind::Tls
        )
    }

    /// Returns whether nothing was sent because an argument, a setting or an environment variable
    /// is invalid.
    pub fn is_invalid_request(&self) -> bool {
        self.kind() == ErrorKind::InvalidRequest
    }

    /// Returns whether the response is a success that cannot be read: not JSON, not of the
    /// documented form, or too large.
    pub fn is_decode(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Decode | ErrorKind::Unexpected | ErrorKind::TooLarge
        )
    }
}

/// Gateways have statuses of their own above 505, which are as transient as 502 and 503.
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
        let Some(operation) = self.operation() else {
            return Ok(());
        };
        if self.attempts <= 1 {
            return write!(formatter, " ({operation})");
        }
        let attempts = self.attempts;
        let elapsed = elapsed_text(self.elapsed());
        write!(
            formatter,
            " ({operation}, {attempts} attempts in {elapsed})"
        )
    }
}

/// The form of an error in JSON.
#[derive(Serialize)]
struct ErrorReport<'e> {
    message: String,
    kind: ErrorKind,
    code: Option<&'e str>,
    status: Option<u16>,
    operation: Option<&'static str>,
    attempts: u32,
    retryable: bool,
    retry_after: Option<f64>,
}

/// Serializes the message and the facts that a program decides by. `retry_after` is in seconds.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = ErrorReport {
            message: self.to_string(),
            kind: self.kind(),
            code: self.code(),
            status: self.status().map(|status| status.as_u16()),
            operation: self.operation(),
            attempts: self.attempts,
            retryable: self.is_retryable(),
            retry_after: self.retry_after().map(|pause| pause.as_secs_f64()),
        };
        report.serialize(serializer)
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
