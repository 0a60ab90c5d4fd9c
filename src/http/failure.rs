//! What it means that no answer came, or none that is whole: from an error of reqwest to one that
//! says what was waited for, for how long, and through which proxy.

use std::error::Error as StdError;
use std::time::Duration;

use reqwest::{StatusCode, Url};
use url::Position;

use super::causes::{causes, find};
use super::proxy::Proxy;
#[cfg(feature = "rustls")]
use super::rustls_failure::tls_failure;
use super::tls_failure::TlsFailure;
use super::tunnel::TunnelRefusal;
use crate::error::{Details, Kind};
use crate::text::{sanitize, status_text, time_text};

type Causes<'a> = [&'a (dyn StdError + 'static)];

/// An exchange that failed, as far as an error tells of it.
pub(crate) struct FailedExchange<'a> {
    pub url: &'a Url,
    pub proxy: Option<&'a Proxy>,
    /// How long it took.
    pub waited: Duration,
    /// Whether a connection was being made for it.
    pub was_connecting: bool,
}

impl FailedExchange<'_> {
    /// Tells why no answer came at all.
    pub(crate) fn no_answer(
        &self,
        error: reqwest::Error,
        refusal: Option<TunnelRefusal>,
    ) -> Details {
        let mut details = self.explain(&error, refusal);
        details.source = Some(error.without_url().into());
        details
    }

    fn explain(&self, error: &reqwest::Error, refusal: Option<TunnelRefusal>) -> Details {
        if let Some(refusal) = refusal {
            return self.no_tunnel(refusal);
        }
        let causes = causes(error);
        if let Some(failure) = tls_failure(&causes) {
            return self.no_tls(&failure, error.is_connect());
        }
        if error.is_connect() || self.was_connecting {
            return self.no_connection(error, &causes);
        }
        let beginning = format!("no answer from {}", self.host());
        let waited = time_text(self.waited);
        if is_silence(&causes) {
            let message = format!("{beginning}: the connection went silent, for {waited} in all");
            return Details::new(Kind::Silent, message);
        }
        if error.is_timeout() {
            return Details::new(Kind::Timeout, format!("{beginning} within {waited}"));
        }
        let cause = innermost(&causes);
        Details::new(Kind::Broken, format!("{beginning}: {cause}"))
    }

    fn no_connection(&self, error: &reqwest::Error, causes: &Causes<'_>) -> Details {
        let beginning = self.cannot_connect(TunnelRefusal::is_about_tunnel(causes));
        if error.is_timeout() {
            let waited = time_text(self.waited);
            return Details::new(Kind::ConnectTimeout, format!("{beginning} within {waited}"));
        }
        let cause = innermost(causes);
        Details::new(Kind::Connect, format!("{beginning}: {cause}"))
    }

    fn no_tls(&self, failure: &TlsFailure, is_connect: bool) -> Details {
        let kind = match (failure.is_final, is_connect) {
            (true, _) => Kind::TlsBarred,
            (false, true) => Kind::Tls,
            (false, false) => Kind::Broken,
        };
        let beginning = match kind {
            Kind::Broken => format!("no answer from {}", self.host()),
            _ => self.cannot_connect(false),
        };
        Details::new(kind, format!("{beginning}: {}", failure.message))
    }

    fn no_tunnel(&self, refusal: TunnelRefusal) -> Details {
        let beginning = self.cannot_connect(true);
        let reason = match refusal {
            TunnelRefusal::Unknown => "the proxy refuses to lead there".to_owned(),
            TunnelRefusal::Status(StatusCode::PROXY_AUTHENTICATION_REQUIRED) => {
                let status = status_text(StatusCode::PROXY_AUTHENTICATION_REQUIRED);
                format!("the proxy answers {status}; check the user and password for it")
            }
            TunnelRefusal::Status(status) => {
                format!("the proxy answers {}", status_text(status))
            }
        };
        let kind = if refusal.is_final() {
            Kind::ProxyBarred
        } else {
            Kind::Proxy
        };
        Details::new(kind, format!("{beginning}: {reason}"))
    }

    /// Says what could not be connected to, through which proxy. If it is not known which, at least
    /// that there was one, where that is certain.
    fn cannot_connect(&self, has_proxy: bool) -> String {
        let host = self.host();
        match self.proxy {
            Some(proxy) if has_proxy || proxy.is_certain => {
                let address = sanitize(&proxy.address());
                format!("cannot connect to {host} through the proxy {address}")
            }
            _ if has_proxy => format!("cannot connect to {host} through its proxy"),
            _ => format!("cannot connect to {host}"),
        }
    }

    fn host(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }

    /// Tells why the body did not arrive.
    pub(crate) fn cut_off(&self, error: reqwest::Error, status: StatusCode) -> Details {
        let status = status_text(status);
        let causes = causes(&error);
        let mut details = if is_silence(&causes) {
            let message = format!("{status}: the connection went silent before the body was whole");
            Details::new(Kind::Silent, message)
        } else if error.is_timeout() {
            let waited = time_text(self.waited);
            let message = format!("{status}: the body did not arrive within {waited}");
            Details::new(Kind::Timeout, message)
        } else {
            let cause = innermost(&causes);
            let message = format!("{status}: the body was cut off: {cause}");
            Details::new(Kind::Broken, message)
        };
        details.source = Some(error.without_url().into());
        details
    }
}

/// Returns whether a ping over HTTP/2 had no answer. reqwest calls it a time-out like any other.
fn is_silence(causes: &Causes<'_>) -> bool {
    find::<hyper::Error>(causes).is_some_and(hyper::Error::is_timeout)
}

#[cfg(not(feature = "rustls"))]
fn tls_failure(_: &Causes<'_>) -> Option<TlsFailure> {
    None
}

/// Returns the words of the innermost cause. What stands around it says only that something failed.
fn innermost(causes: &Causes<'_>) -> String {
    let Some(cause) = causes.last() else {
        return String::new();
    };
    // rustls ends with a link to its documents.
    sanitize(&cause.to_string()).replace(": [URL]", "")
}
