//! A server of HTTP/2 without TLS that sends streams away, as real ones do when a connection has
//! served enough.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::TcpStream;

use crate::frames::{Frame, HEADERS, NO_ERROR, PING, REFUSED_STREAM, read_preface};
use crate::sockets::Port;

/// What the server does on each connection.
#[derive(Clone, Copy, Debug)]
pub enum Behaviour {
    /// Serves this many streams, sends GOAWAY and looks at nothing that comes later. nginx does so at
    /// its `keepalive_requests`.
    GoAwayAfter { streams: u64, reason: u32 },
    /// The same, but looks at the last of these streams without answering, and ends the connection.
    DieAfter { streams: u64, reason: u32 },
    /// Looks at the second stream of its first connection without answering, and sends GOAWAY for
    /// the third. All other connections are served.
    LeaveSecond,
    /// Refuses every `nth` stream of a connection, and serves the others.
    RefuseEvery { nth: u64 },
}

pub struct H2Server {
    port: Port,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    pings: AtomicU64,
    requests: AtomicU64,
}

impl H2Server {
    pub async fn start(behaviour: Behaviour) -> H2Server {
        let counts = Arc::new(Counts::default());
        let counted = counts.clone();
        let port = Port::open(move |stream, number| {
            let connection = Connection {
                is_first: number == 1,
                stream,
                behaviour,
                counts: counted.clone(),
                served: 0,
                last_stream: None,
            };
            async {
                // It ends with an error when the client leaves.
                let _ = connection.serve().await;
            }
        });
        H2Server {
            port: port.await,
            counts,
        }
    }

    pub fn base_url(&self) -> String {
        self.port.base_url()
    }

    pub fn connections(&self) -> u64 {
        self.port.connections()
    }

    pub fn pings(&self) -> u64 {
        self.counts.pings.load(Ordering::Relaxed)
    }

    /// How many requests arrived, those included that the server did not look at.
    pub fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::Relaxed)
    }
}

struct Connection {
    is_first: bool,
    stream: TcpStream,
    behaviour: Behaviour,
    counts: Arc<Counts>,
    served: u64,
    /// The last one that GOAWAY names.
    last_stream: Option<u32>,
}

impl Connection {
    async fn serve(mut self) -> io::Result<()> {
        read_preface(&mut self.stream).await?;
        Frame::settings().write(&mut self.stream).await?;
        loop {
            let frame = Frame::read(&mut self.stream).await?;
            if let Some(answer) = frame.acknowledgement() {
                answer.write(&mut self.stream).await?;
            }
            if frame.kind == PING {
                self.counts.pings.fetch_add(1, Ordering::Relaxed);
            }
            if frame.kind == HEADERS {
                self.counts.requests.fetch_add(1, Ordering::Relaxed);
                let goes_on = self.request(frame.stream).await?;
                if !goes_on {
                    return Ok(());
                }
            }
        }
    }

    /// Returns whether the connection goes on.
    async fn request(&mut self, stream: u32) -> io::Result<bool> {
        if self.last_stream.is_some() {
            return Ok(true);
        }
        self.served += 1;
        match self.behaviour {
            Behaviour::GoAwayAfter { streams, reason } => {
                self.answer(stream).await?;
                if self.served == streams {
                    self.go_away(stream, reason).await?;
                }
            }
            Behaviour::DieAfter { streams, reason } if self.served == streams => {
                self.go_away(stream, reason).await?;
                return Ok(false);
            }
            Behaviour::RefuseEvery { nth } if self.served.is_multiple_of(nth) => {
                let refusal = Frame::reset(stream, REFUSED_STREAM);
                refusal.write(&mut self.stream).await?;
            }
            Behaviour::LeaveSecond => self.leave_second(stream).await?,
            _ => self.answer(stream).await?,
        }
        Ok(true)
    }

    async fn leave_second(&mut self, stream: u32) -> io::Result<()> {
        match self.served {
            2 if self.is_first => Ok(()),
            3 if self.is_first => self.go_away(stream - 2, NO_ERROR).await,
            _ => self.answer(stream).await,
        }
    }

    async fn answer(&mut self, stream: u32) -> io::Result<()> {
        Frame::head(stream).write(&mut self.stream).await?;
        Frame::body(stream, b"{}").write(&mut self.stream).await
    }

    async fn go_away(&mut self, last_stream: u32, reason: u32) -> io::Result<()> {
        self.last_stream = Some(last_stream);
        let frame = Frame::go_away(last_stream, reason);
        frame.write(&mut self.stream).await
    }
}
