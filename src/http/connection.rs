//! How the HTTP client underneath connects: it follows no redirect, speaks HTTP/2 where the server
//! does, and finds out when a connection is dead.

use std::time::Duration;

use super::connect_watch::ConnectWatch;
use super::proxy::Proxy;
use super::root_certificates::RootCertificates;
use crate::base_url::BaseUrl;
use crate::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an HTTP/2 connection may say nothing, while a request waits, before it is asked.
const PING_AFTER: Duration = Duration::from_secs(10);
/// How long it may take to answer that.
const PING_TIMEOUT: Duration = Duration::from_secs(5);
/// HTTP/1.1 has no pings, so connections there are not kept for long: when an exchange of 30
/// seconds has heard nothing, the others that went silent leave the pool as well. Long enough for a
/// poll every 30 seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(35);
/// What TCP does for a connection, where the platform lets it be set.
const TCP_KEEPALIVE: Duration = Duration::from_secs(15);
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(20);

/// Returns a builder for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client): no
/// redirects, ten seconds to connect, and this crate's TLS (feature `rustls`). Add a proxy or other
/// limits to it.
///
/// A connection that went silent is found out: over HTTP/2 by a ping while a request waits, after
/// ten seconds of silence and five more; over HTTP/1.1 by the time limit of an exchange.
///
/// Its TLS is complete, so reqwest ignores `add_root_certificate` and the like on it. To trust
/// another authority, see
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
/// If no certificate authorities are found to trust, or TLS cannot be set up.
pub fn http_client_builder() -> Result<reqwest::ClientBuilder, Error> {
    let builder = connection_settings();
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_preconfigured(super::tls::with_platform_roots(Vec::new())?);
    Ok(builder)
}

/// How the client is made that is used unless one is brought along.
pub(crate) struct DefaultClient {
    #[cfg(feature = "rustls")]
    tls: rustls::ClientConfig,
    has_proxy: bool,
    /// How long an exchange may take.
    pub timeout: Duration,
}

impl DefaultClient {
    /// Prepares the client for a base URL. What goes to this machine needs no proxy, and what is
    /// not encrypted needs no trust store.
    #[cfg(feature = "rustls")]
    pub(crate) fn new(
        base_url: &BaseUrl,
        roots: &RootCertificates,
        timeout: Duration,
    ) -> Result<Self, Error> {
        let roots = roots.read()?;
        let tls = if base_url.is_https() {
            super::tls::with_platform_roots(roots)?
        } else {
            super::tls::with_no_roots()?
        };
        Ok(DefaultClient {
            tls,
            has_proxy: !base_url.is_loopback(),
            timeout,
        })
    }

    /// Without TLS of its own reqwest may panic, depending on the features that others switched on.
    #[cfg(not(feature = "rustls"))]
    pub(crate) fn new(_: &BaseUrl, _: &RootCertificates, _: Duration) -> Result<Self, Error> {
        Err(Error::invalid(
            "no TLS: enable the feature `rustls`, or bring a client to .http_client()",
        ))
    }

    pub(crate) fn build(&self) -> Result<reqwest::Client, Error> {
        let mut builder = connection_settings().timeout(self.timeout);
        #[cfg(feature = "rustls")]
        {
            builder = builder.tls_backend_preconfigured(self.tls.clone());
        }
        if !self.has_proxy {
            builder = builder.no_proxy();
        }
        let client = builder.build();
        client.map_err(|error| Error::invalid(format!("no HTTP client: {error}")))
    }
}

/// Returns the proxy that the default client takes to a base URL.
pub(crate) fn default_proxy(base_url: &BaseUrl) -> Result<Option<Proxy>, Error> {
    if base_url.is_loopback() {
        return Ok(None);
    }
    Proxy::from_environment(base_url)
}

fn connection_settings() -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // Requests are counted, and sent again, in `sender.rs` alone.
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .connector_layer(ConnectWatch)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .http2_keep_alive_while_idle(false)
        .tcp_keepalive(TCP_KEEPALIVE);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(TCP_USER_TIMEOUT);
    builder
}
