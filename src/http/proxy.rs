//! [`Proxy`]: the proxy that the environment names for a URL.
//!
//! reqwest would read the same variables, and go without a proxy where it cannot read one. So the
//! proxy is chosen here, and a value that cannot be read is refused.

use std::env;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::base_url::BaseUrl;
use crate::environment::variable;
use crate::error::Error;
use crate::text::sanitize;

/// A proxy that can be used.
pub(crate) struct Proxy {
    /// Its host and port, which an error may show.
    pub address: String,
    /// Whether all requests go through it. A user's client may make exceptions.
    pub is_certain: bool,
}

impl Proxy {
    /// Returns the proxy for the URL, and its form for reqwest, if there is one. An error names the
    /// variable that cannot be read, and does not repeat its value: it may hold a password.
    pub(crate) fn from_environment(
        base_url: &BaseUrl,
    ) -> Result<Option<(Self, reqwest::Proxy)>, Error> {
        if base_url.is_loopback() {
            return Ok(None);
        }
        // In a CGI script HTTP_PROXY comes from the `Proxy` header of the request.
        let is_cgi = env::var_os("REQUEST_METHOD").is_some();
        let names: &[&'static str] = match (base_url.is_https(), is_cgi) {
            (true, _) => &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
            (false, false) => &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
            (false, true) => &["http_proxy", "ALL_PROXY", "all_proxy"],
        };
        if let Some((_, exempt)) = first_set(&["NO_PROXY", "no_proxy"])?
            && is_exempt(base_url, &exempt)
        {
            return Ok(None);
        }
        let Some((name, value)) = first_set(names)? else {
            return Ok(None);
        };
        let refuse = |reason| Error::invalid(format!("{name} {reason}"));
        let proxy = Proxy::parse(&value).map_err(refuse)?;
        let setting = reqwest::Proxy::all(&value).map_err(|_| refuse(FORM))?;
        Ok(Some((proxy, setting)))
    }

    /// Returns the proxy of a user's client, without its password. reqwest shows it
    /// in its `Debug` and nowhere else; if that should change, errors no longer name the proxy.
    pub(crate) fn of_client(client: &reqwest::Client, base_url: &BaseUrl) -> Option<Self> {
        let debug = format!("{client:?}");
        let (scheme, _) = base_url.as_str().split_once(':')?;
        let beginning = format!("{scheme}: Intercept {{ uri: ");
        let (_, rest) = debug.split_once(&beginning)?;
        let (uri, _) = rest.split_once(' ')?;
        Some(Proxy {
            is_certain: false,
            ..Proxy::parse(uri).ok()?
        })
    }

    fn parse(value: &str) -> Result<Self, &'static str> {
        let url = checked(value)?;
        let host = url.host_str().ok_or(FORM)?;
        let port = url.port_or_known_default().ok_or(FORM)?;
        Ok(Proxy {
            address: sanitize(&format!("{host}:{port}")),
            is_certain: true,
        })
    }
}

const FORM: &str = "is not of the form http://host:port or http://user:password@host:port, \
                    with other characters written as %20";

fn checked(value: &str) -> Result<Url, &'static str> {
    if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        return Err("has quotes around its value: remove them");
    }
    if value.trim() != value || value.contains(char::is_control) {
        return Err("has a space or a line break around its value: remove it");
    }
    if value.contains('\\') {
        return Err("has a backslash: write it as %5C");
    }
    let url = match value.contains("://") {
        true => Url::parse(value),
        false => Url::parse(&format!("http://{value}")),
    };
    let url = url.map_err(|_| FORM)?;
    match url.scheme() {
        "http" | "https" => {}
        scheme if scheme.starts_with("socks") => {
            return Err(
                "names a proxy of a kind that is not supported (socks5 and its like): use one of \
                 http://, or bring a client of your own to .http_client()",
            );
        }
        _ => return Err("must begin with http:// or https://"),
    }
    if url.path().len() > 1 || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "has something after its host and port: in a password, write / as %2F, ? as %3F and \
             # as %23",
        );
    }
    Ok(url)
}

/// Returns whether the value of `NO_PROXY` names the host of the URL, alone or with its port.
fn is_exempt(base_url: &BaseUrl, exempt: &str) -> bool {
    let Ok(url) = base_url.as_str().parse::<Uri>() else {
        return false;
    };
    let default_port = if base_url.is_https() { 443 } else { 80 };
    let port = format!(":{}", url.port_u16().unwrap_or(default_port));
    let mut hosts = Vec::new();
    for entry in exempt.split([',', ' ']) {
        if entry == "*" {
            return true;
        }
        let host = match entry.strip_suffix(&port) {
            // Before a port an address of IPv6 stands in brackets.
            Some(host) if !host.contains(':') || host.ends_with(']') => host,
            _ => entry,
        };
        hosts.push(host.trim_matches(['[', ']']));
    }
    let anywhere = Matcher::builder().all("http://proxy.invalid");
    let matcher = anywhere.no(hosts.join(",")).build();
    matcher.intercept(&url).is_none()
}

/// Returns the first of the variables that is set and not empty.
fn first_set(names: &[&'static str]) -> Result<Option<(&'static str, String)>, Error> {
    for name in names {
        if let Some(value) = variable(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}
