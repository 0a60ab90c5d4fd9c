//! What it means that no answer came, or none that is whole: from an error of reqwest to one that
//! says what was waited for, for how long, and through which proxy.

use std::net::SocketAddr;
use std::time::Duration;

use hyper::http::Extensions;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::{StatusCode, Url};
use url::Position;

use super::causes::{Causes, TlsFailure, causes, find, innermost, is_silence, says, tls_failure};
use super::client::Protocol;
use super::gate::{Gate, Link};
use super::proxy::Proxy;
use crate::error::{Details, Kind};
use crate::text::{sanitize, status_text, time_text};

/// An exchange that failed, as far as an error tells of it.
pub(crate) struct FailedExchange<'a> {
    pub url: &'a Url,
    pub proxy: Option<&'a Proxy>,
    /// How long it took.
    pub waited: Duration,
    pub link: Link,
    pub gate: &'a Gate,
    /// Whether there has been any response to this client.
    pub has_answered: bool,
}

impl FailedExchange<'_> {
    /// Tells why there was no response.
    pub(crate) fn no_answer(&self, error: reqwest::Error) -> Details {
        let mut details = self.explain(&error);
        details.source = Some(error.without_url().into());
        details
    }

    /// Tells why there was no response that reqwest has no error for.
    pub(crate) fn broken(&self, reason: &str) -> Details {
        let message = format!("no answer from {}: {reason}", self.host());
        Details::new(Kind::Broken, message)
    }

    /// Tells that there was no connection in time.
    fn not_connected(&self) -> Details {
        let waited = time_text(self.waited);
        let mut message = format!("{} within {waited}", self.cannot_connect(false));
        if let Some(cause) = self.gate.cause() {
            message.push_str(&format!(": {cause}"));
        }
        Details::new(Kind::ConnectTimeout, message)
    }

    fn explain(&self, error: &reqwest::Error) -> Details {
        let causes = causes(error);
        if says(&causes, "tunnel error: proxy authorization required") {
            return self.no_proxy_password();
        }
        if let Some(failure) = tls_failure(&causes) {
            return self.no_tls(&failure, error.is_connect());
        }
        if error.is_connect() || self.link == Link::Pending {
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
        self.broken(&innermost(&causes))
    }

    fn no_connection(&self, error: &reqwest::Error, causes: &Causes<'_>) -> Details {
        let beginning = self.cannot_connect(says(causes, "tunnel error: "));
        if error.is_timeout() {
            return self.not_connected();
        }
        if says(causes, "tunnel error: unsuccessful") {
            // reqwest does not keep the status.
            let message = format!("{beginning}: the proxy refused the tunnel");
            return Details::new(Kind::Proxy, message);
        }
        let cause = innermost(causes);
        if says(causes, "SOCKS error: ") && is_socks_refusal(&cause) {
            return Details::new(Kind::ProxyBarred, format!("{beginning}: {cause}"));
        }
        let kind = match says(causes, "dns error") && !self.has_answered {
            true => Kind::UnknownHost,
            false => Kind::Connect,
        };
        Details::new(kind, format!("{beginning}: {cause}"))
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

    fn no_proxy_password(&self) -> Details {
        let beginning = self.cannot_connect(true);
        let status = status_text(StatusCode::PROXY_AUTHENTICATION_REQUIRED);
        let message =
            format!("{beginning}: the proxy answers {status}; check the user and password for it");
        Details::new(Kind::ProxyBarred, message)
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

/// Returns whether a SOCKS proxy would refuse the next connection as well.
fn is_socks_refusal(cause: &str) -> bool {
    cause.ends_with("credentials not accepted")
        || cause.ends_with("user/pass authentication")
        || cause.contains("not allowed")
}

/// Returns the address on this machine of the connection that failed.
pub(crate) fn local_address(error: &reqwest::Error) -> Option<SocketAddr> {
    let error = find::<legacy::Error>(&causes(error))?;
    let mut extras = Extensions::new();
    error.connect_info()?.get_extras(&mut extras);
    extras.get().map(HttpInfo::local_addr)
}

/// Returns which versions of HTTP another connection may speak, if the server refused a stream (RFC
/// 9113, section 7).
pub(crate) fn refusal(error: &reqwest::Error) -> Option<Protocol> {
    let causes = causes(error);
    match find(&causes).and_then(h2::Error::reason)? {
        h2::Reason::REFUSED_STREAM => Some(Protocol::Any),
        h2::Reason::HTTP_1_1_REQUIRED => Some(Protocol::Http1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_socks_refusal;

    /// The messages are those of hyper-util, whose types are private.
    #[test]
    fn a_socks_proxy_that_refuses_would_refuse_again() {
        for cause in [
            "SOCKS error: credentials not accepted",
            "SOCKS error: server does not support user/pass authentication",
            "SOCKS error: connection not allowed",
        ] {
            assert!(is_socks_refusal(cause), "{cause}");
        }
        assert!(!is_socks_refusal("SOCKS error: host unreachable"));
    }
}
