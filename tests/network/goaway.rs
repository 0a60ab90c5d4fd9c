//! HTTP/2 streams that the server has never looked at: they cost no attempt.

use atlas_backup::simulator::Fault;
use atlas_backup::{Client, RetryPolicy};
use tokio::time::Instant;

use crate::frames::{INTERNAL_ERROR, NO_ERROR};
use crate::h2_server::{Behaviour, H2Server};
use crate::support::{Way, ask, ask_at_once, ask_many, atlas_for, error_of};
use crate::{assert_none_failed, builder, failures, http2, seconds};

fn client(server: &H2Server, policy: RetryPolicy) -> Client {
    builder(&server.base_url(), http2())
        .retry(policy)
        .build()
        .unwrap()
}

async fn all_succeed(behaviour: Behaviour, policy: RetryPolicy, calls: usize, in_flight: usize) {
    let server = H2Server::start(behaviour).await;
    let client = client(&server, policy);
    assert_none_failed(ask_many(&client, calls, in_flight, |number| number).await);
}

/// As nginx does with `keepalive_requests`.
fn go_away_after(streams: u64) -> Behaviour {
    let reason = NO_ERROR;
    Behaviour::GoAwayAfter { streams, reason }
}

#[tokio::test(start_paused = true)]
async fn a_server_may_close_every_connection_after_ten_streams() {
    all_succeed(go_away_after(10), RetryPolicy::default(), 2000, 64).await;
}

#[tokio::test(start_paused = true)]
async fn it_may_do_so_to_a_client_that_never_retries() {
    all_succeed(go_away_after(10), RetryPolicy::never(), 2000, 64).await;
}

#[tokio::test(start_paused = true)]
async fn it_may_do_so_to_500_calls_at_once() {
    all_succeed(go_away_after(100), RetryPolicy::never(), 2000, 500).await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_stream_costs_no_attempt() {
    all_succeed(
        Behaviour::RefuseEvery { nth: 3 },
        RetryPolicy::never(),
        300,
        64,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn refusals_without_end_are_bounded_by_the_total_time() {
    let server = H2Server::start(Behaviour::RefuseEvery { nth: 1 }).await;
    let policy = RetryPolicy::never().total_time(seconds(10));
    let begun = Instant::now();
    let error = error_of(&client(&server, policy)).await;
    assert!(error.is_retryable(), "{error}");
    assert!(
        begun.elapsed() <= seconds(10) + seconds(1) / 10,
        "{:?}",
        begun.elapsed()
    );
    // Three at once, and then with pauses that grow and stay below 100 ms.
    let requests = server.requests();
    assert!((100..1000).contains(&requests), "{requests} requests");
}

#[tokio::test(start_paused = true)]
async fn refused_streams_are_sent_again_at_once_the_first_three_times() {
    let server = H2Server::start(Behaviour::RefuseEvery { nth: 1 }).await;
    let policy = RetryPolicy::never().total_time(seconds(1) / 1000);
    error_of(&client(&server, policy)).await;
    assert!(server.requests() >= 4, "{} requests", server.requests());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_the_server_looked_at_costs_an_attempt() {
    for reason in [NO_ERROR, INTERNAL_ERROR] {
        let server = H2Server::start(Behaviour::DieAfter { streams: 1, reason }).await;
        let error = error_of(&client(&server, RetryPolicy::never())).await;
        assert!(error.is_retryable(), "{error}");
        assert_eq!(server.requests(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_stream_is_retried_as_the_policy_allows() {
    let streams = 2;
    let reason = NO_ERROR;
    let server = H2Server::start(Behaviour::DieAfter { streams, reason }).await;
    let client = client(&server, RetryPolicy::default());
    for _ in 0..10 {
        ask(&client).await.unwrap();
    }
    assert_eq!((server.requests(), server.connections()), (19, 10));
}

/// The server announces with GOAWAY which requests it goes on with.
#[tokio::test(start_paused = true)]
async fn a_request_that_the_server_has_taken_is_sent_once_whoever_loses_the_connection() {
    let server = H2Server::start(Behaviour::LeaveSecond).await;
    let policy = RetryPolicy::never().total_time(seconds(9));
    let client = client(&server, policy);
    ask(&client).await.unwrap();
    let begun = Instant::now();
    let results = ask_at_once(&client, 2).await;
    let took = begun.elapsed();
    assert!(took <= seconds(9) + seconds(1) / 10, "{took:?}");
    assert_eq!(failures(results).len(), 1);
    // The third request, which the server did not process, was sent twice.
    assert_eq!((server.requests(), server.connections()), (4, 2));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_its_time_is_sent_once_while_no_connection_is_lost() {
    let atlas = atlas_for(Way::Token).await;
    let client = builder(atlas.base_url(), http2()).build().unwrap();
    ask(&client).await.unwrap();
    atlas.fault(Fault::delay(seconds(9)).always());
    assert_none_failed(ask_at_once(&client, 2).await);
    assert_eq!(atlas.request_count(), 3);
}
