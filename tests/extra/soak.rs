//! A long run: all operations with all credentials, 64 at a time, on an Atlas of which each fifth
//! answer is spoilt. Every call ends in a value, or in an error that names what happened; the books
//! balance; nothing is left behind.
//!
//! `SOAK_SECONDS=120 .ci/extra soak`. That makes glibc give back what is freed, else the memory
//! that is measured holds what it keeps after bodies of 8 MiB, and may seem to grow.

mod atlas;
mod calls;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use atlas::{Served, atlas_and_client};
use atlas_backup::Client;
use atlas_backup::simulator::Simulator;
use calls::{Books, IN_FLIGHT, ask};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::support::WAYS;

/// Resident memory in KiB, where the system reports it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?
        .trim()
        .split(' ')
        .next()?
        .parse()
        .ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; see the first lines of this file"]
async fn nothing_is_lost_and_nothing_is_left_in_a_long_run() {
    let length = Duration::from_secs(seconds());
    let tasks_before = Handle::current().metrics().num_alive_tasks();
    let mut atlases = Vec::new();
    let mut clients = Vec::new();
    for way in WAYS {
        for tls in [false, true] {
            let (atlas, client) = atlas_and_client(way, tls).await;
            clients.push(client);
            atlases.push(atlas);
        }
    }
    let clients = Arc::new(clients);
    let books = Arc::new(Books::default());
    let mut served = Served::default();
    let samples = ask_for(length, &clients, &books, &atlases, &mut served).await;
    let arrived = atlases.iter().map(Simulator::request_count).sum();
    assert_balanced(&books, &served, arrived);
    assert_told(&books, &served);
    drop(clients);
    assert_nothing_is_left(atlases, tasks_before).await;
    assert_memory_is_flat(&samples);
}

fn seconds() -> u64 {
    match std::env::var("SOAK_SECONDS") {
        Ok(seconds) => seconds.parse().unwrap(),
        Err(_) => 120,
    }
}

/// Asks for so long, and looks once a second: at what was served, and at the memory, which is given
/// back.
async fn ask_for(
    length: Duration,
    clients: &Arc<Vec<Client>>,
    books: &Arc<Books>,
    atlases: &[Simulator],
    served: &mut Served,
) -> Vec<u64> {
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    for lane in 0..IN_FLIGHT {
        calls.spawn(ask(clients.clone(), books.clone(), lane, begun + length));
    }
    let mut samples = Vec::new();
    let mut every = tokio::time::interval(Duration::from_secs(1));
    while begun.elapsed() < length {
        every.tick().await;
        samples.extend(resident());
        served.look(atlases);
    }
    calls.join_all().await;
    served.look(atlases);
    served.look(atlases);
    samples
}

/// Each call came to a value or to an error, and each request was answered.
fn assert_balanced(books: &Books, served: &Served, arrived: u64) {
    let all = books.begun.load(Ordering::Relaxed);
    let values = books.values.load(Ordering::Relaxed);
    let errors = books.errors.load(Ordering::Relaxed);
    println!("{:?}", served.statuses);
    println!("{all} calls, {values} values, {errors} errors, {arrived} requests");
    let lines = books.lines.lock().unwrap().clone();
    for (line, count) in &lines {
        println!("{count:>8} {line}");
    }
    assert_eq!(all, values + errors, "calls that came to nothing");
    assert_eq!(errors, lines.values().sum::<u64>());
    assert_eq!(arrived, served.statuses.values().sum::<u64>());
    let sent = served.statuses[&200];
    assert!(sent >= values, "values that nobody has sent");
}

/// What does not pass was reported to the caller, and what passes was retried.
fn assert_told(books: &Books, served: &Served) {
    let lines = books.lines.lock().unwrap().clone();
    let told = |beginning: &str| {
        let lines = lines.iter();
        let told = lines.filter(|(line, _)| line.starts_with(beginning));
        told.map(|(_, count)| count).sum::<u64>()
    };
    // Once, unless it is lost with a connection that another request has ended: that is tried
    // again.
    for status in [302, 404] {
        let sent = served.statuses[&status];
        let told = told(&format!("{status} "));
        assert!(
            (sent / 2..=sent).contains(&told),
            "{told} of {sent} answers with {status} were told"
        );
    }
    for beginning in [
        "200 OK: property id is not a string",
        "200 OK: the body is larger",
    ] {
        assert!(told(beginning) > 0, "nobody was told of {beginning:?}");
    }
    let all = books.begun.load(Ordering::Relaxed);
    // A page in place of JSON was written by something in between.
    let page = "200 OK: the body is not JSON";
    let passing = told("500 ") + told("502 ") + told(page);
    assert!(
        passing < all / 100,
        "failures that pass are not tried again"
    );
}

/// Connections have ended with the clients, and tasks end with the simulators.
async fn assert_nothing_is_left(atlases: Vec<Simulator>, tasks_before: usize) {
    let open = || atlases.iter().map(Simulator::open_connections);
    let tasks = Handle::current().metrics().num_alive_tasks();
    println!("at the end {tasks} tasks");
    settle(|| open().all(|open| open == 0)).await;
    let left: Vec<_> = open().collect();
    assert!(
        left.iter().all(|open| *open == 0),
        "connections outlive their clients: {left:?}"
    );
    drop(atlases);
    settle(|| Handle::current().metrics().num_alive_tasks() <= tasks_before).await;
    let tasks = Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, tasks_before, "tasks that outlive everybody");
}

/// The first third fills caches, pools and the log of each simulator; then the memory stays. Bodies
/// up to 8 MiB come and go, so the highest says nothing.
fn assert_memory_is_flat(samples: &[u64]) {
    let tenth: Vec<_> = samples.iter().step_by(10).collect();
    println!("memory in KiB, every ten seconds: {tenth:?}");
    let (warm, late) = samples.split_at(samples.len() / 3);
    let (middle, last) = late.split_at(late.len() / 2);
    let (first, middle, last) = (median(warm), median(middle), median(last));
    println!("in the median {first}, {middle} and {last} KiB in the thirds");
    assert!(
        last <= middle + middle / 10 + 4096,
        "memory grows: {samples:?}"
    );
}

fn median(samples: &[u64]) -> u64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Lets other tasks end, for five seconds at most.
async fn settle(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && begun.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
