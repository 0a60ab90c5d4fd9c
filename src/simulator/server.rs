//! Accepts connections and serves requests on them.
//!
//! The listening task owns the tasks of all connections, so that they end with it.

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

/// Counts a connection as closed when it is dropped.
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
            // Frees the tasks that have finished.
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
    // Nagle's algorithm would delay small responses. If the socket refuses the option, they are
    // only slower.
    let _ = stream.set_nodelay(true);
    let line = Arc::new(Line::new(number));
    match tls {
        None => talk(stream, line, &open.0).await,
        // A client that does not trust the certificate fails here, which a test sees at the client.
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
