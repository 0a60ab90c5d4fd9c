//! A server that is away for a while: nobody listens, or what listens closes every connection at
//! once.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use atlas_backup::RetryPolicy;

use atlas_backup::simulator::Simulator;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use crate::relay::Relay;
use crate::sockets::accept;
use crate::support::{Way, ask_at_once, error_of, prepare, put_jobs};
use crate::{address, assert_none_failed, builder, http2, requests_per_second, seconds};

/// How a server is away.
#[derive(Clone, Copy)]
enum Away {
    Refusing,
    Closing,
}

async fn away(how: Away, address: SocketAddr, time: Duration) {
    match how {
        Away::Refusing => tokio::time::sleep(time).await,
        Away::Closing => {
            let listener = TcpListener::bind(address).await.unwrap();
            let accepted = AtomicU64::new(0);
            let _ = timeout(time, close_all(&listener, &accepted)).await;
        }
    }
}

async fn close_all(listener: &TcpListener, accepted: &AtomicU64) -> Infallible {
    loop {
        drop(accept(listener).await);
        accepted.fetch_add(1, Ordering::Relaxed);
    }
}

/// So many calls begin while the server is away. The simulator is there all the time; a relay
/// before it comes late.
async fn outage_of(time: Duration, how: Away, calls: usize, policy: RetryPolicy) {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relayed = port.local_addr().unwrap();
    drop(port);
    let atlas = prepare(Simulator::start().await.unwrap(), Way::Token);
    put_jobs(&atlas, 1);
    let client = builder(&format!("http://{relayed}"), http2())
        .retry(policy)
        .build()
        .unwrap();
    let server = address(&atlas);
    let begun = Instant::now();
    let relay = tokio::spawn(async move {
        away(how, relayed, time).await;
        Relay::start_at(relayed, server).await
    });
    let results = ask_at_once(&client, calls).await;
    assert_none_failed(results);
    assert!(begun.elapsed() < seconds(120), "{:?}", begun.elapsed());
    relay.await.unwrap();
    let counts = requests_per_second(&atlas, time);
    let most = counts.iter().take(10).max();
    assert!(
        most <= Some(&(calls / 4 * 3)),
        "requests of each second: {counts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn two_seconds_of_it_fail_nobody() {
    outage_of(seconds(2), Away::Refusing, 1000, RetryPolicy::default()).await;
    outage_of(seconds(2), Away::Closing, 100, RetryPolicy::default()).await;
}

#[tokio::test(start_paused = true)]
async fn ten_seconds_of_it_fail_nobody() {
    outage_of(seconds(10), Away::Refusing, 1000, RetryPolicy::default()).await;
    outage_of(seconds(10), Away::Closing, 100, RetryPolicy::default()).await;
}

/// The connection is gone before it takes a request, which costs no attempt.
#[tokio::test(start_paused = true)]
async fn what_no_connection_takes_fails_nobody_who_never_retries() {
    outage_of(seconds(10), Away::Closing, 100, RetryPolicy::never()).await;
}

/// As a balancer does that has no server left.
#[tokio::test(start_paused = true)]
async fn a_server_that_closes_every_connection_at_once_meets_no_storm() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let accepted = AtomicU64::new(0);
    let policy = RetryPolicy::never().total_time(seconds(60));
    let client = builder(&base_url, http2()).retry(policy).build().unwrap();
    let begun = Instant::now();
    let error = tokio::select! {
        error = error_of(&client) => error,
        never = close_all(&listener, &accepted) => match never {},
    };
    assert!(error.is_retryable(), "{error}");
    assert!(begun.elapsed() <= seconds(60), "{:?}", begun.elapsed());
    // Four for each pause, and pauses of five seconds on average.
    let accepted = accepted.into_inner();
    assert!((20..120).contains(&accepted), "{accepted} connections");
}
