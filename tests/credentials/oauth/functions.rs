//! Tokens that a function of the user's provides.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{AccessToken, Client, Credentials, Error};
use tokio::time::{Instant, advance};

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
async fn a_function_that_fails_is_called_again_and_then_reported() {
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
async fn a_retry_calls_the_function_again() {
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

/// A token with its end, which is all that two clients have in common.
#[derive(Default)]
struct Store(tokio::sync::Mutex<Option<(String, Instant)>>);

impl Store {
    async fn token(&self, account: &Client) -> Result<AccessToken, Error> {
        let mut stored = self.0.lock().await;
        if let Some((secret, end)) = &*stored {
            let left = end.duration_since(Instant::now());
            if left > Duration::from_secs(300) {
                return Ok(AccessToken::new(secret, Some(left)));
            }
        }
        let token = account.access_token().await?;
        let end = Instant::now() + token.expires_in().unwrap_or_default();
        *stored = Some((token.secret().to_owned(), end));
        Ok(token)
    }
}

fn client_of(store: &Arc<Store>, atlas: &Simulator) -> Client {
    let (store, account) = (store.clone(), client_for(atlas, Way::Account));
    let credentials = Credentials::from_fn(move || {
        let (store, account) = (store.clone(), account.clone());
        async move { store.token(&account).await }
    });
    client_with(atlas, credentials)
}

#[tokio::test(start_paused = true)]
async fn clients_that_have_only_a_store_in_common_share_the_token_of_a_service_account() {
    let atlas = atlas_for(Way::Account).await;
    let store = Arc::new(Store::default());
    let (one, other) = (client_of(&store, &atlas), client_of(&store, &atlas));
    let (ones, others) = tokio::join!(ask_at_once(&one, 500), ask_at_once(&other, 500));
    for result in ones.into_iter().chain(others) {
        result.unwrap();
    }
    assert_eq!(atlas.token_requests(), 1);
    // Ahead of its end both take the next one.
    advance(Duration::from_secs(3400)).await;
    ask(&one).await.unwrap();
    ask(&other).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
}

/// A function whose tokens are valid for this long, and how often it was called.
fn with_lifetime(seconds: u64) -> (Arc<AtomicUsize>, Credentials) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = Credentials::from_fn(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        let lifetime = Duration::from_secs(seconds);
        async move { Ok::<_, Infallible>(AccessToken::new("token", Some(lifetime))) }
    });
    (asked, credentials)
}

#[tokio::test(start_paused = true)]
async fn a_token_with_a_lifetime_is_kept_and_renewed_before_it_expires() {
    let atlas = atlas_with_tokens(&["token"]).await;
    let (asked, credentials) = with_lifetime(100);
    let client = client_with(&atlas, credentials);
    for (seconds, calls) in [(0, 1), (89, 1), (2, 2), (88, 2), (3, 3)] {
        advance(Duration::from_secs(seconds)).await;
        ask(&client).await.unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), calls);
    }
}

#[tokio::test]
async fn a_lifetime_beyond_all_measure_is_no_harm() {
    let atlas = atlas_with_tokens(&["token"]).await;
    let (asked, credentials) = with_lifetime(u64::MAX);
    let client = client_with(&atlas, credentials);
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn calls_that_start_together_call_the_function_once() {
    let atlas = atlas_with_tokens(&["token"]).await;
    let (asked, credentials) = with_lifetime(3600);
    let client = client_with(&atlas, credentials);
    for result in ask_at_once(&client, 100).await {
        result.unwrap();
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_error_of_another_client_stays_what_it_is() {
    let atlas = atlas_for(Way::Account).await;
    atlas.fault(Fault::status(401).on_token_endpoint().always());
    let error = error_of(&client_of(&Arc::default(), &atlas)).await;
    assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_hands_out_the_token_that_its_calls_send() {
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    let token = client.access_token().await.unwrap();
    ask(&client).await.unwrap();
    let sent = format!("Bearer {}", token.secret());
    assert_eq!(atlas.requests()[1].header("authorization"), Some(&*sent));
    let hour = Duration::from_secs(3600);
    assert!(token.expires_in().unwrap() > hour - Duration::from_secs(2));
    advance(hour / 2).await;
    let later = client.access_token().await.unwrap();
    assert_eq!(later.secret(), token.secret());
    assert!(later.expires_in().unwrap() <= hour / 2);
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn a_token_without_a_known_lifetime_is_handed_out_without_one() {
    let atlas = atlas_with_tokens(&["token"]).await;
    let text = Credentials::from_fn(async || Ok::<_, Infallible>("token"));
    for credentials in [text, Credentials::access_token("token")] {
        let token = client_with(&atlas, credentials)
            .access_token()
            .await
            .unwrap();
        assert_eq!((token.secret(), token.expires_in()), ("token", None));
    }
    let key = client_with(&atlas, Way::Key.credentials());
    let error = key.access_token().await.unwrap_err();
    assert!(error.is_invalid_request());
    assert_eq!(error.to_string(), "the API key has no access token");
    assert_eq!(atlas.request_count(), 0);
}

#[test]
fn debug_hides_a_token() {
    let token = AccessToken::new(SECRET, Some(Duration::from_secs(5)));
    assert_eq!(
        format!("{token:?}"),
        "AccessToken { expires_in: Some(5s), .. }"
    );
}

#[tokio::test(start_paused = true)]
async fn a_function_that_panics_is_called_once_an_attempt() {
    let atlas = atlas_with_tokens(&[]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = Credentials::from_fn(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        async { panic!("odd") as Result<String, Infallible> }
    });
    let error = error_of(&client_with(&atlas, credentials)).await;
    assert_eq!(asked.load(Ordering::Relaxed), 4);
    let text = error.to_string();
    let expected = "no access token from the function of Credentials::from_fn: task ";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("panicked"), "{text}");
}
