//! Waiting, over real sockets and under a paused clock: hours of virtual time take milliseconds.
//!
//! The client's own retries are off, so that every failure reaches the wait.

#![allow(deprecated, reason = "an operation may become so")]
#![cfg(feature = "simulator")]

// Needs a client that begins with HTTP/2, which takes this crate's TLS to build.
#[cfg(feature = "rustls")]
mod crowds;
mod kept;
mod many;
mod other_jobs;
mod pauses;
mod polling;
mod reports;
mod restore_jobs;
mod slots;
mod texts;

#[allow(dead_code, reason = "the benchmarks use the rest")]
#[path = "../support/crowd.rs"]
mod crowd;

use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::types::*;
use atlas_backup::{Client, Job, Outcome, RetryPolicy, Wait, WaitError, builder};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const ID: &str = "6a794733c0eb9e7a17740663";

const RESTORE: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";
const LEGACY: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/restoreJobs/6a794733c0eb9e7a17740663";
const SNAPSHOT: &str =
    "groups/32b6e34b3d91647abb20e7b8/serverless/Cluster0/backup/snapshots/6a794733c0eb9e7a17740663";
const CHECKPOINT: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backupCheckpoints/6a794733c0eb9e7a17740663";

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The waits for what is under the paths above.
fn restore(client: &Client) -> Wait<'static, CloudBackupRestoreJob> {
    restore_job(client).until_done()
}

fn restore_job(client: &Client) -> builder::GetBackupRestoreJob {
    client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .restore_job_id(ID)
}

/// The wait for the job of this number.
fn wait_for(client: &Client, number: u64) -> Wait<'static, CloudBackupRestoreJob> {
    client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .restore_job_id(job_id(number))
        .until_done()
}

fn legacy(client: &Client) -> Wait<'static, LegacyBackupRestoreJob> {
    client
        .get_legacy_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .job_id(ID)
        .until_done()
}

fn snapshot(client: &Client) -> Wait<'static, ServerlessBackupSnapshot> {
    client
        .get_serverless_backup_snapshot()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .snapshot_id(ID)
        .until_done()
}

fn checkpoint(client: &Client) -> Wait<'static, LegacyBackupCheckpoint> {
    client
        .get_legacy_backup_checkpoint()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .checkpoint_id(ID)
        .until_done()
}

async fn atlas_and_client() -> (Simulator, Client) {
    let atlas = Simulator::start().await.unwrap();
    let client = atlas
        .client_builder()
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    (atlas, client)
}

/// An Atlas with a restore job that never finishes.
async fn atlas_with_pending_job() -> (Simulator, Client) {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(
        RESTORE,
        &fixture("get_backup_restore_job.automated_running"),
    );
    (atlas, client)
}

fn job_id(number: u64) -> String {
    format!("{number:024x}")
}

fn job_path(number: u64) -> String {
    RESTORE.replace(ID, &job_id(number))
}

/// An Atlas with this many jobs, numbered from 0, and a client that has not seen its rate limit.
async fn atlas_with_jobs(jobs: u64, job: Value) -> (Simulator, Client) {
    let (atlas, client) = atlas_and_client().await;
    for number in 0..jobs {
        atlas.put(&job_path(number), &job);
    }
    (atlas, client)
}

#[track_caller]
fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn finished() -> Value {
    json!({"deliveryType": "automated", "finishedAt": "2025-05-04T10:12:44Z"})
}

/// When each request arrived.
fn arrivals(atlas: &Simulator) -> Vec<Duration> {
    atlas
        .requests()
        .iter()
        .map(|request| request.at())
        .collect()
}

/// Waits for the restore job.
async fn wait(
    client: &Client,
    every: Duration,
    within: Duration,
) -> Result<CloudBackupRestoreJob, WaitError<CloudBackupRestoreJob>> {
    restore(client).every(every).within(within).await
}

/// How the wait ends for what is `first` for five minutes, and `then` another: `None` if it does
/// not within ten. Checks that it did not end before its time, and that the last answer comes with
/// the end.
async fn outcome<T>(
    path: &str,
    wait: fn(&Client) -> Wait<'static, T>,
    first: Value,
    then: Value,
) -> Option<Outcome>
where
    T: Job + Clone + DeserializeOwned + Send + 'static,
{
    let (atlas, client) = atlas_and_client().await;
    atlas.script(path, [(Duration::ZERO, first), (5 * MINUTE, then)]);
    let result = wait(&client).every(20 * SECOND).within(10 * MINUTE).await;
    let end = last_arrival(&atlas);
    let (outcome, last) = match result {
        Ok(value) => (Some(Outcome::Succeeded), value),
        Err(error) => {
            assert_eq!(error.is_timed_out(), error.outcome().is_none());
            assert_eq!(error.polls() as usize, atlas.requests().len());
            (error.outcome(), error.last().cloned().unwrap())
        }
    };
    assert_eq!(last.outcome(), outcome);
    match outcome {
        Some(_) => assert!(
            (5 * MINUTE..=5 * MINUTE + 20 * SECOND).contains(&end),
            "ended after {end:?}"
        ),
        None => assert_eq!(end, 10 * MINUTE),
    }
    outcome
}

fn last_arrival(atlas: &Simulator) -> Duration {
    *arrivals(atlas).last().unwrap()
}
