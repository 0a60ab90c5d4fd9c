//! Connections, from the listener to the end.
//!
//! Every connection is a task of one set that belongs to the listening task, so all of them end
//! together.

use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::service::serve;
use super::state::Shared;
use super::wire::{Line, Wire};

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
