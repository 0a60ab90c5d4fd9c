//! The simulator over real sockets, and a client that does not know that it is one.

#![allow(deprecated, reason = "an operation may become so")]
#![cfg(feature = "simulator")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod digest;
mod faults;
mod limits;
mod oauth;
mod own_client;
mod serving;
mod testing_chapter;

use atlas_backup::simulator::Simulator;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use support::{GROUP, JOB, tls};

const ACCEPT: &str = "application/vnd.atlas.2023-01-01+json";

fn http_client(atlas: &Simulator) -> Client {
    let builder = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    builder
        .tls_backend_preconfigured(tls(atlas))
        .build()
        .unwrap()
}

fn url(atlas: &Simulator, path: &str) -> String {
    format!("{}/api/atlas/v2/{path}", atlas.base_url())
}

#[track_caller]
fn get(atlas: &Simulator, path: &str) -> RequestBuilder {
    http_client(atlas)
        .get(url(atlas, path))
        .header("accept", ACCEPT)
        .bearer_auth(Simulator::ACCESS_TOKEN)
}

/// Without a credential.
fn plain(atlas: &Simulator) -> RequestBuilder {
    http_client(atlas)
        .get(url(atlas, JOB))
        .header("accept", ACCEPT)
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
