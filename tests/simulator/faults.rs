//! What goes wrong on request, over plain HTTP/1.1 and over TLS with HTTP/2.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use reqwest::Response;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::{ACCEPT, JOB, get, header, http_client};

const DOCUMENT: &str = r#"{"id":"6a794733c0eb9e7a17740663"}"#;

/// One that speaks HTTP/1.1 and one that speaks HTTP/2.
async fn both() -> [Simulator; 2] {
    let both = [
        Simulator::start().await.unwrap(),
        Simulator::start_tls().await.unwrap(),
    ];
    for atlas in &both {
        atlas.put(JOB, &json!({"id": "6a794733c0eb9e7a17740663"}));
    }
    both
}

async fn ask(atlas: &Simulator, fault: Fault) -> reqwest::Result<Response> {
    atlas.fault(fault);
    get(atlas, JOB).send().await
}

/// What arrives at a client with a socket of its own, to the end of the connection.
async fn raw(atlas: &Simulator, fault: Fault) -> String {
    atlas.fault(fault);
    let address = atlas.base_url().strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let token = Simulator::ACCESS_TOKEN;
    let head = format!(
        "GET /api/atlas/v2/{JOB} HTTP/1.1\r\nHost: a\r\nAccept: {ACCEPT}\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_status_comes_with_an_error_or_with_any_body_and_header() {
    for atlas in both().await {
        let response = ask(&atlas, Fault::status(503).header("Retry-After", "2"))
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), header(&response, "retry-after")),
            (503, Some("2"))
        );
        let body = response.text().await.unwrap();
        assert!(
            body.contains(r#""error":503,"errorCode":"UNEXPECTED_ERROR""#),
            "{body}"
        );
        let response = ask(&atlas, Fault::status(502).body("text/html", "<h1>Bad</h1>"))
            .await
            .unwrap();
        assert_eq!(
            (
                response.status().as_u16(),
                header(&response, "content-type")
            ),
            (502, Some("text/html"))
        );
        assert_eq!(response.text().await.unwrap(), "<h1>Bad</h1>");
        let response = ask(&atlas, Fault::status(200).body("", "")).await.unwrap();
        assert_eq!(
            (header(&response, "content-type"), response.content_length()),
            (None, Some(0))
        );
        let response = ask(&atlas, Fault::redirect("https://example.com/"))
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), header(&response, "location")),
            (302, Some("https://example.com/"))
        );
        let response = ask(
            &atlas,
            Fault::many_headers(0).header("RateLimit-Remaining", "3"),
        )
        .await
        .unwrap();
        assert_eq!(
            response
                .headers()
                .get_all("ratelimit-remaining")
                .iter()
                .collect::<Vec<_>>(),
            ["3"]
        );
        let response = ask(&atlas, Fault::many_headers(60)).await.unwrap();
        assert!(response.headers().len() > 60);
        assert_eq!(response.text().await.unwrap(), DOCUMENT);
        assert_eq!(
            get(&atlas, JOB).send().await.unwrap().status(),
            200,
            "each happened once"
        );
        assert_eq!(atlas.requests()[0].status(), Some(503));
    }
}

#[tokio::test]
async fn a_connection_is_cut_before_the_head() {
    for atlas in both().await {
        assert!(ask(&atlas, Fault::cut()).await.unwrap_err().is_request());
        assert_eq!(atlas.requests()[0].status(), None);
        assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 200);
    }
    assert_eq!(raw(&both().await[0], Fault::cut()).await, "");
}

#[tokio::test]
async fn a_connection_is_cut_in_the_body() {
    for atlas in both().await {
        for fault in [
            Fault::cut_body(5),
            Fault::cut_body(5).chunked(),
            Fault::cut_body(5_000),
        ] {
            let response = ask(&atlas, fault).await.unwrap();
            assert_eq!(response.status(), 200);
            assert!(response.text().await.is_err());
        }
    }
    let [atlas, _] = both().await;
    let longer = Fault::status(200)
        .body("application/json", "{}")
        .header("Content-Length", "5");
    assert!(ask(&atlas, longer).await.unwrap().text().await.is_err());
    let answer = raw(&atlas, Fault::cut_body(5)).await;
    assert!(
        answer.contains(&format!("content-length: {}\r\n", DOCUMENT.len())),
        "{answer}"
    );
    assert!(
        answer.ends_with(&format!("\r\n\r\n{}", &DOCUMENT[..5])),
        "{answer}"
    );
    let answer = raw(
        &atlas,
        Fault::status(200)
            .body("text/html", "<h1>")
            .cut_after(2)
            .chunked(),
    )
    .await;
    assert!(answer.ends_with("\r\n\r\n2\r\n<h\r\n"), "{answer}");
}

