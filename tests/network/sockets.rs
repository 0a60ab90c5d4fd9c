//! Sockets that send at once. Otherwise small pieces wait for 40 ms of the system's clock, which a
//! paused clock jumps.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

pub async fn accept(listener: &TcpListener) -> TcpStream {
    let (stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

pub async fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// A port on which each connection is served, with its number, which begins with 1. Dropped, it
/// takes no more of them.
pub struct Port {
    pub address: SocketAddr,
    accepted: Arc<AtomicU64>,
    accepting: AbortHandle,
}

impl Drop for Port {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Port {
    pub async fn open<S>(serve: impl Fn(TcpStream, u64) -> S + Send + 'static) -> Port
    where
        S: Future<Output = ()> + Send + 'static,
    {
        Port::open_at("127.0.0.1:0".parse().unwrap(), serve).await
    }

    /// On an address that is known before.
    pub async fn open_at<S>(
        address: SocketAddr,
        serve: impl Fn(TcpStream, u64) -> S + Send + 'static,
    ) -> Port
    where
        S: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicU64::new(0));
        let count = accepted.clone();
        let accepting = tokio::spawn(async move {
            loop {
                let stream = accept(&listener).await;
                let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                tokio::spawn(serve(stream, number));
            }
        });
        Port {
            address,
            accepted,
            accepting: accepting.abort_handle(),
        }
    }

    /// How many connections there have been.
    pub fn connections(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}
