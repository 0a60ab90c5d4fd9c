//! One client in two runtimes: its connections belong to the one that has made them.

use std::thread;
use std::time::Duration;

use atlas_backup::{Client, ClientBuilder, Error, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::h2_server::{Behaviour, H2Server};
use crate::kept_server::{End, KeptServer};
use crate::support::{self, ask};
use crate::{builder, http2};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Starts a server in a thread that goes on.
fn elsewhere<S, F>(start: impl FnOnce() -> F + Send + 'static) -> S
where
    S: Send + 'static,
    F: Future<Output = S>,
{
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            sender.send(start().await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

fn http2_server() -> H2Server {
    let never = Behaviour::RefuseEvery { nth: u64::MAX };
    elsewhere(move || H2Server::start(never))
}

/// No test waits for longer than this.
fn impatient(builder: ClientBuilder) -> Client {
    let policy = RetryPolicy::default().total_time(Duration::from_secs(3));
    let builder = builder.timeout(Duration::from_millis(200));
    builder.retry(policy).build().unwrap()
}

fn ask_in_another_runtime(client: &Client) -> Result<String, Error> {
    runtime().block_on(ask(client))
}

#[test]
fn a_runtime_that_is_gone_costs_nothing() {
    let server = http2_server();
    let client = impatient(builder(&server.base_url, http2()));
    for _ in 0..5 {
        ask_in_another_runtime(&client).unwrap();
    }
    assert_eq!(server.connections(), 5);
}

#[test]
fn a_runtime_that_stands_still_costs_one_exchange() {
    let server = elsewhere(|| KeptServer::start(&[u64::MAX], End::Close));
    let client = impatient(support::builder(&server.base_url));
    let still = runtime();
    still.block_on(ask(&client)).unwrap();
    // The connection is kept, and its task is in the runtime that does nothing now.
    ask_in_another_runtime(&client).unwrap();
    drop(still);
}

/// Nobody can make another client like one that was brought along.
#[test]
fn a_client_of_ones_own_has_to_wait_until_that_runtime_is_gone() {
    let server = http2_server();
    let client = impatient(builder(&server.base_url, http2()));
    let still = runtime();
    still.block_on(ask(&client)).unwrap();
    let error = ask_in_another_runtime(&client).unwrap_err();
    assert!(error.is_retryable(), "{error}");
    drop(still);
    ask_in_another_runtime(&client).unwrap();
    assert_eq!(server.connections(), 2);
}
