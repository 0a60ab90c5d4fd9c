//! Tokens that a function of the user's provides.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials};

use crate::support::*;

async fn atlas_with_tokens(tokens: &[&str]) -> Simulator {
    let atlas = Simulator::start().await.unwrap();
    put_jobs(&atlas, 1);
    for token in tokens {
        atlas.add_access_token(token);
    }
    atlas
}

#[track_caller]
fn client_with(atlas: &Simulator, credentials: Credentials) -> Client {
    Client::builder(credentials)
        .base_url(atlas.base_url())
        .retry(quick())
        .build()
        .unwrap()
}

/// A function that gives each of these once, and the last one for ever.
fn in_turn(tokens: &'static [&'static str]) -> (Arc<AtomicUsize>, Credentials) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = Credentials::from_fn(move || {
        let turn = counter.fetch_add(1, Ordering::Relaxed);
        async move { Ok::<_, Infallible>(tokens[turn.min(tokens.len() - 1)]) }
    });
    (asked, credentials)
}

#[tokio::test]
async fn the_token_of_the_moment_is_sent() {
    let atlas = atlas_with_tokens(&["first", "second"]).await;
    let (_, credentials) = in_turn(&["first", "second"]);
    let client = client_with(&atlas, credentials);
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    let requests = atlas.requests();
    assert_eq!(requests[0].header("authorization"), Some("Bearer first"));
    assert_eq!(requests[1].header("authorization"), Some("Bearer second"));
}

#[tokio::test]
async fn text_of_either_kind_is_a_token() {
    let atlas = atlas_with_tokens(&["token"]).await;
    let credentials = Credentials::from_fn(async || Ok::<_, Infallible>("token"));
    ask(&client_with(&atlas, credentials)).await.unwrap();
    let credentials = Credentials::from_fn(async || Ok::<_, std::io::Error>("token".to_owned()));
    ask(&client_with(&atlas, credentials)).await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_if_there_is_another_by_then() {
    let atlas = atlas_with_tokens(&["good"]).await;
    let (asked, credentials) = in_turn(&["bad", "good"]);
    ask(&client_with(&atlas, credentials)).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert_eq!(atlas.request_count(), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_and_still_the_same_ends_the_call() {
    let atlas = atlas_with_tokens(&["good"]).await;
    let (asked, credentials) = in_turn(&["bad"]);
    let error = error_of(&client_with(&atlas, credentials)).await;
    assert!(error.is_unauthorized() && !error.is_retryable());
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test]
async fn a_function_that_fails_is_asked_again_and_then_told() {
    let atlas = atlas_with_tokens(&["token"]).await;
    let failures = Arc::new(AtomicUsize::new(0));
    let left = failures.clone();
    let credentials = Credentials::from_fn(move || {
        let fails = left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok();
        async move {
            if fails {
                return Err(std::io::Error::other("the vault is sealed"));
            }
            Ok("token")
        }
    });
    let client = Client::builder(credentials)
        .base_url(atlas.base_url())
        .retry(quick().attempts(3))
        .build()
        .unwrap();
    failures.store(2, Ordering::Relaxed);
    ask(&client).await.unwrap();
    failures.store(3, Ordering::Relaxed);
    let error = error_of(&client).await;
    assert_eq!(
        line(&atlas, &error),
        "no access token from the function of Credentials::from_fn: the vault is sealed \
         (get_backup_restore_job, 3 attempts in [time])"
    );
    assert!(error.is_retryable());
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_hangs_ends_the_call_when_its_time_is_up() {
    let atlas = atlas_with_tokens(&[]).await;
    let credentials =
        Credentials::from_fn(async || std::future::pending::<Result<String, Infallible>>().await);
    let client = Client::builder(credentials)
        .base_url(atlas.base_url())
        .retry(quick().total_time(Duration::from_secs(7)))
        .build()
        .unwrap();
    let error = error_of(&client).await;
    assert_eq!(
        error.to_string(),
        "no access token from the function of Credentials::from_fn within 7s \
         (get_backup_restore_job)"
    );
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_refused_before_anything_is() {
    let atlas = atlas_with_tokens(&[]).await;
    let credentials = Credentials::from_fn(async || Ok::<_, Infallible>("SECRET0\n"));
    let error = error_of(&client_with(&atlas, credentials)).await;
    assert_eq!(
        error.to_string(),
        "character 8 of the access token of the function of Credentials::from_fn cannot be sent; \
         look for a line break, a space or a quote (get_backup_restore_job)"
    );
    assert!(error.is_invalid_request());
    assert_eq!(atlas.request_count(), 0);
}

#[tokio::test]
async fn a_retry_asks_for_the_token_again() {
    let atlas = atlas_with_tokens(&["first", "second"]).await;
    atlas.fault(Fault::status(503));
    let (asked, credentials) = in_turn(&["first", "second"]);
    ask(&client_with(&atlas, credentials)).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[test]
fn debug_shows_nothing_of_the_function() {
    let credentials = Credentials::from_fn(async || Ok::<_, Infallible>(SECRET));
    assert_eq!(
        format!("{credentials:?}"),
        "Credentials(access token of a function)"
    );
}
