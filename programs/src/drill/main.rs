//! A restore drill: waits for many restore jobs at once, and writes a report.

#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, ClientBuilder, Outcome, WaitError};
use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

const HELP: &str = "\
Waits for restore jobs of MongoDB Atlas, six hours at most, and writes a report.

drill JOBS.json > report.json
drill --schema > report.schema.json

JOBS.json is a list such as
  [{ \"groupId\": \"..\", \"clusterName\": \"..\", \"restoreJobId\": \"..\" }]

Exit codes: 0 all succeeded   1 error   2 wrong arguments   3 some did not";

/// A job to wait for.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Target {
    group_id: String,
    cluster_name: String,
    restore_job_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Report {
    succeeded: usize,
    not_succeeded: usize,
    /// In the order in which their waits ended.
    jobs: Vec<JobReport>,
}

/// How one job ended. It has no download URL, since many people read a report.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JobReport {
    target: Target,
    outcome: Option<Outcome>,
    polls: u32,
    target_cluster_name: Option<String>,
    downloads: usize,
    /// The serialized error of the wait.
    #[schemars(with = "Option<serde_json::Value>")]
    problem: Option<WaitError<CloudBackupRestoreJob>>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--schema"] => print(&schema_for!(Report)).map(|()| 0),
        ["--help" | "-h"] => {
            println!("{HELP}");
            Ok(0)
        }
        [file] => run(file).await,
        _ => {
            eprintln!("{HELP}");
            Ok(2)
        }
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(file: &str) -> Result<u8, Box<dyn std::error::Error>> {
    let targets: Vec<Target> = serde_json::from_slice(&std::fs::read(file)?)?;
    let client = ClientBuilder::from_env()?.user_agent("drill/1.0").build()?;
    let report = drill(&client, targets).await;
    print(&report)?;
    match report.not_succeeded {
        0 => Ok(0),
        _ => Ok(3),
    }
}

fn print(value: &impl Serialize) -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Waits for all jobs at once. The client keeps their polls within the rate limit.
async fn drill(client: &Client, targets: Vec<Target>) -> Report {
    let mut waits = JoinSet::new();
    for target in targets {
        waits.spawn(wait(client.clone(), target));
    }
    let mut jobs = Vec::new();
    while let Some(job) = waits.join_next().await {
        let job = match job {
            Ok(job) => job,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        let id = &job.target.restore_job_id;
        match &job.problem {
            None => eprintln!("{id}: succeeded, after {} polls", job.polls),
            Some(problem) => eprintln!("{id}: {problem}"),
        }
        jobs.push(job);
    }
    let succeeded = jobs.iter().filter(|job| job.problem.is_none()).count();
    Report {
        succeeded,
        not_succeeded: jobs.len() - succeeded,
        jobs,
    }
}

async fn wait(client: Client, target: Target) -> JobReport {
    let call = client
        .get_backup_restore_job()
        .group_id(&target.group_id)
        .cluster_name(&target.cluster_name)
        .restore_job_id(&target.restore_job_id);
    let mut polls = 0;
    let ended = call
        .until_done()
        .every(Duration::from_secs(30))
        .within(Duration::from_secs(6 * 3600))
        .on_poll(|poll| polls = poll.number())
        .await;
    let (outcome, job, problem) = match ended {
        Ok(job) => (Some(Outcome::Succeeded), Some(job), None),
        Err(error) => (error.outcome(), error.last().cloned(), Some(error)),
    };
    let job = job.unwrap_or_default();
    JobReport {
        target,
        outcome,
        polls,
        downloads: job.download_urls().len(),
        target_cluster_name: job.target_cluster_name,
        problem,
    }
}
