//! Service accounts: how many tokens calls cost, what happens when a token ends early or the
//! endpoint is down, and the endpoint's own words.

mod credentials;
mod cutting_server;
mod endpoint;
mod functions;
mod lifetimes;
mod outages;
mod patience;
mod refused;
mod revocation;
mod tokens;

use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Error};

use crate::support::*;

const HOUR: Duration = Duration::from_secs(3600);

#[track_caller]
fn assert_all_arrived(results: Vec<Result<String, Error>>) {
    for result in results {
        assert_eq!(result.unwrap(), job_id(0));
    }
}

async fn atlas_and_client() -> (Simulator, Client) {
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    (atlas, client)
}
