//! One client in two runtimes: its connections belong to the one that has made them.

use std::thread;
use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Error, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::h2_server::{Behaviour, H2Server};
use crate::support::{Way, ask, prepare};
use crate::{builder, default_client, http2};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A server in a thread that goes on.
fn server() -> H2Server {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let never = Behaviour::RefuseEvery { nth: u64::MAX };
            sender.send(H2Server::start(never).await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

/// The same, over TLS.
fn tls_server() -> Simulator {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
            sender.send(atlas).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

fn client(server: &H2Server) -> Client {
    let client = builder(&server.base_url(), http2());
    // No test waits for longer than this.
    let policy = RetryPolicy::default().total_time(Duration::from_secs(3));
    let client = client.timeout(Duration::from_millis(200));
    client.retry(policy).build().unwrap()
}

fn ask_in_another_runtime(client: &Client) -> Result<String, Error> {
    runtime().block_on(ask(client))
}

#[test]
fn a_runtime_that_is_gone_costs_nothing() {
    let server = server();
    let client = client(&server);
    for _ in 0..5 {
        ask_in_another_runtime(&client).unwrap();
    }
    assert_eq!(server.connections(), 5);
}

/// By a client of this crate's making. One that was brought along stays with its connection, as the
/// guide says.
#[test]
fn a_runtime_that_stands_still_is_left() {
    let server = tls_server();
    let client = default_client(&server).timeout(Duration::from_millis(200));
    let client = client.build().unwrap();
    let still = runtime();
    still.block_on(ask(&client)).unwrap();
    // The connection is kept, and its task is in the runtime that does nothing now.
    let result = ask_in_another_runtime(&client);
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(server.connections(), 2);
    drop(still);
}
