//! What a program can ask of an error: its kind, how often and for how long the call was tried, and
//! its form in JSON.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, Error, ErrorKind, RetryPolicy};
use tokio::net::TcpListener;

use crate::support::*;

async fn error_of(fault: Fault) -> Error {
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(fault.always());
    ask(&client_for(&atlas, Way::Token)).await.unwrap_err()
}

fn success(body: &'static str) -> Fault {
    Fault::status(200).body("application/json", body)
}

#[tokio::test]
async fn each_status_has_a_kind() {
    let kinds = [
        (302, ErrorKind::Api),
        (400, ErrorKind::Api),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (410, ErrorKind::Api),
        (429, ErrorKind::RateLimited),
        (503, ErrorKind::Api),
    ];
    for (status, kind) in kinds {
        let error = error_of(Fault::status(status)).await;
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn each_response_that_is_no_value_has_a_kind() {
    let page = Fault::status(200).body("text/html", "<html>");
    let kinds = [
        (Fault::cut(), ErrorKind::Interrupted),
        (Fault::cut_body(10), ErrorKind::Interrupted),
        (page, ErrorKind::Unexpected),
        (success("[]"), ErrorKind::Decode),
        (Fault::endless_body(), ErrorKind::TooLarge),
    ];
    for (fault, kind) in kinds {
        let error = error_of(fault.clone()).await;
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_takes_too_long_is_a_timeout() {
    let error = error_of(Fault::hang()).await;
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn a_port_that_is_closed_and_a_certificate_that_is_not_trusted_have_kinds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let untrusted = Simulator::start_tls().await.unwrap();
    let servers = [
        (closed.as_str(), ErrorKind::Connect),
        (untrusted.base_url(), ErrorKind::Tls),
    ];
    for (base_url, kind) in servers {
        let builder = Client::builder(Credentials::access_token("t")).base_url(base_url);
        let client = builder.retry(RetryPolicy::never()).build().unwrap();
        let error = ask(&client).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn an_invalid_request_was_never_attempted() {
    let atlas = atlas_for(Way::Token).await;
    let call = client_for(&atlas, Way::Token).get_backup_restore_job();
    let error = call.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.attempts(), 0);
    assert_eq!(error.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_error_after_more_than_one_attempt_ends_with_their_number_and_time() {
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(Fault::status(503).times(2));
    atlas.fault(Fault::status(404));
    let pause = Duration::from_secs(60);
    let policy = RetryPolicy::default().backoff(pause, pause);
    let builder = builder_for(&atlas, Way::Token).retry(policy.total_time(pause * 10));
    let error = ask(&builder.build().unwrap()).await.unwrap_err();
    let seconds = error.elapsed().as_secs_f64();
    let expected = format!("(get_backup_restore_job, 3 attempts in {seconds:.0} s)");
    assert_eq!(error.attempts(), 3);
    assert!(error.to_string().ends_with(&expected), "{error}");
}

#[tokio::test]
async fn a_value_that_cannot_be_read_reports_the_attempts_before_it() {
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(Fault::status(503));
    atlas.fault(success("[]"));
    let error = ask(&client_for(&atlas, Way::Token)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn an_error_after_one_attempt_names_the_operation_alone() {
    let error = error_of(Fault::status(404)).await;
    assert_eq!(error.attempts(), 1);
    assert!(
        error.to_string().ends_with("(get_backup_restore_job)"),
        "{error}"
    );
}

fn json(error: &Error) -> String {
    serde_json::to_string_pretty(error).unwrap()
}

#[tokio::test]
async fn errors_in_json() {
    let missing = error_of(Fault::status(404)).await;
    let limited = error_of(Fault::status(429).header("Retry-After", "3600")).await;
    let cut = error_of(success(r#"{"id":1}"#)).await;
    let builder = Client::builder(Credentials::access_token("t")).base_url("cloud");
    let invalid = builder.build().unwrap_err();
    let errors = [missing, limited, cut, invalid];
    insta::assert_snapshot!(errors.each_ref().map(json).join("\n"));
}
