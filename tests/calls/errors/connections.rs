//! What comes instead of an answer.

use std::error::Error as _;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use tokio::net::TcpListener;

use crate::support::{atlas, builder, failure, job, told, without_port};

#[tokio::test]
async fn a_refused_connection_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = job(&builder(&format!("http://{address}")).build().unwrap())
        .await
        .unwrap_err();
    assert!(error.source().is_some());
    // The number is that of the operating system.
    let line = error.to_string();
    assert!(
        line.starts_with(&format!(
            "cannot connect to {address}: Connection refused (os error"
        )),
        "{line}"
    );
    assert!(error.is_retryable() && error.status().is_none());
}

#[tokio::test]
async fn a_connection_cut_before_the_response_may_pass() {
    insta::assert_snapshot!(told(&failure(Fault::cut()).await));
}

#[tokio::test]
async fn garbage_is_no_answer() {
    insta::assert_snapshot!(told(
        &failure(Fault::garbage("SSH-2.0-SECRET0\r\n\r\n")).await
    ));
}

#[tokio::test(start_paused = true)]
async fn a_response_that_takes_too_long_is_reported_with_the_limit() {
    insta::assert_snapshot!(told(&failure(Fault::hang()).await));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_takes_too_long_is_reported_with_the_limit() {
    insta::assert_snapshot!(told(
        &failure(Fault::drip(10, Duration::from_secs(20))).await
    ));
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_the_one_that_was_set() {
    let atlas = atlas().await;
    atlas.fault(Fault::hang());
    let client = builder(atlas.base_url())
        .timeout(Duration::from_millis(1500))
        .build()
        .unwrap();
    insta::assert_snapshot!(without_port(&job(&client).await.unwrap_err().to_string()));
}

#[tokio::test]
async fn too_many_headers_are_no_answer() {
    insta::assert_snapshot!(told(&failure(Fault::many_headers(2_000)).await));
}

#[tokio::test]
async fn a_server_behind_an_unknown_certificate_is_not_trusted() {
    let atlas = Simulator::start_tls().await.unwrap();
    let error = job(&builder(atlas.base_url()).build().unwrap())
        .await
        .unwrap_err();
    assert!(error.source().is_some());
    assert!(
        !error.is_retryable(),
        "asking again would not make it trusted, and a wait would go on for a day"
    );
    assert_eq!((atlas.connections(), atlas.request_count()), (1, 0));
    insta::assert_snapshot!(without_port(&error.to_string()));
}
