//! What an error of reqwest was caused by: which errors of the crates below are in it, and what they
//! say in sentences.

use std::error::Error as StdError;
use std::io;

use crate::text::sanitize;

pub(super) type Cause = dyn StdError + 'static;
/// An error and all that it was caused by, the innermost last. Errors of reqwest are chains of
/// errors of the crates below, and those that matter are recognised by their type.
pub(super) type Causes<'a> = [&'a Cause];

/// What TLS says about a connection, whichever TLS it is.
pub(super) struct TlsFailure {
    pub message: String,
    /// Whether the next connection would fail as well.
    pub is_final: bool,
}

/// Returns the error and all that it was caused by, the innermost last.
pub(super) fn causes(error: &Cause) -> Vec<&Cause> {
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
pub(super) fn find<'a, T: StdError + 'static>(causes: &[&'a Cause]) -> Option<&'a T> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}

/// Returns whether a cause begins with this text. Some have types that are private to their crates;
/// the tests have a server or a proxy for each.
pub(super) fn says(causes: &Causes<'_>, text: &str) -> bool {
    causes
        .iter()
        .any(|cause| cause.to_string().starts_with(text))
}

/// Returns whether a ping over HTTP/2 had no response. reqwest calls it a timeout like any other.
pub(super) fn is_silence(causes: &Causes<'_>) -> bool {
    find::<hyper::Error>(causes).is_some_and(hyper::Error::is_timeout)
}

/// Returns why no connection could be made.
pub(super) fn reason(error: &Cause) -> String {
    let causes = causes(error);
    match tls_failure(&causes) {
        Some(failure) => failure.message,
        None => innermost(&causes),
    }
}

/// Returns the message of the innermost cause. The others say only that something failed.
pub(super) fn innermost(causes: &Causes<'_>) -> String {
    let cause = causes.last().map(ToString::to_string);
    // rustls ends with a link to its documents.
    sanitize(&cause.unwrap_or_default()).replace(": [URL]", "")
}

#[cfg(not(feature = "rustls"))]
pub(super) fn tls_failure(_: &Causes<'_>) -> Option<TlsFailure> {
    None
}

#[cfg(feature = "rustls")]
pub(super) use self::rustls_failure::tls_failure;

/// What rustls says, in sentences: its own messages are names of its types.
#[cfg(feature = "rustls")]
mod rustls_failure {
    use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError};

    use super::{Causes, TlsFailure, find};
    use crate::text::sanitize;

    /// Returns what rustls says, if it is the cause.
    pub(crate) fn tls_failure(causes: &Causes<'_>) -> Option<TlsFailure> {
        let mut is_final = true;
        let message = match find(causes)? {
            Error::InvalidCertificate(error) => {
                format!("invalid peer certificate: {}", certificate_failure(error))
            }
            Error::AlertReceived(alert) => {
                is_final = !may_pass(*alert);
                alert_failure(*alert)
            }
            Error::PeerIncompatible(reason) => {
                let reason = in_words(&format!("{reason:?}"));
                format!("the server offers no TLS that is accepted here: {reason}")
            }
            Error::NoApplicationProtocol => "the server speaks neither HTTP/2 nor HTTP/1.1".to_owned(),
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
                "what answers there is not TLS, so that https does not work: check the URL and its port"
                    .to_owned()
            }
            other => {
                is_final = false;
                sanitize(&other.to_string())
            }
        };
        Some(TlsFailure { message, is_final })
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
        let name = in_words(&format!("{alert:?}"));
        let reason = match alert {
            AlertDescription::ProtocolVersion => "it speaks neither TLS 1.2 nor TLS 1.3",
            AlertDescription::CertificateRequired => {
                "it asks for a client certificate, which needs a client of your own: .http_client()"
            }
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
                "it has no cipher in common with this client, or asks for a client certificate"
            }
            AlertDescription::UnrecognisedName => "it does not know the name of the host",
            _ => return format!("the server refuses TLS: {name}"),
        };
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
            other => return in_words(&format!("{other:?}")),
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
            other => in_words(other),
        }
    }

    /// Writes the name of a variant, without its fields, as words.
    fn in_words(debug: &str) -> String {
        let mut words = String::new();
        let mut was_lower = false;
        for character in debug.chars().take_while(|it| *it != ' ') {
            if character.is_uppercase() && was_lower {
                words.push(' ');
            }
            was_lower = character.is_lowercase();
            words.extend(character.to_lowercase());
        }
        sanitize(&words)
    }
}
