//! [`Client`]: what users hold. The methods of the operations are generated; those here make a
//! client, and end its token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::auth::Authenticator;
use crate::base_url::BaseUrl;
use crate::call::Session;
use crate::credentials::Credentials;
use crate::environment;
use crate::error::Error;
use crate::http::client::{HttpClient, Recipe, default_proxy};
use crate::http::proxy::Proxy;
use crate::http::sender::{Sender, Settings};
use crate::http::trust::RootCertificates;
use crate::pace::Pacer;
use crate::retry::{FailureRate, RetryPolicy};
use crate::trace::Deprecations;

const VERSION: &str = concat!("atlas-backup/", env!("CARGO_PKG_VERSION"));
const ATLAS: &str = "https://cloud.mongodb.com";
const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_IN_FLIGHT: usize = 100;

/// A client of Atlas, with a method for each operation.
///
/// Clones are cheap; they share their connections, their token and their nonces.
///
/// Calls may be made in several runtimes of tokio, one after the other or at once. What they share
/// belongs to the runtime in which it began: where that is gone, it is begun again in another, and
/// where it stands still, the others notice after the time limit of an exchange and some seconds.
#[derive(Clone)]
pub struct Client {
    pub(crate) session: Arc<Session>,
}

/// Settings of a [`Client`], from [`Client::builder`].
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
    /// Starts a client with these credentials.
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

    /// Ends the access token of a service account at Atlas, which allows 100 living tokens an
    /// account. Calls wait for it, and fetch a new one then. Does nothing for other credentials, or
    /// if there is no token.
    ///
    /// # Errors
    ///
    /// If the endpoint cannot be reached or refuses, or does not answer within the total time of
    /// the [`RetryPolicy`]. It is not asked again then; the token stays.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        self.session.authenticator.revoke_token().await
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

/// Shows only the kind of the credentials: a base URL that cannot be used may hold a password.
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
    pub fn base_url(self, url: impl Into<String>) -> Self {
        ClientBuilder {
            base_url: url.into(),
            base_url_name: "base_url",
            ..self
        }
    }

    /// Sends through this client, for a proxy, root certificates or another TLS. Authentication,
    /// time limits and retries are layered on top. It should not follow redirects.
    ///
    /// Start from [`http_client_builder`](crate::http_client_builder) to keep this crate's TLS. A
    /// plain `reqwest::Client::builder().build()` panics where reqwest has no TLS provider, which
    /// is how this crate builds it.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        let http_client = Some(client);
        ClientBuilder {
            http_client,
            ..self
        }
    }

    /// Trusts the certificates in this PEM as well as those that the platform trusts: the authority
    /// of a proxy that looks into TLS, or of a test server.
    ///
    /// On Linux and the like, `SSL_CERT_FILE` and `SSL_CERT_DIR` do the same from outside, and
    /// replace what the platform trusts.
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
    /// [`build`](Self::build) refuses text without a certificate. It refuses any on Android, and
    /// together with [`http_client`](Self::http_client), rather than ignore it.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates.add(pem.as_ref());
        self
    }

    /// Sets how often and for how long a call is tried.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        ClientBuilder { retry, ..self }
    }

    /// Sets what stands before `atlas-backup/VERSION` in the `User-Agent` header, such as
    /// `my-tool/1.0`.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        let user_agent = format!("{} {VERSION}", user_agent.into());
        ClientBuilder { user_agent, ..self }
    }

    /// Sets how long one exchange may take, from the request to the end of the answer: 30 seconds
    /// unless set.
    pub fn timeout(self, timeout: Duration) -> Self {
        ClientBuilder { timeout, ..self }
    }

    /// Sets how many requests of this client and its clones may be in flight at a time: 100 unless
    /// set; 0 counts as 1. What comes beyond waits for its turn, which costs no attempt and none of
    /// the [`timeout`](Self::timeout), only the total time of its call.
    ///
    /// An HTTP/2 server that allows fewer streams at a time on a connection holds requests back as
    /// well. That cannot be seen from here, and counts as the time of the server.
    pub fn max_in_flight(self, max_in_flight: usize) -> Self {
        ClientBuilder {
            max_in_flight: max_in_flight.max(1),
            ..self
        }
    }

    /// Allows a base URL with `http://` that is not on this machine. Whoever is on the way can then
    /// read what is sent, tokens included.
    pub fn allow_plain_http(self) -> Self {
        ClientBuilder {
            allow_plain_http: true,
            ..self
        }
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL, the user agent, a root certificate or the credentials cannot be used; the
    /// error names which.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = BaseUrl::parse(&self.base_url, self.base_url_name, self.allow_plain_http)?;
        let Ok(user_agent) = HeaderValue::try_from(self.user_agent) else {
            return Err(Error::invalid(
                "user_agent has a character that no HTTP header can carry",
            ));
        };
        self.credentials.check()?;
        let roots = &self.root_certificates;
        let exchange = self.timeout.min(self.retry.longest());
        let (http, proxy) =
            http_client(self.http_client, roots, &base_url, self.timeout, exchange)?;
        let settings = Settings {
            user_agent,
            timeout: self.timeout,
            max_in_flight: self.max_in_flight,
            proxy,
        };
        let sender = Arc::new(Sender::new(http, settings));
        let authenticator = Authenticator::new(
            self.credentials,
            &base_url,
            &sender,
            &self.retry,
            self.timeout,
        )?;
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
}

/// Returns the client to send through, and the proxy that it uses.
fn http_client(
    brought: Option<reqwest::Client>,
    root_certificates: &RootCertificates,
    base_url: &BaseUrl,
    timeout: Duration,
    exchange: Duration,
) -> Result<(HttpClient, Option<Proxy>), Error> {
    root_certificates.check(brought.is_some())?;
    if let Some(brought) = brought {
        let proxy = Proxy::of_client(&brought, base_url);
        return Ok((HttpClient::brought(brought), proxy));
    }
    let proxy = default_proxy(base_url)?;
    let recipe = Recipe::new(base_url, root_certificates, timeout, exchange)?;
    Ok((HttpClient::new(recipe)?, proxy))
}
