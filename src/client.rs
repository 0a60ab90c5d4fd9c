//! [`Client`] and [`ClientBuilder`]. The methods of the operations are generated; those here create
//! a client and revoke its token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::auth::Authenticator;
use crate::base_url::BaseUrl;
use crate::call::Session;
use crate::credentials::{AccessToken, Credentials};
use crate::environment;
use crate::error::Error;
use crate::http::client::{HttpClient, Recipe};
use crate::http::proxy::Proxy;
use crate::http::sender::{Sender, Settings};
use crate::http::trust::RootCertificates;
use crate::pace::Pacer;
use crate::retry::{FailureRate, LONGEST_TIME, RetryPolicy};
use crate::trace::Deprecations;

const VERSION: &str = concat!("atlas-backup/", env!("CARGO_PKG_VERSION"));
const ATLAS: &str = "https://cloud.mongodb.com";
const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_IN_FLIGHT: usize = 100;

/// A client of Atlas, with a method for each operation.
///
/// Clones are cheap and share a connection pool, the access token and the rate limits. Use one
/// client for a whole program.
///
/// A client may be used from several tokio runtimes. Pooled connections and token requests live on
/// the runtime that created them. If it shuts down, they are recreated on the caller's; if it is
/// stalled, other callers detect that after [`timeout`](ClientBuilder::timeout) and some seconds.
///
/// ```no_run
/// # async fn read() -> Result<(), atlas_backup::Error> {
/// use atlas_backup::Client;
///
/// let client = Client::from_env()?;
/// let job = client
///     .get_backup_restore_job()
///     .group_id("32b6e34b3d91647abb20e7b8")
///     .cluster_name("Cluster0")
///     .restore_job_id("6a794733c0eb9e7a17740663")
///     .send()
///     .await?;
/// println!("finished at {:?}", job.finished_at);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Arc<Session>,
}

/// Configures a [`Client`]; from [`Client::builder`] or [`ClientBuilder::from_env`].
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::{Client, Credentials, RetryPolicy};
///
/// let key = Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555");
/// let client = Client::builder(key)
///     .base_url("https://cloud.mongodbgov.com")
///     .retry(RetryPolicy::default().total_time(Duration::from_secs(20)))
///     .user_agent("restore-drill/1.0")
///     .build()?;
/// # Ok::<(), atlas_backup::Error>(())
/// ```
#[must_use = "settings do nothing before `build`"]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: String,
    /// Where it was set, for errors.
    base_url_name: &'static str,
    http_client: Option<reqwest::Client>,
    root_certificates: RootCertificates,
    retry: RetryPolicy,
    user_agent: String,
    timeout: Duration,
    max_in_flight: usize,
    allow_plain_http: bool,
}

impl Client {
    /// Returns a builder of a client with these credentials.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder {
            credentials,
            base_url: ATLAS.to_owned(),
            base_url_name: "base_url",
            http_client: None,
            root_certificates: RootCertificates::default(),
            retry: RetryPolicy::default(),
            user_agent: VERSION.to_owned(),
            timeout: TIMEOUT,
            max_in_flight: MAX_IN_FLIGHT,
            allow_plain_http: false,
        }
    }

    /// Creates a client from the environment: [`ClientBuilder::from_env`] with no other settings.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Client, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Revokes the service account's access token. Atlas allows 100 active tokens per account.
    /// Concurrent calls wait for the revocation, then fetch a new token. Does nothing for other
    /// credentials, or if there is no token.
    ///
    /// # Errors
    ///
    /// If the endpoint cannot be reached, refuses, or does not respond within the total time of the
    /// [`RetryPolicy`]. The revocation is not retried; the token stays in use.
    #[doc(alias = "token revocation")]
    pub async fn revoke_token(&self) -> Result<(), Error> {
        let retries = self.session.retry.start();
        self.session.authenticator.revoke_token(&retries).await
    }

    /// Returns a valid access token, to share with other processes or to send with other requests.
    ///
    /// A service account's token is fetched or renewed if need be, as for a call. For
    /// [`Credentials::access_token`] and [`Credentials::from_fn`] it is the token that they have.
    /// The [credentials chapter](crate::guide::credentials) shares one through a store.
    ///
    /// ```
    /// use atlas_backup::{Client, Error};
    ///
    /// async fn header(client: &Client) -> Result<String, Error> {
    ///     let token = client.access_token().await?;
    ///     Ok(format!("Bearer {}", token.secret()))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for an API key, which has no
    /// token. Otherwise the errors of fetching one, after the retries of the [`RetryPolicy`].
    #[doc(alias = "service account token")]
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        let retries = self.session.retry.start();
        self.session.authenticator.access_token(&retries).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_url", &self.session.base_url.as_str())
            .finish_non_exhaustive()
    }
}

