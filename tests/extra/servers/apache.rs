//! Apache httpd has room for few nonces of HTTP Digest in its shared memory, and calls the others
//! stale.

use super::figures::Figures;
use super::nginx::slow_server;
use crate::support::apache::Apache;

async fn calls(in_flight: usize) {
    let name = format!("servers-{in_flight}");
    let lines = "AuthDigestNcCheck On";
    let Some(mut apache) = Apache::start(&name, "MMS Public API", lines).await else {
        return;
    };
    let figures = Figures::of_calls(&apache.client(), 1000, in_flight).await;
    let (served, refused) = apache.stop();
    let requests = served + refused;
    figures.print(&format!("Apache, {lines}, {in_flight} in flight"), requests);
    figures.assert_none_failed();
    assert!(requests <= 8 * 1000, "more than 8 requests a call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn apache_forgets_nonces_of_64_calls_in_flight() {
    calls(64).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn apache_forgets_nonces_of_8_calls_in_flight() {
    calls(8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn apache_answers_after_three_seconds_and_checks_every_count() {
    let port = slow_server().await;
    let lines = format!("AuthDigestNcCheck On\nProxyPass http://127.0.0.1:{port}/");
    let Some(mut apache) = Apache::start("servers-slow", "MMS Public API", &lines).await else {
        return;
    };
    let figures = Figures::of_calls(&apache.client(), 64, 64).await;
    let (served, refused) = apache.stop();
    figures.print(
        "Apache, NcCheck, answers of 3 s, 64 in flight",
        served + refused,
    );
    figures.assert_none_failed();
    assert_eq!(served, 64);
}
