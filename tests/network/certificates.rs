//! Certificates, right and wrong ones, and TLS with them.

#![allow(dead_code, reason = "tests/servers has a copy and uses its own part")]

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// An authority, and a server's certificate.
pub struct Certificates {
    authority: CertifiedIssuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Certificates {
    pub fn new() -> Certificates {
        Certificates::with(server_parameters())
    }

    /// For a server whose certificate is made like this.
    pub fn with(parameters: CertificateParams) -> Certificates {
        let mut authority_parameters = CertificateParams::default();
        authority_parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let authority = CertifiedIssuer::self_signed(authority_parameters, authority_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &authority).unwrap();
        Certificates {
            authority,
            certificate: certificate.der().clone(),
            key,
        }
    }

    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub fn key_der(&self) -> Vec<u8> {
        self.key.serialize_der()
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        roots
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }

    /// TLS of a client that trusts the authority.
    pub fn client(&self) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(self.roots());
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config
    }

    pub fn server(&self) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let chain = vec![self.certificate.clone()];
        let builder = builder.with_no_client_auth();
        builder.with_single_cert(chain, self.key()).unwrap()
    }

    /// TLS of a server that asks for a client's certificate.
    pub fn server_that_wants_a_certificate(&self) -> ServerConfig {
        use rustls::server::WebPkiClientVerifier;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = Arc::new(self.roots());
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider.clone());
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_client_cert_verifier(verifier.build().unwrap());
        let chain = vec![self.certificate.clone()];
        builder.with_single_cert(chain, self.key()).unwrap()
    }
}

pub fn server_parameters() -> CertificateParams {
    CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap()
}
