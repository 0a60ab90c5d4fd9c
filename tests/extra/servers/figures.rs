//! What came of many calls.

use std::collections::BTreeMap;
use std::time::Duration;

use atlas_backup::{Client, Error};
use tokio::time::Instant;

use crate::support::{ask_many, without_port};

pub struct Figures {
    calls: usize,
    failures: Vec<String>,
    took: Duration,
}

impl Figures {
    /// Requests the only job `calls` times, up to `in_flight` at a time.
    pub async fn of_calls(client: &Client, calls: usize, in_flight: usize) -> Figures {
        let begun = Instant::now();
        let results = ask_many(client, calls, in_flight, |_| 0).await;
        Figures::new(results, begun.elapsed())
    }

    pub fn new(results: Vec<Result<String, Error>>, took: Duration) -> Figures {
        let calls = results.len();
        let mut failures = Vec::new();
        for result in results {
            if let Err(error) = result {
                failures.push(error.to_string());
            }
        }
        Figures {
            calls,
            failures,
            took,
        }
    }

    /// Prints a line for people to compare.
    pub fn print(&self, name: &str, requests: usize) {
        println!(
            "{name}: {} calls, {} failed, {requests} requests, {:.1} s",
            self.calls,
            self.failures.len(),
            self.took.as_secs_f64()
        );
        for (message, count) in self.by_message() {
            println!("    {count} times: {message}");
        }
    }

    /// How long this many calls took.
    pub fn time_for(&self, calls: u32) -> Duration {
        self.took * calls / self.calls as u32
    }

    fn by_message(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for failure in &self.failures {
            *counts.entry(without_port(failure)).or_default() += 1;
        }
        counts
    }

    #[track_caller]
    pub fn assert_none_failed(&self) {
        let failed = self.failures.len();
        assert_eq!(failed, 0, "of {} calls", self.calls);
    }
}
