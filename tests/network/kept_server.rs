//! A server of HTTP/1.1 that closes a connection which it had kept open, just when a request comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::sockets::Port;

/// How a connection ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// In order.
    Close,
    /// With a reset.
    Reset,
    /// In order, after the first bytes of an answer.
    AfterFirstBytes,
}

pub struct KeptServer {
    port: Port,
    requests: Arc<AtomicU64>,
}

impl KeptServer {
    /// Each connection serves this many requests, and ends when the next one comes. There is a number
    /// for each connection; the last one is for all that follow.
    pub async fn start(served: &'static [u64], end: End) -> KeptServer {
        let requests = Arc::new(AtomicU64::new(0));
        let count = requests.clone();
        let port = Port::open(move |stream, number| {
            let index = served.len().min(number as usize) - 1;
            serve(stream, served[index], end, count.clone())
        });
        KeptServer {
            port: port.await,
            requests,
        }
    }

    pub fn base_url(&self) -> String {
        self.port.base_url()
    }

    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

async fn serve(stream: TcpStream, served: u64, end: End, requests: Arc<AtomicU64>) {
    let mut stream = BufReader::new(stream);
    for _ in 0..served {
        if !read_request(&mut stream).await {
            return;
        }
        requests.fetch_add(1, Ordering::Relaxed);
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
    if !read_request(&mut stream).await {
        return;
    }
    requests.fetch_add(1, Ordering::Relaxed);
    match end {
        End::Close => {}
        End::Reset => stream.get_ref().set_zero_linger().unwrap(),
        End::AfterFirstBytes => stream.write_all(b"HTTP/1.1 200").await.unwrap(),
    }
}

/// Returns whether there was one.
async fn read_request(stream: &mut BufReader<TcpStream>) -> bool {
    let mut line = String::new();
    loop {
        line.clear();
        match stream.read_line(&mut line).await {
            Ok(0) | Err(_) => return false,
            Ok(_) if line.trim().is_empty() => return true,
            Ok(_) => {}
        }
    }
}
