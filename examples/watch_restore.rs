//! Watches a restore job until it is over. Without set-up it watches one of a simulated Atlas; `--help` says how to
//! watch a real one.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Error, Job, Outcome, WaitError, Waiter};
use console::{Term, truncate_str};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tokio::time::Instant;

const HELP: &str = "\
Watches a restore job of MongoDB Atlas until it is over.

cargo run --example watch_restore [-- OPTIONS]
    watches a job of a simulated Atlas inside this process, which takes some
    seconds; needs no account and no network

cargo run --example watch_restore -- [OPTIONS] GROUP_ID CLUSTER_NAME RESTORE_JOB_ID
    watches a job of the real Atlas. Credentials come from the environment:
      MONGODB_ATLAS_ACCESS_TOKEN
      or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
      or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY
    MONGODB_ATLAS_BASE_URL replaces https://cloud.mongodb.com.

Options:
    --every SECONDS    how often to ask: 15, or 0.5 of the simulated Atlas
    --within SECONDS   how long to wait: 86400, or 10 for the simulated Atlas
    --ending ENDING    how the simulated job ends: done, download, failed,
                       cancelled, expired or never

Exit codes:
    0 done   1 error   2 wrong arguments   3 failed   4 cancelled   5 expired
    6 not over in time   130 interrupted with Ctrl-C; the job itself goes on";

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";
const ID: &str = "6a794733c0eb9e7a17740663";

#[derive(Default)]
struct Arguments {
    every: Option<Duration>,
    within: Option<Duration>,
    ending: Option<String>,
    job: Vec<String>,
}

