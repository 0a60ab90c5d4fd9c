//! Connections, from the listener to the end.
//!
//! Every connection is a task of one set that belongs to the listening task, so all of them end
//! together. Some faults are no HTTP at all: a connection that ends where it should not, or bytes
//! that are no response. A [`Line`] is what a request being served can do to its connection, and a
//! [`Wire`] is the connection that obeys.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Buf, Bytes};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::service::serve;
use super::state::Shared;
use crate::sync::lock;

/// Counts a connection as ended, whichever way it ends.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.end();
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
                let number = shared.connections.begin();
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

#[derive(Default)]
pub(super) struct Connections {
    accepted: AtomicU64,
    ended: AtomicU64,
}

impl Connections {
    /// Counts one, and returns its number: 1 for the first.
    pub(super) fn begin(&self) -> u64 {
        self.accepted.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn end(&self) {
        self.ended.fetch_add(1, Ordering::Release);
    }

    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub(super) fn open(&self) -> u64 {
        // In this order, for more may come and go in between.
        let ended = self.ended.load(Ordering::Acquire);
        self.accepted() - ended
    }
}

/// One connection, as seen by the requests that came over it.
pub(super) struct Line {
    pub(super) number: u64,
    end: Notify,
    spoiled: AtomicBool,
    garbage: Mutex<Bytes>,
}

impl Line {
    pub(super) fn new(number: u64) -> Self {
        Self {
            number,
            end: Notify::new(),
            spoiled: AtomicBool::new(false),
            garbage: Mutex::default(),
        }
    }

    /// Ends the connection, after what was handed to it before.
    pub(super) fn cut(&self) {
        self.end.notify_one();
    }

    async fn is_cut(&self) {
        self.end.notified().await;
    }

    /// Sends this instead of whatever is written next, and ends the connection.
    pub(super) fn spoil(&self, garbage: Bytes) {
        *lock(&self.garbage) = garbage;
        self.spoiled.store(true, Ordering::Release);
    }
}

struct Wire<Io> {
    pub(super) io: Io,
    pub(super) line: Arc<Line>,
}

impl<Io: AsyncRead + Unpin> AsyncRead for Wire<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_read(cx, buf)
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Wire<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let me = self.get_mut();
        if !me.line.spoiled.load(Ordering::Acquire) {
            return Pin::new(&mut me.io).poll_write(cx, buf);
        }
        let mut garbage = lock(&me.line.garbage);
        while !garbage.is_empty() {
            let sent = ready!(Pin::new(&mut me.io).poll_write(cx, &garbage))?;
            garbage.advance(sent);
        }
        ready!(Pin::new(&mut me.io).poll_shutdown(cx))?;
        // An error, so that hyper drops the connection.
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}
