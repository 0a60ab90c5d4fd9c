//! What one call does differently from the other calls of its client.

use std::time::Duration;

use atlas_backup::builder::GetBackupRestoreJob;
use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, RetryPolicy};
use tokio::time::Instant;

use crate::support::*;

fn call(client: &Client) -> GetBackupRestoreJob {
    client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .restore_job_id(job_id(0))
}

async fn atlas_and_client() -> (Simulator, Client) {
    let atlas = atlas_for(Way::Token).await;
    let client = client_for(&atlas, Way::Token);
    (atlas, client)
}

#[tokio::test(start_paused = true)]
async fn a_call_of_two_seconds_gets_the_retry_after_of_atlas() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(429).header("Retry-After", "30"));
    let begun = Instant::now();
    let call = call(&client).total_time(Duration::from_secs(2));
    let error = call.send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(error.is_rate_limited());
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_call_of_two_seconds_ends_then() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::hang().always());
    let begun = Instant::now();
    let call = call(&client).total_time(Duration::from_secs(2));
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout());
    assert!(begun.elapsed() <= Duration::from_millis(2100));
}

#[tokio::test]
async fn a_call_has_a_policy_of_its_own() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(503));
    let call = call(&client);
    let impatient = call.clone().retry(RetryPolicy::never());
    impatient.send().await.unwrap_err();
    assert_eq!(atlas.request_count(), 1);
    atlas.fault(Fault::status(503));
    call.send().await.unwrap();
    assert_eq!(atlas.request_count(), 3);
}

#[tokio::test]
async fn a_total_time_counts_in_whichever_order_it_was_set() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(429).header("Retry-After", "30"));
    let time = Duration::from_secs(2);
    let call = call(&client).total_time(time).retry(RetryPolicy::default());
    call.send().await.unwrap_err();
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test]
async fn a_call_sends_headers_of_its_own_with_every_attempt() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(503));
    let call = call(&client)
        .header("X-Request-Id", "1")
        .header("x-request-id", "2");
    call.send().await.unwrap();
    for request in atlas.requests() {
        assert_eq!(request.header("x-request-id"), Some("2"));
        assert!(request.header("authorization").is_some());
    }
    assert_eq!(atlas.request_count(), 2);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_refused_before_anything_is() {
    let (atlas, client) = atlas_and_client().await;
    let mut refusals = String::new();
    for (name, value) in [
        ("Authorization", "Bearer secret"),
        ("Accept-Encoding", "gzip"),
        ("X Request", "1"),
        ("X-Request-Id", "1\r\nHost: evil"),
    ] {
        let error = call(&client).header(name, value).send().await.unwrap_err();
        assert!(error.is_invalid_request());
        refusals += &format!("{error}\n");
    }
    insta::assert_snapshot!(refusals);
    assert_eq!(atlas.request_count(), 0);
}

#[tokio::test]
async fn no_text_of_a_call_shows_the_value_of_a_header() {
    let (_atlas, client) = atlas_and_client().await;
    let call = call(&client).header("X-Api-Token", "secret");
    assert!(!format!("{call:?}").contains("secret"));
}

#[tokio::test]
async fn what_may_be_left_out_may_be_an_option() {
    let (atlas, client) = atlas_and_client().await;
    let unset: Option<bool> = None;
    let call = call(&client)
        .pretty(Some(true))
        .envelope(true)
        .envelope(unset);
    call.send().await.unwrap();
    assert_eq!(atlas.requests()[0].query(), "pretty=true");
}
