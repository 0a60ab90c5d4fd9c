//! The calls, and the books about what came of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use atlas_backup::{Client, Error};

use crate::support::{
    ACCOUNT_SECRET, ID, checkpoint, legacy_job, restore_job, snapshot, without_port,
};

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

/// One operation after the other.
async fn call(client: &Client, number: u64) -> Result<Option<String>, Error> {
    let envelope = number.is_multiple_of(3);
    Ok(match number % 4 {
        0 => {
            restore_job(client)
                .envelope(envelope)
                .send()
                .await?
                .into_inner()
                .id
        }
        1 => {
            legacy_job(client)
                .envelope(envelope)
                .send()
                .await?
                .into_inner()
                .id
        }
        2 => {
            checkpoint(client)
                .envelope(envelope)
                .send()
                .await?
                .into_inner()
                .id
        }
        _ => {
            snapshot(client)
                .envelope(envelope)
                .send()
                .await?
                .into_inner()
                .id
        }
    })
}

/// Asks until the time is up.
pub async fn ask(clients: Arc<Vec<Client>>, books: Arc<Books>, lane: u64, end: Instant) {
    let mut number = lane;
    while Instant::now() < end {
        books.begun.fetch_add(1, Ordering::Relaxed);
        let client = &clients[(number % clients.len() as u64) as usize];
        match call(client, number / clients.len() as u64).await {
            Ok(id) => {
                assert_eq!(id.as_deref(), Some(ID), "a value of another call");
                books.values.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                let line = error.to_string();
                assert!(
                    error
                        .operation()
                        .is_some_and(|it| line.ends_with(&format!("({it})"))),
                    "{line}"
                );
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