/// Shows only the kind of the credentials: an invalid base URL may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Reads the credentials and the base URL from the environment: [`Credentials::from_env`], and
    /// `MONGODB_ATLAS_BASE_URL` if it is set.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use atlas_backup::ClientBuilder;
    ///
    /// let client = ClientBuilder::from_env()?
    ///     .timeout(Duration::from_secs(10))
    ///     .build()?;
    /// # Ok::<(), atlas_backup::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Credentials::from_env`], and if `MONGODB_ATLAS_BASE_URL` is not valid UTF-8.
    pub fn from_env() -> Result<ClientBuilder, Error> {
        let mut builder = Client::builder(Credentials::from_env()?);
        if let Some(base_url) = environment::variable(environment::BASE_URL)? {
            builder.base_url = base_url;
            builder.base_url_name = environment::BASE_URL;
        }
        Ok(builder)
    }

    /// Sets the base URL of Atlas, for example `https://cloud.mongodbgov.com` for Atlas for
    /// Government. Access tokens are fetched from there too. Defaults to
    /// `https://cloud.mongodb.com`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self.base_url_name = "base_url";
        self
    }

    /// Uses this `reqwest::Client`, for example to configure a proxy, root certificates or another
    /// TLS backend. Authentication, timeouts and retries are layered on top. It should not follow
    /// redirects.
    ///
    /// Start from [`http_client_builder`](crate::http_client_builder) to keep this crate's TLS. A
    /// plain `reqwest::Client::builder().build()` panics where reqwest has no TLS provider, which
    /// is how this crate builds it.
    ///
    /// ```no_run
    /// use atlas_backup::{ClientBuilder, http_client_builder, reqwest::Proxy};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let proxy = Proxy::https("http://proxy.internal:3128")?;
    /// let client = ClientBuilder::from_env()?
    ///     .http_client(http_client_builder()?.proxy(proxy).build()?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Adds root certificates in PEM to those that the platform trusts: the CA of a proxy that
    /// intercepts TLS, or of a test server.
    ///
    /// On Linux and other Unix systems, `SSL_CERT_FILE` and `SSL_CERT_DIR` replace what the platform
    /// trusts.
    ///
    /// ```no_run
    /// use atlas_backup::ClientBuilder;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = ClientBuilder::from_env()?
    ///     .root_certificate(std::fs::read("/etc/proxy/ca.pem")?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`build`](Self::build) refuses text without a certificate. It also refuses certificates on
    /// Android, and together with [`http_client`](Self::http_client).
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates.add(pem.as_ref());
        self
    }

    /// Sets how often and for how long each call is retried. Defaults to
    /// [`RetryPolicy::default()`], two minutes.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the beginning of the `User-Agent` header, such as `my-tool/1.0`; `atlas-backup/VERSION`
    /// follows. Defaults to that alone.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = format!("{} {VERSION}", user_agent.into());
        self
    }

    /// Sets the timeout of one exchange, from the request to the end of the response. Connecting may
    /// take two thirds of it, and 10 seconds at most. Defaults to 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(LONGEST_TIME);
        self
    }

    /// Limits the requests that this client and its clones have in flight. Further requests queue.
    /// Queueing does not count as an attempt or against [`timeout`](Self::timeout), only against the
    /// call's total time. Defaults to 100; 0 counts as 1.
    ///
    /// An HTTP/2 server that allows fewer concurrent streams holds requests back as well, which
    /// counts against [`timeout`](Self::timeout).
    #[doc(alias = "connection pool")]
    #[doc(alias = "concurrency")]
    pub fn max_in_flight(mut self, max_in_flight: usize) -> Self {
        self.max_in_flight = max_in_flight.max(1);
        self
    }

    /// Allows an `http://` base URL of another machine. Anyone on the network path can then read
    /// what is sent, tokens included. Defaults to refusing it.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL, the user agent, a root certificate, a proxy variable or the credentials are
    /// invalid; the error names which.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = BaseUrl::parse(&self.base_url, self.base_url_name, self.allow_plain_http)?;
        let Ok(user_agent) = HeaderValue::try_from(&self.user_agent) else {
            return Err(Error::invalid(
                "user_agent has a character that no HTTP header can carry",
            ));
        };
        self.credentials.check()?;
        let (http, proxy) = self.http(&base_url)?;
        let settings = Settings {
            user_agent,
            timeout: self.timeout,
            max_in_flight: self.max_in_flight,
            proxy,
        };
        let sender = Arc::new(Sender::new(http, settings));
        let authenticator = Authenticator::new(self.credentials, &base_url, &sender, self.timeout);
        let session = Session {
            base_url,
            authenticator,
            sender,
            retry: self.retry,
            pacer: Pacer::default(),
            failure_rate: FailureRate::default(),
            deprecations: Deprecations::default(),
        };
        Ok(Client {
            session: Arc::new(session),
        })
    }

    /// Returns the HTTP client, and the proxy that it uses.
    fn http(&self, base_url: &BaseUrl) -> Result<(HttpClient, Option<Proxy>), Error> {
        let roots = &self.root_certificates;
        roots.check(self.http_client.is_some())?;
        if let Some(brought) = &self.http_client {
            let proxy = Proxy::of_client(brought, base_url);
            return Ok((HttpClient::brought(brought.clone()), proxy));
        }
        let (proxy, setting) = Proxy::from_environment(base_url)?.unzip();
        let exchange = self.timeout.min(self.retry.total_time);
        let mut recipe = Recipe::new(base_url, roots, self.timeout, exchange)?;
        recipe.proxy = setting;
        Ok((HttpClient::new(recipe)?, proxy))
    }
}
