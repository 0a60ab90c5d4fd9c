//! A long run: all operations with all credentials, 64 at a time, on an Atlas of which each fifth answer is spoilt. Every
//! call ends in a value, or in an error that names what happened; the books balance; nothing is left behind.
//!
//! `SOAK_SECONDS=120 .ci/extra soak`. That makes glibc give back what is freed, else the memory that is measured holds
//! what it keeps after bodies of 8 MiB, and may seem to grow.

#![cfg(feature = "simulator")]
#![allow(deprecated)]

#[path = "support/auth.rs"]
mod auth;
#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atlas_backup::simulator::{Fault, ReceivedRequest, Simulator};
use atlas_backup::{Client, Error, RetryPolicy};
use auth::WAYS;
use support::{CLUSTER, GROUP, ID};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

const IN_FLIGHT: u64 = 64;

/// What came of the calls.
#[derive(Default)]
struct Books {
    begun: AtomicU64,
    values: AtomicU64,
    errors: AtomicU64,
    /// The lines of the errors, without what differs from run to run.
    lines: Mutex<BTreeMap<String, u64>>,
}

/// One operation after the other.
async fn call(client: &Client, number: u64) -> Result<Option<String>, Error> {
    let envelope = number.is_multiple_of(3);
    Ok(match number % 4 {
        0 => {
            let request = client.get_backup_restore_job().group_id(GROUP).cluster_name(CLUSTER);
            request.restore_job_id(ID).envelope(envelope).send().await?.into_inner().id
        }
        1 => {
            let request = client.get_legacy_backup_restore_job().group_id(GROUP).cluster_name(CLUSTER);
            request.job_id(ID).envelope(envelope).send().await?.into_inner().id
        }
        2 => {
            let request = client.get_legacy_backup_checkpoint().group_id(GROUP).cluster_name(CLUSTER);
            request.checkpoint_id(ID).envelope(envelope).send().await?.into_inner().id
        }
        _ => {
            let request = client.get_serverless_backup_snapshot().group_id(GROUP).cluster_name(CLUSTER);
            request.snapshot_id(ID).envelope(envelope).send().await?.into_inner().id
        }
    })
}

/// One in five, each kind as often as the others.
fn faults() -> Vec<Fault> {
    vec![
        Fault::status(500),
        Fault::status(502).body("text/html", "<h1>Bad Gateway</h1>"),
        Fault::status(503).header("Retry-After", "0"),
        Fault::status(429).header("Retry-After", "1"),
        Fault::status(404),
        Fault::status(401),
        Fault::redirect("https://elsewhere.example/?key=hush"),
        Fault::status(200).body("application/json", r#"{"id":{}}"#),
        Fault::status(200).body("text/html", "<html>"),
        Fault::cut(),
        Fault::cut_body(10),
        Fault::garbage("garbage\r\n\r\n"),
        Fault::hang(),
        Fault::drip(1, Duration::from_secs(1)),
        Fault::endless_body(),
        Fault::many_headers(2_000),
        Fault::delay(Duration::from_millis(20)),
    ]
}

/// Resident memory in KiB, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().split(' ').next()?.parse().ok()
}

fn put_documents(atlas: &Simulator) {
    let case = |name: &str| {
        let mut document = support::fixture(&format!("{name}.documented"));
        document["id"] = ID.into();
        document
    };
    atlas.put(support::CHECKPOINT, &case("get_legacy_backup_checkpoint"));
    atlas.put(support::LEGACY_JOB, &case("get_legacy_backup_restore_job"));
    atlas.put(support::JOB, &case("get_backup_restore_job"));
    atlas.put(support::SNAPSHOT, &case("get_serverless_backup_snapshot"));
}

/// With the manners of this crate's own, which cannot be told to trust the certificate.
fn http_client(atlas: &Simulator) -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.tls_backend_preconfigured(auth::tls(atlas)).build().unwrap()
}

/// Which statuses the requests were answered with; 0 is none.
#[derive(Default)]
struct Served {
    /// Those that may still be under way: a call gives up sooner than the next look comes.
    open: Vec<ReceivedRequest>,
    statuses: BTreeMap<u16, u64>,
}

impl Served {
    fn look(&mut self, atlases: &[Simulator]) {
        let new = atlases.iter().flat_map(Simulator::take_requests);
        let (new, open) = new.partition::<Vec<_>, _>(|it| it.status().is_some());
        for request in new.into_iter().chain(std::mem::replace(&mut self.open, open)) {
            *self.statuses.entry(request.status().unwrap_or_default()).or_default() += 1;
        }
    }
}

