//! The simulator over real sockets, asked by a client that knows nothing of it.

#![cfg(feature = "simulator")]

mod access;
mod digest;
mod faults;
mod limits;
mod oauth;
mod serving;

use std::sync::Arc;

use atlas_backup::simulator::Simulator;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const JOB: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";
const ACCEPT: &str = "application/vnd.atlas.2023-01-01+json";

fn client(atlas: &Simulator) -> Client {
    let builder = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    builder
        .tls_backend_preconfigured(tls(atlas))
        .build()
        .unwrap()
}

/// Trusts the certificate of the simulator, where it has one, and nothing else.
fn tls(atlas: &Simulator) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(pem) = atlas.certificate_pem() {
        roots.add(certificate(pem)).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    tls
}

fn certificate(pem: &str) -> rustls::pki_types::CertificateDer<'static> {
    use rustls::pki_types::pem::PemObject;
    rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

fn url(atlas: &Simulator, path: &str) -> String {
    format!("{}/api/atlas/v2/{path}", atlas.base_url())
}

#[track_caller]
fn get(atlas: &Simulator, path: &str) -> RequestBuilder {
    client(atlas)
        .get(url(atlas, path))
        .header("accept", ACCEPT)
        .bearer_auth(Simulator::ACCESS_TOKEN)
}

/// Without a credential.
fn plain(atlas: &Simulator) -> RequestBuilder {
    client(atlas).get(url(atlas, JOB)).header("accept", ACCEPT)
}

async fn bearer(atlas: &Simulator, token: &str) -> u16 {
    plain(atlas)
        .bearer_auth(token)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

async fn atlas_with_job() -> Simulator {
    let atlas = Simulator::start().await.unwrap();
    atlas.put(
        JOB,
        &json!({"id": "6a794733c0eb9e7a17740663", "deliveryType": "automated"}),
    );
    atlas
}
