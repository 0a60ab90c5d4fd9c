//! The command line of the example.

use std::time::Duration;

pub const HELP: &str = "\
Polls a restore job of MongoDB Atlas until it reaches a final state.
Progress goes to the standard error.

cargo run --example watch_restore [-- OPTIONS]
    polls a job of a simulated Atlas inside this process, which takes some
    seconds; needs no account and no network

cargo run --example watch_restore -- [OPTIONS] GROUP_ID CLUSTER_NAME JOB_ID
    polls a job of the real Atlas. Credentials come from the environment:
      MONGODB_ATLAS_ACCESS_TOKEN
      or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
      or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY
    MONGODB_ATLAS_BASE_URL replaces https://cloud.mongodb.com.

Options:
    --every SECONDS    the polling interval; defaults to 15, or 0.5 for the
                       simulated Atlas
    --within SECONDS   the time limit; defaults to 86400, or 10 for the
                       simulated Atlas
    --ending ENDING    how the simulated job ends: done, download, failed,
                       cancelled, expired or never

Exit codes:
    0 done   1 error   2 wrong arguments   3 failed   4 cancelled   5 expired
    6 not finished in time   130 interrupted with Ctrl-C; the job itself goes on";

#[derive(Default)]
pub struct Arguments {
    pub every: Option<Duration>,
    pub within: Option<Duration>,
    pub ending: Option<String>,
    pub job: Vec<String>,
}

/// Returns the arguments, or `None` for help.
pub fn arguments() -> Result<Option<Arguments>, String> {
    let mut arguments = Arguments::default();
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" | "help" => return Ok(None),
            "--every" => arguments.every = Some(seconds(&value()?)?),
            "--within" => arguments.within = Some(seconds(&value()?)?),
            "--ending" => arguments.ending = Some(value()?),
            option if option.starts_with('-') => {
                return Err(format!("there is no option {option}"));
            }
            _ => arguments.job.push(argument),
        }
    }
    match (arguments.job.len(), &arguments.ending) {
        (0, _) | (3, None) => Ok(Some(arguments)),
        (3, Some(_)) => Err("a real job ends as it does, whatever --ending says".to_owned()),
        _ => Err("a job is told by three arguments: GROUP_ID CLUSTER_NAME JOB_ID".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    number.ok_or(format!("{text} is no number of seconds"))
}