/// Asks until the time is up.
async fn ask(clients: Arc<Vec<Client>>, books: Arc<Books>, lane: u64, end: Instant) {
    let mut number = lane;
    while Instant::now() < end {
        books.begun.fetch_add(1, Ordering::Relaxed);
        let client = &clients[(number % clients.len() as u64) as usize];
        match call(client, number / clients.len() as u64).await {
            Ok(id) => {
                assert_eq!(id.as_deref(), Some(ID), "a value of another call");
                books.values.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                let line = error.to_string();
                assert!(error.operation().is_some_and(|it| line.ends_with(&format!("({it})"))), "{line}");
                assert!(!line.contains("hush") && !line.contains(auth::SECRET), "{line}");
                assert!(!error.is_invalid_request(), "{line}");
                // Which place is in the way of a JSON parser says nothing here, nor which operation.
                let what = line.rsplit_once(" (get_").map_or(&*line, |(what, _)| what);
                let what = clients.iter().fold(what.to_owned(), |what, client| {
                    let url = format!("{client:?}");
                    what.replace(url.split('"').nth(1).unwrap_or("-"), "[atlas]")
                });
                *books.lines.lock().unwrap().entry(what).or_default() += 1;
                books.errors.fetch_add(1, Ordering::Relaxed);
            }
        }
        number += IN_FLIGHT;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; see the first lines of this file"]
async fn nothing_is_lost_and_nothing_is_left_in_a_long_run() {
    let seconds = std::env::var("SOAK_SECONDS").ok().and_then(|it| it.parse().ok()).unwrap_or(120);
    let (begun, length) = (Instant::now(), Duration::from_secs(seconds));
    let tasks_before = Handle::current().metrics().num_alive_tasks();

    let (mut atlases, mut clients) = (Vec::new(), Vec::new());
    for way in WAYS {
        for tls in [false, true] {
            let atlas = if tls { Simulator::start_tls().await } else { Simulator::start().await }.unwrap();
            let atlas = auth::prepared(atlas, way);
            put_documents(&atlas);
            // Of those that come first at a place fewer requests are left for the others.
            let kinds = faults();
            for (number, fault) in kinds.iter().enumerate() {
                let chance = 0.2 / (kinds.len() as f64) / (1.0 - 0.2 * number as f64 / kinds.len() as f64);
                atlas.fault(fault.clone().sometimes(chance, number as u64));
            }
            atlas.fault(Fault::status(503).on_token_endpoint().sometimes(0.2, 99));
            let policy = RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5));
            let client = auth::builder(&atlas, way).retry(policy).timeout(Duration::from_millis(500));
            let client = if tls { client.http_client(http_client(&atlas)) } else { client };
            clients.push(client.build().unwrap());
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
    let (all, values, errors) = (count(&books.begun), count(&books.values), count(&books.errors));
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
    assert!(served.statuses[&200] >= values, "values that nobody has sent");

    let told = |words: &str| lines.iter().filter(|(line, _)| line.starts_with(words)).map(|(_, it)| it).sum::<u64>();
    // What does not pass is told to whoever asked, once, unless it is lost with a connection that another request has
    // ended: that is tried again.
    for status in [302, 404] {
        let (sent, told) = (served.statuses[&status], told(&format!("{status} ")));
        assert!((sent / 2..=sent).contains(&told), "{told} of {sent} answers with {status} were told");
    }
    for words in ["200 OK: property id is not a string", "200 OK: the body is not JSON", "200 OK: the body is larger"] {
        assert!(told(words) > 0, "nobody was told of {words:?}");
    }
    // Those that pass are tried again, so that few do.
    assert!(told("500 ") + told("502 ") < all / 100, "failures that pass are not tried again");

    let (tasks, open) =
        (Handle::current().metrics().num_alive_tasks(), atlases.iter().map(Simulator::open_connections));
    println!("at the end {tasks} tasks, {} connections", open.sum::<u64>());
    // Connections end with the clients, and tasks with the simulators.
    drop(clients);
    settle(|| atlases.iter().all(|atlas| atlas.open_connections() == 0)).await;
    let open: Vec<_> = atlases.iter().map(Simulator::open_connections).collect();
    assert!(open.iter().all(|it| *it == 0), "connections outlive their clients: {open:?}");
    drop(atlases);
    settle(|| Handle::current().metrics().num_alive_tasks() <= tasks_before).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), tasks_before, "tasks that outlive everybody");

    let (warm, late) = samples.split_at(samples.len() / 3);
    println!("memory in KiB, every ten seconds: {:?}", samples.iter().step_by(10).collect::<Vec<_>>());
    // Bodies up to 8 MiB come and go, so the highest says nothing.
    let median = |samples: &[u64]| {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    };
    let (middle, last) = late.split_at(late.len() / 2);
    let (first, middle, last) = (median(warm), median(middle), median(last));
    println!("in the median {first} KiB in the first third, {middle} KiB in the second, {last} KiB in the third");
    assert!(last <= middle + middle / 10 + 4096, "memory grows: {samples:?}");
}

/// Lets other tasks end, for five seconds at most.
async fn settle(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && begun.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
