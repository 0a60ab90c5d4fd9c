//! The three ways to authenticate, a simulator that knows them, clients for it, and what its
//! requests came with.

use std::time::Duration;

use atlas_backup::simulator::{ReceivedRequest, Simulator};
use atlas_backup::{Client, ClientBuilder, Credentials, Error, RetryPolicy};

use super::jobs::put_jobs;
use super::tls::own_http_client;

/// Of a project that the simulator denies.
pub const DENIED: &str = "deadbeefdeadbeefdeadbeef";
pub const ACCOUNT_ID: &str = "mdb_sa_id_0123456789";
pub const ACCOUNT_SECRET: &str = "mdb_sa_sk_secret-of-the-account";
pub const PUBLIC_KEY: &str = "abcdefgh";
pub const PRIVATE_KEY: &str = "11111111-2222-3333-4444-555555555555";

/// The three ways to authenticate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Token,
    Account,
    Key,
}

pub const WAYS: [Way; 3] = [Way::Token, Way::Account, Way::Key];

impl Way {
    pub fn credentials(self) -> Credentials {
        match self {
            Way::Token => Credentials::access_token(Simulator::ACCESS_TOKEN),
            Way::Account => Credentials::service_account(ACCOUNT_ID, ACCOUNT_SECRET),
            Way::Key => Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY),
        }
    }

    /// Lets the simulator know the credentials, and no others.
    pub fn register(self, atlas: &Simulator) {
        match self {
            Way::Token => atlas.add_access_token(Simulator::ACCESS_TOKEN),
            Way::Account => atlas.add_service_account(ACCOUNT_ID, ACCOUNT_SECRET),
            Way::Key => atlas.add_api_key(PUBLIC_KEY, PRIVATE_KEY),
        }
    }
}

/// An Atlas that has job number 0 and knows the credentials.
pub async fn atlas_for(way: Way) -> Simulator {
    prepare(Simulator::start().await.unwrap(), way)
}

pub fn prepare(atlas: Simulator, way: Way) -> Simulator {
    way.register(&atlas);
    atlas.deny(DENIED);
    put_jobs(&atlas, 1);
    atlas
}

/// Four attempts, with pauses of a millisecond at most.
pub fn quick() -> RetryPolicy {
    let pause = Duration::from_millis(1);
    RetryPolicy::default().attempts(4).backoff(pause, pause)
}

pub fn builder_for(atlas: &Simulator, way: Way) -> ClientBuilder {
    Client::builder(way.credentials())
        .base_url(atlas.base_url())
        .retry(quick())
}

#[track_caller]
pub fn client_for(atlas: &Simulator, way: Way) -> Client {
    builder_for(atlas, way).build().unwrap()
}

/// A client that trusts the certificate of the simulator, which the caller brings.
#[track_caller]
pub fn trusting_client(atlas: &Simulator, way: Way) -> Client {
    let builder = builder_for(atlas, way).http_client(own_http_client(atlas));
    builder.build().unwrap()
}

/// A line for people to compare, without the port and the time.
pub fn line(atlas: &Simulator, error: &Error) -> String {
    let host = atlas.base_url().rsplit('/').next().unwrap();
    let line = error
        .to_string()
        .replace(atlas.base_url(), "[atlas]")
        .replace(host, "[atlas]");
    match line.split_once(" attempts in ") {
        Some((line, _)) => format!("{line} attempts in [time])"),
        None => line,
    }
}

/// What the request was authenticated with: `Bearer`, `Basic`, `Digest nc=..` or nothing.
pub fn authorization(request: &ReceivedRequest) -> String {
    let header = request.header("authorization").unwrap_or("nothing");
    match header.split_once("nc=") {
        Some((_, count)) => format!("Digest nc={}", count.split(',').next().unwrap_or_default()),
        None => header.split(' ').next().unwrap_or_default().to_owned(),
    }
}

/// The requests that arrived, one a line.
pub fn requests(atlas: &Simulator) -> Vec<String> {
    let line = |request: &ReceivedRequest| {
        let place = if request.path().starts_with("/api/oauth/") {
            request.path()
        } else {
            "/job"
        };
        let status = request
            .status()
            .map_or("-".to_owned(), |status| status.to_string());
        format!(
            "{} {place} {} -> {status}",
            request.method(),
            authorization(request)
        )
    };
    atlas.requests().iter().map(line).collect()
}
