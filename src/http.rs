//! The HTTP client underneath: nothing goes in, a [`reqwest::ClientBuilder`] comes out with this crate's TLS and
//! manners. It follows no redirect and speaks HTTP/2 where the server does.
//!
//! TLS is rustls with ring and the platform's trust store. reqwest's own default would bring aws-lc, which costs 41 ms
//! of CPU in the first handshake of a process, and more to build than all the rest.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Url;
use rustls::client::WantsClientCert;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;

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
    // Without a readable trust store no server is trusted, which is told when one is connected to.
    match platform().or_else(|_| trusting_nobody()) {
        Ok(tls) => with_tls(tls),
        Err(_) => reqwest::Client::builder(),
    }
}

/// The client for a base URL. What goes to this machine needs no proxy, and without `https` no trust store.
pub(crate) fn default_client(url: &Url, loopback: bool) -> Result<reqwest::Client, Error> {
    let tls = if url.scheme() == "https" { platform() } else { trusting_nobody() };
    let builder = with_tls(tls.map_err(|error| Error::invalid(format!("no TLS for the base URL: {error}")))?);
    let builder = if loopback { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| Error::invalid(format!("no HTTP client: {error}")))
}

fn with_tls(tls: ClientConfig) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.connect_timeout(Duration::from_secs(10)).tls_backend_preconfigured(tls)
}

/// The platform's trust store, read once a process.
fn platform() -> Result<ClientConfig, rustls::Error> {
    static CONFIG: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(config.clone());
    }
    let trusting = with_ring()?.with_platform_verifier()?;
    Ok(CONFIG.get_or_init(|| finished(trusting)).clone())
}

fn trusting_nobody() -> Result<ClientConfig, rustls::Error> {
    Ok(finished(with_ring()?.with_root_certificates(RootCertStore::empty())))
}

fn with_ring() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

fn finished(builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig {
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}
