//! Servers without measure: what they send is cut off by the limits that the manual states.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::support::{self, error_of};

const GIGABYTES: &str = "Content-Length: 5000000000";
const CHUNKED: &str = "Transfer-Encoding: chunked";
const SECOND: Duration = Duration::from_secs(1);
const MIB: u64 = 1 << 20;

/// A server that answers each request with `head`, and then with `piece` over and over.
struct Server {
    base_url: String,
    sent: Arc<AtomicU64>,
}

impl Server {
    async fn start(head: impl Into<String>, piece: impl Into<Vec<u8>>, pause: Duration) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let (head, piece, sent) = (head.into(), piece.into(), Arc::new(AtomicU64::new(0)));
        let counter = sent.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (head, piece, counter) = (head.clone(), piece.clone(), counter.clone());
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(head.as_bytes()).await;
                    // Until the client has had enough.
                    while stream.write_all(&piece).await.is_ok() {
                        counter.fetch_add(piece.len() as u64, Ordering::Relaxed);
                        if !pause.is_zero() {
                            tokio::time::sleep(pause).await;
                        }
                    }
                });
            }
        });
        Server { base_url, sent }
    }

    fn mebibytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed) / MIB
    }

    /// A client that tries once, and waits only so long as a fast server needs.
    fn client(&self, timeout: Duration) -> Client {
        support::builder(&self.base_url)
            .timeout(timeout)
            .build()
            .unwrap()
    }

    /// For one that fetches a token first.
    fn account(&self, timeout: Duration) -> Client {
        let builder = Client::builder(Credentials::service_account("mdb_sa_id_1", "mdb_sa_sk_2"));
        builder
            .base_url(&self.base_url)
            .retry(RetryPolicy::never())
            .timeout(timeout)
            .build()
            .unwrap()
    }
}

fn ok(header: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{header}\r\n\r\n")
}

/// 64 KiB of what may stand before any JSON.
fn blank() -> Vec<u8> {
    vec![b' '; 1 << 16]
}

/// The same, as a chunk.
fn chunk() -> Vec<u8> {
    [b"10000\r\n".to_vec(), blank(), b"\r\n".to_vec()].concat()
}

#[tokio::test]
async fn a_body_of_gigabytes_is_not_read() {
    let server = Server::start(ok(GIGABYTES), blank(), Duration::ZERO).await;
    let error = error_of(&server.client(30 * SECOND)).await;
    assert_eq!(
        error.to_string(),
        "200 OK: the body is larger than 8 MiB (get_backup_restore_job)"
    );
    assert!(error.is_decode() && !error.is_retryable());
    assert!(
        server.mebibytes() < 32,
        "{} MiB were sent",
        server.mebibytes()
    );
}

#[tokio::test]
async fn a_body_of_undeclared_gigabytes_is_given_up_at_8_mib() {
    for (header, piece) in [(CHUNKED, chunk()), ("Connection: close", blank())] {
        let server = Server::start(ok(header), piece, Duration::ZERO).await;
        let error = error_of(&server.client(30 * SECOND)).await;
        assert_eq!(
            error.to_string(),
            "200 OK: the body is larger than 8 MiB (get_backup_restore_job)"
        );
        assert!(
            server.mebibytes() < 32,
            "{} MiB were sent",
            server.mebibytes()
        );
    }
}

#[tokio::test]
async fn an_error_of_gigabytes_is_reported_by_its_status() {
    for (header, piece) in [(GIGABYTES, blank()), (CHUNKED, chunk())] {
        let head = ok(header).replace("200 OK", "503 Service Unavailable");
        let server = Server::start(head, piece, Duration::ZERO).await;
        let error = error_of(&server.client(30 * SECOND)).await;
        assert_eq!(
            error.to_string(),
            "503 Service Unavailable (get_backup_restore_job)"
        );
        assert!(
            server.mebibytes() < 32,
            "{} MiB were sent",
            server.mebibytes()
        );
    }
}

