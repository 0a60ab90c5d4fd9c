//! A crowd of waits on a simulated Atlas whose rate limit they share, beside another caller, and in
//! clients that share nothing else. The clock is paused, so an hour takes seconds.
//!
//! Responses take 20 to 200 ms and overtake each other. One never arrives.

use std::future::pending;
use std::time::Duration;

use atlas_backup::simulator::{Fault, ReceivedRequest, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Error, Job, ResponseValue, RetryPolicy, builder, http_client_builder};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const CLUSTER: &str = "Cluster0";
/// What the ids of jobs begin with.
const HEALTHY: &str = "6a794733c0eb9e7a";
const ILL: &str = "5b794733c0eb9e7a";
/// The number of the other caller among the clients.
const OTHER: usize = usize::MAX;

/// The limit that Atlas publishes for Cloud Backups, and the same with a steady refill.
pub const PUBLISHED: Limit = Limit(1200, 500, MINUTE);
pub const STEADY: Limit = Limit(1200, 1, Duration::from_millis(120));

/// How many requests are allowed at once, and how many more after each time.
#[derive(Clone, Copy, Debug)]
pub struct Limit(pub u32, pub u32, pub Duration);

#[derive(Clone, Debug)]
pub struct Crowd {
    pub waits: usize,
    pub projects: usize,
    pub clients: usize,
    pub every: Duration,
    /// When the first job ends.
    pub earliest_end: Duration,
    /// The others end one after the other in this time.
    pub spread: Duration,
    pub limit: Limit,
    pub has_rate_limit_headers: bool,
    /// How often another caller sends a request in the first project, if there is one.
    pub other_every: Option<Duration>,
    /// How many jobs of a hundred are ill: each poll of theirs is answered with 503.
    pub ill_percent: usize,
    /// The second half of the clients starts after this time.
    pub second_half_after: Duration,
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
            earliest_end: Duration::ZERO,
            spread: 60 * MINUTE,
            limit: PUBLISHED,
            has_rate_limit_headers: true,
            other_every: Some(SECOND),
            ill_percent: 0,
            second_half_after: Duration::ZERO,
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
    /// Those that came although a refusal had a `Retry-After` of at least a second.
    pub too_early: usize,
    pub failed_waits: usize,
    /// How long after its end a job was known to be over, at worst and on average.
    pub latest: Duration,
    pub average: Duration,
    /// The calls of the other caller, those that were refused, and those that were refused or took
    /// more than a second.
    pub others: usize,
    pub others_refused: usize,
    pub others_spoilt: usize,
    /// The requests of each client.
    pub of_clients: Vec<usize>,
    /// The same in the minutes 20 to 25.
    pub of_clients_then: Vec<usize>,
}

impl Measured {
    pub fn refused_percent(&self) -> f64 {
        percent(self.refused, self.requests)
    }

    pub fn others_refused_percent(&self) -> f64 {
        percent(self.others_refused, self.others)
    }

    /// How many requests the busiest client has sent for each of the quietest.
    pub fn imbalance(&self) -> f64 {
        let busiest = self.of_clients.iter().max().copied().unwrap_or_default();
        let quietest = self.of_clients.iter().min().copied().unwrap_or_default();
        busiest as f64 / quietest.max(1) as f64
    }

    /// How many requests the clients of the second half sent in the minutes 20 to 25 for each of
    /// the first half.
    pub fn share_of_second_half(&self) -> f64 {
        let half = self.of_clients_then.len() / 2;
        let (first, second) = self.of_clients_then.split_at(half);
        second.iter().sum::<usize>() as f64 / first.iter().sum::<usize>().max(1) as f64
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100. * part as f64 / whole.max(1) as f64
}

impl Crowd {
    /// The waits of clients that share nothing but the limit, for jobs that end between 10 and 60
    /// minutes.
    pub fn swarm(clients: usize, waits: usize, limit: Limit) -> Crowd {
        Crowd {
            clients,
            waits,
            limit,
            earliest_end: 10 * MINUTE,
            spread: 50 * MINUTE,
            other_every: None,
            ..Crowd::default()
        }
    }

    /// How long the last wait may take to learn of its end: 1.3 rounds of what the limit allows,
    /// and 15 seconds.
    pub fn allowed_lateness(&self) -> Duration {
        self.round().mul_f64(1.3) + 15 * SECOND
    }

    /// How long it takes to poll each job of a project once.
    pub fn round(&self) -> Duration {
        let Limit(_, refill, per) = self.limit;
        let mut rate = f64::from(refill) / per.as_secs_f64();
        if let Some(every) = self.other_every {
            rate -= 1. / every.as_secs_f64();
        }
        let waits = self.waits / self.projects;
        Duration::from_secs_f64(waits as f64 / rate).max(self.every)
    }

