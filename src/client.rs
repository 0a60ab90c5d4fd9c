//! The client that users hold: settings go in, a [`Client`] comes out whose every part is known to work together. The
//! methods of the operations are generated; those here make a client, and end its token.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::auth::Authenticator;
use crate::credentials::{Credentials, variable};
use crate::error::Error;
use crate::exchange::Exchange;
use crate::retry::RetryPolicy;
use crate::transport::Transport;

/// A client of Atlas, with a method for each operation.
///
/// Clones are cheap; they share their connections, their token and their nonces.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Transport>);

const VERSION: &str = concat!("atlas-backup/", env!("CARGO_PKG_VERSION"));
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
#[must_use = "settings do nothing before `build`"]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: String,
    /// Where it was set, for errors.
    base_url_name: &'static str,
    http_client: Option<reqwest::Client>,
    retry: RetryPolicy,
    user_agent: String,
    timeout: Duration,
    plain_http: bool,
}

impl Client {
    /// Starts a client with these credentials.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder {
            credentials,
            base_url: "https://cloud.mongodb.com".to_owned(),
            base_url_name: "base_url",
            http_client: None,
            retry: RetryPolicy::default(),
            user_agent: VERSION.to_owned(),
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
        let Some(base_url) = variable(BASE_URL_VARIABLE)? else {
            return builder.build();
        };
        ClientBuilder {
            base_url,
            base_url_name: BASE_URL_VARIABLE,
            ..builder
        }
        .build()
    }

    /// Ends the access token of a service account at Atlas, which allows 100 living tokens an account. The next call
    /// fetches a new one. Does nothing for other credentials, or if there is no token.
    ///
    /// # Errors
    ///
    /// If the endpoint cannot be reached or refuses. It is not asked again then; the token stays.
    pub async fn revoke_token(&self) -> Result<(), Error> {
        if let Authenticator::ServiceAccount(tokens) = &self.0.authenticator {
            tokens.revoke().await
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base_url = self.0.base_url.as_str().trim_end_matches('/');
        formatter
            .debug_struct("Client")
            .field("base_url", &base_url)
            .finish_non_exhaustive()
    }
}

/// Of what was set, only the kind of the credentials: a base URL that cannot be used may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Where Atlas is: `https://cloud.mongodb.com` unless set, `https://cloud.mongodbgov.com` for Atlas for Government.
    /// Access tokens are fetched from there too.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        ClientBuilder {
            base_url: url.into(),
            ..self
        }
    }

    /// Sends through this client, for a proxy, root certificates or another TLS. Authentication, time limits and
    /// retries are layered on top. It should not follow redirects.
    ///
    /// Start from [`http_client_builder`](crate::http_client_builder) to keep this crate's TLS. A plain
    /// `reqwest::Client::builder().build()` panics where reqwest has no TLS provider, which is how this crate builds it.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        ClientBuilder {
            http_client: Some(client),
            ..self
        }
    }

    /// How often and for how long a call is tried.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        ClientBuilder { retry, ..self }
    }

    /// What stands before `atlas-backup/VERSION` in the `User-Agent` header, such as `my-tool/1.0`.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        ClientBuilder {
            user_agent: format!("{} {VERSION}", user_agent.into()),
            ..self
        }
    }

    /// How long one exchange may take, from the request to the end of the answer: 30 seconds unless set.
    pub fn timeout(self, timeout: Duration) -> Self {
        ClientBuilder { timeout, ..self }
    }

    /// Allows a base URL with `http://` that is not on this machine. Whoever is on the way can then read what is sent,
    /// tokens included.
    pub fn allow_plain_http(self) -> Self {
        ClientBuilder {
            plain_http: true,
            ..self
        }
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// If the base URL, the user agent or the credentials cannot be used; the error names which.
    pub fn build(self) -> Result<Client, Error> {
        // The URL is not repeated: it may hold a password.
        let unfit = |words: &str| Error::invalid(format!("{} {words}", self.base_url_name));
        let url = Url::parse(&self.base_url).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => unfit("must begin with https://"),
            error => unfit(&format!("is not a URL: {error}")),
        })?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let loopback = host == "localhost"
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback());
        let is_open = url.scheme() == "http" && !loopback && !self.plain_http;
        let has_user = !url.username().is_empty() || url.password().is_some();
        let problems = [
            (
                !matches!(url.scheme(), "http" | "https"),
                "must begin with https://",
            ),
            (
                has_user,
                "must not have a user or a password in it; use Credentials",
            ),
            (
                url.query().is_some() || url.fragment().is_some(),
                "must not have a query or a fragment",
            ),
            (
                is_open,
                "is not encrypted: use https://, or .allow_plain_http() if that is meant",
            ),
        ];
        if let Some((_, words)) = problems.iter().find(|(is_there, _)| *is_there) {
            return Err(unfit(words));
        }
        let user_agent = HeaderValue::try_from(self.user_agent).map_err(|_| {
            Error::invalid("user_agent has a character that no HTTP header can carry")
        })?;
        let http = self
            .http_client
            .map_or_else(|| crate::http::default_client(&url, loopback), Ok)?;
        let exchange = Arc::new(Exchange::new(http, self.retry, user_agent, self.timeout));
        let authenticator = Authenticator::new(
            self.credentials,
            url.as_str().trim_end_matches('/'),
            &exchange,
        )?;
        Ok(Client(Arc::new(Transport {
            base_url: url,
            authenticator,
            exchange,
            warned: Mutex::default(),
        })))
    }
}
