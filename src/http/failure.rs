//! What it means that no answer came, or none that is whole: from an error of reqwest to one that
//! says what was waited for, for how long, and through which proxy.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::http::Extensions;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::{StatusCode, Url};
use url::Position;

use super::causes::{Causes, TlsFailure, causes, find, innermost, is_silence, says, tls_failure};
use super::client::Protocol;
use super::gate::{Connecting, Link};
use super::proxy::Proxy;
use crate::error::{Circumstance, Details, ErrorKind};
use crate::text::{status_text, time_text};

/// An exchange, as far as an error tells of it.
pub(crate) struct Exchange<'a> {
    pub url: &'a Url,
    pub proxy: Option<&'a Proxy>,
    pub connecting: Arc<Connecting>,
}

impl Exchange<'_> {
    /// Tells why there was no response.
    pub(crate) fn no_answer(&self, error: reqwest::Error) -> Details {
        let details = self.explain(&error, &causes(&error));
        caused_by(error, details)
    }

    /// Tells why there was no response that reqwest has no error for.
    pub(crate) fn broken(&self, reason: &str) -> Details {
        let message = format!("no answer from {}: {reason}", self.host());
        Details::new(ErrorKind::Interrupted, message)
    }

    fn explain(&self, error: &reqwest::Error, causes: &Causes<'_>) -> Details {
        if let Some(failure) = tls_failure(causes) {
            return self.no_tls(&failure, error.is_connect());
        }
        if error.is_connect() || self.connecting.link() == Link::Pending {
            return self.no_connection(error, causes);
        }
        let waited = self.waited();
        if is_silence(causes) {
            return self.broken(&format!("the connection went silent, for {waited} in all"));
        }
        if error.is_timeout() {
            let message = format!("no answer from {} within {waited}", self.host());
            return Details::new(ErrorKind::Timeout, message);
        }
        self.broken(&innermost(causes))
    }

    fn no_connection(&self, error: &reqwest::Error, causes: &Causes<'_>) -> Details {
        let beginning = self.cannot_connect(says(causes, "tunnel error: "));
        if error.is_timeout() {
            let waited = self.waited();
            let mut message = format!("{beginning} within {waited}");
            if let Some(cause) = self.connecting.gate.cause() {
                message.push_str(&format!(": {cause}"));
            }
            return Details::new(ErrorKind::Connect, message);
        }
        if says(causes, "tunnel error: proxy authorization required") {
            let message = format!(
                "{beginning}: the proxy answers 407 Proxy Authentication Required; check the user \
                 and password for it"
            );
            return Details::permanent(ErrorKind::Proxy, message);
        }
        if says(causes, "tunnel error: unsuccessful") {
            // reqwest does not keep the status.
            let message = format!("{beginning}: the proxy refused the tunnel");
            return Details::new(ErrorKind::Proxy, message);
        }
        let cause = innermost(causes);
        let message = format!("{beginning}: {cause}");
        if is_socks_refusal(&cause) {
            return Details::permanent(ErrorKind::Proxy, message);
        }
        let mut details = Details::new(ErrorKind::Connect, message);
        if says(causes, "dns error") && self.connecting.gate.responses() == 0 {
            details.circumstance = Some(Circumstance::UnknownHost);
        }
        details
    }

    fn no_tls(&self, failure: &TlsFailure, is_connect: bool) -> Details {
        let message = format!("{}: {}", self.cannot_connect(false), failure.message);
        match (failure.is_final, is_connect) {
            (true, _) => Details::permanent(ErrorKind::Tls, message),
            (false, true) => Details::new(ErrorKind::Tls, message),
            (false, false) => self.broken(&failure.message),
        }
    }

    /// Says what could not be connected to, through which proxy. If it is not known which, at least
    /// that there was one, where that is certain.
    fn cannot_connect(&self, has_proxy: bool) -> String {
        let host = self.host();
        match self.proxy {
            Some(proxy) if has_proxy || proxy.is_certain => {
                let address = &proxy.address;
                format!("cannot connect to {host} through the proxy {address}")
            }
            _ if has_proxy => format!("cannot connect to {host} through its proxy"),
            _ => format!("cannot connect to {host}"),
        }
    }

    fn waited(&self) -> String {
        time_text(self.connecting.began.elapsed())
    }

    fn host(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }

    /// Tells why the body did not arrive.
    pub(crate) fn cut_off(&self, error: reqwest::Error, status: StatusCode) -> Details {
        let status = status_text(status);
        let causes = causes(&error);
        let mut kind = ErrorKind::Interrupted;
        let reason = if is_silence(&causes) {
            "the connection went silent before the body was whole".to_owned()
        } else if error.is_timeout() {
            kind = ErrorKind::Timeout;
            let waited = self.waited();
            format!("the body did not arrive within {waited}")
        } else {
            format!("the body was cut off: {}", innermost(&causes))
        };
        let details = Details::new(kind, format!("{status}: {reason}"));
        caused_by(error, details)
    }
}

/// Completes the facts with what reqwest says. It calls the silence of a connection a timeout, too.
fn caused_by(error: reqwest::Error, details: Details) -> Details {
    Details {
        is_timeout: error.is_timeout(),
        source: Some(error.without_url().into()),
        ..details
    }
}

/// Returns whether a SOCKS proxy would refuse the next connection as well.
fn is_socks_refusal(cause: &str) -> bool {
    let Some(reason) = cause.strip_prefix("SOCKS error: ") else {
        return false;
    };
    reason.ends_with("credentials not accepted")
        || reason.ends_with("user/pass authentication")
        || reason.contains("not allowed")
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
