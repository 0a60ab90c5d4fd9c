//! Whom TLS trusts: the root certificates of the platform, and [`RootCertificates`] beside them. TLS
//! is rustls with ring.
//!
//! reqwest's own default would bring aws-lc, which costs 41 ms of CPU in the first handshake of a
//! process, and more to build than all the rest.

use crate::error::Error;

/// Root certificates as they were given.
#[derive(Clone, Default)]
pub(crate) struct RootCertificates(Vec<Vec<u8>>);

impl RootCertificates {
    pub(crate) fn add(&mut self, pem: &[u8]) {
        self.0.push(pem.to_vec());
    }

    /// Refuses root certificates that would have to be ignored.
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
pub(super) use self::tls::{empty_tls, platform_tls};

#[cfg(feature = "rustls")]
mod tls {
    use std::sync::Arc;

    use rustls::client::WantsClientCert;
    use rustls::crypto::ring;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
    use rustls_platform_verifier::BuilderVerifierExt;
    #[cfg(not(target_os = "android"))]
    use rustls_platform_verifier::Verifier;

    use super::RootCertificates;
    use crate::error::{Details, Error, ErrorKind};

    type Certificate = CertificateDer<'static>;

    /// The variables of OpenSSL that say where certificates are, on all but Windows and Apple's.
    const FILE_VARIABLE: &str = "SSL_CERT_FILE";
    const FOLDER_VARIABLE: &str = "SSL_CERT_DIR";

    impl RootCertificates {
        /// Reads the certificates.
        pub(in crate::http) fn read(&self) -> Result<Vec<Certificate>, Error> {
            let mut certificates = Vec::new();
            for pem in &self.0 {
                // Some editors begin a file with a byte order mark.
                let pem = pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem);
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

    /// Returns a TLS that trusts what the platform trusts, and these certificates. Android, which
    /// cannot add any, has none here.
    #[cfg_attr(target_os = "android", allow(unused_variables))]
    pub(in crate::http) fn platform_tls(roots: Vec<Certificate>) -> Result<ClientConfig, Error> {
        let builder = builder()?;
        #[cfg(not(target_os = "android"))]
        if !roots.is_empty() {
            let provider = builder.crypto_provider().clone();
            let verifier = Verifier::new_with_extra_roots(roots, provider);
            let verifier = Arc::new(verifier.map_err(no_root_certificates)?);
            let builder = builder.dangerous();
            return Ok(finish(builder.with_custom_certificate_verifier(verifier)));
        }
        let builder = builder.with_platform_verifier();
        Ok(finish(builder.map_err(no_root_certificates)?))
    }

    /// Returns a TLS without root certificates, for plain HTTP.
    pub(in crate::http) fn empty_tls() -> Result<ClientConfig, Error> {
        let roots = RootCertStore::empty();
        Ok(finish(builder()?.with_root_certificates(roots)))
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

    /// Says where root certificates were looked for. An empty container has none, and a variable
    /// may lead to nothing.
    fn no_root_certificates(error: rustls::Error) -> Error {
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
            "no certificate authorities were found in {places}: install the system's CA \
             certificates, name a file with them in {FILE_VARIABLE}, or bring one to \
             .root_certificate()"
        );
        let mut details = Details::new(ErrorKind::InvalidRequest, message);
        details.source = Some(error.into());
        details.into()
    }
}
