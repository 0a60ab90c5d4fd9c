//! A proxy that takes CONNECT.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::TcpStream;

use crate::sockets::{Port, connect};

pub struct Proxy {
    port: Port,
    asked: Arc<AtomicU64>,
}

/// What the proxy answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Leads on to this address, whatever the request names.
    Tunnel(SocketAddr),
    Refuse(&'static str),
}

impl Proxy {
    pub async fn start(answer: Answer) -> Proxy {
        let asked = Arc::new(AtomicU64::new(0));
        let count = asked.clone();
        let port = Port::open(move |stream, _| serve(stream, answer, count.clone()));
        Proxy {
            port: port.await,
            asked,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Ends it.
    pub async fn take_down(self) {
        drop(self);
        // The task has ended, and its socket is closed, when others have had their turn.
        tokio::task::yield_now().await;
    }

    /// How many requests for a tunnel it got.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// With a user and a password that may be shown nowhere.
    pub fn setting(&self) -> String {
        format!("http://user:{PASSWORD}@{}", self.address())
    }
}

pub const PASSWORD: &str = "hush-hush";

async fn serve(stream: TcpStream, answer: Answer, asked: Arc<AtomicU64>) {
    let mut client = BufReader::new(stream);
    let mut line = String::new();
    client.read_line(&mut line).await.unwrap();
    if line.is_empty() {
        return;
    }
    assert!(line.starts_with("CONNECT "), "{line}");
    asked.fetch_add(1, Ordering::Relaxed);
    while line.trim() != "" {
        line.clear();
        client.read_line(&mut line).await.unwrap();
    }
    let mut client = client.into_inner();
    match answer {
        Answer::Refuse(status) => {
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
        }
        Answer::Tunnel(address) => {
            let mut server = connect(address).await;
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            // It ends when one of the two leaves.
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
    }
}
