//! Calls while the endpoint is down, hangs or sends `Retry-After`.

use std::time::Duration;

use atlas_backup::RetryPolicy;
use atlas_backup::simulator::Fault;
use tokio::time::advance;

use super::{HOUR, assert_all_arrived, atlas_and_client};
use crate::support::*;

#[tokio::test(start_paused = true)]
async fn while_the_token_is_valid_no_call_fails_and_the_endpoint_that_is_down_gets_a_request_every_30_seconds()
 {
    for down in [
        Fault::status(503),
        Fault::cut(),
        Fault::token_limit(),
        Fault::status(401),
    ] {
        let (atlas, client) = atlas_and_client().await;
        ask(&client).await.unwrap();
        atlas.fault(down.on_token_endpoint().always());
        advance(HOUR - Duration::from_secs(295)).await;
        // To the end of the token's life.
        for _ in 0..290 {
            ask(&client).await.unwrap();
            advance(Duration::from_secs(1)).await;
        }
        let renewals = atlas.token_requests() - 1;
        assert!((9..=10).contains(&renewals), "{renewals}");
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_token_lives_no_call_fails_even_if_the_endpoint_hangs() {
    let atlas = atlas_for(Way::Account).await;
    let policy = quick().total_time(Duration::from_secs(20));
    let client = builder_for(&atlas, Way::Account)
        .retry(policy)
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang().on_token_endpoint().always());
    advance(HOUR - Duration::from_secs(200)).await;
    assert_all_arrived(ask_at_once(&client, 64).await);
    assert_all_arrived(ask_at_once(&client, 64).await);
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_401_while_the_endpoint_is_down_is_not_passed_on_to_it_each_time() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.fault(Fault::status(503).on_token_endpoint().always());
    for _ in 0..20 {
        ask_in(&client, DENIED, 0).await.unwrap_err();
        advance(Duration::from_secs(1)).await;
    }
    // The four tries of one fetch.
    assert_eq!(atlas.token_requests(), 1 + 4);
    ask(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_fetch_the_first_token_is_shared_by_all_who_wait_for_it() {
    let (atlas, client) = atlas_and_client().await;
    // Late enough that all wait for it.
    let late_failure = Fault::status(503).after(Duration::from_secs(1));
    atlas.fault(late_failure.on_token_endpoint().always());
    for result in ask_at_once(&client, 100).await {
        let error = result.unwrap_err();
        assert_eq!(
            (error.status().map(|it| it.as_u16()), error.is_retryable()),
            (Some(503), true)
        );
    }
    assert_eq!((atlas.token_requests(), atlas.request_count()), (4, 4));
    atlas.clear_faults();
    ask(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_429_at_the_endpoint_is_retried_when_it_says() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::token_limit().header("Retry-After", "20"));
    assert_all_arrived(ask_at_once(&client, 10).await);
    assert_eq!(atlas.token_requests(), 2);
    let requests = atlas.requests();
    let pause = requests[1].at() - requests[0].at();
    assert!(
        (Duration::from_secs(20)..Duration::from_secs(21)).contains(&pause),
        "{pause:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_time_for_a_token_is_part_of_the_time_for_the_call() {
    let atlas = atlas_for(Way::Account).await;
    let policy = RetryPolicy::default().total_time(Duration::from_secs(40));
    let client = builder_for(&atlas, Way::Account)
        .retry(policy)
        .build()
        .unwrap();
    atlas.fault(Fault::hang().on_token_endpoint().always());
    let before = tokio::time::Instant::now();
    assert!(error_of(&client).await.is_retryable());
    assert!(
        before.elapsed() <= Duration::from_secs(41),
        "{:?}",
        before.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_the_endpoint_beyond_the_time_left_of_the_call_is_reported_at_once() {
    let atlas = atlas_for(Way::Account).await;
    atlas.set_token_lifetime(Duration::from_secs(20));
    let client = client_for(&atlas, Way::Account);
    ask(&client).await.unwrap();
    // The first try takes 30 of the 120 seconds, and the token ends meanwhile.
    atlas.fault(Fault::hang());
    atlas.fault(Fault::token_limit().header("Retry-After", "100"));
    let before = tokio::time::Instant::now();
    let error = error_of(&client).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(100)));
    assert!(
        before.elapsed() < Duration::from_secs(31),
        "{:?}",
        before.elapsed()
    );
}
