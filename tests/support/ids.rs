//! Ids, and the paths of what some tests ask for by name.

pub const GROUP: &str = "32b6e34b3d91647abb20e7b8";
pub const CLUSTER: &str = "Cluster0";
pub const ID: &str = "6a794733c0eb9e7a17740663";

pub const CHECKPOINT: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backupCheckpoints/6a794733c0eb9e7a17740663";
pub const LEGACY_JOB: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/restoreJobs/6a794733c0eb9e7a17740663";
pub const JOB: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";
pub const SNAPSHOT: &str =
    "groups/32b6e34b3d91647abb20e7b8/serverless/Cluster0/backup/snapshots/6a794733c0eb9e7a17740663";

/// Stands in what tests send where nothing of it may be shown.
pub const SECRET: &str = "SECRET0";
