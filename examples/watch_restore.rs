//! Polls a restore job until it reaches a final state. Progress goes to the standard error. Without
//! arguments it polls a job of a simulated Atlas; `--help` says how to poll a real one.

#[path = "watch_restore/arguments.rs"]
mod arguments;
#[path = "watch_restore/display.rs"]
mod display;
#[path = "watch_restore/simulated.rs"]
mod simulated;

use std::process::ExitCode;

use arguments::{Arguments, HELP, arguments};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Outcome, WaitError};
use display::{Display, kind, print};
use simulated::simulated;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print(HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{HELP}\n\nerror: {message}");
            return ExitCode::from(2);
        }
    };
    let watched = match &arguments.job[..] {
        [group, cluster, id] => match Client::from_env() {
            Ok(client) => {
                eprintln!("watching job {id} of cluster {cluster}");
                watch(&client, [group, cluster, id], &arguments).await
            }
            Err(error) => Err(error.into()),
        },
        _ => simulated(arguments).await,
    };
    watched.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

async fn watch(
    client: &Client,
    [group, cluster, id]: [&str; 3],
    arguments: &Arguments,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut display = Display::new();
    let call = client
        .get_backup_restore_job()
        .group_id(group)
        .cluster_name(cluster)
        .restore_job_id(id);
    let mut waiting = call.until_done().on_poll(|poll| display.poll(poll));
    if let Some(every) = arguments.every {
        waiting = waiting.every(every);
    }
    if let Some(within) = arguments.within {
        waiting = waiting.within(within);
    }
    let ended = tokio::select! {
        ended = waiting.into_future() => Some(ended),
        // Without a handler, Ctrl-C ends the process.
        Ok(()) = tokio::signal::ctrl_c() => None,
    };
    display.clear();
    Ok(ExitCode::from(match ended {
        Some(Ok(job)) => {
            let end = match job.finished_at {
                Some(at) => format!("finished at {}", at.format("%F %T UTC")),
                // The URLs are secrets: each is all that a download needs.
                None => format!("{} URL(s) to download from", job.download_urls().len()),
            };
            print(&format!(
                "done after {}: {}, {end}",
                display.so_far(),
                kind(&job)
            ));
            0
        }
        Some(Err(error)) => {
            print(&error.to_string());
            exit_code(&error)
        }
        None => {
            print(&format!(
                "interrupted after {}; the job goes on",
                display.so_far()
            ));
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
