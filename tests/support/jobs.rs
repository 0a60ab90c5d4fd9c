//! Jobs with a number each, and calls that request them: one, in a row, or at once.

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Error};
use serde_json::json;
use tokio::task::JoinSet;

use super::ids::GROUP;

/// Jobs number 0 to `count`.
pub fn put_jobs(atlas: &Simulator, count: usize) {
    for number in 0..count {
        let id = job_id(number);
        let path = format!("groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{id}");
        atlas.put(&path, &json!({"id": id, "deliveryType": "automated"}));
    }
}

pub fn job_id(number: usize) -> String {
    format!("{number:024x}")
}

/// Requests a job and returns its id.
pub async fn ask_in(client: &Client, group: &str, number: usize) -> Result<String, Error> {
    let request = client
        .get_backup_restore_job()
        .group_id(group)
        .cluster_name("Cluster0");
    let job = request.restore_job_id(job_id(number)).send().await?;
    Ok(job.into_inner().id.unwrap_or_default())
}

/// Requests this job.
pub async fn ask_for(client: &Client, number: usize) -> Result<String, Error> {
    ask_in(client, GROUP, number).await
}

/// Requests the only job.
pub async fn ask(client: &Client) -> Result<String, Error> {
    ask_for(client, 0).await
}

/// Makes this many calls, up to `in_flight` at a time, each for the job that `number` returns.
pub async fn ask_many(
    client: &Client,
    calls: usize,
    in_flight: usize,
    number: fn(usize) -> usize,
) -> Vec<Result<String, Error>> {
    let mut tasks = JoinSet::new();
    for first in 0..in_flight {
        let client = client.clone();
        tasks.spawn(async move {
            let mut results = Vec::new();
            for call in (first..calls).step_by(in_flight) {
                results.push(ask_for(&client, number(call)).await);
            }
            results
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Requests jobs number 0 to `calls`, up to `in_flight` at a time. All must arrive.
#[track_caller]
pub fn ask_for_all(client: &Client, calls: usize, in_flight: usize) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let results = ask_many(client, calls, in_flight, |call| call).await;
        let mut ids: Vec<_> = results
            .into_iter()
            .map(|it| it.unwrap_or_else(|error| panic!("{caller}: {error}")))
            .collect();
        ids.sort();
        assert_eq!(ids, (0..calls).map(job_id).collect::<Vec<_>>(), "{caller}");
    }
}

/// Requests the only job this many times at once.
pub async fn ask_at_once(client: &Client, calls: usize) -> Vec<Result<String, Error>> {
    ask_many(client, calls, calls, |_| 0).await
}

/// The error of a call to the only job.
pub async fn error_of(client: &Client) -> Error {
    ask(client).await.expect_err("the call should fail")
}
