//! Many calls that get the same `Retry-After` at the same time.

use std::time::Duration;

use atlas_backup::RetryPolicy;
use atlas_backup::simulator::Fault;

use crate::support::{Way, ask_at_once, atlas_for};
use crate::{assert_none_failed, builder, failures, http2, requests_per_second, seconds};

#[tokio::test(start_paused = true)]
async fn calls_that_got_the_same_retry_after_come_back_spread() {
    let atlas = atlas_for(Way::Token).await;
    let fault = Fault::status(429).header("Retry-After", "10");
    atlas.fault(fault.times(500));
    let client = builder(atlas.base_url(), http2()).retry(RetryPolicy::default());
    assert_none_failed(ask_at_once(&client.build().unwrap(), 500).await);
    let mut again = Vec::new();
    for request in atlas.requests() {
        if request.status() == Some(200) {
            again.push(request.at());
        }
    }
    let spread = again[499] - again[0];
    assert!(
        spread >= seconds(1),
        "{spread:?} between the first and the last"
    );
    for ten in again.windows(100) {
        assert!(
            ten[99] - ten[0] > Duration::from_millis(100),
            "a hundred within {:?}",
            ten[99] - ten[0]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn most_of_a_herd_gets_through_a_small_gate() {
    let atlas = atlas_for(Way::Token).await;
    atlas.set_rate_limit(100, 10, seconds(1));
    // In place of the second that the simulator would say by itself.
    atlas.add_header("Retry-After", "10");
    let client = builder(atlas.base_url(), http2()).retry(RetryPolicy::default());
    let results = ask_at_once(&client.build().unwrap(), 300).await;
    let failures = failures(results);
    assert!(
        failures.len() <= 30,
        "{} failed: {}",
        failures.len(),
        failures[0]
    );
    let start = atlas.requests()[0].at();
    let counts = requests_per_second(&atlas, start);
    let most = counts[1..].iter().max();
    assert!(most <= Some(&60), "requests of each second: {counts:?}");
}
