//! A long run: all operations with all credentials, 64 at a time, on an Atlas of which each fifth answer is spoilt. Every
//! call ends in a value, or in an error that names what happened; the books balance; nothing is left behind.
//!
//! `SOAK_SECONDS=120 .ci/extra soak`. That makes glibc give back what is freed, else the memory that is measured holds
//! what it keeps after bodies of 8 MiB, and may seem to grow.

#![cfg(feature = "simulator")]

#[path = "../support/mod.rs"]
mod support;

mod atlas;
mod calls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use atlas::{Served, atlas_and_client};
use atlas_backup::simulator::Simulator;
use calls::{Books, IN_FLIGHT, ask};
use support::WAYS;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Resident memory in KiB, where the system tells.
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
    let seconds = std::env::var("SOAK_SECONDS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(120);
    let (begun, length) = (Instant::now(), Duration::from_secs(seconds));
    let tasks_before = Handle::current().metrics().num_alive_tasks();

    let (mut atlases, mut clients) = (Vec::new(), Vec::new());
    for way in WAYS {
        for tls in [false, true] {
            let (atlas, client) = atlas_and_client(way, tls).await;
            clients.push(client);
            atlases.push(atlas);
        }
    }
    let (clients, books) = (Arc::new(clients), Arc::new(Books::default()));

    let mut calls = JoinSet::new();
    for lane in 0..IN_FLIGHT {
        calls.spawn(ask(clients.clone(), books.clone(), lane, begun + length));
    }
    // Memory: the first third fills caches, pools and the log of each simulator; then it stays.
    let mut served = Served::default();
    let (mut samples, mut every) = (Vec::new(), tokio::time::interval(Duration::from_secs(1)));
    while begun.elapsed() < length {
        every.tick().await;
        samples.extend(resident());
        served.look(&atlases);
    }
    calls.join_all().await;
    served.look(&atlases);
    served.look(&atlases);

    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let (all, values, errors) = (
        count(&books.begun),
        count(&books.values),
        count(&books.errors),
    );
    let arrived: u64 = atlases.iter().map(Simulator::request_count).sum();
    println!("{:?}", served.statuses);
    println!("{seconds} s: {all} calls, {values} values, {errors} errors, {arrived} requests");
    let lines = books.lines.lock().unwrap().clone();
    for (line, count) in &lines {
        println!("{count:>8} {line}");
    }
    assert_eq!(all, values + errors, "calls that came to nothing");
    assert_eq!(errors, lines.values().sum::<u64>());
    assert_eq!(arrived, served.statuses.values().sum::<u64>());
    assert!(
        served.statuses[&200] >= values,
        "values that nobody has sent"
    );

    let told = |words: &str| {
        lines
            .iter()
            .filter(|(line, _)| line.starts_with(words))
            .map(|(_, it)| it)
            .sum::<u64>()
    };
    // What does not pass is told to whoever asked, once, unless it is lost with a connection that another request has
    // ended: that is tried again.
    for status in [302, 404] {
        let (sent, told) = (served.statuses[&status], told(&format!("{status} ")));
        assert!(
            (sent / 2..=sent).contains(&told),
            "{told} of {sent} answers with {status} were told"
        );
    }
    for words in [
        "200 OK: property id is not a string",
        "200 OK: the body is not JSON",
        "200 OK: the body is larger",
    ] {
        assert!(told(words) > 0, "nobody was told of {words:?}");
    }
    // Those that pass are tried again, so that few do.
    assert!(
        told("500 ") + told("502 ") < all / 100,
        "failures that pass are not tried again"
    );

    let (tasks, open) = (
        Handle::current().metrics().num_alive_tasks(),
        atlases.iter().map(Simulator::open_connections),
    );
    println!(
        "at the end {tasks} tasks, {} connections",
        open.sum::<u64>()
    );
    // Connections end with the clients, and tasks with the simulators.
    drop(clients);
    settle(|| atlases.iter().all(|atlas| atlas.open_connections() == 0)).await;
    let open: Vec<_> = atlases.iter().map(Simulator::open_connections).collect();
    assert!(
        open.iter().all(|it| *it == 0),
        "connections outlive their clients: {open:?}"
    );
    drop(atlases);
    settle(|| Handle::current().metrics().num_alive_tasks() <= tasks_before).await;
    assert_eq!(
        Handle::current().metrics().num_alive_tasks(),
        tasks_before,
        "tasks that outlive everybody"
    );

    let (warm, late) = samples.split_at(samples.len() / 3);
    println!(
        "memory in KiB, every ten seconds: {:?}",
        samples.iter().step_by(10).collect::<Vec<_>>()
    );
    // Bodies up to 8 MiB come and go, so the highest says nothing.
    let median = |samples: &[u64]| {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    };
    let (middle, last) = late.split_at(late.len() / 2);
    let (first, middle, last) = (median(warm), median(middle), median(last));
    println!(
        "in the median {first} KiB in the first third, {middle} KiB in the second, {last} KiB in the third"
    );
    assert!(
        last <= middle + middle / 10 + 4096,
        "memory grows: {samples:?}"
    );
}

/// Lets other tasks end, for five seconds at most.
async fn settle(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && begun.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
