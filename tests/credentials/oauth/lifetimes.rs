//! How long a token is used: what the endpoint says of its life, in every form, and lives of a few
//! seconds.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials};
use tokio::time::{Instant, advance};

use super::atlas_and_client;
use super::cutting_server::CuttingServer;
use crate::support::*;

/// Gives out a token of this life at the next request.
fn grant(atlas: &Simulator, expires_in: &str) {
    atlas.add_access_token("handmade");
    let body = format!(r#"{{"access_token": "handmade", "expires_in": {expires_in}}}"#);
    let answer = Fault::status(200).body("application/json", body);
    atlas.fault(answer.on_token_endpoint());
}

#[tokio::test(start_paused = true)]
async fn a_life_is_understood_in_every_form_of_a_number() {
    for form in ["40", "40.0", "4e1", r#""40""#, r#""40.0""#, r#"" 40 ""#] {
        let (atlas, client) = atlas_and_client().await;
        grant(&atlas, form);
        for (seconds, tokens) in [(0, 1), (33, 1), (7, 2)] {
            advance(Duration::from_secs(seconds)).await;
            ask(&client).await.unwrap();
            assert_eq!(atlas.token_requests(), tokens, "{form}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_not_used_in_the_last_second_of_its_life() {
    for form in ["2", "2.0", "2e0", r#""2""#] {
        let (atlas, client) = atlas_and_client().await;
        grant(&atlas, form);
        for (milliseconds, tokens) in [(0, 1), (700, 1), (400, 2)] {
            advance(Duration::from_millis(milliseconds)).await;
            ask(&client).await.unwrap();
            assert_eq!(atlas.token_requests(), tokens, "{form}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_takes_longer_to_come_than_it_lives_is_used_all_the_same() {
    let (atlas, client) = atlas_and_client().await;
    atlas.set_token_lifetime(Duration::from_secs(2));
    let slow = Fault::delay(Duration::from_secs(3));
    atlas.fault(slow.on_token_endpoint().always());
    for _ in 0..5 {
        ask(&client).await.unwrap();
    }
    assert!(atlas.token_requests() <= 2);
}

/// How many calls of 400, a few at once, in 40 seconds, are refused.
async fn refused_calls(life: u64) -> usize {
    let server = CuttingServer::start(life).await;
    let client: Client = Client::builder(Credentials::service_account(ACCOUNT_ID, ACCOUNT_SECRET))
        .base_url(&server.base_url)
        .build()
        .unwrap();
    let begun = Instant::now();
    let mut refused = 0;
    while begun.elapsed() < Duration::from_secs(40) {
        for result in ask_at_once(&client, 4).await {
            if let Err(error) = result {
                assert!(error.is_unauthorized(), "{error}");
                refused += 1;
            }
        }
        advance(Duration::from_millis(97)).await;
    }
    refused
}

#[tokio::test(start_paused = true)]
async fn tokens_of_a_few_seconds_at_a_server_that_cuts_to_whole_seconds_fail_no_call() {
    for life in [2, 3, 5] {
        assert_eq!(refused_calls(life).await, 0, "{life}");
    }
}
