//! The client that users hold: settings go in, a [`Client`] comes out whose every part is known to work together. The
//! methods of the operations are generated; those here make a client, and end its token.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::auth::{Authenticator, Wire};
use crate::credentials::{Credentials, variable};
use crate::error::Error;
use crate::exchange::Exchange;
pub use crate::generated::Client;
use crate::retry::RetryPolicy;
use crate::transport::Transport;

const BASE_URL: &str = "https://cloud.mongodb.com";
const BASE_URL_VARIABLE: &str = "MONGODB_ATLAS_BASE_URL";

/// Settings of a [`Client`], from [`Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::{Client, Credentials, RetryPolicy};
///
/// let client = Client::builder(Credentials::api_key("abcdefgh", "11111111-2222-3333-4444-555555555555"))
///     .base_url("https://cloud.mongodbgov.com")
///     .retry(RetryPolicy::default().total_time(Duration::from_secs(20)))
///     .user_agent("restore-drill/1.0")
///     .build()?;
/// # Ok::<(), atlas_backup::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "settings do nothing before `build`"]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: String,
    http_client: Option<reqwest::Client>,
    retry: RetryPolicy,
    user_agent: Option<String>,
    timeout: Duration,
    plain_http: bool,
}

impl Client {
    /// Starts a client with these credentials.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder {
            credentials,
            base_url: BASE_URL.to_owned(),
            http_client: None,
            retry: RetryPolicy::default(),
            user_agent: None,
            timeout: Duration::from_secs(30),
            plain_http: false,
        }
    }

    /// A client with the credentials of [`Credentials::from_env`] and the base URL in `MONGODB_ATLAS_BASE_URL`, if set.
    ///
    /// # Errors
    ///
    /// Those of [`Credentials::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Client, Error> {
        let builder = Client::builder(Credentials::from_env()?);
        match variable(BASE_URL_VARIABLE)? {
            Some(url) => builder.base_url(url).named(BASE_URL_VARIABLE),
            None => builder.named("base_url"),
        }
    }

    /// Ends the access token of a service account at Atlas, which allows 100 living tokens an account. The next call
    /// fetches a new one. Does nothing for other credentials, or if there is no token.
    ///
    /// # Errors
    ///
    /// If the endpoint cannot be reached or refuses. It is not asked again then; the token stays.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        let Transport { authenticator, exchange, retry, .. } = &*self.inner;
        let left = retry.total();
        authenticator.revoke(Wire { http: &self.client, exchange, retry, left }).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.baseurl).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Where Atlas is: `https://cloud.mongodb.com` unless set, `https://cloud.mongodbgov.com` for Atlas for Government.
    /// Access tokens are fetched from there too.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        ClientBuilder { base_url: url.into(), ..self }
    }

    /// Sends through this client, for a proxy, root certificates or another TLS. Authentication, time limits and
    /// retries are layered on top. It should not follow redirects.
    ///
    /// Start from [`http_client_builder`](crate::http_client_builder) to keep this crate's TLS. A plain
    /// `reqwest::Client::builder().build()` panics where reqwest has no TLS provider, which is how this crate builds it.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        ClientBuilder { http_client: Some(client), ..self }
    }

    /// How often and for how long a call is tried.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        ClientBuilder { retry, ..self }
    }

    /// What stands before `atlas-backup/VERSION` in the `User-Agent` header, such as `my-tool/1.0`.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        ClientBuilder { user_agent: Some(user_agent.into()), ..self }
    }

    /// How long one exchange may take, from the request to the end of the answer: 30 seconds unless set.
    pub fn timeout(self, timeout: Duration) -> Self {
        ClientBuilder { timeout, ..self }
    }

    /// Allows a base URL with `http://` that is not on this machine. Whoever is on the way can then read what is sent,
    /// tokens included.
    pub fn allow_plain_http(self) -> Self {
        ClientBuilder { plain_http: true, ..self }
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL, the user agent or the credentials cannot be used; the error names which.
    pub fn build(self) -> Result<Client, Error> {
        self.named("base_url")
    }

    /// `build`, with the name under which errors speak of the base URL.
    fn named(self, name: &str) -> Result<Client, Error> {
        let url = parse(&self.base_url).map_err(|words| Error::invalid(format!("{name} {words}")))?;
        let loopback = is_loopback(&url);
        if url.scheme() == "http" && !loopback && !self.plain_http {
            let words = "is not encrypted: use https://, or .allow_plain_http() if that is meant";
            return Err(Error::invalid(format!("{name} {words}")));
        }
        let base_url = url.as_str().trim_end_matches('/').to_owned();
        let version = concat!("atlas-backup/", env!("CARGO_PKG_VERSION"));
        let user_agent = self.user_agent.map_or(version.to_owned(), |own| format!("{own} {version}"));
        let user_agent = HeaderValue::try_from(user_agent)
            .map_err(|_| Error::invalid("user_agent has a character that no HTTP header can carry"))?;
        let authenticator = Authenticator::new(self.credentials, &base_url)?;
        let client = match self.http_client {
            Some(client) => client,
            #[cfg(feature = "rustls")]
            None => crate::http::default_client(&url, loopback)?,
            // reqwest may panic here, depending on the features that others have switched on.
            #[cfg(not(feature = "rustls"))]
            None => {
                return Err(Error::invalid("no TLS: enable the feature `rustls`, or bring a client to .http_client()"));
            }
        };
        let exchange = Exchange::new(user_agent, self.timeout);
        let inner = Arc::new(Transport::new(authenticator, exchange, self.retry));
        Ok(Client { baseurl: base_url, client, inner })
    }
}

/// The base URL, or what is wrong with it. It is not repeated: it may hold a password.
fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user or a password in it; use Credentials".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment".to_owned());
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
