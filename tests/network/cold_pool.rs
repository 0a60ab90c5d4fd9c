//! A pool without a connection: calls at once share the first one that is made, and do so again
//! whenever it is gone.

use std::time::Duration;

use atlas_backup::simulator::Simulator;

use crate::relay::Relay;
use crate::support::{Way, ask_at_once, prepare, tls};
use crate::{address, assert_none_failed, builder, https};

#[tokio::test(start_paused = true)]
async fn calls_at_once_share_a_connection_whenever_there_is_none() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    let client = client.build().unwrap();
    for round in 1..=4 {
        let before = relay.connections();
        assert_none_failed(ask_at_once(&client, 64).await);
        let opened = relay.connections() - before;
        assert!(opened <= 2, "{opened} connections opened in round {round}");
        relay.close();
        // The clock is paused: until all that happens now has happened.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
