//! Servers that end a TLS handshake, or never begin it.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::sockets::Port;

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

pub struct TlsServer(Port);

impl TlsServer {
    pub async fn start(handshake: Handshake) -> TlsServer {
        TlsServer(Port::open(move |stream, _| shake(stream, handshake.clone())).await)
    }

    pub fn connections(&self) -> u64 {
        self.0.connections()
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub fn base_url(&self) -> String {
        format!("https://{}", self.0.address)
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
