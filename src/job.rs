//! What the answers of Atlas mean to those who wait: a restore job, a snapshot or a checkpoint goes in, whether and how
//! it ended comes out, and what is to be downloaded. An operation that is added to the OpenAPI document gets waiting
//! with an `impl` of [`Job`] beside these.

use std::fmt;

use crate::types::{
    CloudBackupRestoreJob, LegacyBackupCheckpoint, LegacyBackupRestoreJob, ServerlessBackupSnapshot,
};

/// How something ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Succeeded,
    /// It will not be done.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// It was done, but its download is no longer available.
    Expired,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{self:?}").to_lowercase())
    }
}

/// Something that is over one day, for a [`Waiter`](crate::Waiter) to wait for.
pub trait Job {
    /// How it ended; `None` as long as it did not, and for states that this version does not know.
    fn outcome(&self) -> Option<Outcome>;
}

impl Job for CloudBackupRestoreJob {
    /// The order is that of the Atlas CLI: a job that failed and was cancelled has failed. A download that is ready
    /// has no `finishedAt`, but a URL.
    fn outcome(&self) -> Option<Outcome> {
        let is_download = self
            .delivery_type
            .as_ref()
            .is_some_and(|it| it.as_str().eq_ignore_ascii_case("download"));
        let is_ready = is_download && !self.delivery_url.is_empty();
        match (self.failed, self.expired, self.cancelled) {
            (Some(true), _, _) => Some(Outcome::Failed),
            (_, Some(true), _) => Some(Outcome::Expired),
            (_, _, Some(true)) => Some(Outcome::Cancelled),
            _ => (is_ready || self.finished_at.is_some()).then_some(Outcome::Succeeded),
        }
    }
}

impl Job for LegacyBackupRestoreJob {
    fn outcome(&self) -> Option<Outcome> {
        let ends = [
            ("FINISHED", Outcome::Succeeded),
            ("BROKEN", Outcome::Failed),
            ("KILLED", Outcome::Cancelled),
        ];
        end(self.status_name.as_ref()?.as_str(), &ends)
    }
}

impl Job for ServerlessBackupSnapshot {
    fn outcome(&self) -> Option<Outcome> {
        end(
            self.status.as_ref()?.as_str(),
            &[
                ("completed", Outcome::Succeeded),
                ("failed", Outcome::Failed),
            ],
        )
    }
}

fn end(status: &str, ends: &[(&str, Outcome)]) -> Option<Outcome> {
    ends.iter()
        .find(|(end, _)| end.eq_ignore_ascii_case(status))
        .map(|(_, outcome)| *outcome)
}

impl Job for LegacyBackupCheckpoint {
    fn outcome(&self) -> Option<Outcome> {
        self.completed.map(|_| Outcome::Succeeded)
    }
}

impl CloudBackupRestoreJob {
    /// All URLs from which the restored data can be downloaded: the job's own, or else one for each shard. Each is a
    /// secret: whoever holds it can download the data.
    pub fn download_urls(&self) -> Vec<&str> {
        let of_shards = self
            .components
            .iter()
            .filter_map(|shard| shard.download_url.as_deref());
        let own = self.delivery_url.iter().map(String::as_str);
        if self.delivery_url.is_empty() {
            of_shards.collect()
        } else {
            own.collect()
        }
    }
}

impl LegacyBackupRestoreJob {
    /// The checksums of the restored files that have both a name and a hash, as name, algorithm and hash. The algorithm
    /// is `SHA1`, the only one that Atlas documents, where it is not told.
    pub fn checksums(&self) -> Vec<(&str, &str, &str)> {
        let hashes = self.hashes.iter().filter_map(|it| {
            let algorithm = it
                .type_name
                .as_ref()
                .map_or("SHA1", |algorithm| algorithm.as_str());
            Some((it.file_name.as_deref()?, algorithm, it.hash.as_deref()?))
        });
        hashes.collect()
    }
}
