//! What the tests have in common: a simulator with one document for each operation, clients of it, and failures as text.

// Every test file takes its part of this.
#![allow(dead_code)]

use std::error::Error as _;
use std::fmt::Write;

use atlas_backup::builder::*;
use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, ClientBuilder, Credentials, Error, ResponseValue, RetryPolicy, types};
use serde_json::Value;

pub const GROUP: &str = "32b6e34b3d91647abb20e7b8";
pub const CLUSTER: &str = "Cluster0";
pub const ID: &str = "6a794733c0eb9e7a17740663";

pub const CHECKPOINT: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backupCheckpoints/6a794733c0eb9e7a17740663";
pub const LEGACY_JOB: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/restoreJobs/6a794733c0eb9e7a17740663";
pub const JOB: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";
pub const SNAPSHOT: &str =
    "groups/32b6e34b3d91647abb20e7b8/serverless/Cluster0/backup/snapshots/6a794733c0eb9e7a17740663";

/// Where the documented example of each operation belongs.
pub const DOCUMENTED: [(&str, &str); 4] = [
    (CHECKPOINT, "get_legacy_backup_checkpoint.documented"),
    (LEGACY_JOB, "get_legacy_backup_restore_job.documented"),
    (JOB, "get_backup_restore_job.documented"),
    (SNAPSHOT, "get_serverless_backup_snapshot.documented"),
];

/// Stands in what tests send where nothing of it may be shown.
pub const SECRET: &str = "SECRET0";

/// A simulator with the documented example of each operation.
pub async fn atlas() -> Simulator {
    let atlas = Simulator::start().await.unwrap();
    for (path, name) in DOCUMENTED {
        atlas.put(path, &fixture(name));
    }
    atlas
}

#[track_caller]
pub fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A client that tries once, with an access token.
pub fn builder(base_url: &str) -> ClientBuilder {
    let credentials = Credentials::access_token(Simulator::ACCESS_TOKEN);
    Client::builder(credentials)
        .base_url(base_url)
        .retry(RetryPolicy::never())
}

#[track_caller]
pub fn client(atlas: &Simulator) -> Client {
    builder(atlas.base_url()).build().unwrap()
}

/// The calls to what [`atlas`] has, ready to be sent.
#[allow(deprecated)]
pub fn checkpoint(client: &Client) -> GetLegacyBackupCheckpoint<'_> {
    client
        .get_legacy_backup_checkpoint()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .checkpoint_id(ID)
}

#[allow(deprecated)]
pub fn legacy_job(client: &Client) -> GetLegacyBackupRestoreJob<'_> {
    client
        .get_legacy_backup_restore_job()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .job_id(ID)
}

pub fn restore_job(client: &Client) -> GetBackupRestoreJob<'_> {
    client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .restore_job_id(ID)
}

#[allow(deprecated)]
pub fn snapshot(client: &Client) -> GetServerlessBackupSnapshot<'_> {
    client
        .get_serverless_backup_snapshot()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .snapshot_id(ID)
}

pub async fn job(client: &Client) -> Result<ResponseValue<types::CloudBackupRestoreJob>, Error> {
    restore_job(client).send().await
}

pub async fn enveloped_job(
    client: &Client,
) -> Result<ResponseValue<types::CloudBackupRestoreJob>, Error> {
    restore_job(client).envelope(true).send().await
}

/// What a call says to which this happens.
pub async fn failure(fault: Fault) -> Error {
    let atlas = atlas().await;
    atlas.fault(fault);
    job(&client(&atlas)).await.unwrap_err()
}

/// Text about a server here without its port, which differs from run to run.
pub fn without_port(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let before = parts.next().unwrap_or_default().to_owned();
    let without = |part: &str| {
        part.trim_start_matches(|it: char| it.is_ascii_digit())
            .to_owned()
    };
    parts.fold(before, |text, part| {
        text + "127.0.0.1:[port]" + &without(part)
    })
}

/// All that an error tells, one line each, as text of a snapshot.
///
/// # Panics
///
/// When it tells what none may tell: a secret, a token, a URL, or more than one line.
#[track_caller]
pub fn told(error: &Error) -> String {
    let mut text = format!("{error}\n\n");
    let mut line =
        |name: &str, value: &dyn std::fmt::Display| writeln!(text, "{name:<12}{value}").unwrap();
    line("debug", &format!("{error:?}"));
    line(
        "status",
        &error
            .status()
            .map_or("-".to_owned(), |status| status.as_u16().to_string()),
    );
    line("code", &error.code().unwrap_or("-"));
    line(
        "retry_after",
        &error
            .retry_after()
            .map_or("-".to_owned(), |pause| format!("{pause:?}")),
    );
    line("operation", &error.operation().unwrap_or("-"));
    let predicates = [
        ("not_found", error.is_not_found()),
        ("unauthorized", error.is_unauthorized()),
        ("rate_limited", error.is_rate_limited()),
        ("retryable", error.is_retryable()),
        ("invalid_request", error.is_invalid_request()),
        ("decode", error.is_decode()),
    ];
    let true_ones: Vec<_> = predicates
        .iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| *name)
        .collect();
    line("is", &true_ones.join(", "));
    let mut source = error.source();
    while let Some(cause) = source {
        line("source", cause);
        source = cause.source();
    }
    assert!(
        !error.to_string().contains(|it: char| it.is_control()),
        "more than one line: {error:?}"
    );
    for hidden in [SECRET, Simulator::ACCESS_TOKEN, "://"] {
        assert!(!text.contains(hidden), "shows {hidden}: {text}");
    }
    without_port(&text)
}