#[tokio::test]
async fn garbage_is_not_http() {
    for atlas in both().await {
        assert!(
            ask(&atlas, Fault::garbage("\0\x01garbage\r\n\r\n"))
                .await
                .is_err()
        );
    }
    assert_eq!(
        raw(&both().await[0], Fault::garbage("SSH-2.0-dropbear\r\n")).await,
        "SSH-2.0-dropbear\r\n"
    );
}

#[tokio::test(start_paused = true)]
async fn delays_and_drips_go_by_the_clock_of_tokio() {
    for atlas in both().await {
        let start = Instant::now();
        let response = ask(&atlas, Fault::delay(Duration::from_secs(40)))
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), start.elapsed().as_secs()),
            (200, 40)
        );
        let start = Instant::now();
        let response = ask(&atlas, Fault::drip(10, Duration::from_secs(7)))
            .await
            .unwrap();
        assert_eq!(response.text().await.unwrap(), DOCUMENT);
        assert_eq!(start.elapsed().as_secs(), 21);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_hangs_while_others_go_on() {
    for atlas in both().await {
        atlas.fault(Fault::hang());
        let request = get(&atlas, JOB).timeout(Duration::from_secs(600)).send();
        let hanging = tokio::spawn(request);
        atlas.received(1).await;
        assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 200);
        assert!(hanging.await.unwrap().unwrap_err().is_timeout());
        assert_eq!(atlas.requests()[0].status(), None);
    }
}

#[tokio::test]
async fn a_body_without_end_does_not_end() {
    for atlas in both().await {
        let mut response = ask(&atlas, Fault::endless_body()).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.content_length()),
            (200, None)
        );
        let mut length = 0;
        while length < 1_000_000 {
            length += response.chunk().await.unwrap().unwrap().len();
        }
    }
}

#[tokio::test]
async fn faults_happen_in_turn_to_the_requests_they_are_meant_for() {
    let [atlas, _] = both().await;
    atlas.fault(Fault::status(500).on_token_endpoint());
    atlas.fault(Fault::status(501).on_path("/backupCheckpoints/"));
    atlas.fault(Fault::status(502).times(2));
    atlas.fault(Fault::status(503).always());
    atlas.fault(Fault::status(504).times(0));
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(get(&atlas, JOB).send().await.unwrap().status().as_u16());
    }
    assert_eq!((seen, atlas.faults_left()), (vec![502, 502, 503, 503], 3));
    let checkpoint = JOB.replace("backup/restoreJobs", "backupCheckpoints");
    assert_eq!(get(&atlas, &checkpoint).send().await.unwrap().status(), 501);
    let token = http_client(&atlas).post(format!("{}/api/oauth/token", atlas.base_url()));
    assert_eq!(token.send().await.unwrap().status(), 500);
    atlas.clear_faults();
    assert_eq!(
        (
            get(&atlas, JOB).send().await.unwrap().status().as_u16(),
            atlas.faults_left()
        ),
        (200, 0)
    );
}

#[tokio::test]
async fn chance_is_the_same_for_the_same_seed() {
    let mut patterns = Vec::new();
    for seed in [7, 7, 8] {
        let [atlas, _] = both().await;
        atlas.fault(Fault::status(503).sometimes(0.3, seed));
        let client = http_client(&atlas);
        let mut failed = Vec::new();
        for _ in 0..200 {
            let request = client.get(format!("{}/api/atlas/v2/{JOB}", atlas.base_url()));
            failed.push(request.send().await.unwrap().status() == 503);
        }
        patterns.push(failed);
    }
    assert_eq!(patterns[0], patterns[1]);
    assert_ne!(patterns[0], patterns[2]);
    let failed = patterns[0].iter().filter(|failed| **failed).count();
    assert!((40..=80).contains(&failed), "{failed} of 200");
}

#[tokio::test(start_paused = true)]
async fn an_outage_begins_and_ends_by_the_clock() {
    let atlas = Simulator::start().await.unwrap();
    atlas.put(JOB, &json!({}));
    let minute = Duration::from_secs(60);
    atlas.fault(Fault::status(503).during(minute..4 * minute));
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let response = get(&atlas, JOB).send().await.unwrap();
        statuses.push(response.status().as_u16());
        tokio::time::advance(minute).await;
    }
    assert_eq!(statuses, [200, 503, 503, 503, 200, 200]);
    assert_eq!(atlas.faults_left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_fault_may_happen_to_some_requests_of_a_time_only() {
    let atlas = Simulator::start().await.unwrap();
    atlas.put(JOB, &json!({}));
    let hour = Duration::ZERO..Duration::from_secs(3600);
    atlas.fault(Fault::status(503).during(hour).times(1));
    let first = get(&atlas, JOB).send().await.unwrap();
    let second = get(&atlas, JOB).send().await.unwrap();
    let statuses = [first.status().as_u16(), second.status().as_u16()];
    assert_eq!(statuses, [503, 200]);
}
