//! Reads all four kinds of backup state. Without set-up it asks a simulated Atlas; `--help` says how to ask the real one.

use std::fmt::Display;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Credentials, Error, types};
use serde_json::json;

const HELP: &str = "\
Reads MongoDB Atlas backup state.

cargo run --example quickstart
    asks a simulated Atlas inside this process; needs no account and no network

cargo run --example quickstart -- KIND GROUP_ID CLUSTER_NAME ID
    asks the real Atlas. KIND is one of checkpoint, legacy-restore, restore and
    snapshot. Credentials come from the environment:
      MONGODB_ATLAS_ACCESS_TOKEN
      or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
      or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY
    MONGODB_ATLAS_BASE_URL replaces https://cloud.mongodb.com.";

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";
const ID: &str = "6a794733c0eb9e7a17740663";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            let atlas = Simulator::start().await?;
            fill(&atlas);
            let client = Client::builder(Credentials::access_token(Simulator::ACCESS_TOKEN))
                .base_url(atlas.base_url())
                .build()?;
            println!("A simulated Atlas answers at {}.", atlas.base_url());
            for kind in ["checkpoint", "legacy-restore", "restore", "snapshot"] {
                show(&client, kind, GROUP, CLUSTER, ID).await?;
            }
            println!("\nA job that does not exist:");
            let missing = "ffffffffffffffffffffffff";
            if let Err(error) = show(&client, "restore", GROUP, CLUSTER, missing).await {
                println!("  {error}");
            }
        }
        ["--help" | "-h" | "help"] => println!("{HELP}"),
        [
            kind @ ("checkpoint" | "legacy-restore" | "restore" | "snapshot"),
            group,
            cluster,
            id,
        ] => {
            let answer = match Client::from_env() {
                // Two minutes are what an outage is ridden out for: too long to say nothing.
                Ok(client) => {
                    eprintln!("asking Atlas, for two minutes at most");
                    show(&client, kind, group, cluster, id).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = answer {
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

#[allow(deprecated)] // Atlas withdraws three of the operations; what is left of them can still be read.
async fn show(
    client: &Client,
    kind: &str,
    group: &str,
    cluster: &str,
    id: &str,
) -> Result<(), Error> {
    match kind {
        "checkpoint" => {
            let request = client
                .get_legacy_backup_checkpoint()
                .group_id(group)
                .cluster_name(cluster);
            let checkpoint = request.checkpoint_id(id).send().await?;
            title("Legacy checkpoint", &checkpoint.id);
            line("restorable", &checkpoint.restorable);
            line("restores to", &checkpoint.timestamp);
            line("completed", &checkpoint.completed);
            for part in &checkpoint.parts {
                line("part", &part.replica_set_name);
            }
        }
        "legacy-restore" => {
            let request = client
                .get_legacy_backup_restore_job()
                .group_id(group)
                .cluster_name(cluster);
            let job = request.job_id(id).send().await?;
            title("Legacy restore job", &job.id);
            line("status", &job.status_name);
            line("created", &job.created);
            let delivery: types::LegacyBackupRestoreJobDelivery =
                job.delivery.clone().unwrap_or_default();
            line("delivery", &delivery.method_name);
            line("download", &delivery.status_name);
        }
        "restore" => {
            let request = client
                .get_backup_restore_job()
                .group_id(group)
                .cluster_name(cluster);
            let job = request.restore_job_id(id).send().await?;
            title("Cloud restore job", &job.id);
            line("delivery", &job.delivery_type);
            line("finished", &job.finished_at);
            line("failed", &job.failed);
            line("into cluster", &job.target_cluster_name);
            // Download URLs are secrets: whoever holds one can fetch the data.
            line("downloads", &Some(job.delivery_url.len()));
        }
        _ => {
            let request = client
                .get_serverless_backup_snapshot()
                .group_id(group)
                .cluster_name(cluster);
            let snapshot = request.snapshot_id(id).send().await?;
            title("Serverless snapshot", &snapshot.id);
            line("status", &snapshot.status);
            line("type", &snapshot.snapshot_type);
            line("bytes", &snapshot.storage_size_bytes);
            line("expires", &snapshot.expires_at);
        }
    }
    Ok(())
}

fn title(kind: &str, id: &Option<String>) {
    println!("\n{kind} {}", id.as_deref().unwrap_or("without an id"));
}

fn line(name: &str, value: &Option<impl Display>) {
    match value {
        Some(value) => println!("  {name:<13} {value}"),
        None => println!("  {name:<13} -"),
    }
}

/// What a project in the middle of things could hold.
fn fill(atlas: &Simulator) {
    let cluster = format!("groups/{GROUP}/clusters/{CLUSTER}");
    atlas.put(
        &format!("{cluster}/backupCheckpoints/{ID}"),
        &json!({
            "id": ID, "groupId": GROUP, "restorable": true, "started": "2025-05-04T09:41:00Z",
            "timestamp": "2025-05-04T09:41:30Z", "completed": "2025-05-04T09:42:00Z",
            "parts": [
                { "typeName": "REPLICA_SET", "shardName": "shard-0", "replicaSetName": "atlas-shard-0", "tokenDiscovered": true },
                { "typeName": "CONFIG_SERVER_REPLICA_SET", "replicaSetName": "atlas-config-0", "tokenDiscovered": true },
            ],
        }),
    );
    atlas.put(
        &format!("{cluster}/restoreJobs/{ID}"),
        &json!({
            "id": ID, "groupId": GROUP, "clusterName": CLUSTER, "created": "2025-05-04T09:42:00Z",
            "statusName": "FINISHED", "delivery": { "methodName": "HTTP", "statusName": "EXPIRED" },
        }),
    );
    atlas.put(
        &format!("{cluster}/backup/restoreJobs/{ID}"),
        &json!({
            "id": ID, "deliveryType": "automated", "targetClusterName": "Cluster0-restored", "failed": false,
            "cancelled": false, "expired": false, "finishedAt": "2025-05-04T10:12:44Z", "deliveryUrl": [],
        }),
    );
    atlas.put(
        &format!("groups/{GROUP}/serverless/{CLUSTER}/backup/snapshots/{ID}"),
        &json!({
            "id": ID, "serverlessInstanceName": CLUSTER, "status": "completed", "snapshotType": "scheduled",
            "frequencyType": "daily", "storageSizeBytes": 4_841_168_896_i64, "expiresAt": "2025-05-11T09:42:00Z",
        }),
    );
}
