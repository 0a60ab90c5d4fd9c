//! What is traced: a span for each call, events for retries and renewals, a warning for operations
//! that Atlas withdraws.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Outcome, RetryPolicy};
use tracing::level_filters::LevelFilter;

use crate::support::log::Log;
use crate::support::*;

/// The lines of this crate, without what differs from run to run.
fn lines(log: &Log, atlas: &Simulator) -> String {
    let lines = log
        .own_lines()
        .join("\n")
        .replace(atlas.base_url(), "[atlas]");
    let field = regress::Regex::new(r"(pause|pause_ms|elapsed_ms|server.port)=[0-9.]+s?").unwrap();
    let lines = field.replace_all(&lines, "$1=[$1]");
    let elapsed = regress::Regex::new(r"attempts in [0-9.]+ m?s").unwrap();
    let lines = elapsed.replace_all(&lines, "attempts in [time]");
    let poll = regress::Regex::new(r"poll (\d+) after [0-9.]+s").unwrap();
    poll.replace_all(&lines, "poll $1 after [elapsed]")
}

#[tokio::test]
async fn a_call_is_a_span_and_a_retry_an_event() {
    let log = Log::start(LevelFilter::DEBUG);
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(Fault::status(503).times(2));
    ask(&client_for(&atlas, Way::Token)).await.unwrap();
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test]
async fn a_call_that_fails_has_the_type_of_its_error() {
    let log = Log::start(LevelFilter::DEBUG);
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(Fault::cut());
    atlas.fault(Fault::status(404));
    ask(&client_for(&atlas, Way::Token)).await.unwrap_err();
    let text = lines(&log, &atlas);
    insta::assert_snapshot!(text.lines().last().unwrap());
}

#[tokio::test]
async fn a_read_by_path_shows_its_path_and_has_no_template() {
    let log = Log::start(LevelFilter::DEBUG);
    let atlas = atlas_for(Way::Token).await;
    let client = client_for(&atlas, Way::Token);
    let path = format!("groups/{GROUP}/clusters/Cluster0/backup/schedule");
    let read = client.get::<serde_json::Value>(path, "2023-01-01");
    read.send().await.expect_err("there is none");
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test]
async fn a_base_url_with_a_path_hides_no_argument() {
    let log = Log::start(LevelFilter::DEBUG);
    let atlas = atlas_for(Way::Token).await;
    let base_url = format!("{}/gateway/", atlas.base_url());
    let builder = builder_for(&atlas, Way::Token).base_url(base_url);
    let error = ask(&builder.build().unwrap()).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let text = log.text();
    for field in [
        format!("project=\"{GROUP}\""),
        "cluster=\"Cluster0\"".to_owned(),
    ] {
        assert!(text.contains(&field), "{field} is not in {text}");
    }
}

#[tokio::test]
async fn fetching_a_token_is_an_event_and_so_is_a_retry_of_it() {
    let log = Log::start(LevelFilter::DEBUG);
    let atlas = atlas_for(Way::Account).await;
    atlas.fault(Fault::token_limit());
    ask(&client_for(&atlas, Way::Account)).await.unwrap();
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_is_a_warning() {
    let log = Log::start(LevelFilter::WARN);
    let atlas = atlas_for(Way::Account).await;
    let client = client_for(&atlas, Way::Account);
    ask(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(3400)).await;
    atlas.fault(Fault::status(500).on_token_endpoint());
    ask(&client).await.unwrap();
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test]
async fn a_call_that_goes_well_says_nothing_at_the_usual_levels() {
    let log = Log::start(LevelFilter::INFO);
    for way in WAYS {
        ask(&client_for(&atlas_for(way).await, way)).await.unwrap();
    }
    assert_eq!(log.text(), "");
}

#[expect(deprecated, reason = "withdrawn operations are called like others")]
async fn ask_for_an_older_job(client: &Client) {
    let request = client
        .get_legacy_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0");
    request
        .job_id(job_id(0))
        .send()
        .await
        .expect_err("there is none");
}

#[tokio::test]
async fn that_an_operation_is_withdrawn_is_reported_once_for_each_operation_and_client() {
    let log = Log::start(LevelFilter::INFO);
    let atlas = atlas_for(Way::Token).await;
    let name = "get_legacy_backup_restore_job";
    atlas.add_operation_header(name, "Deprecation", "Mon, 5 Aug 2024 00:00:00 GMT");
    atlas.add_operation_header(name, "Sunset", "Thu, 1 Jul 2027 00:00:00 GMT");
    atlas.add_operation_header(
        "get_backup_restore_job",
        "Sunset",
        "soon,\tsee https://example.org/?key=1",
    );
    let clients = [
        client_for(&atlas, Way::Token),
        client_for(&atlas, Way::Token),
    ];
    for client in [&clients[0], &clients[0].clone(), &clients[1]] {
        ask_for_an_older_job(client).await;
        ask(client).await.unwrap();
    }
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test]
async fn of_reads_by_path_the_end_of_a_version_is_reported_once() {
    let log = Log::start(LevelFilter::INFO);
    let atlas = atlas_for(Way::Token).await;
    atlas.add_header("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT");
    let client = client_for(&atlas, Way::Token);
    for number in 0..100 {
        for version in ["2023-01-01", "2024-08-05"] {
            let path = format!("groups/{}", job_id(number));
            let read = client.get::<serde_json::Value>(path, version);
            read.send().await.expect_err("there is nothing");
        }
    }
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test(start_paused = true)]
async fn a_wait_reports_the_failures_that_it_tolerates_and_that_it_queues() {
    let log = Log::start(LevelFilter::DEBUG);
    let atlas = atlas_for(Way::Token).await;
    let builder = builder_for(&atlas, Way::Token);
    let client = builder.retry(RetryPolicy::never()).build().unwrap();
    atlas.fault(Fault::status(503));
    atlas.fault(Fault::status(429).header("Retry-After", "60"));
    let call = client.get_backup_restore_job().group_id(GROUP);
    let call = call.cluster_name("Cluster0").restore_job_id(job_id(0));
    let is_there = |_: &_| Some(Outcome::Succeeded);
    call.until(is_there).await.unwrap();
    insta::assert_snapshot!(lines(&log, &atlas));
}

#[tokio::test]
async fn no_level_shows_what_a_request_was_authorized_with() {
    let log = Log::start(LevelFilter::TRACE);
    for way in WAYS {
        for atlas in [
            atlas_for(way).await,
            prepare(Simulator::start_tls().await.unwrap(), way),
        ] {
            let client = trusting_client(&atlas, way);
            ask(&client).await.unwrap();
            client.revoke_token().await.unwrap();
            for request in atlas.requests() {
                let header = request.header("authorization").unwrap_or_default();
                let secrets = header
                    .split(['"', ' '])
                    .filter(|part| part.len() >= 20 && !part.starts_with('/'));
                for secret in secrets.chain([ACCOUNT_SECRET, PRIVATE_KEY]) {
                    assert!(!log.text().contains(secret), "{way:?}: {secret} is traced");
                }
            }
        }
    }
    assert!(log.text().contains("TRACE"));
}
