//! Service accounts: how many tokens calls cost, what happens when a token ends early or the endpoint is down, and the
//! endpoint's own words.

#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "support/auth.rs"]
mod support;

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, Error, RetryPolicy};
use support::*;
use tokio::time::advance;

const HOUR: Duration = Duration::from_secs(3600);

#[track_caller]
fn assert_all_arrived(results: Vec<Result<String, Error>>) {
    for result in results {
        assert_eq!(result.unwrap(), job_id(0));
    }
}

async fn atlas_and_client() -> (Simulator, Client) {
    let atlas = atlas(Way::Account).await;
    let client = client(&atlas, Way::Account);
    (atlas, client)
}

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
    assert!(atlas.requests().iter().all(|request| request.status() == Some(200)));
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
    assert!(before.elapsed() < renewal, "the others waited for the renewal");
    renewing.await.unwrap().unwrap();
    assert_eq!((atlas.token_requests(), atlas.take_requests().len()), (2, 1 + 64));
}

#[tokio::test(start_paused = true)]
async fn a_tenth_of_a_short_life_is_left_at_the_renewal() {
    let atlas = atlas(Way::Account).await;
    atlas.token_lifetime(Duration::from_secs(100));
    let client = client(&atlas, Way::Account);
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
async fn while_the_token_lives_no_call_fails_and_the_endpoint_that_is_down_is_asked_every_30_seconds() {
    for down in [Fault::status(503), Fault::cut(), Fault::token_limit(), Fault::status(401)] {
        let (atlas, client) = atlas_and_client().await;
        ask(&client).await.unwrap();
        atlas.fault(down.on_token_endpoint().always());
        advance(HOUR - Duration::from_secs(295)).await;
        // To the end of the token's life.
        for _ in 0..290 {
            ask(&client).await.unwrap();
            advance(Duration::from_secs(1)).await;
        }
        let renewals = atlas.token_requests() - 1;
        assert!((9..=10).contains(&renewals), "{renewals}");
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_token_lives_no_call_fails_even_if_the_endpoint_hangs() {
    let atlas = atlas(Way::Account).await;
    let policy = quick().total_time(Duration::from_secs(20));
    let client = builder(&atlas, Way::Account).retry(policy).build().unwrap();
    ask(&client).await.unwrap();
    atlas.fault(Fault::hang().on_token_endpoint().always());
    advance(HOUR - Duration::from_secs(200)).await;
    assert_all_arrived(ask_at_once(&client, 64).await);
    assert_all_arrived(ask_at_once(&client, 64).await);
    assert_eq!(atlas.token_requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_project_that_answers_401_to_a_good_token_costs_two_tokens_a_minute_and_disturbs_nobody() {
    let (atlas, client) = atlas_and_client().await;
    for poll in 0..100 {
        assert!(job_in(&client, DENIED, 0).await.unwrap_err().is_unauthorized());
        ask(&client).await.unwrap();
        // One with the first minute, and one for each.
        assert!(atlas.token_requests() <= 2 + poll * 3 / 60, "{poll}: {}", atlas.token_requests());
        advance(Duration::from_secs(3)).await;
    }
    let good = |path: &str| path.contains(GROUP);
    let refused = atlas.requests().iter().filter(|it| good(it.path()) && it.status() != Some(200)).count();
    assert_eq!(refused, 0);
}

#[tokio::test(start_paused = true)]
async fn a_401_while_the_endpoint_is_down_is_not_passed_on_to_it_each_time() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.fault(Fault::status(503).on_token_endpoint().always());
    for _ in 0..20 {
        job_in(&client, DENIED, 0).await.unwrap_err();
        advance(Duration::from_secs(1)).await;
    }
    // The four tries of one fetch.
    assert_eq!(atlas.token_requests(), 1 + 4);
    ask(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_within_a_minute_of_a_401_is_replaced_all_the_same() {
    let atlas = atlas(Way::Account).await;
    atlas.token_lifetime(Duration::from_secs(20));
    let client = client(&atlas, Way::Account);
    job_in(&client, DENIED, 0).await.unwrap_err();
    advance(Duration::from_secs(19)).await;
    // It is good when the request leaves, and not when it arrives; the renewal ahead of time fails.
    atlas.fault(Fault::status(503).on_token_endpoint());
    atlas.fault(Fault::status(401).after(Duration::from_secs(2)));
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 4);
}

#[tokio::test]
async fn a_failure_to_fetch_the_first_token_is_shared_by_all_who_wait_for_it() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(503).on_token_endpoint().always());
    for result in ask_at_once(&client, 100).await {
        let error = result.unwrap_err();
        assert_eq!((error.status().map(|it| it.as_u16()), error.is_retryable()), (Some(503), true));
    }
    assert_eq!((atlas.token_requests(), atlas.request_count()), (4, 4));
    atlas.clear_faults();
    ask(&client).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_429_at_the_endpoint_is_retried_when_it_says() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::token_limit().header("Retry-After", "20"));
    assert_all_arrived(ask_at_once(&client, 10).await);
    assert_eq!(atlas.token_requests(), 2);
    let requests = atlas.requests();
    let pause = requests[1].at() - requests[0].at();
    assert!((Duration::from_secs(20)..Duration::from_secs(21)).contains(&pause), "{pause:?}");
}

/// What a call says when the endpoint answers like this, with the number of token requests.
async fn refusal(fault: Fault) -> String {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(fault.on_token_endpoint().always());
    let error = failure(&client).await;
    let asked = if error.is_unauthorized() { ", unauthorized" } else { "" };
    assert!(atlas.requests().iter().all(|request| request.path() == "/api/oauth/token"));
    format!("{} ({}{asked})\n", line(&atlas, &error), atlas.token_requests())
}

#[tokio::test]
async fn the_endpoint_is_quoted_in_both_of_its_forms() {
    let oauth = |status, error: &str, words: &str| {
        let body = format!(r#"{{"error_description":"{words}","error":"{error}"}}"#);
        Fault::status(status).body("application/json", body)
    };
    let mut told = String::new();
    for fault in [
        oauth(401, "invalid_client", "Invalid credentials provided."),
        oauth(400, "invalid_request", "Missing grant_type."),
        oauth(403, "access_denied", "Access Token limit reached. Please revoke a token."),
        oauth(500, "server_error", "Unexpected error."),
        Fault::token_limit(),
        Fault::status(404),
        Fault::status(401),
        Fault::status(401).body("text/html", "<h1>Unauthorized</h1>"),
        Fault::status(403).body("application/json", r#"{"error": 403, "errorCode": null, "detail": null}"#),
        Fault::status(400).body("application/json", r#"{"error": {"deep": 1}, "error_description": ["x"]}"#),
        Fault::status(400).body("application/json", r#"["error"]"#),
        Fault::redirect("https://elsewhere.example/login?token=hush"),
    ] {
        told.push_str(&refusal(fault).await);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn an_answer_that_holds_no_token_is_refused_without_being_repeated() {
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
async fn an_answer_that_does_not_say_how_long_the_token_lives_means_an_hour() {
    for life in
        ["", r#", "expires_in": null"#, r#", "expires_in": "3600""#, r#", "expires_in": 0"#, r#", "expires_in": -5"#]
    {
        let (atlas, client) = atlas_and_client().await;
        atlas.add_access_token("handmade");
        let body = format!(r#"{{"access_token": "handmade"{life}}}"#);
        atlas.fault(Fault::status(200).body("application/json", body).on_token_endpoint());
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
    atlas.fault(Fault::status(200).body("application/json", body).on_token_endpoint());
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test]
async fn ids_and_secrets_with_any_letters_arrive_as_they_are() {
    for odd in ["a:b", "a b+c%20", r#"quo"te\"#, "Zoë 密码 🔑", "&=;", "%zz"] {
        let atlas = Simulator::start().await.unwrap();
        put_jobs(&atlas, 1);
        atlas.add_service_account(odd, odd);
        let client =
            Client::builder(Credentials::service_account(odd, odd)).base_url(atlas.base_url()).build().unwrap();
        ask(&client).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_for_a_token_is_as_atlas_documents_it() {
    let atlas = Simulator::start().await.unwrap();
    put_jobs(&atlas, 1);
    atlas.add_service_account("id:1", "se cret");
    let client =
        Client::builder(Credentials::service_account("id:1", "se cret")).base_url(atlas.base_url()).build().unwrap();
    ask(&client).await.unwrap();
    let request = &atlas.requests()[0];
    assert_eq!((request.method(), request.target()), ("POST", "/api/oauth/token"));
    assert_eq!(request.form(), "grant_type=client_credentials");
    let mut headers: Vec<_> = request.headers().filter(|(name, _)| *name != "host").collect();
    headers.sort();
    insta::assert_debug_snapshot!(headers);
}

#[tokio::test]
async fn empty_ids_and_secrets_are_refused() {
    let refused = |id: &str, secret: &str| {
        Client::builder(Credentials::service_account(id, secret)).build().expect_err(id).to_string()
    };
    assert_eq!(refused("", SECRET), "the client id is empty");
    assert_eq!(refused(ID, ""), "the client secret is empty");
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_refused_with_a_sentence() {
    let refused = |token: &str| Client::builder(Credentials::access_token(token)).build().expect_err(token).to_string();
    let odd = "of the access token cannot be sent; look for a line break, a space or a quote";
    assert_eq!(refused(""), "the access token is empty");
    assert_eq!(refused("token\n"), format!("character 6 {odd}"));
    assert_eq!(refused("to ken"), format!("character 3 {odd}"));
    assert_eq!(refused("tökèn"), format!("character 2 {odd}"));
}

#[tokio::test]
async fn a_revoked_token_is_ended_at_the_endpoint_and_the_next_call_fetches_another() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    let token = atlas.take_requests()[1].header("authorization").unwrap().replace("Bearer ", "");
    client.revoke_token().await.unwrap();
    let revocation = &atlas.take_requests()[0];
    assert_eq!((revocation.method(), revocation.target()), ("POST", "/api/oauth/revoke"));
    assert_eq!(revocation.form(), format!("token={token}&token_type_hint=access_token"));
    ask(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 2);
    assert_ne!(atlas.requests()[1].header("authorization"), Some(&*format!("Bearer {token}")));
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_to_revoke_it() {
    for way in WAYS {
        let atlas = atlas(way).await;
        client(&atlas, way).revoke_token().await.unwrap();
        assert_eq!(atlas.request_count(), 0);
    }
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    client.revoke_token().await.unwrap();
    client.revoke_token().await.unwrap();
    assert_eq!(atlas.request_count(), 3);
}

#[tokio::test]
async fn a_revocation_that_fails_is_told_not_repeated_and_leaves_the_token() {
    let (atlas, client) = atlas_and_client().await;
    ask(&client).await.unwrap();
    atlas.fault(Fault::status(503).on_path("/api/oauth/revoke"));
    let error = client.revoke_token().await.unwrap_err();
    assert_eq!(line(&atlas, &error), "[atlas]/api/oauth/revoke: 503 UNEXPECTED_ERROR: Unexpected error.");
    assert_eq!(error.status().map(|it| it.as_u16()), Some(503));
    ask(&client).await.unwrap();
    assert_eq!(requests(&atlas).len(), 4);
    assert_eq!(atlas.token_requests(), 1);
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

#[tokio::test(start_paused = true)]
async fn the_time_for_a_token_is_part_of_the_time_for_the_call() {
    let atlas = atlas(Way::Account).await;
    let policy = RetryPolicy::default().total_time(Duration::from_secs(40));
    let client = builder(&atlas, Way::Account).retry(policy).build().unwrap();
    atlas.fault(Fault::hang().on_token_endpoint().always());
    let before = tokio::time::Instant::now();
    assert!(failure(&client).await.is_retryable());
    assert!(before.elapsed() <= Duration::from_secs(41), "{:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_the_endpoint_beyond_the_time_left_of_the_call_is_told_at_once() {
    let atlas = atlas(Way::Account).await;
    atlas.token_lifetime(Duration::from_secs(20));
    let client = client(&atlas, Way::Account);
    ask(&client).await.unwrap();
    // The first try takes 30 of the 120 seconds, and the token ends meanwhile.
    atlas.fault(Fault::hang());
    atlas.fault(Fault::token_limit().header("Retry-After", "100"));
    let before = tokio::time::Instant::now();
    let error = failure(&client).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(100)));
    assert!(before.elapsed() < Duration::from_secs(31), "{:?}", before.elapsed());
}
