//! Ids, and the path of what most tests request.

pub const GROUP: &str = "32b6e34b3d91647abb20e7b8";
pub const CLUSTER: &str = "Cluster0";
pub const ID: &str = "6a794733c0eb9e7a17740663";

pub const JOB: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";

/// Stands in what tests send where nothing of it may be shown.
pub const SECRET: &str = "SECRET0";
