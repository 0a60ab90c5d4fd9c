//! The state of all jobs.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Outcome, Poll, RateLimit, WaitError};
use tokio::time::Instant;

/// The polls of this time tell how long a round takes.
const WINDOW: Duration = Duration::from_secs(10);

pub struct Board {
    every: Duration,
    begun: Instant,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    rows: Vec<Row>,
    rate_limit: Option<RateLimit>,
    polls: VecDeque<Instant>,
}

/// The state of a job.
#[derive(Clone, Default)]
pub struct Row {
    pub id: String,
    pub job: Option<CloudBackupRestoreJob>,
    pub outcome: Option<Outcome>,
    /// Why the wait ended without a final state.
    pub error: Option<String>,
}

/// How many jobs are in each state.
#[derive(Default)]
pub struct Counts {
    pub done: usize,
    pub running: usize,
    /// Includes those that could not be read or did not finish in time.
    pub failed: usize,
}

impl Board {
    pub fn new(ids: &[String], every: Duration) -> Self {
        let mut known = Known::default();
        for id in ids {
            known.rows.push(Row {
                id: id.clone(),
                ..Row::default()
            });
        }
        Board {
            every,
            begun: Instant::now(),
            known: Mutex::new(known),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a poll of the job of this number.
    pub fn poll(&self, number: usize, poll: Poll<'_, CloudBackupRestoreJob>) {
        let mut known = self.known();
        known.rate_limit = poll.rate_limit().or(known.rate_limit);
        let now = Instant::now();
        known.polls.push_back(now);
        while known.polls.front().is_some_and(|at| *at + WINDOW < now) {
            known.polls.pop_front();
        }
        if let Ok(job) = poll.result() {
            known.rows[number].job = Some(job.clone());
            known.rows[number].outcome = poll.outcome();
        }
    }

    /// Records the end of the wait for the job of this number.
    pub fn end(&self, number: usize, error: Option<WaitError<CloudBackupRestoreJob>>) {
        let Some(error) = error else { return };
        if error.outcome().is_none() {
            self.known().rows[number].error = Some(error.to_string());
        }
    }

    pub fn rows(&self) -> Vec<Row> {
        self.known().rows.clone()
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.known().rows {
            match (row.outcome, &row.error) {
                (Some(Outcome::Succeeded), _) => counts.done += 1,
                (None, None) => counts.running += 1,
                _ => counts.failed += 1,
            }
        }
        counts
    }

    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Returns the progress of all jobs as one line.
    pub fn line(&self) -> String {
        let counts = self.counts();
        let (done, running, failed) = (counts.done, counts.running, counts.failed);
        let mut line = format!("{done} done, {running} running, {failed} failed");
        if let Some(rate_limit) = self.known().rate_limit {
            let (left, limit) = (rate_limit.remaining, rate_limit.limit);
            line += &format!("; {left} of {limit} requests left");
        }
        if running > 0 {
            line += &format!("; next round {:.0?}", self.round(running));
        }
        line
    }

    /// Estimates how long it takes to poll each unfinished job once, at the latest rate of polls.
    fn round(&self, running: usize) -> Duration {
        let polls = self.known().polls.len().max(1) as f64;
        let window = self.elapsed().min(WINDOW).as_secs_f64();
        let round = Duration::from_secs_f64(running as f64 * window / polls);
        let round = round.max(self.every);
        Duration::from_secs(round.as_secs_f64().ceil() as u64)
    }
}
