//! How many calls are in flight: the client has a limit of its own, and waiting for a place costs
//! no time of an exchange.

use atlas_backup::RetryPolicy;
use atlas_backup::simulator::Fault;
use tokio::time::Instant;

use crate::support::{Way, ask, ask_at_once, atlas_for};
use crate::{assert_none_failed, builder, http2, requests_per_second, seconds};

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_are_in_flight_and_the_others_wait_without_losing_time() {
    let atlas = atlas_for(Way::Token).await;
    let client = builder(atlas.base_url(), http2()).timeout(seconds(2));
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    // The first one goes ahead of all others.
    ask(&client).await.unwrap();
    atlas.take_requests();
    // The last calls have waited for three seconds when they are sent.
    atlas.fault(Fault::delay(seconds(1)).always());
    let begun = Instant::now();
    assert_none_failed(ask_at_once(&client, 400).await);
    assert_eq!(begun.elapsed().as_secs(), 4);
    let first = atlas.requests()[0].at();
    assert_eq!(requests_per_second(&atlas, first), [100, 100, 100, 100]);
}
