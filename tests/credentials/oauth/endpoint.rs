//! What the token endpoint answers: its own words for a refusal, answers that hold no token, and
//! how long a token lives.

use std::time::Duration;

use atlas_backup::simulator::Fault;
use atlas_backup::{Client, ErrorKind};
use tokio::time::{Instant, advance};

use super::atlas_and_client;
use crate::support::*;

/// What a call says when the endpoint answers like this, with the number of token requests.
async fn refusal(fault: Fault) -> String {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(fault.on_token_endpoint().always());
    let error = error_of(&client).await;
    let asked = if error.is_unauthorized() {
        ", unauthorized"
    } else {
        ""
    };
    assert!(
        atlas
            .requests()
            .iter()
            .all(|request| request.path() == "/api/oauth/token")
    );
    format!(
        "{} ({}{asked})\n",
        line(&atlas, &error),
        atlas.token_requests()
    )
}

#[tokio::test(start_paused = true)]
async fn the_endpoint_is_quoted_in_both_of_its_forms() {
    let oauth = |status, error: &str, words: &str| {
        let body = format!(r#"{{"error_description":"{words}","error":"{error}"}}"#);
        Fault::status(status).body("application/json", body)
    };
    let mut told = String::new();
    for fault in [
        oauth(401, "invalid_client", "Invalid credentials provided."),
        oauth(400, "invalid_request", "Missing grant_type."),
        oauth(
            403,
            "access_denied",
            "Access Token limit reached. Please revoke a token.",
        ),
        oauth(500, "server_error", "Unexpected error."),
        Fault::token_limit(),
        Fault::status(404),
        Fault::status(401),
        Fault::status(401).body("text/html", "<h1>Unauthorized</h1>"),
        Fault::status(403).body(
            "application/json",
            r#"{"error": 403, "errorCode": null, "detail": null}"#,
        ),
        Fault::status(400).body(
            "application/json",
            r#"{"error": {"deep": 1}, "error_description": ["x"]}"#,
        ),
        Fault::status(400).body("application/json", r#"["error"]"#),
        Fault::redirect("https://elsewhere.example/login?token=hush"),
    ] {
        told.push_str(&refusal(fault).await);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test(start_paused = true)]
async fn a_response_without_a_token_is_refused_without_a_retry() {
    let good = |body: &str| Fault::status(200).body("application/json", body);
    let mut told = String::new();
    for body in [
        "",
        "garbage-that-is-no-json",
        "{}",
        r#"{"access_token": null}"#,
        r#"{"access_token": 17}"#,
        r#"{"access_token": ""}"#,
        r#"{"access_token": "line\nbreak"}"#,
        r#"{"access_token": "with space"}"#,
        r#"{"access_token": "tökèn"}"#,
    ] {
        let said = refusal(good(body)).await;
        assert!(!said.contains("garbage") && !said.contains("break"));
        told.push_str(&said);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test(start_paused = true)]
async fn an_error_under_200_is_reported_as_under_the_status_that_it_should_have() {
    let mut told = String::new();
    for error in [
        "invalid_client",
        "unauthorized_client",
        "invalid_scope",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
        "something_else",
    ] {
        let body = format!(r#"{{"error":"{error}","error_description":"Words."}}"#);
        told.push_str(&refusal(Fault::status(200).body("application/json", body)).await);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test(start_paused = true)]
async fn a_response_without_a_lifetime_of_the_token_means_an_hour() {
    for life in [
        "",
        r#", "expires_in": null"#,
        r#", "expires_in": "3600""#,
        r#", "expires_in": 0"#,
        r#", "expires_in": -5"#,
    ] {
        let (atlas, client) = atlas_and_client().await;
        atlas.add_access_token("handmade");
        let body = format!(r#"{{"access_token": "handmade"{life}}}"#);
        atlas.fault(
            Fault::status(200)
                .body("application/json", body)
                .on_token_endpoint(),
        );
        for (seconds, tokens) in [(0, 1), (3299, 1), (2, 2)] {
            advance(Duration::from_secs(seconds)).await;
            ask(&client).await.unwrap();
            assert_eq!(atlas.token_requests(), tokens, "{life}");
        }
    }
}

#[tokio::test]
async fn a_life_beyond_all_measure_is_no_harm() {
    let (atlas, client) = atlas_and_client().await;
    atlas.add_access_token("handmade");
    let body = r#"{"access_token": "handmade", "expires_in": 18446744073709551615}"#;
    atlas.fault(
        Fault::status(200)
            .body("application/json", body)
            .on_token_endpoint(),
    );
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_returns_the_same_token_again_does_not_get_requests_for_ever() {
    let (atlas, client) = atlas_and_client().await;
    let body = r#"{"access_token": "handmade", "expires_in": 3600}"#;
    let answer = Fault::status(200).body("application/json", body);
    atlas.fault(answer.on_token_endpoint().always());
    assert!(error_of(&client).await.is_unauthorized());
    assert_eq!((atlas.token_requests(), atlas.request_count()), (2, 4));
}

#[tokio::test]
async fn a_life_too_short_to_be_used_is_used_once() {
    let (atlas, client) = atlas_and_client().await;
    atlas.add_access_token("handmade");
    let body = r#"{"access_token": "handmade", "expires_in": 1e-9}"#;
    let answer = Fault::status(200).body("application/json", body);
    atlas.fault(answer.on_token_endpoint().always());
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
}

/// Pages and fragments that are not from the endpoint.
fn odd_moments() -> Vec<Fault> {
    let page = "<html><body>Down for maintenance</body></html>";
    let mut moments = Vec::new();
    for status in [200, 400, 403, 404] {
        moments.push(Fault::status(status).body("text/html", page));
        moments.push(Fault::status(status).body("application/json", ""));
        moments.push(Fault::status(status).body("application/json", r#"{"access_tok"#));
        moments.push(Fault::status(status).body("application/json", r#"["a", "list"]"#));
    }
    for (status, code) in [
        (400, "temporarily_unavailable"),
        (403, "server_error"),
        (200, "temporarily_unavailable"),
    ] {
        let body = format!(r#"{{"error":"{code}","error_description":"Words."}}"#);
        moments.push(Fault::status(status).body("application/json", body));
    }
    moments
}

#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_the_endpoint_is_retried() {
    for moment in odd_moments() {
        let (atlas, client) = atlas_and_client().await;
        atlas.fault(moment.clone().on_token_endpoint().times(2));
        let answer = ask(&client).await;
        assert!(answer.is_ok(), "{moment:?}: {answer:?}");
        assert_eq!(atlas.token_requests(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_stays_is_no_refusal_of_the_credentials() {
    for moment in odd_moments() {
        let (atlas, client) = atlas_and_client().await;
        atlas.fault(moment.clone().on_token_endpoint().always());
        let error = error_of(&client).await;
        assert!(error.is_retryable(), "{error}");
        assert!(!error.is_unauthorized() && !error.is_not_found(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_401_of_the_endpoint_is_final_with_any_body() {
    for body in [
        "",
        "<html>",
        r#"{"error":401}"#,
        r#"{"error":"invalid_client"}"#,
    ] {
        let (atlas, client) = atlas_and_client().await;
        let answer = Fault::status(401).body("text/html", body);
        atlas.fault(answer.on_token_endpoint().always());
        let error = error_of(&client).await;
        assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
        assert_eq!(atlas.token_requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_without_retry_after_is_retried_after_six_seconds() {
    let atlas = atlas_for(Way::Account).await;
    let client = Client::builder(Way::Account.credentials())
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    atlas.fault(Fault::token_limit().on_token_endpoint().always());
    let begun = Instant::now();
    // Calls that begin meanwhile wait as well.
    while begun.elapsed() < Duration::from_secs(120) {
        assert!(error_of(&client).await.is_rate_limited());
    }
    let times: Vec<_> = atlas
        .requests()
        .iter()
        .map(|request| request.at())
        .collect();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_secs(6), "{pair:?}");
    }
    let in_two_minutes = times
        .iter()
        .filter(|at| **at - times[0] < Duration::from_secs(120));
    assert!(in_two_minutes.count() <= 22);
}

#[tokio::test(start_paused = true)]
async fn an_odd_retry_after_of_the_endpoint_stops_nobody_for_longer_than_ten_minutes() {
    let (atlas, client) = atlas_and_client().await;
    let odd = Fault::token_limit().header("Retry-After", "31536000");
    atlas.fault(odd.on_token_endpoint());
    assert!(error_of(&client).await.is_rate_limited());
    advance(Duration::from_secs(590)).await;
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test]
async fn a_byte_order_mark_before_a_token_is_skipped() {
    let (atlas, client) = atlas_and_client().await;
    atlas.add_access_token("handmade");
    let body = "\u{feff}{\"access_token\": \"handmade\", \"expires_in\": 3600}";
    let answer = Fault::status(200).body("application/json", body);
    atlas.fault(answer.on_token_endpoint());
    ask(&client).await.unwrap();
}

#[tokio::test]
async fn a_token_of_another_type_than_bearer_is_refused() {
    let answer = |token_type: &str| {
        let body = format!(r#"{{"access_token": "SECRET0", "token_type": "{token_type}"}}"#);
        Fault::status(200).body("application/json", body)
    };
    assert_eq!(
        refusal(answer("mac")).await,
        "[atlas]/api/oauth/token: the token is of the type mac, not Bearer \
         (get_backup_restore_job) (1)\n"
    );
    for token_type in ["bearer", "BEARER"] {
        let (atlas, client) = atlas_and_client().await;
        atlas.add_access_token("SECRET0");
        atlas.fault(answer(token_type).on_token_endpoint());
        ask(&client).await.unwrap();
    }
}

#[tokio::test]
async fn too_many_valid_tokens_are_a_kind_of_their_own() {
    let atlas = atlas_for(Way::Account).await;
    // One client each, as a function that is started anew for each event.
    for _ in 0..100 {
        ask(&client_for(&atlas, Way::Account)).await.unwrap();
    }
    let error = error_of(&client_for(&atlas, Way::Account)).await;
    assert_eq!(error.kind(), ErrorKind::TokenLimit);
    assert!(!error.is_unauthorized() && !error.is_retryable(), "{error}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(403));
    assert_eq!(
        line(&atlas, &error),
        "[atlas]/api/oauth/token: 403 access_denied: Access Token limit reached. \
         (get_backup_restore_job)"
    );
    assert_eq!(atlas.token_requests(), 101);
}
