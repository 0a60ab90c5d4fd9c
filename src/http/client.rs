//! [`HttpClient`]: the client of reqwest that requests go through, and how it connects: it follows no
//! redirect, speaks HTTP/2 where the server does, and detects dead connections.
//!
//! reqwest has no way to take a connection out of its pool. So when one has stopped responding, or
//! does nothing but refuse, another client takes the place of the first: the next request goes over
//! a new connection, and requests that are under way end undisturbed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::gate::GateLayer;
use super::trust::RootCertificates;
use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::sync::lock;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an HTTP/2 connection may be silent, while a request waits, before a ping is sent.
const PING_AFTER: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(5);
/// HTTP/1.1 has no pings, so connections there are not kept for long: when an exchange of 30
/// seconds has timed out, the other dead connections leave the pool as well. Long enough for a poll
/// every 30 seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(35);
/// The largest window that HTTP/2 has. With less, a few unread responses would block all others of
/// their connection.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;
/// What TCP does for a connection, where the platform lets it be set.
const TCP_KEEPALIVE: Duration = Duration::from_secs(15);
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(20);

/// How often in a row a connection may refuse requests.
const REFUSALS: u32 = 3;
/// How long a client is kept that has taken the place of one whose connection refused requests.
const REPLACED_FOR: Duration = Duration::from_secs(10);

/// Returns a builder for [`ClientBuilder::http_client`](crate::ClientBuilder::http_client): no
/// redirects, ten seconds to connect, and this crate's TLS (feature `rustls`). Add a proxy or other
/// limits to it.
///
/// Its connections detect when the server stops responding: over HTTP/2 by a ping while a request
/// waits, after ten seconds of silence and five more; over HTTP/1.1 by the time limit of an
/// exchange.
///
/// Its TLS is complete, so reqwest ignores `add_root_certificate` and the like on it. To trust
/// another CA, see [`ClientBuilder::root_certificate`](crate::ClientBuilder::root_certificate), or
/// bring a client with a TLS of your own.
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
/// If the system has no root certificates, or TLS cannot be set up.
pub fn http_client_builder() -> Result<reqwest::ClientBuilder, Error> {
    let builder = connection_settings();
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_preconfigured(super::trust::platform_tls(Vec::new())?);
    Ok(builder)
}

/// How the default client is built.
pub(crate) struct Recipe {
    #[cfg(feature = "rustls")]
    tls: rustls::ClientConfig,
    pub proxy: Option<reqwest::Proxy>,
    timeout: Duration,
    connect_timeout: Duration,
}

impl Recipe {
    /// Prepares the client for a base URL. `timeout` is the limit of a request, `exchange` how long
    /// one may take within the time of a call.
    #[cfg(feature = "rustls")]
    pub(crate) fn new(
        base_url: &BaseUrl,
        roots: &RootCertificates,
        timeout: Duration,
        exchange: Duration,
    ) -> Result<Self, Error> {
        let roots = roots.read()?;
        // Plain HTTP needs no trust store, which an empty container does not have.
        let tls = match base_url.is_https() {
            true => super::trust::platform_tls(roots)?,
            false => super::trust::empty_tls()?,
        };
        // A host may have several addresses, of which the first are dead.
        let connect_timeout = CONNECT_TIMEOUT.min(exchange / 3 * 2);
        Ok(Recipe {
            tls,
            proxy: None,
            timeout,
            connect_timeout,
        })
    }

    /// Without TLS of its own reqwest may panic, depending on the features that others switched on.
    #[cfg(not(feature = "rustls"))]
    pub(crate) fn new(
        _: &BaseUrl,
        _: &RootCertificates,
        _: Duration,
        _: Duration,
    ) -> Result<Self, Error> {
        Err(Error::invalid(
            "no TLS: enable the feature `rustls`, or bring a client to .http_client()",
        ))
    }

    fn build(&self, protocol: Protocol) -> Result<reqwest::Client, Error> {
        let mut builder = connection_settings()
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout);
        if protocol == Protocol::Http1 {
            builder = builder.http1_only();
        }
        #[cfg(feature = "rustls")]
        {
            let mut tls = self.tls.clone();
            if protocol == Protocol::Http1 {
                tls.alpn_protocols = vec![b"http/1.1".to_vec()];
            }
            builder = builder.tls_backend_preconfigured(tls);
        }
        builder = match &self.proxy {
            Some(proxy) => builder.proxy(proxy.clone()),
            None => builder.no_proxy(),
        };
        let client = builder.build();
        client.map_err(|error| Error::invalid(format!("no HTTP client: {error}")))
    }
}

