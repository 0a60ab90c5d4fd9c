//! A server that counts in whole seconds: a token ends up to a second earlier than it says.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::support::*;

pub struct CuttingServer {
    pub base_url: String,
}

struct Clock {
    started: Instant,
    life: u64,
}

impl CuttingServer {
    /// Gives out tokens that are said to be valid for this many seconds. Each token is the time
    /// at which it expires.
    pub async fn start(life: u64) -> CuttingServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(Clock {
            started: Instant::now(),
            life,
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, clock.clone()));
            }
        });
        CuttingServer { base_url }
    }
}

impl Clock {
    fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    fn answer(&self, head: &str) -> String {
        if head.starts_with("POST /api/oauth/token") {
            let end = self.seconds() + self.life;
            let life = self.life;
            return success(&format!(
                r#"{{"access_token": "ends-at-{end}", "expires_in": {life}}}"#
            ));
        }
        let (_, token) = head.split_once("ends-at-").unwrap();
        let end = token.lines().next().unwrap().trim();
        if self.seconds() < end.parse().unwrap() {
            return success(&format!(r#"{{"id": "{}"}}"#, job_id(0)));
        }
        "HTTP/1.1 401 X\r\ncontent-length: 0\r\n\r\n".to_owned()
    }
}

fn success(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 X\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// Answers the requests of a connection, each after some time on the way.
async fn serve(stream: TcpStream, clock: Arc<Clock>) {
    let mut stream = BufReader::new(stream);
    while let Some(head) = read_request(&mut stream).await {
        tokio::time::sleep(Duration::from_millis(7)).await;
        let answer = clock.answer(&head);
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Returns the head of a request; its body is read as well.
async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    if let Some(length) = length {
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).await.ok()?;
    }
    Some(head)
}
