//! An exporter: reads many restore jobs in several projects, and writes their states as metrics.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use atlas_backup::{Client, ClientBuilder, Job, Outcome};
use serde::Deserialize;
use tokio::task::JoinSet;

/// A job that cannot be read in this time is counted as unread.
const PATIENCE: Duration = Duration::from_secs(240);

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    group_id: String,
    cluster_name: String,
    restore_job_id: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("exporter JOBS.json > restores.prom");
        std::process::exit(2);
    };
    let targets: Vec<Target> = serde_json::from_slice(&std::fs::read(file)?)?;
    let builder = ClientBuilder::from_env()?.user_agent("exporter/1.0");
    print!("{}", metrics(&builder.build()?, targets).await);
    Ok(())
}

/// Reads all jobs at once, and returns their states in the text format of Prometheus.
async fn metrics(client: &Client, targets: Vec<Target>) -> String {
    let mut reads = JoinSet::new();
    for target in targets {
        reads.spawn(read(client.clone(), target));
    }
    let mut states = BTreeMap::new();
    let mut unread: BTreeMap<String, u32> = BTreeMap::new();
    for (target, result) in reads.join_all().await {
        match result {
            Ok(state) => {
                let id = (target.group_id, target.cluster_name, target.restore_job_id);
                states.insert(id, state);
            }
            Err(reason) => *unread.entry(reason).or_default() += 1,
        }
    }
    let mut text = String::from("# TYPE atlas_restore_job gauge\n");
    for ((project, cluster, job), state) in states {
        let labels = format!("project={project:?},cluster={cluster:?},job={job:?}");
        let _ = writeln!(text, "atlas_restore_job{{{labels},state={state:?}}} 1");
    }
    text.push_str("# TYPE atlas_restore_jobs_unread gauge\n");
    for (reason, count) in unread {
        let _ = writeln!(
            text,
            "atlas_restore_jobs_unread{{reason={reason:?}}} {count}"
        );
    }
    text
}

/// Reads the state of a job, or why it cannot be read.
async fn read(client: Client, target: Target) -> (Target, Result<String, String>) {
    let call = client
        .get_backup_restore_job()
        .group_id(&target.group_id)
        .cluster_name(&target.cluster_name)
        .restore_job_id(&target.restore_job_id);
    // Any value ends this wait. Unlike `send`, its poll queues while the rate limit of the project
    // is low.
    let mut state = String::from("running");
    let wait = call.until(|job| {
        if let Some(outcome) = job.outcome() {
            state = outcome.to_string();
        }
        Some(Outcome::Succeeded)
    });
    let result = match wait.within(PATIENCE).await {
        Ok(_) => Ok(state),
        Err(error) => Err(match error.error() {
            Some(error) => error.kind().to_string(),
            None => "no_slot".to_owned(),
        }),
    };
    (target, result)
}
