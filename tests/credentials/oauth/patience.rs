//! Calls that give up before the token endpoint answers, and calls that wait behind what others
//! have begun.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error, RetryPolicy};
use tokio::time::{Instant, advance, timeout};

use super::{assert_all_arrived, atlas_and_client};
use crate::support::*;

const SLOW: Duration = Duration::from_secs(3);
const IMPATIENT: Duration = Duration::from_secs(2);

#[track_caller]
fn patient_for(atlas: &Simulator, total_time: Duration) -> Client {
    let policy = quick().total_time(total_time);
    builder_for(atlas, Way::Account)
        .retry(policy)
        .build()
        .unwrap()
}

async fn atlas_with_slow_endpoint() -> Simulator {
    let atlas = atlas_for(Way::Account).await;
    atlas.fault(Fault::delay(SLOW).on_token_endpoint().always());
    atlas
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_before_the_endpoint_responds_leave_the_token_to_the_next() {
    let atlas = atlas_with_slow_endpoint().await;
    let client = client_for(&atlas, Way::Account);
    timeout(IMPATIENT, ask(&client)).await.unwrap_err();
    for _ in 1..50 {
        timeout(IMPATIENT, ask(&client)).await.unwrap().unwrap();
    }
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_time_out_before_the_endpoint_responds_leave_the_token_to_the_next() {
    let atlas = atlas_with_slow_endpoint().await;
    let client = patient_for(&atlas, IMPATIENT);
    assert!(error_of(&client).await.is_timeout());
    for _ in 1..50 {
        ask(&client).await.unwrap();
    }
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_call_waited_for_a_token_is_reported() {
    let atlas = atlas_with_slow_endpoint().await;
    let error = error_of(&patient_for(&atlas, IMPATIENT)).await;
    assert_eq!(
        line(&atlas, &error),
        "[atlas]/api/oauth/token: no access token within 2s (get_backup_restore_job)"
    );
    assert!(error.is_timeout() && error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn a_call_behind_the_fetch_of_another_ends_when_its_own_time_is_up() {
    let atlas = atlas_for(Way::Account).await;
    atlas.fault(Fault::hang().on_token_endpoint().always());
    let client = patient_for(&atlas, Duration::from_secs(5));
    let first = tokio::spawn({
        let client = client.clone();
        async move { ask(&client).await }
    });
    atlas.received(1).await;
    advance(Duration::from_secs(4)).await;
    let begun = Instant::now();
    let error = error_of(&client).await;
    assert_took(begun, Duration::from_secs(5));
    assert!(error.is_timeout(), "{error}");
    assert!(first.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_behind_revocations_ends_when_its_time_is_up() {
    let atlas = atlas_for(Way::Account).await;
    let client = patient_for(&atlas, Duration::from_secs(5));
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang().on_path("/api/oauth/revoke").always());
    let revocations: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.revoke_token().await })
        })
        .collect();
    atlas.received(3).await;
    let begun = Instant::now();
    // The first revocation ends just then.
    let _ = ask(&client).await;
    assert_took(begun, Duration::from_secs(5));
    for revocation in revocations {
        assert!(revocation.await.unwrap().unwrap_err().is_timeout());
    }
    assert_took(begun, Duration::from_secs(5));
    // The token stays, since nobody knows that it was ended.
    ask(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_behind_a_revocation_says_what_it_waited_for() {
    let atlas = atlas_for(Way::Account).await;
    let client = patient_for(&atlas, Duration::from_secs(5));
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang().on_path("/api/oauth/revoke").always());
    // Clones revoke without end.
    for _ in 0..10 {
        let client = client.clone();
        tokio::spawn(async move {
            loop {
                let _ = client.revoke_token().await;
            }
        });
    }
    atlas.received(3).await;
    let begun = Instant::now();
    let error = error_of(&client).await;
    assert_took(begun, Duration::from_secs(5));
    assert_eq!(
        line(&atlas, &error),
        "[atlas]/api/oauth/revoke: no access token within 5s, the old one is being revoked \
         (get_backup_restore_job)"
    );
}

/// On a clock that nothing but waiting moves.
#[track_caller]
fn assert_took(begun: Instant, time: Duration) {
    let took = begun.elapsed();
    let tolerance = Duration::from_millis(50);
    assert!(
        took >= time - tolerance && took <= time + tolerance,
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_when_the_token_has_ended_fails_no_call() {
    let (atlas, client) = atlas_and_client().await;
    atlas.set_token_lifetime(Duration::from_secs(100));
    ask(&client).await.unwrap();
    advance(Duration::from_secs(98)).await;
    let late_failure = Fault::status(503).after(Duration::from_secs(5));
    atlas.fault(late_failure.on_token_endpoint());
    let renewing = tokio::spawn({
        let client = client.clone();
        async move { ask(&client).await }
    });
    atlas.received(3).await;
    advance(Duration::from_secs(3)).await;
    assert_all_arrived(ask_at_once(&client, 10).await);
    renewing.await.unwrap().unwrap();
    assert_eq!(atlas.token_requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_counts_for_nobody_even_if_calls_are_tried_once() {
    let atlas = atlas_for(Way::Account).await;
    atlas.set_token_lifetime(Duration::from_secs(100));
    let client = builder_for(&atlas, Way::Account)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    advance(Duration::from_secs(98)).await;
    let late_failure = Fault::status(503).after(Duration::from_secs(5));
    atlas.fault(late_failure.on_token_endpoint());
    assert_all_arrived(ask_at_once(&client, 10).await);
    advance(Duration::from_secs(3)).await;
    assert_all_arrived(ask_at_once(&client, 10).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_late_to_an_outage_of_the_endpoint_has_its_own_time_and_tries() {
    let atlas = atlas_for(Way::Account).await;
    let policy = RetryPolicy::default()
        .attempts(8)
        .total_time(Duration::from_secs(30));
    let client = builder_for(&atlas, Way::Account)
        .retry(policy)
        .build()
        .unwrap();
    atlas.fault(Fault::hang().on_token_endpoint());
    let early = tokio::spawn({
        let client = client.clone();
        async move { ask(&client).await }
    });
    atlas.received(1).await;
    advance(Duration::from_secs(25)).await;
    let late = tokio::spawn({
        let client = client.clone();
        async move { ask(&client).await }
    });
    assert!(early.await.unwrap().unwrap_err().is_timeout());
    late.await.unwrap().unwrap();
}

/// How many requests the endpoint that is down gets for a call with a policy of its own.
async fn token_requests_of(of_client: RetryPolicy, of_call: RetryPolicy) -> u64 {
    let atlas = atlas_for(Way::Account).await;
    let client = builder_for(&atlas, Way::Account)
        .retry(of_client)
        .build()
        .unwrap();
    atlas.fault(Fault::status(503).on_token_endpoint().always());
    restore_job(&client)
        .retry(of_call)
        .send()
        .await
        .unwrap_err();
    atlas.token_requests()
}

#[tokio::test]
async fn a_call_with_a_policy_of_its_own_waits_for_a_token_by_it() {
    let thrice = quick().attempts(3);
    let never = RetryPolicy::never;
    assert_eq!(token_requests_of(never(), thrice.clone()).await, 3);
    assert_eq!(token_requests_of(thrice, never()).await, 1);
}

/// A call on a thread and a runtime of its own, given up after a moment.
fn abandon_a_call(client: &Client) -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let given_up: Result<Result<String, Error>, _> = runtime.block_on(async {
        let moment = Duration::from_millis(100);
        timeout(moment, ask(client)).await
    });
    given_up.unwrap_err();
    runtime
}

#[tokio::test]
async fn a_fetch_whose_runtime_is_gone_is_begun_again() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::hang().on_token_endpoint());
    let abandoned = client.clone();
    tokio::task::spawn_blocking(move || drop(abandon_a_call(&abandoned)))
        .await
        .unwrap();
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
}

/// Paused from within, because the clock of the other runtime goes on.
#[tokio::test]
async fn a_fetch_whose_runtime_stands_still_is_begun_again_when_its_time_is_up() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::hang().on_token_endpoint());
    let abandoned = client.clone();
    let runtime = tokio::task::spawn_blocking(move || abandon_a_call(&abandoned))
        .await
        .unwrap();
    tokio::time::pause();
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
    runtime.shutdown_background();
}
