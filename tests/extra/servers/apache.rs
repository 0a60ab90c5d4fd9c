//! Apache httpd has room for few nonces of HTTP Digest in its shared memory, and calls the others
//! stale.

use super::figures::Figures;
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
