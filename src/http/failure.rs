//! What it means that no answer came, or none that is whole: from an error of reqwest to one that
//! says what was waited for, for how long, and through which proxy.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::http::Extensions;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::{StatusCode, Url};
use url::Position;

use super::client::Protocol;
use super::gate::Link;
use super::proxy::Proxy;
use crate::error::{Details, Kind};
use crate::text::{sanitize, status_text, time_text};

type Cause = dyn StdError + 'static;
/// An error and all that it was caused by, the innermost last. Errors of reqwest are chains of
/// errors of the crates below, and those that matter are recognised by their type.
pub(crate) type Causes<'a> = [&'a Cause];

/// An exchange that failed, as far as an error tells of it.
pub(crate) struct FailedExchange<'a> {
    pub url: &'a Url,
    pub proxy: Option<&'a Proxy>,
    /// How long it took.
    pub waited: Duration,
    pub link: Link,
    /// Why the last connection failed.
    pub cause: Option<String>,
    /// Whether there has been any response to this client.
    pub has_answered: bool,
}

/// What TLS says about a connection, whichever TLS it is.
struct TlsFailure {
    message: String,
    /// Whether the next connection would fail as well.
    is_final: bool,
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
    pub(crate) fn not_connected(&self) -> Details {
        let waited = time_text(self.waited);
        let mut message = format!("{} within {waited}", self.cannot_connect(false));
        if let Some(cause) = &self.cause {
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

/// Returns the error and all that it was caused by, the innermost last.
pub(crate) fn causes(error: &reqwest::Error) -> Vec<&Cause> {
    chain(error)
}

fn chain(error: &Cause) -> Vec<&Cause> {
    let mut causes = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        // An `io::Error` around another error does not name that one as its source, but the source
        // of that one.
        let inner = cause.downcast_ref().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    causes
}

/// Returns the first cause of this type.
pub(crate) fn find<'a, T: StdError + 'static>(causes: &[&'a Cause]) -> Option<&'a T> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}

/// Returns whether a cause begins with this text. Some have types that are private to their crates;
/// the tests have a server or a proxy for each.
pub(crate) fn says(causes: &Causes<'_>, text: &str) -> bool {
    causes
        .iter()
        .any(|cause| cause.to_string().starts_with(text))
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

/// Returns whether a ping over HTTP/2 had no response. reqwest calls it a timeout like any other.
fn is_silence(causes: &Causes<'_>) -> bool {
    find::<hyper::Error>(causes).is_some_and(hyper::Error::is_timeout)
}

/// Returns why no connection could be made.
pub(crate) fn reason(error: &Cause) -> String {
    let causes = chain(error);
    match tls_failure(&causes) {
        Some(failure) => failure.message,
        None => innermost(&causes),
    }
}

/// Returns the message of the innermost cause. The others say only that something failed.
fn innermost(causes: &Causes<'_>) -> String {
    let Some(cause) = causes.last() else {
        return String::new();
    };
    // rustls ends with a link to its documents.
    sanitize(&cause.to_string()).replace(": [URL]", "")
}

#[cfg(not(feature = "rustls"))]
fn tls_failure(_: &Causes<'_>) -> Option<TlsFailure> {
    None
}

#[cfg(feature = "rustls")]
use self::rustls_failure::tls_failure;

/// What rustls says, in sentences: its own messages are names of its types.
#[cfg(feature = "rustls")]
mod rustls_failure {
    use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError};

    use super::{Causes, TlsFailure, find};
    use crate::text::sanitize;

    /// Returns what rustls says, if it is the cause.
    pub(super) fn tls_failure(causes: &Causes<'_>) -> Option<TlsFailure> {
        let error: &Error = find(causes)?;
        let message = match error {
            Error::InvalidCertificate(error) => {
                format!("invalid peer certificate: {}", certificate_failure(error))
            }
            Error::AlertReceived(alert) => alert_failure(*alert),
            Error::PeerIncompatible(reason) => {
                let reason = in_words(&format!("{reason:?}"));
                format!("the server offers no TLS that is accepted here: {reason}")
            }
            Error::NoApplicationProtocol => "the server speaks neither HTTP/2 nor HTTP/1.1".to_owned(),
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
                "what answers there is not TLS, so that https does not work: check the URL and its port"
                    .to_owned()
            }
            other => sanitize(&other.to_string()),
        };
        Some(TlsFailure {
            message,
            is_final: is_final(error),
        })
    }

    /// Returns whether asking again would not change it.
    fn is_final(error: &Error) -> bool {
        match error {
            Error::InvalidCertificate(_) | Error::PeerIncompatible(_) => true,
            Error::NoApplicationProtocol => true,
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => true,
            Error::AlertReceived(alert) => !may_pass(*alert),
            _ => false,
        }
    }

    /// These tell of an accident, all others of what the two sides are.
    fn may_pass(alert: AlertDescription) -> bool {
        matches!(
            alert,
            AlertDescription::CloseNotify
                | AlertDescription::UnexpectedMessage
                | AlertDescription::BadRecordMac
                | AlertDescription::RecordOverflow
                | AlertDescription::DecodeError
                | AlertDescription::DecryptError
                | AlertDescription::InternalError
                | AlertDescription::UserCanceled
        )
    }

    fn alert_failure(alert: AlertDescription) -> String {
        let reason = match alert {
            AlertDescription::ProtocolVersion => "it speaks neither TLS 1.2 nor TLS 1.3",
            AlertDescription::CertificateRequired => {
                "it asks for a client certificate, which needs a client of your own: .http_client()"
            }
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                "it has no cipher in common with this client, or asks for a client certificate"
            }
            AlertDescription::UnrecognisedName => "it does not know the name of the host",
            _ => "",
        };
        let name = in_words(&format!("{alert:?}"));
        if reason.is_empty() {
            return format!("the server refuses TLS: {name}");
        }
        format!("the server refuses TLS: {reason} ({name})")
    }

    fn certificate_failure(error: &CertificateError) -> String {
        use CertificateError as Cause;
        let sentence = match error {
            Cause::UnknownIssuer => {
                "no authority that is trusted here has issued it (UnknownIssuer); SSL_CERT_FILE names \
                 a file with those that are"
            }
            Cause::Expired | Cause::ExpiredContext { .. } => "it has expired",
            Cause::NotValidYet | Cause::NotValidYetContext { .. } => {
                "it is not valid yet: check the clock of this machine"
            }
            Cause::NotValidForName | Cause::NotValidForNameContext { .. } => {
                "it is for another name than that of the host"
            }
            Cause::Revoked => "it has been revoked",
            Cause::BadEncoding => "it cannot be read",
            Cause::BadSignature => "its signature is wrong",
            Cause::InvalidPurpose | Cause::InvalidPurposeContext { .. } => "it is not for a server",
            Cause::UnknownRevocationStatus => "nobody says whether it has been revoked",
            Cause::UnhandledCriticalExtension => "it has an extension that is not known here",
            Cause::Other(OtherError(other)) => {
                return other_certificate_failure(&other.to_string());
            }
            other => return in_words(&variant_name(&format!("{other:?}"))),
        };
        sentence.to_owned()
    }

    /// What webpki says has the names of its errors, and what a platform says is a sentence already.
    fn other_certificate_failure(text: &str) -> String {
        match text {
            "CaUsedAsEndEntity" => {
                "it is that of a certificate authority, which no server may show".to_owned()
            }
            "UnsupportedCertVersion" => {
                "it is not of X.509 version 3, and no other is accepted".to_owned()
            }
            other if other.contains(' ') => sanitize(other),
            other => in_words(&variant_name(other)),
        }
    }

    /// Returns the name before the fields of a variant.
    fn variant_name(debug: &str) -> String {
        let end = debug.find(|character: char| !character.is_ascii_alphanumeric());
        debug[..end.unwrap_or(debug.len())].to_owned()
    }

    /// Writes a name in camel case as words.
    fn in_words(name: &str) -> String {
        let mut words = String::new();
        let mut was_lower = false;
        for character in name.chars() {
            if character.is_uppercase() && was_lower {
                words.push(' ');
            }
            was_lower = character.is_lowercase();
            words.extend(character.to_lowercase());
        }
        sanitize(&words)
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
