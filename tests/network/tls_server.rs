//! Servers that end a TLS handshake, or never begin it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

use crate::sockets::accept;

/// What becomes of a handshake.
#[derive(Clone)]
pub enum Handshake {
    /// It ends with this alert (RFC 8446, section 6).
    Alert(u8),
    /// There is no answer.
    Silence,
    /// It is done with this configuration, and nothing follows.
    With(Arc<ServerConfig>),
}

pub struct TlsServer {
    pub address: SocketAddr,
    connections: Arc<AtomicU64>,
    listening: AbortHandle,
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl TlsServer {
    pub async fn start(handshake: Handshake) -> TlsServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicU64::new(0));
        let listening = tokio::spawn(listen(listener, handshake, connections.clone()));
        TlsServer {
            address,
            connections,
            listening: listening.abort_handle(),
        }
    }

    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    pub fn base_url(&self) -> String {
        format!("https://{}", self.address)
    }
}

async fn listen(listener: TcpListener, handshake: Handshake, connections: Arc<AtomicU64>) {
    loop {
        let stream = accept(&listener).await;
        connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(shake(stream, handshake.clone()));
    }
}

async fn shake(mut stream: TcpStream, handshake: Handshake) {
    match handshake {
        Handshake::Alert(description) => {
            let mut hello = [0; 4096];
            let _ = stream.read(&mut hello).await;
            // A record of type alert, of TLS 1.2, with two bytes: fatal, and which.
            let alert = [21, 3, 3, 0, 2, 2, description];
            stream.write_all(&alert).await.unwrap();
            // Until the client leaves.
            while matches!(stream.read(&mut hello).await, Ok(length) if length > 0) {}
        }
        Handshake::Silence => std::future::pending().await,
        Handshake::With(config) => {
            let accepted = TlsAcceptor::from(config).accept(stream).await;
            if let Ok(mut stream) = accepted {
                let mut byte = [0];
                let _ = stream.read(&mut byte).await;
            }
        }
    }
}
