//! The HTTP client underneath: nothing goes in, a [`reqwest::ClientBuilder`] comes out with this crate's TLS and
//! manners. It follows no redirect and speaks HTTP/2 where the server does.
//!
//! TLS is rustls with ring and the platform's trust store. reqwest's own default would bring aws-lc, which costs 41 ms
//! of CPU in the first handshake of a process, and more to build than all the rest.

use std::time::Duration;

use reqwest::Url;

use crate::error::Error;

/// A builder for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client): no redirects, ten seconds to
/// connect, and this crate's TLS (feature `rustls`). Add a proxy or other limits to it.
///
/// Root certificates cannot be added, because the TLS is complete: for those, bring a client with a TLS of your own.
///
/// ```no_run
/// use atlas_backup::{Client, Credentials, http_client_builder};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let http = http_client_builder().proxy(reqwest::Proxy::all("http://proxy.example:3128")?).build()?;
/// let client = Client::builder(Credentials::access_token("token")).http_client(http).build()?;
/// # Ok(())
/// # }
/// ```
pub fn http_client_builder() -> reqwest::ClientBuilder {
    builder(true)
}

/// The client for a base URL. What goes to this machine needs no proxy, and without `https` no trust store.
pub(crate) fn default_client(url: &Url, loopback: bool) -> Result<reqwest::Client, Error> {
    // Without TLS of its own reqwest may panic here, depending on the features that others have switched on.
    if cfg!(not(feature = "rustls")) {
        return Err(Error::invalid(
            "no TLS: enable the feature `rustls`, or bring a client to .http_client()",
        ));
    }
    let encrypted = url.scheme() == "https";
    let builder = if loopback {
        builder(encrypted).no_proxy()
    } else {
        builder(encrypted)
    };
    builder.build().map_err(|error| {
        Error::invalid(format!(
            "no HTTP client, or no certificates to trust: {error}"
        ))
    })
}

fn builder(_encrypted: bool) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10));
    #[cfg(feature = "rustls")]
    let builder = match tls(_encrypted) {
        Ok(tls) => builder.tls_backend_preconfigured(tls),
        // What reqwest does not know as TLS makes `build` fail, where no TLS at all would make it panic.
        Err(error) => builder.tls_backend_preconfigured(error),
    };
    builder
}

#[cfg(feature = "rustls")]
fn tls(encrypted: bool) -> Result<rustls::ClientConfig, rustls::Error> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?;
    let config = match encrypted {
        true => rustls_platform_verifier::BuilderVerifierExt::with_platform_verifier(config)?,
        false => config.with_root_certificates(rustls::RootCertStore::empty()),
    };
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
