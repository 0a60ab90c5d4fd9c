//! A relay between a client and a server, which can forget its connections: they stay open, and
//! nothing passes any more. So do firewalls and address translators that have lost their tables.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::sockets::{Port, connect};

pub struct Relay {
    port: Port,
    state: Arc<State>,
}

struct State {
    /// Connections up to this number pass nothing,
    silenced: watch::Sender<u64>,
    /// and up to this one they are closed.
    closed: watch::Sender<u64>,
}

impl Relay {
    pub async fn start(server: SocketAddr) -> Relay {
        Relay::start_at("127.0.0.1:0".parse().unwrap(), server).await
    }

    /// On an address that is known before.
    pub async fn start_at(address: SocketAddr, server: SocketAddr) -> Relay {
        let state = Arc::new(State {
            silenced: watch::Sender::new(0),
            closed: watch::Sender::new(0),
        });
        let passed = state.clone();
        let port = Port::open_at(address, move |client, number| {
            pass(client, server, number, passed.clone())
        });
        Relay {
            port: port.await,
            state,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    pub fn connections(&self) -> u64 {
        self.port.connections()
    }

    /// Forgets all connections that there are. New ones are served.
    pub fn forget(&self) {
        self.state.silenced.send_replace(self.connections());
    }

    /// Closes all connections that there are.
    pub fn close(&self) {
        self.state.closed.send_replace(self.connections());
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr, number: u64, state: Arc<State>) {
    let mut silenced = state.silenced.subscribe();
    let mut closed = state.closed.subscribe();
    let mut server = connect(server).await;
    let is_forgotten = tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => false,
        () = reaches(&mut closed, number) => false,
        () = reaches(&mut silenced, number) => true,
    };
    if is_forgotten {
        // Both sockets stay open, and nobody reads from them.
        std::future::pending::<()>().await;
    }
}

async fn reaches(last: &mut watch::Receiver<u64>, number: u64) {
    // The sender lives as long as the task that has the receiver.
    let _ = last.wait_for(|last| *last >= number).await;
}
