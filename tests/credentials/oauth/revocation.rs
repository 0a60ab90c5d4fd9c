//! Revoking the token.

use std::time::Duration;

use atlas_backup::simulator::Fault;

use super::{assert_all_arrived, atlas_and_client};
use crate::support::*;

#[tokio::test]
async fn a_revoked_token_is_ended_at_the_endpoint_and_the_next_call_fetches_another() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    let token = atlas.take_requests()[1]
        .header("authorization")
        .unwrap()
        .replace("Bearer ", "");
    client.revoke_token().await.unwrap();
    let revocation = &atlas.take_requests()[0];
    assert_eq!(
        (revocation.method(), revocation.target()),
        ("POST", "/api/oauth/revoke")
    );
    assert_eq!(
        revocation.form(),
        format!("token={token}&token_type_hint=access_token")
    );
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
    assert_ne!(
        atlas.requests()[1].header("authorization"),
        Some(&*format!("Bearer {token}"))
    );
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_to_revoke_it() {
    for way in WAYS {
        let atlas = atlas_for(way).await;
        client_for(&atlas, way).revoke_token().await.unwrap();
        assert_eq!(atlas.request_count(), 0);
    }
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    client.revoke_token().await.unwrap();
    client.revoke_token().await.unwrap();
    assert_eq!(atlas.request_count(), 3);
}

#[tokio::test]
async fn a_revocation_that_fails_is_reported_not_retried_and_leaves_the_token() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.fault(Fault::status(503).on_path("/api/oauth/revoke"));
    let error = client.revoke_token().await.unwrap_err();
    assert_eq!(
        line(&atlas, &error),
        "[atlas]/api/oauth/revoke: 503 UNEXPECTED_ERROR: Unexpected error."
    );
    assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
    ask(&client).await.unwrap();
    assert_eq!(requests(&atlas).len(), 4);
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn a_revocation_that_fails_under_200_is_reported_as_under_its_status() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    let said = r#"{"error":"temporarily_unavailable"}"#;
    let answer = Fault::status(200).body("application/json", said);
    atlas.fault(answer.on_path("/api/oauth/revoke"));
    let error = client.revoke_token().await.unwrap_err();
    assert_eq!(
        line(&atlas, &error),
        "[atlas]/api/oauth/revoke: 503 temporarily_unavailable"
    );
}

#[tokio::test]
async fn a_page_in_place_of_the_endpoint_revokes_nothing() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    let page = Fault::status(200).body("text/html", "<html>Down for maintenance</html>");
    atlas.fault(page.on_path("/api/oauth/revoke"));
    assert!(client.revoke_token().await.unwrap_err().is_retryable());
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
    client.revoke_token().await.unwrap();
}

#[tokio::test]
async fn the_token_is_hidden_where_the_endpoint_repeats_it() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    let token = atlas.requests()[1]
        .header("authorization")
        .unwrap()
        .replace("Bearer ", "");
    let said = format!(
        r#"{{"error":"invalid_request","error_description":"token {token} of {ACCOUNT_SECRET} is odd"}}"#
    );
    atlas.fault(
        Fault::status(400)
            .body("application/json", said)
            .on_path("/api/oauth/revoke"),
    );
    let error = client.revoke_token().await.unwrap_err();
    let expected =
        "[atlas]/api/oauth/revoke: 400 invalid_request: token [hidden] of [hidden] is odd";
    assert_eq!(line(&atlas, &error), expected);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_is_dropped_leaves_the_token_to_the_next() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang().on_path("/api/oauth/revoke"));
    tokio::time::timeout(Duration::from_secs(1), client.revoke_token())
        .await
        .unwrap_err();
    client.revoke_token().await.unwrap();
    let revoked = atlas
        .requests()
        .into_iter()
        .filter(|request| request.path() == "/api/oauth/revoke");
    assert_eq!(
        revoked.map(|request| request.status()).collect::<Vec<_>>(),
        [None, Some(200)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_under_way_survive_a_revocation() {
    let (atlas, client) = atlas_and_client().await;
    for _ in 0..5 {
        ask(&client).await.unwrap();
        let (calls, revoked) = tokio::join!(ask_at_once(&client, 64), client.revoke_token());
        revoked.unwrap();
        assert_all_arrived(calls);
    }
    assert!(atlas.token_requests() <= 1 + 5);
}
