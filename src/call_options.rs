//! [`CallOptions`]: what one call does differently from the other calls of its client.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::retry::RetryPolicy;
use crate::text::sanitize;

/// What the client itself says, or what would change how HTTP reads a request.
const RESERVED: [&str; 8] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "host",
    "te",
    "transfer-encoding",
    "user-agent",
];

/// What one call does differently. What is wrong with it is told when the call is sent.
///
/// Most calls do nothing differently, and have nothing to carry along.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions(Option<Box<Changes>>);

#[derive(Clone, Debug, Default)]
struct Changes {
    retry: Option<RetryPolicy>,
    total_time: Option<Duration>,
    headers: HeaderMap,
    wrong_header: Option<String>,
}

impl CallOptions {
    fn changes(&mut self) -> &mut Changes {
        self.0.get_or_insert_default()
    }

    pub(crate) fn set_retry(&mut self, retry: RetryPolicy) {
        self.changes().retry = Some(retry);
    }

    pub(crate) fn set_total_time(&mut self, total_time: Duration) {
        self.changes().total_time = Some(total_time);
    }

    /// Sets a header, in place of one of the same name.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, value)) => {
                self.changes().headers.insert(name, value);
            }
            Err(message) => self.changes().wrong_header = Some(message),
        }
    }

    /// Fails if a header cannot be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Some(changes) => changes.check(),
            None => Ok(()),
        }
    }

    /// Returns the policy of the call, given that of the client.
    pub(crate) fn policy(&self, of_client: &RetryPolicy) -> RetryPolicy {
        match &self.0 {
            Some(changes) => changes.policy(of_client),
            None => of_client.clone(),
        }
    }

    /// Returns the headers of the call, if it has any of its own.
    pub(crate) fn headers(&self) -> Option<&HeaderMap> {
        let changes = self.0.as_ref()?;
        Some(&changes.headers)
    }
}

impl Changes {
    fn check(&self) -> Result<(), Error> {
        match &self.wrong_header {
            Some(message) => Err(Error::invalid(message)),
            None => Ok(()),
        }
    }

    fn policy(&self, of_client: &RetryPolicy) -> RetryPolicy {
        let policy = self.retry.as_ref().unwrap_or(of_client).clone();
        match self.total_time {
            Some(total_time) => policy.total_time(total_time),
            None => policy,
        }
    }
}

/// Checks a header. What is wrong with it does not repeat its value, which may be a secret.
fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let shown = sanitize(name);
    let Ok(name) = HeaderName::try_from(name) else {
        return Err(format!(
            "header {shown:?} has a name that HTTP does not allow"
        ));
    };
    if RESERVED.contains(&name.as_str()) {
        return Err(format!("header {name} is set by the client alone"));
    }
    let Ok(mut value) = HeaderValue::try_from(value) else {
        return Err(format!(
            "header {name} has a character that no header can carry"
        ));
    };
    // Not shown by `Debug`.
    value.set_sensitive(true);
    Ok((name, value))
}
