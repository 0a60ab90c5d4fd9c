//! What a proxy said that did not open a tunnel to the server.
//!
//! reqwest keeps no more of it than that it failed, but a proxy that refuses (403) and one that did
//! not reach the server this time (502, 503) are two things. So the proxy is asked once more.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::{StatusCode, Url};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::proxy::Proxy;

/// How long the proxy may take to say it again.
const PATIENCE: Duration = Duration::from_secs(5);
/// A status line is shorter.
const LINE_LIMIT: u64 = 1024;

/// Why there is no tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TunnelRefusal {
    /// The proxy answered with this status.
    Status(StatusCode),
    /// The proxy answered, but nobody knows what.
    Unknown,
}

impl TunnelRefusal {
    /// Finds the refusal in the causes of an error. Its type cannot be named, so this goes by what
    /// it shows; the tests have a proxy for each.
    pub(crate) fn find(causes: &[&(dyn StdError + 'static)]) -> Option<Self> {
        for cause in causes {
            match cause.to_string().as_str() {
                "tunnel error: proxy authorization required" => {
                    let status = StatusCode::PROXY_AUTHENTICATION_REQUIRED;
                    return Some(TunnelRefusal::Status(status));
                }
                "tunnel error: unsuccessful" => return Some(TunnelRefusal::Unknown),
                _ => {}
            }
        }
        None
    }

    /// Returns whether an error came up between here and the proxy.
    pub(crate) fn is_about_tunnel(causes: &[&(dyn StdError + 'static)]) -> bool {
        let mut texts = causes.iter().map(|cause| cause.to_string());
        texts.any(|text| text.starts_with("tunnel error: "))
    }

    /// Asks the proxy for the status, if it is not known.
    pub(crate) async fn with_status(self, proxy: &Proxy, url: &Url, deadline: Instant) -> Self {
        if self != TunnelRefusal::Unknown || proxy.is_encrypted {
            return self;
        }
        let patience = deadline.min(Instant::now() + PATIENCE);
        let status = timeout_at(patience, ask(proxy, url)).await;
        match status {
            // It was asked with all that is known here, which may be less than reqwest knows.
            Ok(Ok(Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED))) => TunnelRefusal::Unknown,
            Ok(Ok(Some(status))) => TunnelRefusal::Status(status),
            _ => TunnelRefusal::Unknown,
        }
    }

    /// Returns whether the proxy will say the same next time.
    pub(crate) fn is_final(self) -> bool {
        match self {
            TunnelRefusal::Status(status) => !status.is_server_error(),
            TunnelRefusal::Unknown => true,
        }
    }
}

async fn ask(proxy: &Proxy, url: &Url) -> io::Result<Option<StatusCode>> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    if let Some(authorization) = &proxy.authorization {
        let value = authorization.to_str().unwrap_or_default();
        request.push_str(&format!("Proxy-Authorization: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect((proxy.host.as_str(), proxy.port)).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    let mut answer = BufReader::new(stream.take(LINE_LIMIT));
    answer.read_line(&mut line).await?;
    Ok(status_of(&line))
}

fn status_of(line: &str) -> Option<StatusCode> {
    let number = line.strip_prefix("HTTP/1.")?.split_whitespace().nth(1)?;
    StatusCode::from_bytes(number.as_bytes()).ok()
}