/// The arguments; `None` for help.
fn arguments() -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments::default();
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" | "help" => return Ok(None),
            "--every" => arguments.every = Some(seconds(&value()?)?),
            "--within" => arguments.within = Some(seconds(&value()?)?),
            "--ending" => arguments.ending = Some(value()?),
            option if option.starts_with('-') => return Err(format!("there is no option {option}")),
            _ => arguments.job.push(argument),
        }
    }
    match (arguments.job.len(), &arguments.ending) {
        (0, _) | (3, None) => Ok(Some(arguments)),
        (3, Some(_)) => Err("a real job ends as it does, whatever --ending says".to_owned()),
        _ => Err("a job is told by three arguments: GROUP_ID CLUSTER_NAME RESTORE_JOB_ID".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    number.ok_or(format!("{text} is no number of seconds"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            say(HELP);
            return ExitCode::SUCCESS;
        }
        Err(words) => {
            eprintln!("error: {words}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let watched = match &arguments.job[..] {
        [group, cluster, id] => match Client::from_env() {
            Ok(client) => watch(&client, [group, cluster, id], &arguments, Waiter::new()).await,
            Err(error) => Err(error.into()),
        },
        _ => simulated(&arguments).await,
    };
    watched.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// Watches a job that takes six seconds, with an outage in between.
async fn simulated(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let running = json!({"deliveryType": "automated", "targetClusterName": "Cluster0-restored"});
    let preparing = json!({"deliveryType": "download", "deliveryUrl": []});
    let url = "https://restore.example.com:27017/EXAMPLE0TOKEN0NOT0REAL/restore.tar.gz";
    let (first, then) = match arguments.ending.as_deref().unwrap_or("done") {
        "done" => (running, json!({"finishedAt": "2025-05-04T10:12:44Z"})),
        "download" => (preparing, json!({"deliveryUrl": [url], "expiresAt": "2025-05-04T14:12:44Z"})),
        "failed" => (running, json!({"failed": true, "finishedAt": "2025-05-04T10:12:44Z"})),
        "cancelled" => (running, json!({"cancelled": true})),
        "expired" => (preparing, json!({"expired": true, "finishedAt": "2025-05-04T10:12:44Z"})),
        "never" => (running, json!({})),
        other => {
            eprintln!("error: there is no ending {other}\n\n{HELP}");
            return Ok(ExitCode::from(2));
        }
    };
    let mut last = first.clone();
    last.as_object_mut().into_iter().for_each(|job| job.extend(then.as_object().cloned().unwrap_or_default()));
    let atlas = Simulator::start().await?;
    let path = format!("groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{ID}");
    atlas.script(&path, [(Duration::ZERO, first), (Duration::from_secs(6), last)]);
    let outage = {
        let atlas = atlas.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            // More than the client itself rides out.
            atlas.fault(Fault::status(503).times(10));
            std::future::pending::<()>().await;
        }
    };
    say(&format!("A simulated Atlas answers at {}.", atlas.base_url()));
    let client = atlas.client_builder().build()?;
    let waiter = Waiter::new().every(Duration::from_millis(500)).within(Duration::from_secs(10));
    tokio::select! {
        watched = watch(&client, [GROUP, CLUSTER, ID], arguments, waiter) => watched,
        () = outage => unreachable!(),
    }
}

async fn watch(
    client: &Client,
    [group, cluster, id]: [&str; 3],
    arguments: &Arguments,
    mut waiter: Waiter<'_, CloudBackupRestoreJob>,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    if let Some(every) = arguments.every {
        waiter = waiter.every(every);
    }
    if let Some(within) = arguments.within {
        waiter = waiter.within(within);
    }
    let display = Display::new();
    let call = client.get_backup_restore_job().group_id(group).cluster_name(cluster).restore_job_id(id);
    let waiting = waiter.on_progress(|job, _| display.answer(job)).until_done(async || {
        let answer = call.clone().send().await;
        answer.inspect_err(|error| display.trouble(error))
    });
    let ended = tokio::select! {
        ended = waiting => Some(ended),
        // Where there is no handler to be had, Ctrl-C ends the process as it always does.
        Ok(()) = tokio::signal::ctrl_c() => None,
    };
    display.clear();
    Ok(ExitCode::from(match ended {
        Some(Ok(job)) => {
            let end = match job.finished_at {
                Some(at) => format!("finished at {}", at.format("%F %T UTC")),
                // The URLs are secrets: whoever holds one can fetch the data.
                None => format!("{} URL(s) to download from", job.download_urls().len()),
            };
            say(&format!("done after {}: {}, {end}", display.so_far(), kind(&job)));
            0
        }
        Some(Err(error)) => {
            say(&error.to_string());
            exit_code(&error)
        }
        None => {
            say(&format!("interrupted after {}; the job goes on", display.so_far()));
            130
        }
    }))
}

fn exit_code(error: &WaitError<CloudBackupRestoreJob>) -> u8 {
    match error.outcome() {
        Some(Outcome::Failed) => 3,
        Some(Outcome::Cancelled) => 4,
        Some(Outcome::Expired) => 5,
        _ if error.is_timed_out() => 6,
        _ => 1,
    }
}

/// What the job does.
fn kind(job: &CloudBackupRestoreJob) -> String {
    match (job.delivery_type.as_ref().map(|it| it.as_str()), job.target_cluster_name.as_deref()) {
        (Some("download"), _) => "download".to_owned(),
        (Some(delivery), Some(cluster)) => format!("{delivery} restore to {cluster}"),
        (Some(delivery), None) => format!("{delivery} restore"),
        (None, _) => "restore".to_owned(),
    }
}

/// One line that moves where there is a terminal, else a line for each change.
struct Display {
    begun: Instant,
    polls: AtomicU32,
    bar: Option<ProgressBar>,
    /// What was told last, without what changes with every poll.
    told: Mutex<String>,
}

impl Display {
    fn new() -> Self {
        let bar = io::stdout().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
            let style = ProgressStyle::with_template("{spinner:.cyan} {elapsed_precise} {msg}");
            bar.set_style(style.expect("the template is a template"));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar.with_message("asking")
        });
        Display { begun: Instant::now(), polls: AtomicU32::new(0), bar, told: Mutex::default() }
    }

    fn answer(&self, job: &CloudBackupRestoreJob) {
        let state = job.outcome().map_or("running".to_owned(), |outcome| outcome.to_string());
        self.tell(format!("{state}, {}", kind(job)));
    }

    /// Errors that may pass are ridden out; who watches wants to know.
    fn trouble(&self, error: &Error) {
        match error.is_retryable() {
            true => self.tell(error.to_string()),
            false => self.clear(),
        }
    }

    fn tell(&self, words: String) {
        let polls = self.polls.fetch_add(1, Ordering::Relaxed) + 1;
        match &self.bar {
            Some(bar) => {
                // What stands before it takes 11 columns.
                let width = usize::from(Term::stdout().size().1).saturating_sub(12);
                let message = format!("poll {polls}: {words}");
                bar.set_message(truncate_str(&message, width, "…").into_owned());
            }
            None => {
                let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
                if *told != words {
                    say(&format!("{:>4}s poll {polls}: {words}", self.begun.elapsed().as_secs()));
                    *told = words;
                }
            }
        }
    }

    fn so_far(&self) -> String {
        let polls = self.polls.load(Ordering::Relaxed);
        format!("{polls} poll{} in {:.1}s", if polls == 1 { "" } else { "s" }, self.begun.elapsed().as_secs_f64())
    }

    fn clear(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}

/// Prints a line. That nobody reads it any more, as in `| head`, is no reason to stop watching: the exit code is left.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
