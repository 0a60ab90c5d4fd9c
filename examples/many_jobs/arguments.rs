//! The command line of the example.

use std::io::{self, BufRead};
use std::time::Duration;

pub const HELP: &str = "\
Polls many restore jobs of MongoDB Atlas at once and prints their final states.
Progress goes to the standard error.

cargo run --example many_jobs
    polls 300 jobs of a simulated Atlas inside this process, which has a rate
    limit; takes half a minute, needs no account and no network

cargo run --example many_jobs -- [OPTIONS] GROUP_ID CLUSTER_NAME ID...
cargo run --example many_jobs -- [OPTIONS] GROUP_ID CLUSTER_NAME - < IDS
    polls jobs of the real Atlas. Ids come as arguments or from the standard
    input, separated by white space. Credentials come from the environment:
      MONGODB_ATLAS_ACCESS_TOKEN
      or MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET
      or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY
    MONGODB_ATLAS_BASE_URL replaces https://cloud.mongodb.com.

Options:
    --every SECONDS    the polling interval; defaults to 30, for the simulated
                       Atlas to 2. Polls queue where the rate limit is too low
    --within SECONDS   the time limit; defaults to 86400

Exit codes:
    0 all succeeded, or the simulated ones were polled to their end
    1 some did not succeed, or did not finish in time
    2 wrong arguments   130 interrupted with Ctrl-C; the jobs go on
    141 nobody reads the standard output any more";

pub struct Arguments {
    pub every: Duration,
    pub within: Duration,
    pub group: String,
    pub cluster: String,
    /// None for the simulated Atlas.
    pub ids: Vec<String>,
}

/// Returns the arguments, or `None` for help.
pub fn arguments() -> Result<Option<Arguments>, String> {
    let mut every = None;
    let mut within = Duration::from_secs(86_400);
    let mut words = Vec::new();
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--help" | "-h" | "help" => return Ok(None),
            "--every" => every = Some(seconds(&argument, given.next())?),
            "--within" => within = seconds(&argument, given.next())?,
            option if option.starts_with("--") => {
                return Err(format!("there is no option {option}"));
            }
            _ => words.push(argument),
        }
    }
    let mut words = words.into_iter();
    let group = words.next().unwrap_or_default();
    let cluster = words.next().unwrap_or_default();
    let mut ids: Vec<String> = words.collect();
    if ids == ["-"] {
        ids = read_ids().map_err(|error| format!("the ids cannot be read: {error}"))?;
    }
    if ids.is_empty() && !group.is_empty() {
        return Err("jobs are named by GROUP_ID CLUSTER_NAME ID...".to_owned());
    }
    let by_default = if ids.is_empty() { 2 } else { 30 };
    Ok(Some(Arguments {
        every: every.unwrap_or(Duration::from_secs(by_default)),
        within,
        group,
        cluster,
        ids,
    }))
}

fn seconds(option: &str, value: Option<String>) -> Result<Duration, String> {
    let text = value.ok_or(format!("{option} needs a value"))?;
    let number: Option<f64> = text.parse().ok();
    let duration = number.and_then(|number| Duration::try_from_secs_f64(number).ok());
    duration.ok_or(format!("{text} is not a number of seconds"))
}

fn read_ids() -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    for line in io::stdin().lock().lines() {
        ids.extend(line?.split_whitespace().map(str::to_owned));
    }
    Ok(ids)
}
