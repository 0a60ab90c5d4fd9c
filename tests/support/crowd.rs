//! A crowd of waits on a simulated Atlas whose rate limit they share, beside somebody else who asks
//! once a second. All on a paused clock: an hour takes seconds.
//!
//! Answers take 20 to 200 ms and overtake each other; one never comes.

use std::time::Duration;

use atlas_backup::simulator::{Fault, ReceivedRequest, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Error, Job, ResponseValue, RetryPolicy, builder, http_client_builder};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const CLUSTER: &str = "Cluster0";

/// The limit that Atlas publishes for Cloud Backups, and the same with a steady refill.
pub const PUBLISHED: Limit = Limit(1200, 500, MINUTE);
pub const STEADY: Limit = Limit(1200, 1, Duration::from_millis(120));

/// So many at once, and so many more after each time.
#[derive(Clone, Copy, Debug)]
pub struct Limit(pub u32, pub u32, pub Duration);

#[derive(Clone, Debug)]
pub struct Crowd {
    pub waits: usize,
    pub projects: usize,
    pub clients: usize,
    pub every: Duration,
    /// The jobs end one after the other in this time.
    pub spread: Duration,
    pub limit: Limit,
    pub has_rate_limit_headers: bool,
    /// Whether somebody else asks in the first project.
    pub has_other: bool,
    /// Whether the crate waits, or a loop around `send`.
    pub is_paced: bool,
}

