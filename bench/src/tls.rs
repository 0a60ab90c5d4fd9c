//! TLS for the hand-written clients: rustls with ring, as in the crate, trusting the server's
//! certificate and no other.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::Result;

/// The certificate is in the file that `BENCH_CERTIFICATE` names; without TLS there is none.
pub fn config() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    if let Some(file) =
        std::env::var_os("BENCH_CERTIFICATE").filter(|file| std::path::Path::new(file).exists())
    {
        roots.add(CertificateDer::from_pem_file(file)?)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let mut config = builder
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
