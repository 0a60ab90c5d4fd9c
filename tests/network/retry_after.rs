//! `Retry-After`: how long a pause it asks for.

use std::time::Duration;

use atlas_backup::RetryPolicy;
use atlas_backup::simulator::{Fault, Simulator};

use crate::seconds;
use crate::support::{Way, ask, atlas_for, builder_for};

/// The pauses between the requests of one call that meets these faults.
async fn pauses(faults: impl IntoIterator<Item = Fault>) -> Vec<Duration> {
    let atlas: Simulator = atlas_for(Way::Token).await;
    for fault in faults {
        atlas.fault(fault);
    }
    let client = builder_for(&atlas, Way::Token).retry(RetryPolicy::default());
    ask(&client.build().unwrap()).await.unwrap();
    let mut pauses = Vec::new();
    for pair in atlas.requests().windows(2) {
        pauses.push(pair[1].at() - pair[0].at());
    }
    pauses
}

#[tokio::test(start_paused = true)]
async fn no_pause_is_shorter_than_the_first_of_the_backoff() {
    let long_ago = "Sun, 06 Nov 1994 08:49:37 GMT";
    for asked in ["0", long_ago] {
        let fault = Fault::status(429).header("Retry-After", asked).times(3);
        let pauses = pauses([fault]).await;
        assert_eq!(pauses.len(), 3);
        for pause in pauses {
            assert!(pause >= seconds(1) / 2, "{asked}: {pause:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_for_is_waited_and_not_much_more() {
    for (asked, most) in [(3, 6), (10, 20)] {
        let fault = Fault::status(503).header("Retry-After", &asked.to_string());
        let pause = pauses([fault]).await[0];
        assert!(
            pause >= seconds(asked) && pause < seconds(most),
            "{asked}: {pause:?}"
        );
    }
}

/// Three seconds, on a server whose clock says something else than ours.
#[tokio::test(start_paused = true)]
async fn a_date_is_held_against_the_clock_of_the_server() {
    for (now, later) in [
        (
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:40 GMT",
        ),
        (
            "Fri, 01 Jan 2100 00:00:58 GMT",
            "Fri, 01 Jan 2100 00:01:01 GMT",
        ),
    ] {
        let fault = Fault::status(503)
            .header("Date", now)
            .header("Retry-After", later);
        let pause = pauses([fault]).await[0];
        assert!(
            pause >= seconds(3) && pause < seconds(6),
            "{later}: {pause:?}"
        );
    }
}
