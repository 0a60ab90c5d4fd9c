//! Connections on which a server refuses request after request, while others are good. The client
//! is one of this crate's making: another cannot be replaced.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use atlas_backup::{Client, RetryPolicy};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::certificates::Certificates;
use crate::frames::{Frame, HEADERS, HTTP_1_1_REQUIRED, REFUSED_STREAM, read_preface};
use crate::seconds;
use crate::sockets::Port;
use crate::support::{Way, ask, error_of};

/// What the server does.
#[derive(Clone, Copy, Debug)]
enum Manners {
    /// Refuses with this status on its first connections, after one good response on each.
    Status { code: u16, connections: u64 },
    /// Refuses streams on its first connection, after one good response.
    RefusedStreams,
    /// Serves no HTTP/2.
    Http1Only,
}

struct Server {
    port: Port,
    requests: Arc<AtomicU64>,
    certificates: Certificates,
}

impl Server {
    async fn start(manners: Manners, protocols: &[&[u8]]) -> Server {
        let certificates = Certificates::new();
        let mut config = certificates.server();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let requests = Arc::new(AtomicU64::new(0));
        let count = requests.clone();
        let port = Port::open(move |stream: TcpStream, number| {
            let (acceptor, count) = (acceptor.clone(), count.clone());
            async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                // It ends with an error when the client leaves.
                let _ = match stream.get_ref().1.alpn_protocol() {
                    Some(b"h2") => http2(stream, manners, number, &count).await,
                    _ => http1(stream, manners, number, &count).await,
                };
            }
        });
        Server {
            port: port.await,
            requests,
            certificates,
        }
    }

    fn client(&self, policy: RetryPolicy) -> Client {
        let client = Client::builder(Way::Token.credentials()).retry(policy);
        let client = client.base_url(format!("https://{}", self.port.address));
        let client = client.root_certificate(self.certificates.authority_pem());
        client.build().unwrap()
    }

    fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Manners {
    /// The status of a response, or nothing for a stream that is refused.
    fn status(self, connection: u64, served: u64) -> Option<u16> {
        match self {
            Manners::Status { code, connections } if connection <= connections && served > 0 => {
                Some(code)
            }
            Manners::RefusedStreams if connection == 1 && served > 0 => None,
            _ => Some(200),
        }
    }
}

async fn http1(
    stream: TlsStream<TcpStream>,
    manners: Manners,
    connection: u64,
    requests: &AtomicU64,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    for served in 0.. {
        while line != "\r\n" {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
        }
        line.clear();
        requests.fetch_add(1, Ordering::Relaxed);
        let status = manners.status(connection, served).unwrap_or(503);
        let head = format!("HTTP/1.1 {status} Status\r\nContent-Length: 2\r\n");
        let text = format!("{head}Content-Type: application/json\r\n\r\n{{}}");
        stream.write_all(text.as_bytes()).await?;
        stream.flush().await?;
    }
    Ok(())
}

async fn http2(
    mut stream: TlsStream<TcpStream>,
    manners: Manners,
    connection: u64,
    requests: &AtomicU64,
) -> io::Result<()> {
    read_preface(&mut stream).await?;
    Frame::settings().write(&mut stream).await?;
    let mut served = 0;
    loop {
        let frame = Frame::read(&mut stream).await?;
        if let Some(answer) = frame.acknowledgement() {
            answer.write(&mut stream).await?;
        }
        if frame.kind == HEADERS {
            requests.fetch_add(1, Ordering::Relaxed);
            let id = frame.stream;
            match manners.status(connection, served) {
                _ if matches!(manners, Manners::Http1Only) => {
                    Frame::reset(id, HTTP_1_1_REQUIRED)
                        .write(&mut stream)
                        .await?;
                }
                Some(status) => {
                    Frame::head_with(id, status).write(&mut stream).await?;
                    Frame::body(id, b"{}").write(&mut stream).await?;
                }
                None => Frame::reset(id, REFUSED_STREAM).write(&mut stream).await?,
            }
            served += 1;
        }
        stream.flush().await?;
    }
}

const BOTH: [&[u8]; 2] = [b"h2", b"http/1.1"];
const HTTP1: [&[u8]; 1] = [b"http/1.1"];

#[tokio::test(start_paused = true)]
async fn a_connection_that_refuses_three_requests_in_a_row_is_left() {
    for code in [502, 503, 504] {
        for protocols in [&BOTH[..], &HTTP1[..]] {
            let connections = 1;
            let manners = Manners::Status { code, connections };
            let server = Server::start(manners, protocols).await;
            let client = server.client(RetryPolicy::default());
            ask(&client).await.unwrap();
            let begun = Instant::now();
            ask(&client).await.unwrap();
            assert!(begun.elapsed() <= seconds(6), "{:?}", begun.elapsed());
            // A good one, three that were refused, and one over another connection.
            assert_eq!((server.requests(), server.port.connections()), (5, 2));
        }
    }
}

/// 421 ends a call (RFC 9110, section 15.5.20), but not those that follow.
#[tokio::test(start_paused = true)]
async fn a_connection_for_other_hosts_is_left() {
    let (code, connections) = (421, 1);
    let server = Server::start(Manners::Status { code, connections }, &BOTH).await;
    let client = server.client(RetryPolicy::default());
    ask(&client).await.unwrap();
    for _ in 0..3 {
        error_of(&client).await;
    }
    ask(&client).await.unwrap();
    assert_eq!((server.requests(), server.port.connections()), (5, 2));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_refuses_streams_is_left() {
    let server = Server::start(Manners::RefusedStreams, &BOTH).await;
    let client = server.client(RetryPolicy::never());
    ask(&client).await.unwrap();
    let begun = Instant::now();
    ask(&client).await.unwrap();
    assert!(begun.elapsed() <= seconds(1), "{:?}", begun.elapsed());
    assert_eq!((server.requests(), server.port.connections()), (5, 2));
}

/// A service that is down is no reason to connect again and again.
#[tokio::test(start_paused = true)]
async fn it_is_left_once_in_ten_seconds() {
    let (code, connections) = (503, u64::MAX);
    let server = Server::start(Manners::Status { code, connections }, &BOTH).await;
    let client = server.client(RetryPolicy::default().total_time(seconds(60)));
    ask(&client).await.unwrap();
    let _ = ask(&client).await;
    let connections = server.port.connections();
    assert!((2..=7).contains(&connections), "{connections} connections");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_requires_http_1_1_gets_it() {
    let server = Server::start(Manners::Http1Only, &BOTH).await;
    let client = server.client(RetryPolicy::default());
    let begun = Instant::now();
    for _ in 0..3 {
        ask(&client).await.unwrap();
    }
    assert!(begun.elapsed() <= seconds(2), "{:?}", begun.elapsed());
    assert_eq!((server.requests(), server.port.connections()), (4, 2));
}
