//! Tokens that the server ends while calls are in flight.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error, RetryPolicy};
use tokio::task::JoinSet;
use tokio::time::{Instant, advance, sleep, sleep_until, timeout};

use super::{assert_all_arrived, atlas_and_client};
use crate::support::*;

const SECOND: Duration = Duration::from_secs(1);

/// A client with the default policy whose project has answered, at a server that takes a while.
async fn busy_atlas(latency: Duration) -> (Simulator, Client) {
    let atlas = atlas_for(Way::Account).await;
    let client = Client::builder(Way::Account.credentials())
        .base_url(atlas.base_url())
        .max_in_flight(1000)
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    atlas.fault(Fault::delay(latency).on_path("restoreJobs").always());
    (atlas, client)
}

/// The results of this many callers, who call again and again for this long.
async fn keep_asking(
    client: &Client,
    callers: usize,
    time: Duration,
) -> Vec<Result<String, Error>> {
    let end = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let client = client.clone();
        tasks.spawn(async move {
            let mut results = Vec::new();
            while Instant::now() < end {
                results.push(ask(&client).await);
            }
            results
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Ends all tokens at these seconds from now.
async fn end_tokens(atlas: &Simulator, seconds: &[u64]) {
    let begun = Instant::now();
    for second in seconds {
        sleep_until(begun + Duration::from_secs(*second)).await;
        atlas.revoke_tokens();
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_while_the_endpoint_fails_fails_no_call() {
    let limited = |pause| Fault::token_limit().header("Retry-After", pause);
    for endpoint in [
        Fault::status(503),
        Fault::status(503).times(3),
        Fault::cut(),
        Fault::hang(),
        limited("3"),
        limited("20"),
    ] {
        for callers in [100, 500] {
            let (atlas, client) = busy_atlas(SECOND).await;
            atlas.fault(endpoint.clone().on_token_endpoint());
            let calls = keep_asking(&client, callers, 4 * SECOND);
            let (results, ()) = tokio::join!(calls, end_tokens(&atlas, &[3]));
            assert_all_arrived(results);
            let fetched = atlas.token_requests() - 1;
            assert!((2..=8).contains(&fetched), "{endpoint:?}: {fetched}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_while_the_endpoint_is_down_for_a_second_fails_no_call() {
    for callers in [100, 500] {
        let (atlas, client) = busy_atlas(SECOND / 4).await;
        let outage = async {
            sleep(3 * SECOND).await;
            atlas.revoke_tokens();
            let down = Fault::status(503).on_token_endpoint();
            atlas.fault(down.always());
            sleep(SECOND).await;
            atlas.clear_faults();
        };
        let calls = keep_asking(&client, callers, 4 * SECOND);
        let (results, ()) = tokio::join!(calls, outage);
        assert_all_arrived(results);
        let fetched = atlas.token_requests() - 1;
        assert!((2..=8).contains(&fetched), "{fetched}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_soon_after_a_fetch_that_was_retried_is_replaced() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(503).on_token_endpoint());
    ask(&client).await.unwrap();
    advance(3 * SECOND).await;
    atlas.revoke_tokens();
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_end_again_and_again_within_a_minute_fail_no_call() {
    let (atlas, client) = busy_atlas(SECOND / 2).await;
    let calls = keep_asking(&client, 20, 60 * SECOND);
    let ends = [2, 3, 10, 11, 12, 30, 59];
    let (results, ()) = tokio::join!(calls, end_tokens(&atlas, &ends));
    assert_all_arrived(results);
    assert!(
        atlas.token_requests() <= 1 + 2 * 7,
        "{}",
        atlas.token_requests()
    );
}

#[tokio::test(start_paused = true)]
async fn a_new_token_that_half_the_servers_do_not_know_for_a_second_fails_no_call() {
    let (atlas, client) = busy_atlas(SECOND / 20).await;
    let half = Fault::status(401).on_path("restoreJobs");
    let half = half.during(2 * SECOND..3 * SECOND).sometimes(0.5, 7);
    atlas.clear_faults();
    atlas.fault(half);
    atlas.fault(Fault::delay(SECOND / 20).on_path("restoreJobs").always());
    let calls = keep_asking(&client, 50, 5 * SECOND);
    let (results, ()) = tokio::join!(calls, end_tokens(&atlas, &[2]));
    assert_all_arrived(results);
    let refused = atlas
        .requests()
        .iter()
        .filter(|it| it.status() == Some(401))
        .count();
    assert!(refused > 50, "{refused}");
    assert!(atlas.token_requests() <= 4, "{}", atlas.token_requests());
}

#[tokio::test(start_paused = true)]
async fn calls_that_queue_are_sent_with_the_token_of_the_moment() {
    for (in_flight, callers, latency) in [(1, 30, SECOND / 10), (100, 2000, 2 * SECOND)] {
        let atlas = atlas_for(Way::Account).await;
        let client = Client::builder(Way::Account.credentials())
            .base_url(atlas.base_url())
            .max_in_flight(in_flight)
            .build()
            .unwrap();
        ask(&client).await.unwrap();
        atlas.fault(Fault::delay(latency).on_path("restoreJobs").always());
        let calls = ask_at_once(&client, callers);
        let (results, ()) = tokio::join!(calls, end_tokens(&atlas, &[1, 20]));
        assert_all_arrived(results);
        assert!(atlas.token_requests() <= 5, "{}", atlas.token_requests());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_for_a_token_does_not_queue_behind_calls() {
    let atlas = atlas_for(Way::Account).await;
    let client = builder_for(&atlas, Way::Account)
        .max_in_flight(2)
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    atlas.fault(Fault::delay(10 * SECOND).on_path("restoreJobs").times(2));
    let calls = ask_at_once(&client, 10);
    let renewal = async {
        atlas.received(4).await;
        client.revoke_token().await.unwrap();
        Instant::now()
    };
    let begun = Instant::now();
    let (results, revoked_at) = tokio::join!(calls, renewal);
    assert_all_arrived(results);
    assert!(revoked_at - begun < SECOND, "{:?}", revoked_at - begun);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_are_valid_for_less_than_the_queue_takes_fail_no_call() {
    let atlas = atlas_for(Way::Account).await;
    atlas.set_token_lifetime(5 * SECOND);
    let client = Client::builder(Way::Account.credentials())
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    atlas.fault(Fault::delay(SECOND).on_path("restoreJobs").always());
    assert_all_arrived(ask_at_once(&client, 1500).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_kept_while_it_fetches_the_token_delays_nobody() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::delay(SECOND).on_token_endpoint());
    let mut kept = Box::pin(ask(&client));
    timeout(SECOND / 2, &mut kept).await.unwrap_err();
    let begun = Instant::now();
    ask(&client).await.unwrap();
    assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
    kept.await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_is_kept_delays_calls_no_longer_than_the_endpoint_does() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.fault(Fault::delay(SECOND).on_path("/api/oauth/revoke"));
    let mut kept = Box::pin(client.revoke_token());
    timeout(SECOND / 2, &mut kept).await.unwrap_err();
    let begun = Instant::now();
    ask(&client).await.unwrap();
    assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
    kept.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_project_that_is_taken_from_the_account_is_refused_for_good_after_few_requests() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.deny(GROUP);
    advance(10 * SECOND).await;
    assert!(error_of(&client).await.is_unauthorized());
    let tokens = atlas.token_requests();
    assert!(tokens <= 3, "{tokens}");
    // From then on it costs no more than a project that was never granted.
    for _ in 0..20 {
        assert!(error_of(&client).await.is_unauthorized());
    }
    assert!(
        atlas.token_requests() <= tokens + 1,
        "{}",
        atlas.token_requests()
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_tried_once_replaces_a_token_that_has_ended() {
    let atlas = atlas_for(Way::Account).await;
    let client = builder_for(&atlas, Way::Account)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for _ in 0..5 {
        ask(&client).await.unwrap();
        advance(5 * SECOND).await;
        atlas.revoke_tokens();
    }
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 6);
}