#[tokio::test]
async fn a_token_of_gigabytes_is_given_up() {
    let server = Server::start(ok(CHUNKED), chunk(), Duration::ZERO).await;
    let error = error_of(&server.account(30 * SECOND)).await;
    assert_eq!(
        error.to_string(),
        "200 OK: the body is larger than 8 MiB (get_backup_restore_job)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_byte_a_second_ends_after_30_seconds() {
    let in_the_body = "200 OK: the body did not arrive within 30s (get_backup_restore_job)";
    let in_the_head = "no answer from 127.0.0.1:[port] within 30s (get_backup_restore_job)";
    for (head, piece, words) in [
        (ok("Content-Length: 1000"), " ", in_the_body),
        (ok(CHUNKED), "1\r\n \r\n", in_the_body),
        ("HTTP/1.1 200 OK\r\nX-".to_owned(), "a", in_the_head),
        (String::new(), "H", "no answer from 127.0.0.1:[port]"),
        (
            "HTTP/1.1 100 Continue\r\n\r\n".to_owned(),
            "HTTP/1.1 103 Early Hints\r\n\r\n",
            in_the_head,
        ),
    ] {
        let server = Server::start(head, piece, SECOND).await;
        let client = support::builder(&server.base_url).build().unwrap();
        let begun = Instant::now();
        let error = error_of(&client).await;
        assert!(
            support::without_port(&error.to_string()).starts_with(words),
            "{error}"
        );
        assert!(error.is_retryable());
        assert!(
            begun.elapsed() <= 30 * SECOND + SECOND / 10,
            "{:?}",
            begun.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_byte_a_second_ends_after_30_seconds() {
    let server = Server::start(ok(CHUNKED), "1\r\n \r\n", SECOND).await;
    let begun = Instant::now();
    let error = error_of(&server.account(30 * SECOND)).await;
    assert_eq!(
        error.to_string(),
        "200 OK: the body did not arrive within 30s (get_backup_restore_job)"
    );
    assert!(
        begun.elapsed() <= 30 * SECOND + SECOND / 10,
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_tried_again_ends_after_two_minutes() {
    let server = Server::start(ok(CHUNKED), "1\r\n \r\n", SECOND).await;
    for policy in [
        RetryPolicy::default(),
        RetryPolicy::default().attempts(1000),
    ] {
        let client = support::builder(&server.base_url)
            .retry(policy)
            .build()
            .unwrap();
        let begun = Instant::now();
        assert!(error_of(&client).await.is_retryable());
        assert!(
            (90..=120).contains(&begun.elapsed().as_secs()),
            "{:?}",
            begun.elapsed()
        );
    }
}

/// Fast, and never done with the head, or with what may stand between the parts of a body.
#[tokio::test]
async fn what_is_no_body_has_limits_of_its_own() {
    let header = format!("X-Odd: {}\r\n", "a".repeat(100));
    for (what, head, piece) in [
        (
            "headers",
            "HTTP/1.1 200 OK\r\n".to_owned(),
            header.clone().into_bytes(),
        ),
        (
            "one header",
            "HTTP/1.1 200 OK\r\nX-Odd: ".to_owned(),
            vec![b'a'; 1 << 16],
        ),
        ("a reason", "HTTP/1.1 200 ".to_owned(), vec![b'a'; 1 << 16]),
        (
            "answers that are none yet",
            String::new(),
            b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(),
        ),
        ("a size of a chunk", ok(CHUNKED), b"0".to_vec()),
        (
            "an extension of a chunk",
            ok(CHUNKED) + "1;",
            vec![b'a'; 1 << 16],
        ),
        ("trailers", ok(CHUNKED) + "0\r\n", header.into_bytes()),
        ("empty lines", String::new(), b"\r\n".repeat(1 << 15)),
    ] {
        let server = Server::start(head, piece, Duration::ZERO).await;
        let begun = std::time::Instant::now();
        let error = error_of(&server.client(SECOND / 2)).await;
        assert!(error.is_retryable(), "{what}: {error}");
        assert!(
            begun.elapsed() < 10 * SECOND,
            "{what}: {:?}",
            begun.elapsed()
        );
        assert!(
            server.mebibytes() < 64,
            "{what}: {} MiB were sent",
            server.mebibytes()
        );
    }
}

#[tokio::test]
async fn ten_thousand_headers_are_no_answer_and_the_next_call_gets_one() {
    for atlas in [
        Simulator::start_tls().await.unwrap(),
        Simulator::start_tls_http1().await.unwrap(),
    ] {
        let atlas = support::prepare(atlas, support::Way::Token);
        let client = support::builder_for(&atlas, support::Way::Token)
            .http_client(support::own_http_client(&atlas));
        let client = client.retry(RetryPolicy::never()).build().unwrap();
        let long = Fault::delay(Duration::ZERO).header("X-Odd", &"a".repeat(2_000_000));
        for fault in [Fault::many_headers(10_000), long] {
            atlas.fault(fault);
            let error = error_of(&client).await;
            assert!(
                error.to_string().starts_with("no answer from 127.0.0.1:"),
                "{error}"
            );
            assert!(error.is_retryable());
            support::ask(&client).await.unwrap();
        }
    }
}
