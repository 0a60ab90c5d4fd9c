//! Certificates, right and wrong ones, and TLS with them.

#![allow(dead_code, reason = "tests/extra has a copy and uses its own part")]

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
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

    /// Makes it of another version of X.509: 0 is version 1. Its signature is wrong then, but that
    /// is looked at later.
    pub fn of_version(mut self, version: u8) -> Certificates {
        let mut der = self.certificate.to_vec();
        // RFC 5280, section 4.1: the first member, [0], an INTEGER of one byte.
        let tag = [0xa0, 3, 2, 1];
        let place = der.windows(4).position(|bytes| bytes == tag).unwrap();
        der[place + 4] = version;
        self.certificate = der.into();
        self
    }

    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub fn authority_pem(&self) -> String {
        let text = BASE64_STANDARD.encode(self.authority.der());
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
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
        // Unlike with_single_cert this takes any certificate.
        let chain = vec![self.certificate.clone()];
        let key = rustls::crypto::ring::sign::any_supported_type(&self.key()).unwrap();
        let certificate = SingleCertAndKey::from(CertifiedKey::new(chain, key));
        let builder = builder.with_no_client_auth();
        builder.with_cert_resolver(Arc::new(certificate))
    }

    /// TLS of a server that requires a client certificate.
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
