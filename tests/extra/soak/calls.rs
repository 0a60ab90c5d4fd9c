//! The calls, and the books about what came of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use atlas_backup::{Client, Error};
use serde_json::Value;

use crate::support::operations::callable;
use crate::support::{ACCOUNT_SECRET, ID, without_port};

pub const IN_FLIGHT: u64 = 64;

/// What came of the calls.
#[derive(Default)]
pub struct Books {
    pub begun: AtomicU64,
    pub values: AtomicU64,
    pub errors: AtomicU64,
    /// The lines of the errors, without what differs from run to run.
    pub lines: Mutex<BTreeMap<String, u64>>,
}

/// One operation after the other, each third time with an envelope.
async fn call(client: &Client, number: u64) -> Result<Value, Error> {
    let operation = callable().nth(number as usize % callable().count());
    let operation = operation.expect("there is one");
    let has_envelope = number.is_multiple_of(3);
    let call = operation.send_with(client, |name| match name {
        "envelope" => has_envelope.then(|| "true".to_owned()),
        _ => operation
            .example(name)
            .filter(|_| operation.is_required(name)),
    });
    call.await
}

/// Asks until the time is up.
pub async fn ask(clients: Arc<Vec<Client>>, books: Arc<Books>, lane: u64, end: Instant) {
    let mut number = lane;
    while Instant::now() < end {
        books.begun.fetch_add(1, Ordering::Relaxed);
        let client = &clients[(number % clients.len() as u64) as usize];
        match call(client, number / clients.len() as u64).await {
            Ok(value) => {
                let id = value["id"].as_str().unwrap_or(ID);
                assert_eq!(id, ID, "a value of another call");
                books.values.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                let line = error.to_string();
                // After several attempts their number follows, and their time.
                let end = line.rsplit(" (").next().unwrap_or_default();
                let operation = error.operation().unwrap_or("no operation");
                assert!(end.starts_with(operation), "{line}");
                assert!(
                    !line.contains("hush") && !line.contains(ACCOUNT_SECRET),
                    "{line}"
                );
                assert!(!error.is_invalid_request(), "{line}");
                // Which place is in the way of a JSON parser says nothing here, nor which
                // operation.
                let what = line.rsplit_once(" (get_").map_or(&*line, |(what, _)| what);
                *books
                    .lines
                    .lock()
                    .unwrap()
                    .entry(without_port(what))
                    .or_default() += 1;
                books.errors.fetch_add(1, Ordering::Relaxed);
            }
        }
        number += IN_FLIGHT;
    }
}
