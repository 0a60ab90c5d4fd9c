//! Reads all four kinds of backup state. Without set-up it reads from a simulated Atlas; `--help`
//! says how to read from the real one.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, ClientBuilder, Error, RetryPolicy};
use serde_json::json;

const HELP: &str = "\
Reads MongoDB Atlas backup state.

cargo run --example quickstart
    reads from a simulated Atlas inside this process; needs no account and no
    network

cargo run --example quickstart -- KIND GROUP_ID CLUSTER_NAME ID
    reads from the real Atlas. KIND is one of checkpoint, legacy-restore,
    restore and snapshot. Credentials come from the environment:
      MONGODB_ATLAS_ACCESS_TOKEN
      or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
      or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY
    MONGODB_ATLAS_BASE_URL replaces https://cloud.mongodb.com.";

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";
/// What KIND may be.
const KINDS: [&str; 4] = ["checkpoint", "legacy-restore", "restore", "snapshot"];
const ID: &str = "6a794733c0eb9e7a17740663";

/// What to read.
struct Target<'a> {
    group: &'a str,
    cluster: &'a str,
    id: &'a str,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => simulated().await?,
        ["--help" | "-h" | "help"] => say(HELP),
        [kind, group, cluster, id] if KINDS.contains(&kind) => {
            let target = Target { group, cluster, id };
            if let Err(error) = real(kind, &target).await {
                eprintln!("error: {error}");
                std::process::exit(1);
            }
        }
        _ => {
            eprintln!("{HELP}\n\nerror: KIND GROUP_ID CLUSTER_NAME ID are needed, or nothing");
            std::process::exit(2);
        }
    }
    Ok(())
}

/// Reads one of each kind from a simulated Atlas, and one that does not exist.
async fn simulated() -> Result<(), Box<dyn std::error::Error>> {
    let atlas = Simulator::start().await?;
    fill(&atlas);
    let client = atlas.client_builder().build()?;
    eprintln!("A simulated Atlas answers at {}.", atlas.base_url());
    let mut target = Target {
        group: GROUP,
        cluster: CLUSTER,
        id: ID,
    };
    for kind in KINDS {
        show(&client, kind, &target).await?;
        say("");
    }
    say("A job that does not exist:");
    target.id = "ffffffffffffffffffffffff";
    if let Err(error) = show(&client, "restore", &target).await {
        say(&format!("  {error}"));
    }
    Ok(())
}

async fn real(kind: &str, target: &Target<'_>) -> Result<(), Error> {
    // The default of two minutes is long for somebody at a terminal.
    let retry = RetryPolicy::default().total_time(Duration::from_secs(20));
    let client = ClientBuilder::from_env()?.retry(retry).build()?;
    eprintln!("reading from Atlas, for 20 seconds at most");
    show(&client, kind, target).await
}

async fn show(client: &Client, kind: &str, target: &Target<'_>) -> Result<(), Error> {
    match kind {
        "checkpoint" => show_checkpoint(client, target).await,
        "legacy-restore" => show_legacy_restore(client, target).await,
        "restore" => show_restore(client, target).await,
        _ => show_snapshot(client, target).await,
    }
}

async fn show_restore(client: &Client, target: &Target<'_>) -> Result<(), Error> {
    let call = client
        .get_backup_restore_job()
        .group_id(target.group)
        .cluster_name(target.cluster)
        .restore_job_id(target.id);
    let job = call.send().await?;
    title("Cloud restore job", &job.id);
    line("delivery", &job.delivery_type);
    line("finished", &job.finished_at);
    line("failed", &job.failed);
    line("into cluster", &job.target_cluster_name);
    // Download URLs are secrets: anyone who has one can download the data.
    line("downloads", &Some(job.delivery_url.len()));
    Ok(())
}

// Atlas has deprecated three of the operations.
#[allow(deprecated)]
async fn show_checkpoint(client: &Client, target: &Target<'_>) -> Result<(), Error> {
    let call = client
        .get_legacy_backup_checkpoint()
        .group_id(target.group)
        .cluster_name(target.cluster)
        .checkpoint_id(target.id);
    let checkpoint = call.send().await?;
    title("Legacy checkpoint", &checkpoint.id);
    line("restorable", &checkpoint.restorable);
    line("restores to", &checkpoint.timestamp);
    line("completed", &checkpoint.completed);
    for part in &checkpoint.parts {
        line("part", &part.replica_set_name);
    }
    Ok(())
}

