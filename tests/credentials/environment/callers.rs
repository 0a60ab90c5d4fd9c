//! As whom a client calls: which variables count, and in which order.

use atlas_backup::simulator::Simulator;

use super::*;
use crate::support::atlas;

/// As whom the child called a simulator that knows a token, a service account and two keys.
async fn caller<const N: usize>(variables: [(&str, &str); N]) -> String {
    let atlas = atlas().await;
    atlas.add_access_token("the-token");
    atlas.add_service_account("the-id", "the-secret");
    atlas.add_api_key("the-public-key", "the-private-key");
    atlas.add_api_key("the-other-public-key", "the-other-private-key");
    let mut all = vec![
        (CALLS.to_owned(), "1".into()),
        (BASE_URL.to_owned(), atlas.base_url().into()),
    ];
    all.extend(variables.map(|(name, value)| (name.to_owned(), value.into())));
    assert_eq!(said_of(all).await, "200 OK");
    caller_of(&atlas)
}

fn caller_of(atlas: &Simulator) -> String {
    let requests = atlas.requests();
    let authorization = requests.last().unwrap().header("authorization").unwrap();
    match authorization.split_once("username=\"") {
        _ if atlas.token_requests() > 0 => "the service account".to_owned(),
        Some((_, rest)) => rest.split('"').next().unwrap().to_owned(),
        None => authorization.to_owned(),
    }
}

const ACCOUNT: [(&str, &str); 2] = [(CLIENT_ID, "the-id"), (CLIENT_SECRET, "the-secret")];

#[tokio::test]
async fn a_token_comes_first() {
    let [id, secret] = ACCOUNT;
    let keys = [
        (PUBLIC_API_KEY, "the-public-key"),
        (PRIVATE_API_KEY, "the-private-key"),
    ];
    assert_eq!(
        caller([(TOKEN, "the-token"), id, secret, keys[0], keys[1]]).await,
        "Bearer the-token"
    );
}

#[tokio::test]
async fn a_service_account_comes_second() {
    let [id, secret] = ACCOUNT;
    let keys = [
        (PUBLIC_API_KEY, "the-public-key"),
        (PRIVATE_API_KEY, "the-private-key"),
    ];
    assert_eq!(
        caller([id, secret, keys[0], keys[1]]).await,
        "the service account"
    );
}

#[tokio::test]
async fn an_api_key_comes_third() {
    let keys = [
        (PUBLIC_API_KEY, "the-public-key"),
        (PRIVATE_API_KEY, "the-private-key"),
    ];
    assert_eq!(caller(keys).await, "the-public-key");
}

#[tokio::test]
async fn an_api_key_has_a_second_spelling() {
    assert_eq!(
        caller([
            (PUBLIC_KEY, "the-public-key"),
            (PRIVATE_KEY, "the-private-key")
        ])
        .await,
        "the-public-key"
    );
}

#[tokio::test]
async fn the_spellings_mix() {
    assert_eq!(
        caller([
            (PUBLIC_API_KEY, "the-public-key"),
            (PRIVATE_KEY, "the-private-key")
        ])
        .await,
        "the-public-key"
    );
    assert_eq!(
        caller([
            (PUBLIC_KEY, "the-public-key"),
            (PRIVATE_API_KEY, "the-private-key")
        ])
        .await,
        "the-public-key"
    );
}

#[tokio::test]
async fn of_two_spellings_the_one_with_api_wins() {
    let both = [
        (PUBLIC_KEY, "the-public-key"),
        (PRIVATE_KEY, "the-private-key"),
        (PUBLIC_API_KEY, "the-other-public-key"),
        (PRIVATE_API_KEY, "the-other-private-key"),
    ];
    assert_eq!(caller(both).await, "the-other-public-key");
}

#[tokio::test]
async fn an_empty_spelling_leaves_it_to_the_other() {
    let both = [
        (PUBLIC_API_KEY, ""),
        (PRIVATE_API_KEY, ""),
        (PUBLIC_KEY, "the-public-key"),
        (PRIVATE_KEY, "the-private-key"),
    ];
    assert_eq!(caller(both).await, "the-public-key");
}

#[tokio::test]
async fn an_empty_token_leaves_it_to_the_next_way() {
    let [id, secret] = ACCOUNT;
    assert_eq!(
        caller([(TOKEN, ""), id, secret]).await,
        "the service account"
    );
}

#[tokio::test]
async fn half_a_pair_does_not_matter_behind_a_token() {
    assert_eq!(
        caller([(TOKEN, "the-token"), (CLIENT_ID, "the-id")]).await,
        "Bearer the-token"
    );
}
