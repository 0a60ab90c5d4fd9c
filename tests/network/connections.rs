//! Connections: how many a burst of first calls opens, what stands between a client and its
//! server, and clients that callers bring.

use std::process::Command;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, RetryPolicy};

use crate::support::*;

#[track_caller]
fn all_spoke(atlas: &Simulator, protocol: &str) {
    for request in atlas.requests() {
        assert_eq!(request.protocol(), protocol);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_cold_calls_at_once_share_one_connection() {
    for way in WAYS {
        let atlas = prepare(Simulator::start_tls().await.unwrap(), way);
        let client = trusting_client(&atlas, way);
        for result in ask_at_once(&client, 64).await {
            result.unwrap();
        }
        all_spoke(&atlas, "HTTP/2.0");
        assert_eq!(atlas.connections(), 1, "{way:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_call_that_hangs_holds_the_others_up_for_a_second_at_most() {
    for way in WAYS {
        let atlas = atlas_for(way).await;
        let client = client_for(&atlas, way);
        atlas.fault(Fault::hang());
        let hanging = tokio::spawn({
            let client = client.clone();
            async move { ask(&client).await }
        });
        atlas
            .received(if way == Way::Account { 2 } else { 1 })
            .await;
        let before = tokio::time::Instant::now();
        for result in ask_at_once(&client, 10).await {
            result.unwrap();
        }
        for _ in 0..10 {
            ask(&client).await.unwrap();
        }
        assert!(
            before.elapsed() <= Duration::from_millis(1001),
            "{way:?}: {:?}",
            before.elapsed()
        );
        hanging.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_call_that_fails_lets_the_others_go() {
    for fault in [Fault::cut(), Fault::garbage("garbage"), Fault::status(503)] {
        let atlas = atlas_for(Way::Token).await;
        let client = client_for(&atlas, Way::Token);
        atlas.fault(fault);
        let before = tokio::time::Instant::now();
        for result in ask_at_once(&client, 10).await {
            result.unwrap();
        }
        assert!(
            before.elapsed() < Duration::from_millis(100),
            "{:?}",
            before.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn queueing_for_a_permit_ends_with_the_total_time() {
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(Fault::hang().always());
    let policy = RetryPolicy::default().total_time(Duration::from_secs(5));
    let client = builder_for(&atlas, Way::Token)
        .retry(policy)
        .max_in_flight(1)
        .build()
        .unwrap();
    let before = tokio::time::Instant::now();
    let mut lines = Vec::new();
    for result in ask_at_once(&client, 2).await {
        lines.push(line(&atlas, &result.unwrap_err()));
    }
    assert!(before.elapsed() <= Duration::from_millis(5100), "{lines:?}");
    assert_eq!(atlas.request_count(), 1);
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
}

/// The call that has the only place goes on.
#[tokio::test(start_paused = true)]
async fn queueing_for_a_permit_ends_with_the_time_of_a_call_that_has_less() {
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(Fault::delay(Duration::from_secs(20)));
    let client = builder_for(&atlas, Way::Token).max_in_flight(1);
    let client = client.build().unwrap();
    let call = client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .restore_job_id(job_id(0));
    let hasty = call.clone().total_time(Duration::from_secs(2));
    let before = tokio::time::Instant::now();
    let hasty = async {
        let error = hasty.send().await.unwrap_err();
        (error, before.elapsed())
    };
    let (slow, (error, took)) = tokio::join!(call.send(), hasty);
    slow.unwrap();
    assert!(took <= Duration::from_millis(2100), "{took:?}");
    insta::assert_snapshot!(line(&atlas, &error));
}

#[tokio::test]
async fn http_1_is_spoken_where_a_server_offers_nothing_else() {
    for way in WAYS {
        let atlas = prepare(Simulator::start_tls_http1().await.unwrap(), way);
        let client = trusting_client(&atlas, way);
        for result in ask_at_once(&client, 64).await {
            result.unwrap();
        }
        all_spoke(&atlas, "HTTP/1.1");
    }
}

#[tokio::test]
async fn a_client_of_this_crates_making_is_good_too() {
    let atlas = atlas_for(Way::Key).await;
    let http = atlas_backup::http_client_builder()
        .unwrap()
        .no_proxy()
        .build()
        .unwrap();
    ask(&builder_for(&atlas, Way::Key)
        .http_client(http)
        .build()
        .unwrap())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_connection_that_is_cut_is_reported_without_the_link_that_rustls_adds() {
    let atlas = prepare(Simulator::start_tls_http1().await.unwrap(), Way::Token);
    atlas.fault(Fault::cut().always());
    let client = trusting_client(&atlas, Way::Token);
    let text = error_of(&client).await.to_string();
    assert!(
        text.contains("without sending TLS close_notify (get_backup_restore_job, 4 attempts in"),
        "{text}"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    let error = error_of(&client_for(&atlas, Way::Token)).await;
    let text = error.to_string();
    let host = atlas.base_url().trim_start_matches("https://");
    assert!(
        text.starts_with(&format!(
            "cannot connect to {host}: invalid peer certificate"
        )),
        "{text}"
    );
    assert_eq!((error.status(), atlas.request_count()), (None, 0));
}

#[tokio::test]
async fn a_redirect_to_another_host_sends_it_nothing() {
    for way in WAYS {
        let (atlas, elsewhere) = (atlas_for(way).await, atlas_for(way).await);
        atlas.fault(
            Fault::redirect(&elsewhere.base_url().replace("127.0.0.1", "localhost"))
                .on_path("/")
                .always(),
        );
        let error = error_of(&client_for(&atlas, way)).await;
        let words = "302 Found: redirects to localhost are not followed; check the base URL (get_backup_restore_job)";
        assert!(error.to_string().ends_with(words), "{error}");
        assert_eq!((atlas.request_count(), elsewhere.connections()), (1, 0));
    }
}

#[tokio::test]
async fn a_client_that_follows_redirects_takes_no_credentials_along() {
    for way in WAYS {
        let (atlas, elsewhere) = (atlas_for(way).await, atlas_for(way).await);
        let client = trusting_client(&atlas, way);
        ask(&client).await.unwrap();
        atlas.fault(Fault::redirect(&format!("{}/api/atlas/v2/x", elsewhere.base_url())).always());
        assert!(error_of(&client).await.is_unauthorized());
        assert_eq!(requests(&elsewhere), ["GET /job nothing -> 401"], "{way:?}");
        assert!(atlas.token_requests() <= 1);
    }
}

const CHILD: &str = "connections::what_a_child_process_asks";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_to_this_machine_go_past_the_proxy_of_the_environment() {
    let atlas = atlas_for(Way::Token).await;
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", CHILD, "--ignored", "--nocapture"]);
    for proxy in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        // Nobody listens there.
        child.env(proxy, "http://127.0.0.1:9");
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy");
    child.env("MONGODB_ATLAS_BASE_URL", atlas.base_url());
    child.env("MONGODB_ATLAS_ACCESS_TOKEN", Simulator::ACCESS_TOKEN);
    let output = tokio::task::spawn_blocking(move || child.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test]
#[ignore = "started by the test above, with a proxy in the environment"]
async fn what_a_child_process_asks() {
    ask(&Client::from_env().unwrap()).await.unwrap();
    // The proxy is there: other clients do not get past it.
    let base_url = std::env::var("MONGODB_ATLAS_BASE_URL").unwrap();
    let tls = rustls_that_trusts_nobody();
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .build()
        .unwrap();
    http.get(base_url)
        .send()
        .await
        .expect_err("no proxy listens");
}

fn rustls_that_trusts_nobody() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    config
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
