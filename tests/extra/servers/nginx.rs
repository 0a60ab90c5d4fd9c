//! nginx ends a connection when it has served `keepalive_requests`, or has been idle for
//! `keepalive_timeout`.

use std::process::Command;
use std::time::Duration;

use atlas_backup::{Client, RetryPolicy, http_client_builder};
use base64::prelude::{BASE64_STANDARD, Engine};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::certificates::Certificates;
use super::figures::Figures;
use super::job;
use super::server::{Server, free_port, home, installed};
use crate::support::{Way, ask};

const PROGRAM: &str = "/usr/sbin/nginx";

struct Nginx {
    server: Server,
    certificates: Certificates,
    scheme: &'static str,
}

impl Nginx {
    /// With these lines about connections; `None` where it is not installed. HTTP/2 is spoken over
    /// TLS.
    async fn start(name: &str, is_http2: bool, lines: &str) -> Option<Nginx> {
        let answer = format!("return 200 '{}';", job());
        Nginx::answering(name, is_http2, lines, &answer).await
    }

    /// Answers in this way.
    async fn answering(name: &str, is_http2: bool, lines: &str, answer: &str) -> Option<Nginx> {
        if !installed(PROGRAM, "nginx") {
            return None;
        }
        let home = home(&format!("nginx-{name}"));
        let port = free_port();
        let certificates = Certificates::new();
        std::fs::write(
            home.join("certificate.pem"),
            pem("CERTIFICATE", certificates.certificate()),
        )
        .unwrap();
        std::fs::write(
            home.join("key.pem"),
            pem("PRIVATE KEY", &certificates.key_der()),
        )
        .unwrap();
        let listen = if is_http2 { "ssl http2" } else { "" };
        let text = format!(
            "daemon off; pid pid; error_log error.log;
             worker_processes 2; worker_rlimit_nofile 8192;
             events {{ worker_connections 4096; }}
             http {{
               log_format status $status; access_log access.log status;
               client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
               {lines}
               server {{
                 listen 127.0.0.1:{port} {listen};
                 ssl_certificate certificate.pem; ssl_certificate_key key.pem;
                 default_type application/json;
                 location / {{ {answer} }}
               }}
             }}\n",
        );
        std::fs::write(home.join("nginx.conf"), text).unwrap();
        let mut command = Command::new(PROGRAM);
        command
            .arg("-p")
            .arg(&home)
            .args(["-c", "nginx.conf", "-e", "error.log"]);
        let server = Server::start(&mut command, home, port).await;
        Some(Nginx {
            server,
            certificates,
            scheme: if is_http2 { "https" } else { "http" },
        })
    }

    fn client(&self, policy: RetryPolicy) -> Client {
        let http = http_client_builder().unwrap().no_proxy();
        let http = http.tls_backend_preconfigured(self.certificates.client());
        let base_url = format!("{}://{}", self.scheme, self.server.address);
        let client = Client::builder(Way::Token.credentials()).base_url(base_url);
        let client = client.http_client(http.build().unwrap());
        client.retry(policy).build().unwrap()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// Both policies, each with a server of its own.
async fn http2(name: &str, lines: &str, in_flight: usize) {
    let policies = [
        (RetryPolicy::default(), "default policy"),
        (RetryPolicy::never(), "never()"),
    ];
    let mut all = Vec::new();
    for (policy, words) in policies {
        let Some(nginx) = Nginx::start(name, true, lines).await else {
            return;
        };
        let figures = Figures::of_calls(&nginx.client(policy), 10_000, in_flight).await;
        let requests = nginx.server.stop("access.log").len();
        let name = format!("nginx, HTTP/2, {lines} {in_flight} in flight, {words}");
        figures.print(&name, requests);
        all.push(figures);
    }
    for figures in all {
        figures.assert_none_failed();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_ends_connections_after_10_requests() {
    http2("ten", "keepalive_requests 10;", 64).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_ends_connections_after_7_requests() {
    http2("seven", "keepalive_requests 7;", 500).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_ends_connections_after_100_requests() {
    http2("hundred", "keepalive_requests 100;", 500).await;
}

/// Each connection serves what arrives with its first request, and no more. Calls are served in the
/// order of their arrival.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_keeps_no_connection_of_http_2() {
    let lines = "keepalive_timeout 0;";
    let Some(nginx) = Nginx::start("none", true, lines).await else {
        return;
    };
    let client = nginx.client(RetryPolicy::default());
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        tasks.spawn(async move {
            let mut results = Vec::new();
            let mut slowest = Duration::ZERO;
            while begun.elapsed() < Duration::from_secs(20) {
                let before = Instant::now();
                results.push(ask(&client).await);
                slowest = slowest.max(before.elapsed());
            }
            (results, slowest)
        });
    }
    let (results, times): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().unzip();
    let slowest = times.into_iter().max().unwrap();
    let results = results.into_iter().flatten().collect();
    let figures = Figures::new(results, begun.elapsed());
    let requests = nginx.server.stop("access.log").len();
    figures.print(
        &format!("nginx, HTTP/2, {lines} 100 in flight, slowest {slowest:?}"),
        requests,
    );
    figures.assert_none_failed();
    // In the order of arrival all 100 are served before the first one comes again. A request that
    // another has passed connects by itself after two seconds.
    let round = figures.time_for(100);
    let longest = Duration::from_secs(2) + round * 4;
    assert!(slowest <= longest, "{slowest:?}, and {round:?} for 100");
}

/// A server behind nginx or Apache, which takes three seconds.
pub(super) async fn slow_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(answer_slowly(stream));
        }
    });
    port
}

