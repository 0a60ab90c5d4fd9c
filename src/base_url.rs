//! [`BaseUrl`]: where Atlas is, validated once when the client is built.

use reqwest::Url;
use url::Host;

use crate::error::Error;

/// A valid base URL: `http` or `https`, without a user, a query, a fragment or a path of the API.
pub(crate) struct BaseUrl {
    url: Url,
}

impl BaseUrl {
    /// Parses the text. `name` is the setting or the variable that it comes from, for errors. These
    /// do not repeat the URL: it may hold a password.
    pub(crate) fn parse(text: &str, name: &str, allow_plain_http: bool) -> Result<Self, Error> {
        let refuse = |why: &str| Err(Error::invalid(format!("{name} {why}")));
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => {
                return refuse("must begin with https://");
            }
            Err(error) => return refuse(&format!("is not a URL: {error}")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not have a user or a password in it; use Credentials");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not have a query or a fragment");
        }
        if let Some(odd) = odd_character(text, &url) {
            return refuse(&format!(
                "has the character {odd:?}; look for a quote, or a variable that was not replaced"
            ));
        }
        if has_path_of_api(&url) {
            return refuse("must end before the path of the API, which each call adds");
        }
        let base_url = BaseUrl { url };
        if !base_url.is_https() && !base_url.is_loopback() && !allow_plain_http {
            return refuse(
                "is not encrypted: use https://, or .allow_plain_http() if that is meant",
            );
        }
        Ok(base_url)
    }

    /// Returns whether its host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
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
    pub(crate) fn call(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        match self.url.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&[prefix, path].concat()),
        }
        url
    }

    /// Returns the path that the URL of a call was made with.
    pub(crate) fn path_of<'u>(&self, url: &'u Url) -> &'u str {
        let prefix = self.url.path().trim_end_matches('/');
        url.path().strip_prefix(prefix).unwrap_or(url.path())
    }
}

/// Returns a character that no URL has, or no name of a host. [`Url`] keeps some of them, and no
/// request could be sent there.
fn odd_character(text: &str, url: &Url) -> Option<char> {
    let host = url.host_str().unwrap_or_default();
    let is_odd_in_host = |it: &char| !it.is_ascii_alphanumeric() && !"-._[]:".contains(*it);
    let is_odd = |it: &char| it.is_whitespace() || "\"<>\\^`{|}".contains(*it);
    let odd = host.chars().find(is_odd_in_host);
    odd.or_else(|| text.chars().find(is_odd))
}

/// Returns whether the path goes on where only calls go, as in `/api/atlas/v2`.
fn has_path_of_api(url: &Url) -> bool {
    let path = format!("{}/", url.path().trim_end_matches('/'));
    let apis = ["/api/atlas/", "/api/public/", "/api/oauth/"];
    apis.iter().any(|api| path.contains(api)) || path.ends_with("/v1.0/")
}
