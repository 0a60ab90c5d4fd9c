//! Many waits at once on one client.

use atlas_backup::simulator::Fault;
use atlas_backup::{Credentials, http_client_builder};
use serde_json::json;
use tokio::task::JoinSet;

use crate::*;

/// Starts a wait for each job and lets all end. One connection carries them, as it does at Atlas.
async fn wait_for_all(atlas: &Simulator, waits: u64) {
    let http = http_client_builder()
        .unwrap()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let builder =
        Client::builder(Credentials::service_account("id", "secret")).base_url(atlas.base_url());
    let client = builder
        .http_client(http)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..waits {
        tasks.spawn(wait_for(&client, number).every(MINUTE).into_future());
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
}

/// An Atlas with this many jobs, which finish at this time.
async fn atlas_with_jobs_until(end: Duration, jobs: u64) -> Simulator {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_service_account("id", "secret");
    for number in 0..jobs {
        atlas.script(
            &job_path(number),
            [(Duration::ZERO, json!({})), (end, finished())],
        );
    }
    atlas
}

/// How many requests arrived in the busiest second from `start` on.
fn busiest_second(atlas: &Simulator, start: Duration) -> usize {
    let mut seconds = std::collections::HashMap::new();
    for at in arrivals(atlas).into_iter().filter(|at| *at >= start) {
        *seconds.entry(at.as_secs()).or_default() += 1;
    }
    seconds.into_values().max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_thousand_waits_share_a_token_and_a_connection_and_do_not_poll_in_lockstep() {
    let atlas = atlas_with_jobs_until(3 * MINUTE, 1000).await;
    wait_for_all(&atlas, 1000).await;
    assert_eq!((atlas.token_requests(), atlas.connections()), (1, 1));
    // All poll at once; from then on a second of the minute has 17 polls on average.
    assert_eq!(atlas.request_count(), 1 + 5 * 1000);
    let busiest = busiest_second(&atlas, SECOND);
    assert!(busiest <= 50, "{busiest} polls in one second");
}

#[tokio::test(start_paused = true)]
async fn waits_end_and_none_is_throttled_though_the_rate_limit_is_too_small_for_them() {
    let atlas = atlas_with_jobs_until(10 * MINUTE, 200).await;
    atlas.set_rate_limit(60, 100, MINUTE);
    wait_for_all(&atlas, 200).await;
    let refused = atlas
        .requests()
        .iter()
        .filter(|request| request.status() == Some(429))
        .count();
    assert_eq!(refused, 0);
    assert_eq!(atlas.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_wait_hears_of_an_outage_within_a_round() {
    let atlas = atlas_with_jobs_until(20 * MINUTE, 50).await;
    let begin = 60 * SECOND;
    atlas.fault(Fault::status(503).during(begin..660 * SECOND));
    let client = Client::builder(Credentials::service_account("id", "secret"))
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let wait = wait_for(&client, number).every(30 * SECOND);
        tasks.spawn(async move {
            let mut heard_at = Duration::MAX;
            let wait = wait.on_poll(|poll| {
                if poll.result().is_err() {
                    heard_at = heard_at.min(poll.elapsed());
                }
            });
            wait.await.unwrap();
            heard_at
        });
    }
    for heard_at in tasks.join_all().await {
        assert!(heard_at <= begin + 31 * SECOND, "{heard_at:?}");
    }
}