async fn answer_slowly(mut stream: TcpStream) {
    let mut head = vec![0; 4096];
    let _ = stream.read(&mut head).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let body = job();
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let text = format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(text.as_bytes()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_responds_after_three_seconds_to_one_request() {
    for (lines, reloads) in [("keepalive_requests 10;", false), ("", true)] {
        let answer = format!("proxy_pass http://127.0.0.1:{};", slow_server().await);
        let Some(nginx) = Nginx::answering("slow", true, lines, &answer).await else {
            return;
        };
        let client = nginx.client(RetryPolicy::default());
        let calling = Figures::of_calls(&client, 640, 64);
        let reloading = async {
            loop {
                tokio::time::sleep(Duration::from_secs(4)).await;
                if reloads {
                    nginx.server.signal("HUP");
                }
            }
        };
        let figures = tokio::select! {
            figures = calling => figures,
            () = reloading => return,
        };
        let requests = nginx.server.stop("access.log").len();
        let name = format!("nginx, HTTP/2, {lines} answers of 3 s, reloads: {reloads}");
        figures.print(&name, requests);
        figures.assert_none_failed();
        assert!(requests <= 640 * 105 / 100, "{requests} requests");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_ends_idle_connections_of_http_1() {
    let lines = "keepalive_timeout 1s;";
    let Some(nginx) = Nginx::start("idle", false, lines).await else {
        return;
    };
    let client = nginx.client(RetryPolicy::never());
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let client = client.clone();
        // About the time after which nginx closes, so that some requests cross with that.
        let gap = Duration::from_micros(995_000 + 100 * number);
        tasks.spawn(async move {
            let mut results = Vec::new();
            for _ in 0..10 {
                results.push(ask(&client).await);
                tokio::time::sleep(gap).await;
            }
            results
        });
    }
    let results = tasks.join_all().await.into_iter().flatten().collect();
    let figures = Figures::new(results, begun.elapsed());
    let requests = nginx.server.stop("access.log").len();
    let name = format!("nginx, HTTP/1.1, {lines} 64 in flight with gaps of a second, never()");
    figures.print(&name, requests);
    figures.assert_none_failed();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn nginx_is_reloaded_while_calls_are_in_flight() {
    for (is_http2, protocol) in [(true, "HTTP/2"), (false, "HTTP/1.1")] {
        let Some(nginx) = Nginx::start("reload", is_http2, "").await else {
            return;
        };
        let client = nginx.client(RetryPolicy::never());
        let calling = Figures::of_calls(&client, 10_000, 64);
        let reloading = async {
            loop {
                tokio::time::sleep(Duration::from_millis(300)).await;
                nginx.server.signal("HUP");
            }
        };
        let figures = tokio::select! {
            figures = calling => figures,
            () = reloading => return,
        };
        let requests = nginx.server.stop("access.log").len();
        let name = format!("nginx, {protocol}, reloaded all the time, 64 in flight, never()");
        figures.print(&name, requests);
        figures.assert_none_failed();
    }
}
