//! An Atlas of which each fifth answer is spoilt, a client of it, and what it says it has answered.

use std::collections::BTreeMap;
use std::time::Duration;

use atlas_backup::simulator::{Fault, ReceivedRequest, Simulator};
use atlas_backup::{Client, RetryPolicy};

use crate::support::operations::callable;
use crate::support::{self, ID, Way};

/// One in five, each kind as often as the others.
fn faults() -> Vec<Fault> {
    vec![
        Fault::status(500),
        Fault::status(502).body("text/html", "<h1>Bad Gateway</h1>"),
        Fault::status(503).header("Retry-After", "0"),
        Fault::status(429).header("Retry-After", "1"),
        Fault::status(404),
        Fault::status(401),
        Fault::redirect("https://elsewhere.example/?key=hush"),
        Fault::status(200).body("application/json", r#"{"id":{}}"#),
        Fault::status(200).body("text/html", "<html>"),
        Fault::cut(),
        Fault::cut_body(10),
        Fault::garbage("garbage\r\n\r\n"),
        Fault::hang(),
        Fault::drip(1, Duration::from_secs(1)),
        Fault::endless_body(),
        Fault::many_headers(2_000),
        Fault::delay(Duration::from_millis(20)),
    ]
}

fn put_documents(atlas: &Simulator) {
    for operation in callable() {
        let mut document = operation.documented();
        if document["id"].is_string() {
            document["id"] = ID.into();
        }
        atlas.put(&operation.example_path(), &document);
    }
}

/// With the manners of this crate's own, which cannot be configured to trust the certificate.
fn http_client(atlas: &Simulator) -> reqwest::Client {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    builder
        .tls_backend_preconfigured(support::tls(atlas))
        .build()
        .unwrap()
}

/// With or without TLS, for credentials of one kind.
pub async fn atlas_and_client(way: Way, tls: bool) -> (Simulator, Client) {
    let atlas = if tls {
        Simulator::start_tls().await
    } else {
        Simulator::start().await
    }
    .unwrap();
    let atlas = support::prepare(atlas, way);
    put_documents(&atlas);
    // Of those that come first at a place fewer requests are left for the others.
    let kinds = faults();
    for (number, fault) in kinds.iter().enumerate() {
        let chance = 0.2 / (kinds.len() as f64) / (1.0 - 0.2 * number as f64 / kinds.len() as f64);
        atlas.fault(fault.clone().sometimes(chance, number as u64));
    }
    atlas.fault(Fault::status(503).on_token_endpoint().sometimes(0.2, 99));
    let policy = RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5));
    let client = support::builder_for(&atlas, way)
        .retry(policy)
        .timeout(Duration::from_millis(500));
    let client = if tls {
        client.http_client(http_client(&atlas))
    } else {
        client
    };
    (atlas, client.build().unwrap())
}

/// Which statuses the requests were answered with; 0 is none.
#[derive(Default)]
pub struct Served {
    /// Those that may still be under way: a call gives up sooner than the next look comes.
    open: Vec<ReceivedRequest>,
    pub statuses: BTreeMap<u16, u64>,
}

impl Served {
    pub fn look(&mut self, atlases: &[Simulator]) {
        let new = atlases.iter().flat_map(Simulator::take_requests);
        let (new, open) = new.partition::<Vec<_>, _>(|it| it.status().is_some());
        for request in new
            .into_iter()
            .chain(std::mem::replace(&mut self.open, open))
        {
            *self
                .statuses
                .entry(request.status().unwrap_or_default())
                .or_default() += 1;
        }
    }
}
