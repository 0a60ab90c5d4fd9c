//! Asks for many restore jobs at once and shows them in a table. Without set-up it asks a simulated Atlas for a few
//! hundred; `--help` says how to ask the real one.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Error, Job, Outcome};
use console::Term;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const HELP: &str = "\
Asks for many restore jobs of MongoDB Atlas at once and shows them by state.

cargo run --example many_jobs
    asks for 300 jobs of a simulated Atlas inside this process, which limits
    how often it may be asked; needs no account and no network

cargo run --example many_jobs -- [--at-once N] GROUP_ID CLUSTER_NAME ID...
cargo run --example many_jobs -- [--at-once N] GROUP_ID CLUSTER_NAME - < IDS
    asks the real Atlas, for at most N jobs at a time: 16 unless told. Ids come
    as arguments or from the standard input, separated by white space.
    Credentials come from the environment:
      MONGODB_ATLAS_ACCESS_TOKEN
      or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
      or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY
    MONGODB_ATLAS_BASE_URL replaces https://cloud.mongodb.com.

Exit codes:
    0 every job was read, or those of the simulated Atlas that can be
    1 some were not read   2 wrong arguments";

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";

type Answers = Vec<(String, Result<CloudBackupRestoreJob, Error>)>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut arguments: &[String] = &arguments;
    let mut at_once = 16;
    if let [option, number, rest @ ..] = arguments
        && option == "--at-once"
    {
        let Some(number) = number
            .parse()
            .ok()
            .filter(|number| (1..=1000).contains(number))
        else {
            eprintln!("error: --at-once takes a number from 1 to 1000\n\n{HELP}");
            return ExitCode::from(2);
        };
        (at_once, arguments) = (number, rest);
    }
    let begun = Instant::now();
    let asked = match arguments {
        [help] if matches!(help.as_str(), "--help" | "-h" | "help") => {
            return printed(writeln!(io::stdout(), "{HELP}"), ExitCode::SUCCESS);
        }
        [] => ask_simulator(at_once).await,
        [group, cluster, ids @ ..] if !ids.is_empty() && !group.starts_with('-') => {
            ask_atlas(group, cluster, ids, at_once).await
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    let answers = match asked {
        Ok(answers) => answers,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let all_read = arguments.is_empty() || answers.iter().all(|(_, answer)| answer.is_ok());
    printed(
        show(answers, begun.elapsed()),
        if all_read {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        },
    )
}

/// Who stops reading, as `| head` does, has what they want.
fn printed(result: io::Result<()>, code: ExitCode) -> ExitCode {
    match result {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn ask_atlas(
    group: &str,
    cluster: &str,
    ids: &[String],
    at_once: usize,
) -> Result<Answers, Box<dyn std::error::Error>> {
    let ids = if ids == ["-"] {
        read_ids()?
    } else {
        ids.to_vec()
    };
    Ok(ask_for_all(&Client::from_env()?, group, cluster, ids, at_once).await)
}

fn read_ids() -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    for line in io::stdin().lock().lines() {
        ids.extend(line?.split_whitespace().map(str::to_owned));
    }
    Ok(ids)
}

/// Asks for each job, for so many of them at once.
async fn ask_for_all(
    client: &Client,
    group: &str,
    cluster: &str,
    ids: Vec<String>,
    at_once: usize,
) -> Answers {
    let places = Arc::new(Semaphore::new(at_once));
    let mut calls = JoinSet::new();
    for id in ids {
        // Waits here until there is a place, so that there are never more tasks than places.
        let place = places.clone().acquire_owned().await;
        let (client, group, cluster) = (client.clone(), group.to_owned(), cluster.to_owned());
        calls.spawn(async move {
            let call = client
                .get_backup_restore_job()
                .group_id(group)
                .cluster_name(cluster);
            let answer = call.restore_job_id(&id).send().await;
            drop(place);
            (id, answer.map(|job| job.into_inner()))
        });
    }
    calls.join_all().await
}

/// 300 jobs at an Atlas that answers 60 requests a second after the first 120, and one in twenty with an outage. One
/// job does not exist, one is not for us.
async fn ask_simulator(at_once: usize) -> Result<Answers, Box<dyn std::error::Error>> {
    let atlas = Simulator::start().await?;
    atlas.set_rate_limit(120, 60, Duration::from_secs(1));
    atlas.fault(Fault::status(503).sometimes(0.05, 7));
    let ids: Vec<_> = (0..300)
        .map(|number| format!("6a7947{number:018x}"))
        .collect();
    for (number, id) in ids.iter().enumerate().skip(1) {
        let path = format!("groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{id}");
        atlas.put(&path, &simulated(number));
    }
    atlas.fault(Fault::status(403).always().on_path(&ids[77]));
    Ok(ask_for_all(
        &atlas.client_builder().build()?,
        GROUP,
        CLUSTER,
        ids,
        at_once,
    )
    .await)
}

fn simulated(number: usize) -> Value {
    let cluster = format!("drill-{}", number % 7);
    let finished = format!("2025-05-04T10:{:02}:{:02}Z", number / 60, number % 60);
    let url = "https://restore.example.com:27017/EXAMPLE0TOKEN0NOT0REAL/restore.tar.gz";
    match number % 50 {
        3 => {
            json!({"deliveryType": "automated", "targetClusterName": cluster, "failed": true, "finishedAt": finished})
        }
        5 => json!({"deliveryType": "download", "cancelled": true, "finishedAt": finished}),
        7 => json!({"deliveryType": "download", "expired": true, "finishedAt": finished}),
        8..15 => json!({"deliveryType": "download", "deliveryUrl": [url]}),
        15..30 => json!({"deliveryType": "automated", "targetClusterName": cluster}),
        _ => {
            json!({"deliveryType": "automated", "targetClusterName": cluster, "finishedAt": finished})
        }
    }
}

/// The table, then how many there are of each state, then what could not be read and why.
fn show(mut answers: Answers, took: Duration) -> io::Result<()> {
    // What needs attention comes last, where a terminal shows it.
    answers.sort_by_key(|(id, answer)| {
        (
            answer.as_ref().map_or(u8::MAX, |job| rank(job.outcome())),
            id.clone(),
        )
    });
    let width = width();
    let mut out = io::BufWriter::new(io::stdout().lock());
    line(
        &mut out,
        width,
        format_args!("{:<10} {:<24} {:<19} DELIVERY", "STATE", "JOB", "FINISHED"),
    )?;
    for (id, job) in answers
        .iter()
        .filter_map(|(id, answer)| Some((id, answer.as_ref().ok()?)))
    {
        let finished = job
            .finished_at
            .map_or("-".to_owned(), |at| at.format("%F %T").to_string());
        let delivery = job.delivery_type.as_ref().map_or("-", |it| it.as_str());
        let target = job.target_cluster_name.as_deref().unwrap_or_default();
        line(
            &mut out,
            width,
            format_args!(
                "{:<10} {id:<24} {finished:<19} {delivery} {target}",
                state(job.outcome())
            ),
        )?;
    }
    let mut counts: Vec<(String, usize)> = Vec::new();
    for (_, answer) in &answers {
        let state = answer
            .as_ref()
            .map_or("not read".to_owned(), |job| state(job.outcome()));
        match counts.last_mut() {
            Some((last, count)) if *last == state => *count += 1,
            _ => counts.push((state, 1)),
        }
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(state, count)| format!("{count} {state}"))
        .collect();
    writeln!(
        out,
        "\n{} jobs in {:.1}s: {}",
        answers.len(),
        took.as_secs_f64(),
        counts.join(", ")
    )?;
    for (id, error) in answers
        .iter()
        .filter_map(|(id, answer)| Some((id, answer.as_ref().err()?)))
    {
        writeln!(out, "{id}: {error}")?;
    }
    out.flush()
}

fn state(outcome: Option<Outcome>) -> String {
    outcome.map_or("running".to_owned(), |outcome| outcome.to_string())
}

fn rank(outcome: Option<Outcome>) -> u8 {
    match outcome {
        Some(Outcome::Succeeded) => 0,
        None => 1,
        Some(Outcome::Expired) => 2,
        Some(Outcome::Cancelled) => 3,
        Some(_) => 4,
    }
}

/// A row of the table, cut where the terminal ends; a wrapped table is no table.
fn line(out: &mut impl Write, width: usize, row: std::fmt::Arguments<'_>) -> io::Result<()> {
    let row: String = row.to_string().chars().take(width).collect();
    writeln!(out, "{}", row.trim_end())
}

/// The columns of the terminal; a pipe has as many as it takes.
fn width() -> usize {
    match io::stdout().is_terminal() {
        true => Term::stdout().size().1.into(),
        false => usize::MAX,
    }
}