    /// Waits for all jobs until the last healthy one has ended.
    pub async fn run(&self) -> Measured {
        let atlas = self.atlas().await;
        let begun = Instant::now();
        let mut healthy = JoinSet::new();
        let mut ill = JoinSet::new();
        let mut clients = Vec::new();
        for number in 0..self.clients {
            clients.push(client(&atlas, number, RetryPolicy::default()));
        }
        for number in 0..self.waits {
            let of_client = number % self.clients;
            let call = self.call(&clients[of_client], number);
            let start = self.start(of_client);
            let end = self.end(number).max(start);
            let (every, is_paced) = (self.every, self.is_paced);
            let wait = async move {
                sleep(start).await;
                let is_done = if is_paced {
                    call.until_done().every(every).await.is_ok()
                } else {
                    wait_by_hand(call, every).await.is_ok()
                };
                is_done.then(|| begun.elapsed().saturating_sub(end))
            };
            if self.is_ill(number) {
                ill.spawn(wait);
            } else {
                healthy.spawn(wait);
            }
        }
        drop(clients);
        let mut tally = Tally::new(self.clients);
        let latenesses = {
            let others = other(&atlas, self.other_every, &mut tally.measured);
            let mut received = Vec::new();
            let counted = drain(&atlas, &mut received);
            let latenesses = tokio::select! {
                latenesses = healthy.join_all() => latenesses,
                () = others => unreachable!("goes on"),
                () = counted => unreachable!("goes on"),
            };
            received.extend(atlas.take_requests());
            tally.received = received;
            latenesses
        };
        tally.count(&latenesses)
    }

    /// Looks at something while this many waits for one job pause, and again when there are more of
    /// them.
    pub async fn pausing(&self, numbers: &[usize], look: impl Fn() -> u64) -> Vec<u64> {
        let atlas = Simulator::start().await.unwrap();
        atlas.put(&self.path(0), &job(json!({})));
        let client = client(&atlas, 0, RetryPolicy::never());
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
        atlas.fault(Fault::status(503).on_path(ILL).always());
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

    /// When a client begins to wait.
    fn start(&self, client: usize) -> Duration {
        if client >= self.clients.div_ceil(2) {
            return self.second_half_after;
        }
        Duration::ZERO
    }

    /// When a job ends.
    fn end(&self, number: usize) -> Duration {
        let share = (number + 1) as f64 / self.waits as f64;
        self.earliest_end + self.spread.mul_f64(share)
    }

    fn is_ill(&self, number: usize) -> bool {
        number % 100 < self.ill_percent
    }

    fn id(&self, number: usize) -> String {
        let kind = if self.is_ill(number) { ILL } else { HEALTHY };
        format!("{kind}{number:08x}")
    }

    fn path(&self, number: usize) -> String {
        path(&project(number % self.projects), &self.id(number))
    }

    fn call(&self, client: &Client, number: usize) -> builder::GetBackupRestoreJob {
        call(client, number % self.projects, &self.id(number))
    }
}

fn project(number: usize) -> String {
    format!("32b6e34b3d91647a{number:08x}")
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
            .on_path(HEALTHY)
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

/// One connection carries all requests of a client, as it does at Atlas. They tell its number.
fn client(atlas: &Simulator, number: usize, retry: RetryPolicy) -> Client {
    let http = http_client_builder()
        .unwrap()
        .no_proxy()
        .http2_prior_knowledge();
    let builder = Client::builder(atlas_backup::Credentials::access_token(
        Simulator::ACCESS_TOKEN,
    ))
    .base_url(atlas.base_url())
    .user_agent(format!("crowd/{number}"))
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

/// Another caller, who sends a request in the first project that often and has seen none of the
/// waits.
async fn other(atlas: &Simulator, every: Option<Duration>, measured: &mut Measured) {
    let Some(every) = every else {
        return pending().await;
    };
    let client = client(atlas, OTHER, RetryPolicy::never());
    let mut next = Instant::now();
    loop {
        next += every;
        sleep_until(next).await;
        let begun = Instant::now();
        let result = call(&client, 0, &other_id()).send().await;
        measured.others += 1;
        if result.is_err() {
            measured.others_refused += 1;
        }
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

struct Tally {
    received: Vec<ReceivedRequest>,
    measured: Measured,
}

impl Tally {
    fn new(clients: usize) -> Self {
        let measured = Measured {
            of_clients: vec![0; clients],
            of_clients_then: vec![0; clients],
            ..Measured::default()
        };
        Tally {
            received: Vec::new(),
            measured,
        }
    }

    fn count(self, latenesses: &[Option<Duration>]) -> Measured {
        let mut measured = self.measured;
        let mut refused_at: Option<Duration> = None;
        for request in &self.received {
            if request.path().ends_with(&other_id()) {
                continue;
            }
            measured.requests += 1;
            let client = number_of_client(request);
            measured.of_clients[client] += 1;
            if (20 * MINUTE..25 * MINUTE).contains(&request.at()) {
                measured.of_clients_then[client] += 1;
            }
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

fn number_of_client(request: &ReceivedRequest) -> usize {
    let agent = request.header("user-agent").unwrap();
    let (own, _) = agent.split_once(' ').unwrap();
    own.strip_prefix("crowd/").unwrap().parse().unwrap()
}
