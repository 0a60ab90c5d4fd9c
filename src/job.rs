//! What a value means to a wait: its final state, and what it lets a program download. The final
//! states of a type are in the OpenAPI document, under `x-outcome`; the build implements [`Job`] for
//! each type that has it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::{CloudBackupRestoreJob, LegacyBackupRestoreJob};

/// The final state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
#[doc(alias = "final state")]
pub enum Outcome {
    /// It completed successfully.
    Succeeded,
    /// It failed.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// It completed successfully, but its download is no longer available.
    Expired,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("{self:?}").to_lowercase())
    }
}

/// A resource with a final state that a [`Wait`](crate::Wait) can poll for.
pub trait Job {
    /// Returns the final state; `None` until it is reached, and for states that this version does
    /// not know.
    fn outcome(&self) -> Option<Outcome>;
}

impl CloudBackupRestoreJob {
    /// Returns the URLs from which the restored data can be downloaded: those of the job, or else
    /// one for each shard. Each is a secret: it is all that a download needs.
    pub fn download_urls(&self) -> Vec<&str> {
        if !self.delivery_url.is_empty() {
            return self.delivery_url.iter().map(String::as_str).collect();
        }
        let of_shards = self
            .components
            .iter()
            .filter_map(|shard| shard.download_url.as_deref());
        of_shards.filter(|url| !url.is_empty()).collect()
    }
}

impl LegacyBackupRestoreJob {
    /// Returns the checksums of the restored files that have both a name and a hash, as name,
    /// algorithm and hash. Where Atlas sends no algorithm it is `SHA1`, the only documented one.
    pub fn checksums(&self) -> Vec<(&str, &str, &str)> {
        let mut checksums = Vec::new();
        for file in &self.hashes {
            let algorithm = file.type_name.as_ref().map_or("SHA1", |name| name.as_str());
            if let (Some(name), Some(hash)) = (&file.file_name, &file.hash) {
                checksums.push((name.as_str(), algorithm, hash.as_str()));
            }
        }
        checksums
    }
}
