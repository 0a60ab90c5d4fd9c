//! How many tokens calls cost, and what happens when one ends early.

use std::time::Duration;

use atlas_backup::simulator::Fault;
use tokio::time::advance;

use super::{HOUR, assert_all_arrived, atlas_and_client};
use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_cold_calls_at_once_cost_one_token() {
    let (atlas, client) = atlas_and_client().await;
    assert_all_arrived(ask_at_once(&client, 1000).await);
    assert_eq!((atlas.token_requests(), atlas.request_count()), (1, 1001));
}

#[tokio::test]
async fn clones_share_the_token() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    ask(&client.clone()).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_under_load_costs_one_more() {
    let (atlas, client) = atlas_and_client().await;
    for _ in 0..2 {
        assert_all_arrived(ask_at_once(&client, 64).await);
        advance(HOUR).await;
    }
    assert_eq!(atlas.token_requests(), 2);
    assert!(
        atlas
            .requests()
            .iter()
            .all(|request| request.status() == Some(200))
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_of_its_end_by_one_call_while_the_others_go_on() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    advance(HOUR - Duration::from_secs(299)).await;
    atlas.take_requests();
    let renewal = Duration::from_secs(3);
    atlas.fault(Fault::delay(renewal).on_token_endpoint());
    let renewing = tokio::spawn({
        let client = client.clone();
        async move { ask(&client).await }
    });
    atlas.received(3).await;
    let before = tokio::time::Instant::now();
    assert_all_arrived(ask_at_once(&client, 63).await);
    assert!(
        before.elapsed() < renewal,
        "the others waited for the renewal"
    );
    renewing.await.unwrap().unwrap();
    assert_eq!(
        (atlas.token_requests(), atlas.take_requests().len()),
        (2, 1 + 64)
    );
}

#[tokio::test(start_paused = true)]
async fn a_tenth_of_a_short_life_is_left_at_the_renewal() {
    let atlas = atlas_for(Way::Account).await;
    atlas.set_token_lifetime(Duration::from_secs(100));
    let client = client_for(&atlas, Way::Account);
    for (seconds, tokens) in [(0, 1), (89, 1), (2, 2), (88, 2), (3, 3)] {
        advance(Duration::from_secs(seconds)).await;
        ask(&client).await.unwrap();
        assert_eq!(atlas.token_requests(), tokens);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_costs_one_more_and_every_call_succeeds() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.revoke_tokens();
    assert_all_arrived(ask_at_once(&client, 64).await);
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_project_that_rejects_a_valid_token_with_401_costs_two_tokens_a_minute_and_delays_no_other_call()
 {
    let (atlas, client) = atlas_and_client().await;
    for poll in 0..100 {
        assert!(
            ask_in(&client, DENIED, 0)
                .await
                .unwrap_err()
                .is_unauthorized()
        );
        ask(&client).await.unwrap();
        // One with the first minute, and one for each.
        assert!(
            atlas.token_requests() <= 2 + poll * 3 / 60,
            "{poll}: {}",
            atlas.token_requests()
        );
        advance(Duration::from_secs(3)).await;
    }
    let good = |path: &str| path.contains(GROUP);
    let refused = atlas
        .requests()
        .iter()
        .filter(|it| good(it.path()) && it.status() != Some(200))
        .count();
    assert_eq!(refused, 0);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_within_a_minute_of_a_401_is_replaced_all_the_same() {
    let atlas = atlas_for(Way::Account).await;
    atlas.set_token_lifetime(Duration::from_secs(20));
    let client = client_for(&atlas, Way::Account);
    ask_in(&client, DENIED, 0).await.unwrap_err();
    advance(Duration::from_secs(19)).await;
    // It is good when the request leaves, and not when it arrives; the renewal ahead of time fails.
    atlas.fault(Fault::status(503).on_token_endpoint());
    atlas.fault(Fault::status(401).after(Duration::from_secs(2)));
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 4);
}
