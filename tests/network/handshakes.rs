//! TLS that will not do: no second try helps, and the words say what to look at.

use std::sync::Arc;

use atlas_backup::Error;
use atlas_backup::simulator::Simulator;
use rcgen::{BasicConstraints, CertificateParams, IsCa};

use crate::certificates::{Certificates, server_parameters};
use crate::support::{Way, error_of, prepare, quick};
use crate::tls_server::{Handshake, TlsServer};
use crate::{builder, https};

/// What the only try says.
#[track_caller]
fn only_try(handshake: Handshake, certificates: Certificates) -> impl Future<Output = String> {
    let caller = std::panic::Location::caller();
    async move {
        let server = TlsServer::start(handshake).await;
        let client = builder(&server.base_url(), https(certificates.client()));
        let error = error_of(&client.build().unwrap()).await;
        assert_eq!(server.connections(), 1, "{caller}: {error}");
        assert!(!error.is_retryable(), "{caller}: {error}");
        assert_is_sentence(&error);
        error.to_string()
    }
}

/// No names of types and no debug output.
#[track_caller]
fn assert_is_sentence(error: &Error) {
    let text = error.to_string();
    for odd in [
        "Other(",
        "OtherError",
        "::",
        "InvalidCertificate(",
        "HandshakeFailure",
        "CaUsed",
        "UnsupportedCert",
        "NotValid",
    ] {
        assert!(!text.contains(odd), "{text}");
    }
    assert!(
        text.to_lowercase().contains("tls") || text.contains("certificate"),
        "{text}"
    );
}

#[tokio::test]
async fn an_alert_ends_a_call_at_once() {
    for (number, part) in [(40, "handshake"), (70, "version")] {
        let text = only_try(Handshake::Alert(number), Certificates::new()).await;
        assert!(text.contains(part), "{text}");
    }
}

/// RFC 8446, section 6.2: what the two cannot agree on today they cannot agree on in a minute.
#[tokio::test]
async fn so_does_every_alert_about_settings() {
    let illegal_parameter = 47;
    let numbers = [
        42,
        43,
        44,
        45,
        46,
        illegal_parameter,
        48,
        49,
        71,
        86,
        109,
        112,
        116,
        120,
    ];
    for number in numbers {
        only_try(Handshake::Alert(number), Certificates::new()).await;
    }
}

#[tokio::test]
async fn an_alert_about_trouble_within_the_server_may_pass() {
    let internal_error = 80;
    let server = TlsServer::start(Handshake::Alert(internal_error)).await;
    let client = builder(&server.base_url(), https(Certificates::new().client()));
    let error = error_of(&client.retry(quick()).build().unwrap()).await;
    assert!(error.is_retryable() && server.connections() > 1, "{error}");
    assert_is_sentence(&error);
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_ends_a_call_at_once() {
    let certificates = Certificates::new();
    let config = Arc::new(certificates.server_that_wants_a_certificate());
    let text = only_try(Handshake::With(config), certificates).await;
    assert!(text.contains("certificate"), "{text}");
}

async fn with_certificate_like(parameters: CertificateParams) -> String {
    let certificates = Certificates::with(parameters);
    let config = Arc::new(certificates.server());
    only_try(Handshake::With(config), certificates).await
}

#[tokio::test]
async fn an_expired_certificate_is_reported_in_a_sentence() {
    let mut parameters = server_parameters();
    parameters.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let text = with_certificate_like(parameters).await;
    assert!(text.contains("expired"), "{text}");
}

#[tokio::test]
async fn a_certificate_of_another_name_is_reported_in_a_sentence() {
    let parameters = CertificateParams::new(vec!["elsewhere.example".to_owned()]).unwrap();
    let text = with_certificate_like(parameters).await;
    assert!(text.contains("127.0.0.1"), "{text}");
}

#[tokio::test]
async fn a_ca_in_place_of_a_server_is_reported_in_a_sentence() {
    let mut parameters = server_parameters();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    with_certificate_like(parameters).await;
}

#[tokio::test]
async fn a_certificate_of_an_old_version_is_reported_in_a_sentence() {
    let certificates = Certificates::new().of_version(0);
    let config = Arc::new(certificates.server());
    let text = only_try(Handshake::With(config), certificates).await;
    assert!(text.contains("it is not of X.509 version 3"), "{text}");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_ca_is_reported_in_a_sentence() {
    let server = Arc::new(Certificates::new().server());
    only_try(Handshake::With(server), Certificates::new()).await;
}

#[tokio::test]
async fn https_to_a_port_without_tls_ends_a_call_at_once() {
    let atlas = prepare(Simulator::start().await.unwrap(), Way::Token);
    let base_url = atlas.base_url().replace("http:", "https:");
    let client = builder(&base_url, https(Certificates::new().client()));
    let error = error_of(&client.build().unwrap()).await;
    assert_eq!(atlas.connections(), 1, "{error}");
    assert!(!error.is_retryable(), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("not TLS") && !text.contains("InvalidContentType"),
        "{text}"
    );
}