impl Default for Crowd {
    fn default() -> Self {
        Crowd {
            waits: 300,
            projects: 1,
            clients: 1,
            every: 30 * SECOND,
            spread: 60 * MINUTE,
            limit: PUBLISHED,
            has_rate_limit_headers: true,
            has_other: true,
            is_paced: true,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Of the waits.
    pub requests: usize,
    pub refused: usize,
    /// Those that came although a refusal had asked for at least a second.
    pub too_early: usize,
    pub failed_waits: usize,
    /// How long after its end a job was known to be over, at worst and on average.
    pub latest: Duration,
    pub average: Duration,
    /// The calls of somebody else, and those that were refused or took more than a second.
    pub others: usize,
    pub others_spoilt: usize,
}

impl Measured {
    pub fn refused_percent(&self) -> f64 {
        100. * self.refused as f64 / self.requests.max(1) as f64
    }
}

impl Crowd {
    /// How long the last wait may take to learn of its end: 1.3 rounds of what the limit allows,
    /// and 15 seconds.
    pub fn allowed_lateness(&self) -> Duration {
        self.round().mul_f64(1.3) + 15 * SECOND
    }

    /// How long it takes to ask for each job of a project once.
    pub fn round(&self) -> Duration {
        let Limit(_, refill, per) = self.limit;
        let mut rate = f64::from(refill) / per.as_secs_f64();
        if self.has_other {
            rate -= 1.;
        }
        let waits = self.waits / self.projects;
        Duration::from_secs_f64(waits as f64 / rate).max(self.every)
    }

    /// Lets all wait until the last job is over.
    pub async fn run(&self) -> Measured {
        let atlas = self.atlas().await;
        let mut clients = Vec::new();
        for _ in 0..self.clients {
            clients.push(client(&atlas, RetryPolicy::default()));
        }
        let begun = Instant::now();
        let mut waits = JoinSet::new();
        for number in 0..self.waits {
            let call = self.call(&clients[number % self.clients], number);
            let (every, is_paced) = (self.every, self.is_paced);
            let end = self.end(number);
            waits.spawn(async move {
                let is_done = if is_paced {
                    call.until_done().every(every).await.is_ok()
                } else {
                    wait_by_hand(call, every).await.is_ok()
                };
                is_done.then(|| begun.elapsed().saturating_sub(end))
            });
        }
        drop(clients);
        let mut tally = Tally::default();
        let latenesses = {
            let others = other(&atlas, self.has_other, &mut tally.measured);
            let mut received = Vec::new();
            let counted = drain(&atlas, &mut received);
            let latenesses = tokio::select! {
                latenesses = waits.join_all() => latenesses,
                () = others => unreachable!("goes on"),
                () = counted => unreachable!("goes on"),
            };
            received.extend(atlas.take_requests());
            tally.received = received;
            latenesses
        };
        tally.count(&latenesses)
    }

    /// Looks at something while so many waits for one job pause, and again when there are more of
    /// them.
    pub async fn pausing(&self, numbers: &[usize], look: impl Fn() -> u64) -> Vec<u64> {
        let atlas = Simulator::start().await.unwrap();
        atlas.put(&self.path(0), &job(json!({})));
        let client = client(&atlas, RetryPolicy::never());
        let mut waits = JoinSet::new();
        let mut seen = Vec::new();
        for number in numbers {
            while waits.len() < *number {
                let wait = self.call(&client, 0).until_done();
                waits.spawn(wait.every(24 * 60 * MINUTE).into_future());
            }
            atlas.received(waits.len() as u64).await;
            // Until the last answer has arrived.
            sleep(MINUTE).await;
            seen.push(look());
        }
        seen
    }

    /// An Atlas with a job for each wait.
    async fn atlas(&self) -> Simulator {
        let atlas = Simulator::start().await.unwrap();
        let Limit(capacity, refill, per) = self.limit;
        atlas.set_rate_limit(capacity, refill, per);
        for number in 0..self.waits {
            let life = [
                (Duration::ZERO, job(json!({}))),
                (
                    self.end(number),
                    job(json!({"finishedAt": "2025-05-04T10:12:44Z"})),
                ),
            ];
            atlas.script(&self.path(number), life);
        }
        atlas.put(&path(&project(0), &other_id()), &job(json!({})));
        for fault in latencies() {
            atlas.fault(self.with_headers(fault));
        }
        atlas
    }

    fn with_headers(&self, fault: Fault) -> Fault {
        if self.has_rate_limit_headers {
            return fault;
        }
        let fault = fault.header("RateLimit-Limit", "");
        fault.header("RateLimit-Remaining", "")
    }

    fn end(&self, number: usize) -> Duration {
        self.spread.mul_f64((number + 1) as f64 / self.waits as f64)
    }

    fn path(&self, number: usize) -> String {
        path(&project(number % self.projects), &id(number))
    }

    fn call(&self, client: &Client, number: usize) -> builder::GetBackupRestoreJob {
        call(client, number % self.projects, &id(number))
    }
}

fn project(number: usize) -> String {
    format!("32b6e34b3d91647a{number:08x}")
}

fn id(number: usize) -> String {
    format!("6a794733c0eb9e7a{number:08x}")
}

fn other_id() -> String {
    "f".repeat(24)
}

fn path(project: &str, id: &str) -> String {
    format!("groups/{project}/clusters/{CLUSTER}/backup/restoreJobs/{id}")
}

fn call(client: &Client, number: usize, id: &str) -> builder::GetBackupRestoreJob {
    client
        .get_backup_restore_job()
        .group_id(project(number))
        .cluster_name(CLUSTER)
        .restore_job_id(id)
}

/// As long as the 429 of the simulator: see [`latencies`].
fn job(mut document: Value) -> Value {
    document["snapshotId"] = json!("0".repeat(300));
    document
}

/// Ten ways to be late, each as likely as the others: before Atlas counts the request, and after.
fn latencies() -> Vec<Fault> {
    let pairs = [
        (10, 10),
        (10, 90),
        (90, 10),
        (30, 50),
        (50, 30),
        (70, 70),
        (100, 100),
        (20, 100),
        (100, 20),
        (60, 60),
    ];
    let mut faults = vec![
        Fault::hang()
            .on_path("6a794733")
            .sometimes(0.0002, 99)
            .times(1),
    ];
    for (index, (before, after)) in pairs.into_iter().enumerate() {
        let rest = pairs.len() - index;
        let fault = Fault::delay(Duration::from_millis(before))
            .slowly(290, Duration::from_millis(after))
            .sometimes(1. / rest as f64, index as u64);
        faults.push(fault);
    }
    faults
}

/// One connection carries all, as it does at Atlas.
fn client(atlas: &Simulator, retry: RetryPolicy) -> Client {
    let http = http_client_builder()
        .unwrap()
        .no_proxy()
        .http2_prior_knowledge();
    let builder = Client::builder(atlas_backup::Credentials::access_token(
        Simulator::ACCESS_TOKEN,
    ))
    .base_url(atlas.base_url())
    .http_client(http.build().unwrap());
    builder.retry(retry).build().unwrap()
}

/// What the crate did before its polls took turns: each wait for itself, with pauses that are
/// longer while little of the limit is left.
async fn wait_by_hand(
    call: builder::GetBackupRestoreJob,
    every: Duration,
) -> Result<CloudBackupRestoreJob, Error> {
    let mut number = 0u32;
    loop {
        let result = call.clone().send().await;
        number += 1;
        let mut interval = every;
        let mut asked_for = None;
        match result {
            Ok(answer) => {
                if is_scarce(&answer) {
                    interval *= 4;
                }
                if answer.outcome().is_some() {
                    return Ok(answer.into_inner());
                }
            }
            Err(error) if error.is_retryable() => asked_for = error.retry_after(),
            Err(error) => return Err(error),
        }
        let share = f64::from(number.wrapping_mul(2_654_435_761)) / f64::from(u32::MAX);
        let pause = match asked_for {
            Some(asked_for) => asked_for + interval.mul_f64(share),
            None if number == 1 => interval.mul_f64(share),
            None => interval,
        };
        sleep(pause).await;
    }
}

fn is_scarce(answer: &ResponseValue<CloudBackupRestoreJob>) -> bool {
    let number = |name| {
        answer
            .headers()
            .get(name)?
            .to_str()
            .ok()?
            .parse::<u64>()
            .ok()
    };
    match (number("ratelimit-limit"), number("ratelimit-remaining")) {
        (Some(limit), Some(left)) => left < limit / 10,
        _ => false,
    }
}

/// Somebody else, who asks in the first project once a second and knows nothing of the waits.
async fn other(atlas: &Simulator, is_there: bool, measured: &mut Measured) {
    let client = client(atlas, RetryPolicy::never());
    loop {
        sleep(SECOND).await;
        if !is_there {
            continue;
        }
        let begun = Instant::now();
        let result = call(&client, 0, &other_id()).send().await;
        measured.others += 1;
        if result.is_err() || begun.elapsed() > SECOND {
            measured.others_spoilt += 1;
        }
    }
}

/// The simulator keeps ten thousand.
async fn drain(atlas: &Simulator, received: &mut Vec<ReceivedRequest>) {
    loop {
        sleep(10 * SECOND).await;
        received.extend(atlas.take_requests());
    }
}

#[derive(Default)]
struct Tally {
    received: Vec<ReceivedRequest>,
    measured: Measured,
}

impl Tally {
    fn count(self, latenesses: &[Option<Duration>]) -> Measured {
        let mut measured = self.measured;
        let mut refused_at: Option<Duration> = None;
        for request in &self.received {
            if request.path().ends_with(&other_id()) {
                continue;
            }
            measured.requests += 1;
            // What was under way when the refusal arrived is not too early.
            if let Some(at) = refused_at
                && (at + SECOND / 2..at + SECOND).contains(&request.at())
            {
                measured.too_early += 1;
            }
            if request.status() == Some(429) {
                measured.refused += 1;
                refused_at = Some(request.at());
            }
        }
        let mut sum = Duration::ZERO;
        for lateness in latenesses {
            match lateness {
                Some(lateness) => {
                    sum += *lateness;
                    measured.latest = measured.latest.max(*lateness);
                }
                None => measured.failed_waits += 1,
            }
        }
        measured.average = sum / latenesses.len().max(1) as u32;
        measured
    }
}
