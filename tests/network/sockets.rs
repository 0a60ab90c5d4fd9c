//! Sockets that send at once. Otherwise small pieces wait for 40 ms of the system's clock, which a paused clock jumps.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};

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
