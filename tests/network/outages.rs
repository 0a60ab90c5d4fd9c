//! A server that is away for a while: nobody listens.

use std::net::TcpListener;
use std::time::Duration;

use atlas_backup::simulator::Simulator;
use tokio::time::Instant;

use crate::relay::Relay;
use crate::support::{Way, ask_at_once, prepare, put_jobs};
use crate::{address, assert_none_failed, builder, http2, requests_per_second, seconds};

/// A thousand calls begin while the server is away. The simulator is there all the time; a relay before it comes late.
async fn outage_of(time: Duration) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let relayed = port.local_addr().unwrap();
    drop(port);
    let atlas = prepare(Simulator::start().await.unwrap(), Way::Token);
    put_jobs(&atlas, 1);
    let client = builder(&format!("http://{relayed}"), http2())
        .build()
        .unwrap();
    let server = address(&atlas);
    let begun = Instant::now();
    let relay = tokio::spawn(async move {
        tokio::time::sleep(time).await;
        Relay::start_at(relayed, server).await
    });
    let results = ask_at_once(&client, 1000).await;
    assert_none_failed(results);
    assert!(begun.elapsed() < seconds(120), "{:?}", begun.elapsed());
    relay.await.unwrap();
    let counts = requests_per_second(&atlas, time);
    let most = counts.iter().take(10).max();
    assert!(most <= Some(&500), "requests of each second: {counts:?}");
}

#[tokio::test(start_paused = true)]
async fn two_seconds_of_it_fail_nobody() {
    outage_of(seconds(2)).await;
}

#[tokio::test(start_paused = true)]
async fn ten_seconds_of_it_fail_nobody() {
    outage_of(seconds(10)).await;
}
