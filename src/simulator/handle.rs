//! [`Simulator`]: a handle to a running Atlas.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::access::ACCESS_TOKEN;
use super::server;
use super::state::Shared;
use super::tls::Tls;
use crate::{Client, ClientBuilder, Credentials, RetryPolicy};

/// An Atlas server on its own loopback port. Clones are handles to the same server, which shuts
/// down with its connections when the last handle is dropped.
///
/// ```
/// use atlas_backup::simulator::Simulator;
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let atlas = Simulator::start().await?;
/// atlas.put(
///     "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663",
///     &json!({"id": "6a794733c0eb9e7a17740663", "deliveryType": "automated"}),
/// );
/// println!("listening on {}, token {}", atlas.base_url(), Simulator::ACCESS_TOKEN);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Simulator {
    pub(super) shared: Arc<Shared>,
    running: Arc<Running>,
}

/// What is dropped with the last handle. It is no part of [`Shared`], which the server's tasks hold
/// too.
struct Running {
    base_url: String,
    certificate: Option<String>,
    listener: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Simulator {
    /// Starts a server without TLS. It speaks HTTP/1.1, and HTTP/2 to clients with prior knowledge.
    ///
    /// # Errors
    ///
    /// Fails if no loopback port is available.
    pub async fn start() -> io::Result<Self> {
        Self::listen(None).await
    }

    /// Starts a server with TLS that offers HTTP/2 and HTTP/1.1. Its self-signed certificate is for
    /// `localhost` and `127.0.0.1`; clients must trust [`certificate_pem`](Self::certificate_pem).
    ///
    /// # Errors
    ///
    /// Fails if no loopback port is available or no certificate can be generated.
    pub async fn start_tls() -> io::Result<Self> {
        Self::listen(Some(Tls::new(&["h2", "http/1.1"])?)).await
    }

    /// Starts a server with TLS that offers HTTP/1.1 only.
    ///
    /// # Errors
    ///
    /// As [`start_tls`](Self::start_tls).
    pub async fn start_tls_http1() -> io::Result<Self> {
        Self::listen(Some(Tls::new(&["http/1.1"])?)).await
    }

    async fn listen(tls: Option<Tls>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base_url = format!("{scheme}://{}", listener.local_addr()?);
        let (acceptor, certificate) = tls.map(|tls| (tls.acceptor, tls.certificate)).unzip();
        let shared = Arc::new(Shared::new());
        let serving = tokio::spawn(server::accept(listener, acceptor, shared.clone()));
        let listener = serving.abort_handle();
        Ok(Self {
            shared,
            running: Arc::new(Running {
                base_url,
                certificate,
                listener,
            }),
        })
    }

    /// Returns the base URL, `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        &self.running.base_url
    }

    /// Returns a builder of a client for this simulator. The client uses
    /// [`ACCESS_TOKEN`](Self::ACCESS_TOKEN) and makes up to four attempts, with a backoff of one
    /// millisecond unless `Retry-After` asks for more. With TLS, add the certificate as a
    /// [`root_certificate`](ClientBuilder::root_certificate).
    ///
    /// ```
    /// # use atlas_backup::simulator::Simulator;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let atlas = Simulator::start().await?;
    /// let client = atlas.client_builder().user_agent("restore-drill/1.0").build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_builder(&self) -> ClientBuilder {
        let pause = Duration::from_millis(1);
        let quick = RetryPolicy::default().attempts(4).backoff(pause, pause);
        Client::builder(Credentials::access_token(ACCESS_TOKEN))
            .base_url(self.base_url())
            .retry(quick)
    }

    /// Returns the certificate to trust as PEM, or `None` without TLS.
    pub fn certificate_pem(&self) -> Option<&str> {
        self.running.certificate.as_deref()
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Simulator")
            .field("base_url", &self.base_url())
            .field("request_count", &self.shared.log.request_count())
            .finish_non_exhaustive()
    }
}
