//! TLS that trusts the simulator.

use std::sync::Arc;

use atlas_backup::simulator::Simulator;

/// Trusts the certificate of the simulator and nothing else.
pub fn tls(atlas: &Simulator) -> rustls::ClientConfig {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    if let Some(pem) = atlas.certificate_pem() {
        roots
            .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
            .unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// What a caller may bring: reqwest's own settings, which follow redirects.
#[track_caller]
pub fn own_http_client(atlas: &Simulator) -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls(atlas))
        .build()
        .unwrap()
}
