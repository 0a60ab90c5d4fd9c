//! Connections, from the listener to the end.
//!
//! In comes a listening socket; out go requests to [`service`](super::service), each with the line it came over. Every
//! connection is a task of one set that belongs to the listening task, so all of them end together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::Simulator;
use super::service::{Shared, serve};
use super::wire::{Line, Wire};

/// How many connections there were, and are.
#[derive(Default)]
pub(super) struct Connections {
    accepted: AtomicU64,
    ended: AtomicU64,
}

/// Counts a connection as ended, whichever way it ends.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.ended.fetch_add(1, Ordering::Release);
    }
}

pub(super) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // Only to let go of what has ended.
            Some(_) = open.join_next() => continue,
        };
        match accepted {
            Ok((stream, _)) => {
                let number = shared.connections.accepted.fetch_add(1, Ordering::Relaxed) + 1;
                open.spawn(connection(
                    stream,
                    tls.clone(),
                    number,
                    Open(shared.clone()),
                ));
            }
            // Out of file descriptors, most likely: others may be closed soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, number: u64, open: Open) {
    // Small answers would wait for each other otherwise; a socket that refuses is none the worse.
    let _ = stream.set_nodelay(true);
    let line = Arc::new(Line::new(number));
    match tls {
        None => talk(stream, line, &open.0).await,
        // A client that does not trust the certificate leaves here, which is its own affair.
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                talk(stream, line, &open.0).await;
            }
        }
    }
}

async fn talk<Io>(io: Io, line: Arc<Line>, shared: &Arc<Shared>)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let wire = TokioIo::new(Wire {
        io,
        line: line.clone(),
    });
    let service = service_fn(|request| serve(shared.clone(), line.clone(), request));
    let builder = Builder::new(TokioExecutor::new());
    tokio::select! {
        // First, so that what was written before a cut is sent before it.
        biased;
        _ = builder.serve_connection(wire, service) => {}
        () = line.is_cut() => {}
    }
}

impl Simulator {
    /// How many connections were accepted since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections.accepted.load(Ordering::Relaxed)
    }

    /// How many of them are open.
    pub fn open_connections(&self) -> u64 {
        // In this order, for more may come and go in between.
        let ended = self.shared.connections.ended.load(Ordering::Acquire);
        self.connections() - ended
    }
}
