//! What the tests of authentication share: a simulated Atlas that knows every credential, clients for it, and calls in
//! a row or at once.

#![allow(
    dead_code,
    reason = "every test target has a copy and uses its own part"
)]

use std::sync::Arc;
use std::time::Duration;

use atlas_backup::simulator::{ReceivedRequest, Simulator};
use atlas_backup::{Client, ClientBuilder, Credentials, Error, RetryPolicy};
use serde_json::json;
use tokio::task::JoinSet;

pub const GROUP: &str = "32b6e34b3d91647abb20e7b8";
/// Of a project that the simulator denies.
pub const DENIED: &str = "deadbeefdeadbeefdeadbeef";
pub const ID: &str = "mdb_sa_id_0123456789";
pub const SECRET: &str = "mdb_sa_sk_secret-of-the-account";
pub const PUBLIC: &str = "abcdefgh";
pub const PRIVATE: &str = "11111111-2222-3333-4444-555555555555";

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
            Way::Account => Credentials::service_account(ID, SECRET),
            Way::Key => Credentials::api_key(PUBLIC, PRIVATE),
        }
    }

    /// Lets the simulator know the credentials, and no others.
    pub fn register(self, atlas: &Simulator) {
        match self {
            Way::Token => atlas.add_access_token(Simulator::ACCESS_TOKEN),
            Way::Account => atlas.add_service_account(ID, SECRET),
            Way::Key => atlas.add_api_key(PUBLIC, PRIVATE),
        }
    }
}

/// An Atlas that has [`job`] number 0 and knows the credentials.
pub async fn atlas(way: Way) -> Simulator {
    prepared(Simulator::start().await.unwrap(), way)
}

pub fn prepared(atlas: Simulator, way: Way) -> Simulator {
    way.register(&atlas);
    atlas.deny(DENIED);
    put_jobs(&atlas, 1);
    atlas
}

/// Jobs number 0 to `count`.
pub fn put_jobs(atlas: &Simulator, count: usize) {
    for number in 0..count {
        let id = job_id(number);
        let path = format!("groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{id}");
        atlas.put(&path, &json!({"id": id, "deliveryType": "automated"}));
    }
}

pub fn job_id(number: usize) -> String {
    format!("{number:024x}")
}

/// With pauses of a millisecond at most.
pub fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(1))
}

pub fn builder(atlas: &Simulator, way: Way) -> ClientBuilder {
    Client::builder(way.credentials())
        .base_url(atlas.base_url())
        .retry(quick())
}

#[track_caller]
pub fn client(atlas: &Simulator, way: Way) -> Client {
    builder(atlas, way).build().unwrap()
}

/// Trusts the certificate of the simulator and nothing else.
pub fn tls(atlas: &Simulator) -> rustls::ClientConfig {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    if let Some(pem) = atlas.certificate_pem() {
        roots
            .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
            .unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// What a caller may bring: reqwest's own settings, which follow redirects.
#[track_caller]
pub fn own_http_client(atlas: &Simulator) -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls(atlas))
        .build()
        .unwrap()
}

/// Asks for a job and gives its id back.
pub async fn job_in(client: &Client, group: &str, number: usize) -> Result<String, Error> {
    let request = client
        .get_backup_restore_job()
        .group_id(group)
        .cluster_name("Cluster0");
    let job = request.restore_job_id(job_id(number)).send().await?;
    Ok(job.into_inner().id.unwrap_or_default())
}

pub async fn job(client: &Client, number: usize) -> Result<String, Error> {
    job_in(client, GROUP, number).await
}

/// The only job.
pub async fn ask(client: &Client) -> Result<String, Error> {
    job(client, 0).await
}

/// Asks so often, so many at a time, each time for the job that `number` says.
pub async fn ask_many(
    client: &Client,
    calls: usize,
    in_flight: usize,
    number: fn(usize) -> usize,
) -> Vec<Result<String, Error>> {
    let mut tasks = JoinSet::new();
    for first in 0..in_flight {
        let client = client.clone();
        tasks.spawn(async move {
            let mut results = Vec::new();
            for call in (first..calls).step_by(in_flight) {
                results.push(job(&client, number(call)).await);
            }
            results
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Asks for jobs number 0 to `calls`, so many at a time; all must arrive.
#[track_caller]
pub fn ask_for_all(client: &Client, calls: usize, in_flight: usize) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let results = ask_many(client, calls, in_flight, |call| call).await;
        let mut ids: Vec<_> = results
            .into_iter()
            .map(|it| it.unwrap_or_else(|error| panic!("{caller}: {error}")))
            .collect();
        ids.sort();
        assert_eq!(ids, (0..calls).map(job_id).collect::<Vec<_>>(), "{caller}");
    }
}

/// Asks for the only job so often at the same time.
pub async fn ask_at_once(client: &Client, calls: usize) -> Vec<Result<String, Error>> {
    ask_many(client, calls, calls, |_| 0).await
}

/// The error of a call to the only job.
pub async fn failure(client: &Client) -> Error {
    ask(client).await.expect_err("the call should fail")
}

/// A line for people to compare, without the port.
pub fn line(atlas: &Simulator, error: &Error) -> String {
    let host = atlas.base_url().rsplit('/').next().unwrap();
    error
        .to_string()
        .replace(atlas.base_url(), "[atlas]")
        .replace(host, "[atlas]")
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