#[allow(deprecated)]
async fn show_legacy_restore(client: &Client, target: &Target<'_>) -> Result<(), Error> {
    let call = client
        .get_legacy_backup_restore_job()
        .group_id(target.group)
        .cluster_name(target.cluster)
        .job_id(target.id);
    let job = call.send().await?;
    title("Legacy restore job", &job.id);
    line("status", &job.status_name);
    line("created", &job.created);
    if let Some(delivery) = &job.delivery {
        line("delivery", &delivery.method_name);
        line("download", &delivery.status_name);
    }
    Ok(())
}

#[allow(deprecated)]
async fn show_snapshot(client: &Client, target: &Target<'_>) -> Result<(), Error> {
    let call = client
        .get_serverless_backup_snapshot()
        .group_id(target.group)
        .cluster_name(target.cluster)
        .snapshot_id(target.id);
    let snapshot = call.send().await?;
    title("Serverless snapshot", &snapshot.id);
    line("status", &snapshot.status);
    line("type", &snapshot.snapshot_type);
    line("bytes", &snapshot.storage_size_bytes);
    line("expires", &snapshot.expires_at);
    Ok(())
}

fn title(kind: &str, id: &Option<String>) {
    let id = id.as_deref().unwrap_or("without an id");
    say(&format!("{kind} {id}"));
}

fn line(name: &str, value: &Option<impl Display>) {
    match value {
        Some(value) => say(&format!("  {name:<13} {value}")),
        None => say(&format!("  {name:<13} -")),
    }
}

/// Prints a line, or ends the program where nobody reads it any more, as in `| head -1`.
fn say(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        // What a shell reports of a program that a closed pipe ended.
        std::process::exit(141);
    }
}

/// Puts in one resource of each kind.
fn fill(atlas: &Simulator) {
    let cluster = format!("groups/{GROUP}/clusters/{CLUSTER}");
    let serverless = format!("groups/{GROUP}/serverless/{CLUSTER}");
    let checkpoint = json!({
        "id": ID,
        "groupId": GROUP,
        "restorable": true,
        "started": "2025-05-04T09:41:00Z",
        "timestamp": "2025-05-04T09:41:30Z",
        "completed": "2025-05-04T09:42:00Z",
        "parts": [
            { "typeName": "REPLICA_SET", "replicaSetName": "atlas-shard-0" },
            { "typeName": "CONFIG_SERVER_REPLICA_SET", "replicaSetName": "atlas-config-0" },
        ],
    });
    atlas.put(&format!("{cluster}/backupCheckpoints/{ID}"), &checkpoint);
    let legacy_job = json!({
        "id": ID,
        "groupId": GROUP,
        "clusterName": CLUSTER,
        "created": "2025-05-04T09:42:00Z",
        "statusName": "FINISHED",
        "delivery": { "methodName": "HTTP", "statusName": "EXPIRED" },
    });
    atlas.put(&format!("{cluster}/restoreJobs/{ID}"), &legacy_job);
    let job = json!({
        "id": ID,
        "deliveryType": "automated",
        "targetClusterName": "Cluster0-restored",
        "failed": false,
        "cancelled": false,
        "expired": false,
        "finishedAt": "2025-05-04T10:12:44Z",
        "deliveryUrl": [],
    });
    atlas.put(&format!("{cluster}/backup/restoreJobs/{ID}"), &job);
    let snapshot = json!({
        "id": ID,
        "serverlessInstanceName": CLUSTER,
        "status": "completed",
        "snapshotType": "scheduled",
        "frequencyType": "daily",
        "storageSizeBytes": 4_841_168_896_i64,
        "expiresAt": "2025-05-11T09:42:00Z",
    });
    atlas.put(&format!("{serverless}/backup/snapshots/{ID}"), &snapshot);
}
