//! What rustls says, in sentences: its own words are names of its types.

use std::error::Error as StdError;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError};

use super::causes::find;
use super::tls_failure::TlsFailure;
use crate::text::sanitize;

/// Returns what rustls says, if it is the cause.
pub(crate) fn tls_failure(causes: &[&(dyn StdError + 'static)]) -> Option<TlsFailure> {
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
        Cause::Other(OtherError(other)) => return other_certificate_failure(&other.to_string()),
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
