//! [`Error`]: whatever went wrong with a call goes in, one line comes out that says what and what to do, and the
//! questions a program asks of it. What a server wrote is shown cut and cleaned; bodies, secrets and URLs never are.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use crate::transport::Operation;
use crate::types::ApiError;

/// The error of every call.
///
/// `Display` is one line, such as `404 RESTORE_JOB_NOT_FOUND: No restore job with ID ... exists for cluster ...
/// (get_backup_restore_job)`. Clones share their content.
#[derive(Clone)]
pub struct Error {
    operation: Option<&'static str>,
    /// As often as the policy allows.
    pub(crate) retried: bool,
    failure: Arc<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing was sent: an argument, a setting or the environment does not fit.
    Invalid,
    /// No answer, or none that is whole.
    Connection,
    /// The server did not prove who it is, which asking again would not change.
    Certificate,
    /// An answer that is no success.
    Status,
    /// A success whose body is not what the API documents.
    Decode,
    /// The token endpoint refused the credentials.
    Credentials,
}

pub(crate) struct Failure {
    pub kind: Kind,
    pub words: String,
    pub status: Option<StatusCode>,
    pub api_error: Option<ApiError>,
    pub retry_after: Option<Duration>,
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, words: impl Into<String>) -> Self {
        Failure {
            kind,
            words: words.into(),
            status: None,
            api_error: None,
            retry_after: None,
            source: None,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error {
            operation: None,
            retried: false,
            failure: Arc::new(failure),
        }
    }
}

impl Error {
    /// An argument, a setting or a variable of the environment that does not fit.
    pub(crate) fn invalid(words: impl Into<String>) -> Self {
        Failure::new(Kind::Invalid, words).into()
    }

    pub(crate) fn of(self, operation: &Operation) -> Self {
        Error {
            operation: Some(operation.name),
            ..self
        }
    }

    /// The HTTP status, or the one inside the envelope, whenever one arrived: also if the body could not be read.
    pub fn status(&self) -> Option<StatusCode> {
        self.failure.status
    }

    /// Atlas's name for the error, such as `RESTORE_JOB_NOT_FOUND`.
    pub fn code(&self) -> Option<&str> {
        self.api_error()?.error_code.as_deref()
    }

    /// What Atlas says about the error, if it said it in its own form.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.failure.api_error.as_ref()
    }

    /// How long Atlas asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure.retry_after
    }

    /// The method that was called, such as `get_backup_restore_job`. `None` for errors of the builder and the environment.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Whether Atlas answered 404: the project, the cluster or the resource does not exist, or is not visible.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the credentials were refused: 401, 403, or a refusal by the token endpoint.
    pub fn is_unauthorized(&self) -> bool {
        self.failure.kind == Kind::Credentials
            || matches!(self.status().map(|it| it.as_u16()), Some(401 | 403))
    }

    /// Whether Atlas answered 429. [`retry_after`](Self::retry_after) says when to come back.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the same call may succeed later: 408, 429, 500, 502, 503, 504, and connections that failed, timed out or
    /// were cut, unless over a certificate that is not trusted. The client has retried it already as far as its
    /// [`RetryPolicy`](crate::RetryPolicy) goes.
    pub fn is_retryable(&self) -> bool {
        let may_pass = matches!(
            self.status().map(|it| it.as_u16()),
            Some(408 | 429 | 500 | 502 | 503 | 504)
        );
        self.failure.kind == Kind::Connection || self.failure.kind == Kind::Status && may_pass
    }

    /// Whether nothing was sent because an argument, a setting or a variable of the environment does not fit.
    pub fn is_invalid_request(&self) -> bool {
        self.failure.kind == Kind::Invalid
    }

    /// Whether Atlas answered with success, but with something else than the API documents.
    pub fn is_decode(&self) -> bool {
        self.failure.kind == Kind::Decode
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.failure.words)?;
        self.operation
            .map_or(Ok(()), |operation| write!(formatter, " ({operation})"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Error({:?}: {self})", self.failure.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failure.source.as_ref().map(|source| &**source as _)
    }
}

/// `404 Not Found`, or only the number of a status that HTTP does not name.
pub(crate) fn named(status: StatusCode) -> String {
    status.to_string().replace(" <unknown status code>", "")
}

/// Text of a server, fit for one line: cut at 300 characters, without control characters and without URLs.
pub(crate) fn shown(text: &str) -> String {
    // New lines of Unicode, what has no width, and what could make a terminal show the line in another order.
    let is_odd = |it| matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let is_odd = |it: char| it.is_control() || is_odd(it) || "\u{ad}\u{61c}\u{feff}".contains(it);
    let line: String = text
        .trim()
        .chars()
        .map(|it| if is_odd(it) { ' ' } else { it })
        .collect();
    let words: Vec<_> = line
        .split(' ')
        .map(|word| if word.contains("://") { "[URL]" } else { word })
        .collect();
    let line = words.join(" ");
    line.char_indices()
        .nth(300)
        .map_or_else(|| line.clone(), |(end, _)| format!("{}…", &line[..end]))
}
