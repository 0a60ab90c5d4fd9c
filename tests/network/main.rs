//! Networks and servers as they really are: paths that go silent, connections that end while they
//! are used, proxies that refuse, herds that come back at once. All over real sockets; the clock is
//! tokio's, and paused where time passes.

#![allow(deprecated, reason = "an operation may become so")]
#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "../support/mod.rs"]
mod support;

mod certificates;
mod frames;
mod h2_server;
mod kept_server;
mod proxy;
mod relay;
mod sockets;
mod tls_server;

mod cold_pool;
mod connections;
mod gateways;
mod goaway;
mod handshakes;
mod herds;
mod kept_connections;
mod odd_moments;
mod outages;
mod places;
mod proxies;
mod refusals;
mod root_certificates;
mod runtimes;
mod sharing;
mod silence;
mod time_limits;
mod words;

use std::net::SocketAddr;
use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, ClientBuilder, Error, http_client_builder};
use support::Way;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A client of this crate's making, with its own retries, for a server with these manners.
fn builder(base_url: &str, http: reqwest::ClientBuilder) -> ClientBuilder {
    Client::builder(Way::Token.credentials())
        .base_url(base_url)
        .http_client(http.build().unwrap())
}

/// A client that has made its HTTP client itself, and trusts this server.
fn default_client(atlas: &Simulator) -> ClientBuilder {
    let client = Client::builder(Way::Token.credentials()).base_url(atlas.base_url());
    match atlas.certificate_pem() {
        Some(pem) => client.root_certificate(pem.as_bytes()),
        None => client,
    }
}

/// This crate's HTTP client, which begins with HTTP/2 where there is no TLS to agree on it.
fn http2() -> reqwest::ClientBuilder {
    http_client_builder()
        .unwrap()
        .no_proxy()
        .http2_prior_knowledge()
}

/// This crate's HTTP client with another trust store.
fn https(tls: rustls::ClientConfig) -> reqwest::ClientBuilder {
    let builder = http_client_builder().unwrap().no_proxy();
    builder.tls_backend_preconfigured(tls)
}

fn address(atlas: &Simulator) -> SocketAddr {
    let (_, address) = atlas.base_url().split_once("://").unwrap();
    address.parse().unwrap()
}

/// The calls that failed, each with its error.
fn failures(results: Vec<Result<String, Error>>) -> Vec<String> {
    let mut failures = Vec::new();
    for result in results {
        if let Err(error) = result {
            failures.push(error.to_string());
        }
    }
    failures
}

#[track_caller]
fn assert_none_failed(results: Vec<Result<String, Error>>) {
    let all = results.len();
    let failures = failures(results);
    assert!(
        failures.is_empty(),
        "{} of {all} failed, the first: {}",
        failures.len(),
        failures[0]
    );
}

/// How many requests arrived in each second since `start`.
fn requests_per_second(atlas: &Simulator, start: Duration) -> Vec<usize> {
    let mut counts = Vec::new();
    for request in atlas.requests() {
        let second = request.at().saturating_sub(start).as_secs() as usize;
        if counts.len() <= second {
            counts.resize(second + 1, 0);
        }
        counts[second] += 1;
    }
    counts
}
