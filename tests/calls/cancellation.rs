//! Calls that are dropped before they are done leave a client that works.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error};
use tokio::task::JoinHandle;
use tokio::time::advance;

use crate::support::*;

/// A fault that changes nothing, to leave the next one to a later request.
fn none() -> Fault {
    Fault::delay(Duration::ZERO)
}

fn start(client: &Client) -> JoinHandle<Result<String, Error>> {
    let client = client.clone();
    tokio::spawn(async move { ask(&client).await })
}

/// Drops a call when this many requests have arrived, of which the last is not answered; then others
/// succeed.
async fn drop_one(atlas: &Simulator, client: &Client, arrived: u64) {
    let dropped = start(client);
    atlas.received(arrived).await;
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    for result in ask_at_once(client, 10).await {
        result.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_it_goes_ahead_of_the_others() {
    for way in WAYS {
        let atlas = atlas_for(way).await;
        atlas.fault(Fault::hang().on_path("/"));
        drop_one(&atlas, &client_for(&atlas, way), 1).await;
    }
}

#[tokio::test]
async fn a_call_dropped_while_its_challenge_is_answered() {
    let atlas = atlas_for(Way::Key).await;
    atlas.fault(none());
    atlas.fault(Fault::hang());
    drop_one(&atlas, &client_for(&atlas, Way::Key), 2).await;
}

#[tokio::test]
async fn a_call_dropped_with_a_nonce_on_loan() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang());
    drop_one(&atlas, &client, 3).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_it_fetches_a_token_that_others_wait_for() {
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    atlas.fault(Fault::hang().on_token_endpoint());
    let dropped = start(&client);
    atlas.received(1).await;
    let waiting: Vec<_> = (0..10).map(|_| start(&client)).collect();
    tokio::task::yield_now().await;
    dropped.abort();
    for waiting in waiting {
        waiting.await.unwrap().unwrap();
    }
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_it_renews_the_token() {
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    ask(&client).await.unwrap();
    advance(Duration::from_secs(3400)).await;
    atlas.fault(Fault::hang().on_token_endpoint());
    drop_one(&atlas, &client, 3).await;
    // The renewal goes on; the others have a token that lives.
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_it_replaces_a_revoked_token() {
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    ask(&client).await.unwrap();
    atlas.revoke_tokens();
    atlas.fault(Fault::hang().on_token_endpoint());
    drop_one(&atlas, &client, 4).await;
    assert_eq!(atlas.token_requests(), 3);
}

#[tokio::test]
async fn a_revocation_dropped_on_its_way() {
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang().on_path("/revoke"));
    let revocation = tokio::spawn({
        let client = client.clone();
        async move { client.revoke_token().await }
    });
    atlas.received(3).await;
    revocation.abort();
    assert!(revocation.await.unwrap_err().is_cancelled());
    ask(&client).await.unwrap();
    client.revoke_token().await.unwrap();
}

/// Drops a call after this many polls. Returns whether it was done by then.
async fn polled(client: &Client, times: usize) -> bool {
    let call = ask(client);
    tokio::pin!(call);
    let mut left = times;
    poll_fn(|context| match left {
        0 => Poll::Ready(false),
        _ => {
            left -= 1;
            call.as_mut().poll(context).map(|result| result.is_ok())
        }
    })
    .await
}

#[tokio::test]
async fn a_call_dropped_at_any_await_point() {
    for way in WAYS {
        let mut done = false;
        for times in 1..100 {
            let atlas = atlas_for(way).await;
            let client = client_for(&atlas, way);
            // A retry and a body in pieces make more points to stop at.
            atlas.fault(Fault::status(503));
            atlas.fault(Fault::drip(20, Duration::from_millis(1)).times(2));
            done = polled(&client, times).await;
            atlas.clear_faults();
            for result in ask_at_once(&client, 3).await {
                result.unwrap();
            }
            if done {
                break;
            }
        }
        assert!(done, "{way:?}: no call was ever done");
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn every_future_is_send() {
    let client = Client::builder(Way::Key.credentials()).build().unwrap();
    drop(assert_send(client.get_backup_restore_job().send()));
    drop(assert_send(client.revoke_token()));
}
