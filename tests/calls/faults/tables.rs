//! Each fault with each credential, and what comes of it: requests, and a line for the caller.

use std::fmt::Write;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error};
use serde_json::json;
use tracing::level_filters::LevelFilter;

use crate::support::log::Log;
use crate::support::*;

/// In every document and in some errors.
const DELIVERY_URL: &str =
    "https://restore-1.example.net:27017/token-of-the-delivery/restore.tar.gz";

fn faults() -> Vec<(&'static str, Fault)> {
    let minute = Duration::from_secs(60);
    let text = |status, body: &str| Fault::status(status).body("application/json", body);
    let quoting =
        format!(r#"{{"error":400,"errorCode":"ODD","detail":"Look at {DELIVERY_URL} for more"}}"#);
    let url_for_list = format!(r#"{{"deliveryUrl":"{DELIVERY_URL}"}}"#);
    vec![
        ("nothing", Fault::delay(Duration::ZERO)),
        ("400", Fault::status(400)),
        ("400 with a URL in its words", text(400, &quoting)),
        ("401", Fault::status(401)),
        (
            "401 with an empty body",
            Fault::status(401).body("text/plain", ""),
        ),
        ("403", Fault::status(403)),
        ("404", Fault::status(404)),
        ("406", Fault::status(406)),
        ("408", Fault::status(408)),
        ("410", Fault::status(410)),
        ("429", Fault::status(429)),
        (
            "429 with a Retry-After of an hour",
            Fault::status(429).header("Retry-After", "3600"),
        ),
        ("500", Fault::status(500)),
        (
            "502 in HTML",
            Fault::status(502).body("text/html", "<h1>Bad Gateway</h1>"),
        ),
        (
            "503 with a Retry-After of no time",
            Fault::status(503).header("Retry-After", "0"),
        ),
        ("504", Fault::status(504)),
        ("599", Fault::status(599)),
        (
            "a redirect",
            Fault::redirect("https://elsewhere.example/?key=hush"),
        ),
        ("a redirect to nowhere", Fault::status(307)),
        ("an empty success", text(200, "")),
        ("a success that is no JSON", text(200, "<html>")),
        ("a success of another shape", text(200, &url_for_list)),
        ("an answer after a minute", Fault::delay(minute)),
        ("no answer", Fault::hang()),
        ("the connection cut before the answer", Fault::cut()),
        ("the connection cut in the body", Fault::cut_body(10)),
        ("the body of an error cut", Fault::status(404).cut_after(10)),
        (
            "something else than HTTP",
            Fault::garbage("garbage\r\n\r\n"),
        ),
        ("a slow drip", Fault::drip(1, Duration::from_secs(1))),
        ("a body without end", Fault::endless_body()),
        ("50 headers more", Fault::many_headers(50)),
        ("20,000 headers more", Fault::many_headers(20_000)),
    ]
}

async fn faulty_atlas(way: Way, fault: Fault) -> (Simulator, Client) {
    let atlas = atlas_for(way).await;
    let path = format!(
        "groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{}",
        job_id(0)
    );
    atlas.put(
        &path,
        &json!({"id": job_id(0), "deliveryType": "download", "deliveryUrl": [DELIVERY_URL]}),
    );
    let policy = quick().total_time(Duration::from_secs(3600));
    let client = builder_for(&atlas, way).retry(policy).build().unwrap();
    atlas.fault(fault);
    (atlas, client)
}

/// The requests, with equal ones in a row written once.
fn sent(atlas: &Simulator) -> String {
    let mut sent = Vec::<(String, u32)>::new();
    for request in requests(atlas) {
        match sent.last_mut() {
            Some((last, count)) if *last == request => *count += 1,
            _ => sent.push((request, 1)),
        }
    }
    let times = |(request, count): &(String, u32)| match count {
        1 => format!("    {request}\n"),
        _ => format!("    {request} x {count}\n"),
    };
    sent.iter().map(times).collect()
}

/// What comes of a call, with nothing secret in it.
async fn told(atlas: &Simulator, client: &Client, log: &Log) -> String {
    let (told, mut shown) = match ask(client).await {
        Ok(_) => ("it arrives".to_owned(), String::new()),
        Err(error) => (line(atlas, &error), everything(&error)),
    };
    assert!(!told.contains('\n') && told.len() < 400, "{told}");
    let log = log.take();
    assert!(
        log.contains("operation=\"get_backup_restore_job\""),
        "nothing was traced"
    );
    write!(shown, "{client:?} {log}").unwrap();
    assert_no_secret(atlas, &shown);
    told
}

/// Whatever an error prints, with its sources.
fn everything(error: &Error) -> String {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        write!(shown, "{inner} {inner:?}").unwrap();
        source = inner.source();
    }
    shown
}

#[track_caller]
fn assert_no_secret(atlas: &Simulator, shown: &str) {
    let mut secrets: Vec<String> = [
        ACCOUNT_SECRET,
        PRIVATE_KEY,
        Simulator::ACCESS_TOKEN,
        "token-of-the-delivery",
        "hush",
    ]
    .map(str::to_owned)
    .into();
    for request in atlas.requests() {
        let header = request
            .header("authorization")
            .unwrap_or_default()
            .to_owned();
        let parts = header
            .split('"')
            .filter(|part| part.len() >= 20 && !part.starts_with('/'));
        secrets.extend(parts.map(|part| {
            part.trim_start_matches("Bearer ")
                .trim_start_matches("Basic ")
                .to_owned()
        }));
    }
    for secret in secrets {
        assert!(!shown.contains(&secret), "{secret} is in: {shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_for_every_credential() {
    let log = Log::start(LevelFilter::TRACE);
    let mut table = String::new();
    for (name, fault) in faults() {
        writeln!(table, "{name}").unwrap();
        for way in WAYS {
            let (atlas, client) = faulty_atlas(way, fault.clone().always()).await;
            let told = told(&atlas, &client, &log).await;
            write!(table, "  {way:?}: {told}\n{}", sent(&atlas)).unwrap();
        }
        let (atlas, client) = faulty_atlas(Way::Key, Fault::delay(Duration::ZERO).times(2)).await;
        ask(&client).await.unwrap();
        atlas.take_requests();
        atlas.fault(fault.always());
        let told = told(&atlas, &client, &log).await;
        write!(table, "  Key with a nonce: {told}\n{}", sent(&atlas)).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn every_fault_at_the_token_endpoint() {
    let log = Log::start(LevelFilter::TRACE);
    let mut table = String::new();
    for (name, fault) in faults() {
        let (atlas, client) = faulty_atlas(Way::Account, fault.on_token_endpoint().always()).await;
        let told = told(&atlas, &client, &log).await;
        write!(table, "{name}: {told}\n{}", sent(&atlas)).unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_and_does_is_not_reported() {
    for (name, fault) in faults() {
        for way in WAYS {
            let (atlas, client) = faulty_atlas(way, fault.clone()).await;
            let first = ask(&client).await;
            assert!(
                first.is_ok() || !first.unwrap_err().is_retryable() || name.contains("an hour"),
                "{name}, {way:?}"
            );
            assert_eq!(atlas.faults_left(), 0);
            ask(&client).await.unwrap();
        }
    }
}
