//! Connections of HTTP/1.1 that the server closes just when a request is sent. Nobody can tell
//! whether it has looked at the request, so one more is sent.

use atlas_backup::{Client, RetryPolicy};

use crate::kept_server::{End, KeptServer};
use crate::support::{ask, builder, error_of};

fn client(server: &KeptServer) -> Client {
    builder(&server.base_url())
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_kept_connection_that_ends_costs_no_attempt() {
    for end in [End::Close, End::Reset] {
        let server = KeptServer::start(&[1], end).await;
        let client = client(&server);
        for number in 1..=20 {
            let result = ask(&client).await;
            assert!(result.is_ok(), "{end:?}, call {number}: {result:?}");
        }
        // Each but the first met the end of a connection first.
        assert_eq!(server.requests(), 39, "{end:?}");
    }
}

#[tokio::test]
async fn a_new_connection_that_ends_costs_an_attempt() {
    for end in [End::Close, End::Reset] {
        let server = KeptServer::start(&[0], end).await;
        let error = error_of(&client(&server)).await;
        assert!(error.is_retryable(), "{end:?}: {error}");
        assert_eq!(server.requests(), 1, "{end:?}");
    }
}

#[tokio::test]
async fn one_more_is_sent_for_an_attempt_and_no_more() {
    for end in [End::Close, End::Reset] {
        assert_sent_once_more(end).await;
    }
}

/// hyper has the same error for it as for a connection that ends without a byte.
#[tokio::test]
async fn so_it_is_when_the_head_of_an_answer_was_cut() {
    assert_sent_once_more(End::AfterFirstBytes).await;
}

async fn assert_sent_once_more(end: End) {
    // The second connection serves nothing.
    let server = KeptServer::start(&[1, 0], end).await;
    let client = client(&server);
    ask(&client).await.unwrap();
    let error = error_of(&client).await;
    assert!(error.is_retryable(), "{end:?}: {error}");
    assert_eq!(server.requests(), 3, "{end:?}");
}