fn connection_settings() -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // This crate alone decides what is sent again.
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .connector_layer(GateLayer)
        // Headers that go on in a second line, as HTTP/1.0 had them.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .http2_keep_alive_while_idle(false)
        .tcp_keepalive(TCP_KEEPALIVE);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(TCP_USER_TIMEOUT);
    builder
}

/// Which versions of HTTP a client offers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/2, or HTTP/1.1 where the server speaks no other.
    Any,
    Http1,
}

/// The client in use, and how to make another like it.
pub(crate) struct HttpClient {
    /// Nothing for a user's client, which cannot be built again.
    recipe: Option<Recipe>,
    state: Mutex<State>,
    /// Whether any are counted, so that a call takes no lock while there are none.
    has_refusals: AtomicBool,
}

struct State {
    current: Current,
    /// How often in a row connections have refused requests, by their addresses on this machine.
    refusals: BTreeMap<SocketAddr, u32>,
    replaced_at: Option<Instant>,
}

/// A client with its number in the row of clients.
#[derive(Clone)]
pub(crate) struct Current {
    pub client: reqwest::Client,
    number: u64,
}

impl HttpClient {
    /// Uses a client of the user.
    pub(crate) fn brought(client: reqwest::Client) -> Self {
        HttpClient::with(None, client)
    }

    /// Makes the first client.
    pub(crate) fn new(recipe: Recipe) -> Result<Self, Error> {
        let client = recipe.build(Protocol::Any)?;
        Ok(HttpClient::with(Some(recipe), client))
    }

    fn with(recipe: Option<Recipe>, client: reqwest::Client) -> Self {
        let state = Mutex::new(State {
            current: Current { client, number: 0 },
            refusals: BTreeMap::new(),
            replaced_at: None,
        });
        HttpClient {
            recipe,
            state,
            has_refusals: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_brought(&self) -> bool {
        self.recipe.is_none()
    }

    /// Returns the time limit that all requests of the client have, if it is known.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        let recipe = self.recipe.as_ref()?;
        Some(recipe.timeout)
    }

    pub(crate) fn current(&self) -> Current {
        lock(&self.state).current.clone()
    }

    /// Makes another client in place of this one, unless that has been done.
    pub(crate) fn replace(&self, replaced: &Current, protocol: Protocol) {
        let Some(recipe) = &self.recipe else {
            return;
        };
        let current = &mut lock(&self.state).current;
        if current.number != replaced.number {
            return;
        }
        if let Ok(client) = recipe.build(protocol) {
            tracing::debug!("the next request goes over a new connection");
            let number = current.number + 1;
            *current = Current { client, number };
        }
    }

    /// Notes that a connection sent a good response.
    pub(crate) fn accepted(&self, connection: Option<SocketAddr>) {
        if let Some(address) = connection
            && self.has_refusals.load(Ordering::Relaxed)
        {
            let refusals = &mut lock(&self.state).refusals;
            refusals.remove(&address);
            self.has_refusals
                .store(!refusals.is_empty(), Ordering::Relaxed);
        }
    }

    /// Notes that a connection refused a request, and replaces the client if it does nothing else.
    pub(crate) fn refused(
        &self,
        used: &Current,
        connection: Option<SocketAddr>,
        protocol: Protocol,
    ) {
        let Some(address) = connection else {
            return;
        };
        let mut state = lock(&self.state);
        self.has_refusals.store(true, Ordering::Relaxed);
        let in_a_row = state.refusals.entry(address).or_default();
        *in_a_row += 1;
        let is_few = *in_a_row < REFUSALS && protocol == Protocol::Any;
        let replaced_at = state.replaced_at;
        if is_few || replaced_at.is_some_and(|at| at.elapsed() < REPLACED_FOR) {
            return;
        }
        state.refusals.clear();
        state.replaced_at = Some(Instant::now());
        drop(state);
        self.replace(used, protocol);
    }
}
