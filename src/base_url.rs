//! [`BaseUrl`]: where Atlas is, checked once when the client is made.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::Error;

/// A base URL that can be used: `http` or `https`, without a user, a query or a fragment.
pub(crate) struct BaseUrl {
    url: Url,
    is_loopback: bool,
}

impl BaseUrl {
    /// Parses the text. `name` is the setting or the variable that it comes from, for errors. These
    /// do not repeat the URL: it may hold a password.
    pub(crate) fn parse(text: &str, name: &str, allow_plain_http: bool) -> Result<Self, Error> {
        let refuse = |message: &str| Error::invalid(format!("{name} {message}"));
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(url::ParseError::RelativeUrlWithoutBase) => {
                return Err(refuse("must begin with https://"));
            }
            Err(error) => return Err(refuse(&format!("is not a URL: {error}"))),
        };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("must begin with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "must not have a user or a password in it; use Credentials",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("must not have a query or a fragment"));
        }
        let is_loopback = is_loopback(&url);
        if url.scheme() == "http" && !is_loopback && !allow_plain_http {
            return Err(refuse(
                "is not encrypted: use https://, or .allow_plain_http() if that is meant",
            ));
        }
        Ok(BaseUrl { url, is_loopback })
    }

    /// Returns whether it leads to this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Returns whether what is sent there is encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Returns the URL without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Returns the URL of a call. The path begins with a slash and is percent-encoded already.
    pub(crate) fn call(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.url.clone();
        match self.url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&[prefix, path].concat()),
        }
        for (name, value) in query {
            url.query_pairs_mut().append_pair(name, value);
        }
        url
    }

    /// Returns the path that the URL of a call was made with.
    pub(crate) fn path_of<'u>(&self, url: &'u Url) -> &'u str {
        let prefix = self.url.path().trim_end_matches('/');
        url.path().strip_prefix(prefix).unwrap_or(url.path())
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    if host == "localhost" {
        return true;
    }
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.is_ok_and(|address| address.is_loopback())
}
