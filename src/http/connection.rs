//! The HTTP client underneath: it follows no redirect and speaks HTTP/2 where the server does.
//!
//! TLS is rustls with ring and the platform's trust store. reqwest's own default would bring
//! aws-lc, which costs 41 ms of CPU in the first handshake of a process, and more to build than all
//! the rest.

use std::fmt::Display;
use std::time::Duration;

use super::root_certificates::RootCertificates;
use crate::base_url::BaseUrl;
use crate::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns a builder for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client): no
/// redirects, ten seconds to connect, and this crate's TLS (feature `rustls`). Add a proxy or other
/// limits to it.
///
/// Root certificates cannot be added, because the TLS is complete: for those, see
/// [`ClientBuilder::root_certificate`](crate::ClientBuilder::root_certificate), or bring a client
/// with a TLS of your own.
///
/// ```no_run
/// use atlas_backup::{Client, Credentials, http_client_builder, reqwest};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let proxy = reqwest::Proxy::all("http://proxy.example:3128")?;
/// let http = http_client_builder()?.proxy(proxy).build()?;
/// let client = Client::builder(Credentials::access_token("token")).http_client(http).build()?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If the platform has no certificates to trust, or TLS cannot be set up.
pub fn http_client_builder() -> Result<reqwest::ClientBuilder, Error> {
    builder(true, &RootCertificates::default())
}

/// Returns the client for a base URL. What goes to this machine needs no proxy, and what is not
/// encrypted needs no trust store.
pub(crate) fn default_client(
    base_url: &BaseUrl,
    roots: &RootCertificates,
) -> Result<reqwest::Client, Error> {
    // Without TLS of its own reqwest may panic, depending on the features that others switched on.
    if cfg!(not(feature = "rustls")) {
        return Err(Error::invalid(
            "no TLS: enable the feature `rustls`, or bring a client to .http_client()",
        ));
    }
    let mut builder = builder(base_url.is_https(), roots)?;
    if base_url.is_loopback() {
        builder = builder.no_proxy();
    }
    builder.build().map_err(no_client)
}

fn no_client(error: impl Display) -> Error {
    Error::invalid(format!(
        "no HTTP client, or no certificates to trust: {error}"
    ))
}

#[cfg_attr(not(feature = "rustls"), allow(unused_variables))]
fn builder(is_https: bool, roots: &RootCertificates) -> Result<reqwest::ClientBuilder, Error> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT);
    #[cfg(feature = "rustls")]
    let builder = {
        let roots = roots.read()?;
        builder.tls_backend_preconfigured(tls(is_https, roots).map_err(no_client)?)
    };
    Ok(builder)
}

#[cfg(feature = "rustls")]
fn tls(
    is_https: bool,
    roots: Vec<rustls::pki_types::CertificateDer<'static>>,
) -> Result<rustls::ClientConfig, rustls::Error> {
    use std::sync::Arc;

    use rustls::crypto::ring;
    use rustls::{ClientConfig, RootCertStore};

    use super::root_certificates::trust::trust;

    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    let builder = if is_https {
        trust(builder, roots)?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
