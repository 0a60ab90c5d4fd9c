//! TLS: rustls with ring and the platform's trust store.
//!
//! reqwest's own default would bring aws-lc, which costs 41 ms of CPU in the first handshake of a
//! process, and more to build than all the rest.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use super::root_certificates::trust::trust;
use crate::error::{Details, Error, Kind};

/// What tells OpenSSL, and rustls after it, where certificates are, on all but Windows and Apple's.
const FILE_VARIABLE: &str = "SSL_CERT_FILE";
const FOLDER_VARIABLE: &str = "SSL_CERT_DIR";

/// Returns a TLS that trusts what the platform trusts, and these certificates.
pub(crate) fn with_platform_roots(
    roots: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, Error> {
    let builder = trust(builder()?, roots).map_err(no_authorities)?;
    Ok(finish(builder))
}

/// Returns a TLS that trusts nobody, for what is not encrypted.
pub(crate) fn with_no_roots() -> Result<ClientConfig, Error> {
    let builder = builder()?;
    Ok(finish(
        builder.with_root_certificates(RootCertStore::empty()),
    ))
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions();
    builder.map_err(|error| Error::invalid(format!("no TLS: {error}")))
}

fn finish(builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig {
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// Says where certificate authorities were looked for. An empty container has none, and a variable
/// may lead to nothing.
fn no_authorities(error: rustls::Error) -> Error {
    let mut places = Vec::new();
    for variable in [FILE_VARIABLE, FOLDER_VARIABLE] {
        if let Some(value) = std::env::var_os(variable) {
            places.push(format!("{} ({variable})", value.display()));
        }
    }
    if places.is_empty() {
        places.push("the trust store of the system".to_owned());
    }
    let places = crate::text::sanitize(&places.join(" and "));
    let message = format!(
        "no certificate authorities were found in {places}: install the system's CA certificates, \
         name a file with them in {FILE_VARIABLE}, or bring one to .root_certificate()"
    );
    let mut details = Details::new(Kind::Invalid, message);
    details.source = Some(error.into());
    details.into()
}
