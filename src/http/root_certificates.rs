//! [`RootCertificates`]: certificate authorities that are trusted beside those of the platform.

use crate::error::Error;

/// What was given, as it was given.
#[derive(Clone, Default)]
pub(crate) struct RootCertificates(Vec<Vec<u8>>);

impl RootCertificates {
    pub(crate) fn add(&mut self, pem: &[u8]) {
        self.0.push(pem.to_vec());
    }

    /// Refuses what would have to be ignored.
    pub(crate) fn check(&self, is_client_brought: bool) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        if is_client_brought {
            return Err(Error::invalid(
                "root_certificate cannot be added to the client of .http_client(): \
                 add it where that client is made",
            ));
        }
        if cfg!(target_os = "android") {
            return Err(Error::invalid(
                "root_certificate cannot be added on Android: bring a client to .http_client()",
            ));
        }
        Ok(())
    }
}

#[cfg(feature = "rustls")]
pub(super) mod trust {
    use std::sync::Arc;

    use rustls::client::WantsClientCert;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
    use rustls_platform_verifier::{BuilderVerifierExt, Verifier};

    use super::RootCertificates;
    use crate::error::Error;

    type Certificate = CertificateDer<'static>;

    impl RootCertificates {
        /// Reads the certificates.
        pub(crate) fn read(&self) -> Result<Vec<Certificate>, Error> {
            let mut certificates = Vec::new();
            for pem in &self.0 {
                let before = certificates.len();
                for certificate in Certificate::pem_slice_iter(pem) {
                    certificates.push(checked(certificate.ok())?);
                }
                if certificates.len() == before {
                    return Err(Error::invalid(
                        "root_certificate holds no certificate in PEM, which begins with \
                         -----BEGIN CERTIFICATE-----",
                    ));
                }
            }
            Ok(certificates)
        }
    }

    fn checked(certificate: Option<Certificate>) -> Result<Certificate, Error> {
        let mut store = RootCertStore::empty();
        match certificate {
            Some(certificate) if store.add(certificate.clone()).is_ok() => Ok(certificate),
            _ => Err(Error::invalid(
                "root_certificate holds a certificate that cannot be read: look for a part that \
                 is missing",
            )),
        }
    }

    /// Trusts these certificates and what the platform trusts.
    pub(crate) fn trust(
        builder: ConfigBuilder<ClientConfig, WantsVerifier>,
        certificates: Vec<Certificate>,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, rustls::Error> {
        if certificates.is_empty() {
            return builder.with_platform_verifier();
        }
        let provider = builder.crypto_provider().clone();
        let verifier = with_extra_roots(certificates, provider)?;
        let builder = builder.dangerous();
        Ok(builder.with_custom_certificate_verifier(Arc::new(verifier)))
    }

    #[cfg(not(target_os = "android"))]
    fn with_extra_roots(
        certificates: Vec<Certificate>,
        provider: Arc<rustls::crypto::CryptoProvider>,
    ) -> Result<Verifier, rustls::Error> {
        Verifier::new_with_extra_roots(certificates, provider)
    }

    /// They have been refused before.
    #[cfg(target_os = "android")]
    fn with_extra_roots(
        _: Vec<Certificate>,
        provider: Arc<rustls::crypto::CryptoProvider>,
    ) -> Result<Verifier, rustls::Error> {
        Verifier::new(provider)
    }
}
