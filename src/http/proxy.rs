//! [`Proxy`]: the proxy that the environment names for a URL.
//!
//! reqwest reads the same variables, and goes without a proxy where it cannot read one. Nobody who
//! sets a proxy means that, so what cannot be read is refused here.

use std::env;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::base_url::BaseUrl;
use crate::error::Error;

/// A proxy that can be used.
pub(crate) struct Proxy {
    /// What can be shown of it.
    host: String,
    port: u16,
    /// Whether all requests go through it. A client that was brought along may make exceptions.
    pub is_certain: bool,
}

impl Proxy {
    /// Returns the proxy for the URL, if there is any. An error names the variable that cannot be
    /// read, and does not repeat its value: it may hold a password.
    pub(crate) fn from_environment(base_url: &BaseUrl) -> Result<Option<Self>, Error> {
        let Ok(url) = base_url.as_str().parse::<Uri>() else {
            return Ok(None);
        };
        // In a CGI script HTTP_PROXY comes from the request, so that reqwest takes no proxy at all.
        if env::var_os("REQUEST_METHOD").is_some() || is_exempt(&url) {
            return Ok(None);
        }
        let own = if base_url.is_https() {
            ["HTTPS_PROXY", "https_proxy"]
        } else {
            ["HTTP_PROXY", "http_proxy"]
        };
        for names in [own, ["ALL_PROXY", "all_proxy"]] {
            if let Some((name, value)) = first_set(names)? {
                let proxy = Proxy::parse(&value, &url);
                return match proxy {
                    Ok(proxy) => Ok(Some(proxy)),
                    Err(reason) => Err(Error::invalid(format!("{name} {reason}"))),
                };
            }
        }
        Ok(None)
    }

    /// Returns the proxy of a client that was brought along, without its password. reqwest shows it
    /// in its `Debug` and nowhere else; if that should change, errors no longer name the proxy.
    pub(crate) fn of_client(client: &reqwest::Client, base_url: &BaseUrl) -> Option<Self> {
        let debug = format!("{client:?}");
        let scheme = if base_url.is_https() { "https" } else { "http" };
        let beginning = format!("{scheme}: Intercept {{ uri: ");
        let (_, rest) = debug.split_once(&beginning)?;
        let (uri, _) = rest.split_once(' ')?;
        let url = base_url.as_str().parse().ok()?;
        let mut proxy = Proxy::parse(uri, &url).ok()?;
        proxy.is_certain = false;
        Some(proxy)
    }

    /// Reads the value like reqwest, but says why where reqwest would go without.
    fn parse(value: &str, url: &Uri) -> Result<Self, &'static str> {
        check(value)?;
        let matcher = Matcher::builder().all(value.to_owned()).build();
        let Some(intercept) = matcher.intercept(url) else {
            return Err(FORM);
        };
        let uri = intercept.uri();
        let default_port = match uri.scheme_str() {
            Some("https") => 443,
            _ => 80,
        };
        Ok(Proxy {
            host: uri.host().unwrap_or_default().to_owned(),
            port: uri.port_u16().unwrap_or(default_port),
            is_certain: true,
        })
    }

    /// Returns the proxy as an error shows it.
    pub(crate) fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

const FORM: &str = "is not of the form http://host:port or http://user:password@host:port, \
                    with other characters written as %20";

fn check(value: &str) -> Result<(), &'static str> {
    if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        return Err("has quotes around its value: remove them");
    }
    if value.trim() != value || value.contains(char::is_control) {
        return Err("has a space or a line break around its value: remove it");
    }
    if value.contains('\\') {
        return Err("has a backslash: write it as %5C");
    }
    if value.contains(char::is_whitespace) {
        return Err(FORM);
    }
    let url = match value.split_once("://") {
        None => Url::parse(&format!("http://{value}")),
        Some(("http" | "https", _)) => Url::parse(value),
        Some((scheme, _)) if scheme.to_ascii_lowercase().starts_with("socks") => {
            return Err(
                "names a proxy of a kind that is not supported (socks5 and its like): use one of \
                 http://, or bring a client of your own to .http_client()",
            );
        }
        Some(_) => return Err("must begin with http:// or https://"),
    };
    let Ok(url) = url else {
        return Err(FORM);
    };
    let has_more = url.path().len() > 1 || url.query().is_some() || url.fragment().is_some();
    if has_more {
        return Err(
            "has something after its host and port: in a password, write / as %2F, ? as %3F and \
             # as %23",
        );
    }
    Ok(())
}

/// Returns whether `NO_PROXY` says that the URL needs none.
fn is_exempt(url: &Uri) -> bool {
    let Ok(Some((_, exempt))) = first_set(["NO_PROXY", "no_proxy"]) else {
        return false;
    };
    let anywhere = Matcher::builder().all("http://proxy.invalid").no(exempt);
    anywhere.build().intercept(url).is_none()
}

/// Returns the first of the variables that is set, unless it is empty.
fn first_set(names: [&'static str; 2]) -> Result<Option<(&'static str, String)>, Error> {
    for name in names {
        let Some(value) = env::var_os(name) else {
            continue;
        };
        let Ok(value) = value.into_string() else {
            return Err(Error::invalid(format!("{name} is not valid Unicode")));
        };
        if value.is_empty() {
            return Ok(None);
        }
        return Ok(Some((name, value)));
    }
    Ok(None)
}
