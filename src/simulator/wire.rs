//! The connections beneath HTTP.
//!
//! Some faults are no HTTP at all: a connection that ends where it should not, or bytes that are no
//! response. A [`Line`] is what a request being served can do to its connection, and a [`Wire`] is
//! the connection that obeys.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use hyper::body::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use crate::sync::lock;

/// Counts connections.
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
        // In this order, since connections may open and close in between.
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

    /// Closes the connection after everything that was written before.
    pub(super) fn cut(&self) {
        self.end.notify_one();
    }

    pub(super) async fn is_cut(&self) {
        self.end.notified().await;
    }

    /// Sends this in place of what is written next, and closes the connection.
    pub(super) fn spoil(&self, garbage: Bytes) {
        *lock(&self.garbage) = garbage;
        self.spoiled.store(true, Ordering::Release);
    }
}

pub(super) struct Wire<Io> {
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
