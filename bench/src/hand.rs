//! The four types as somebody would write them by hand for serde: what is documented, each part
//! optional, arrays empty when missing, enums with a variant for the rest. What Atlas sends beyond
//! that is dropped, null arrays are fatal.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Optional properties, then arrays.
macro_rules! object {
    ($name:ident { $($(#[$meta:meta])* $field:ident: $type:ty),*; $($array:ident: $item:ty),* }) => {
        #[derive(Debug, Deserialize, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$meta])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
            $(#[serde(default, skip_serializing_if = "Vec::is_empty")] pub $array: Vec<$item>,)*
        }
    };
}

macro_rules! word {
    ($name:ident as $case:literal { $($variant:ident),* }) => {
        #[derive(Debug, Deserialize, Serialize)]
        #[serde(rename_all = $case)]
        pub enum $name { $($variant,)* #[serde(other)] Unknown }
    };
}

object!(Link { href: String, rel: String; });
object!(BsonTimestamp { date: DateTime<Utc>, increment: i64; });

object!(CloudBackupRestoreJob {
    cancelled: bool, delivery_type: DeliveryType, desired_timestamp: BsonTimestamp, expired: bool,
    expires_at: DateTime<Utc>, failed: bool, finished_at: DateTime<Utc>, id: String, oplog_inc: i64, oplog_ts: i64,
    #[serde(rename = "pointInTimeUTCSeconds")] point_in_time_utc_seconds: i64, snapshot_id: String,
    target_cluster_name: String, target_group_id: String, timestamp: DateTime<Utc>;
    components: Component, delivery_url: String, links: Link, private_download_delivery_urls: PrivateUrl
});
object!(Component { download_url: String, replica_set_name: String; private_download_delivery_urls: PrivateUrl });
object!(PrivateUrl { delivery_url: String, endpoint_id: String; });
word!(DeliveryType as "camelCase" { Automated, Download, PointInTime });

object!(LegacyBackupCheckpoint {
    cluster_id: String, completed: DateTime<Utc>, group_id: String, id: String, restorable: bool,
    started: DateTime<Utc>, timestamp: DateTime<Utc>;
    links: Link, parts: CheckpointPart
});
object!(CheckpointPart {
    replica_set_name: String, shard_name: String, token_discovered: bool, token_timestamp: BsonTimestamp,
    type_name: PartType;
});
word!(PartType as "SCREAMING_SNAKE_CASE" { ReplicaSet, ConfigServerReplicaSet });

object!(LegacyBackupRestoreJob {
    batch_id: String, cluster_id: String, cluster_name: String, created: DateTime<Utc>, delivery: Delivery,
    deployment_job_id: String, encryption_enabled: bool, group_id: String, id: String,
    #[serde(rename = "masterKeyUUID")] master_key_uuid: String, snapshot_id: String, status_name: JobStatus,
    timestamp: BsonTimestamp;
    hashes: FileHash, links: Link
});
object!(Delivery {
    auth_header: String, auth_value: String, expiration_hours: i64, expires: DateTime<Utc>, max_downloads: i64,
    method_name: DeliveryMethod, status_name: DeliveryStatus, target_cluster_id: String, target_cluster_name: String,
    target_group_id: String, url: String, url_v2: String;
});
object!(FileHash { file_name: String, hash: String, type_name: String; links: Link });
word!(JobStatus as "SCREAMING_SNAKE_CASE" { Finished, InProgress, Broken, Killed });
word!(DeliveryMethod as "SCREAMING_SNAKE_CASE" {
    ClientPit, Copy, CopyOver, Http, Query, AutomatedRestore, ThirdPartyCopy, ClientPitScp, Scp
});
word!(DeliveryStatus as "SCREAMING_SNAKE_CASE" { Ready, Expired, MaxDownloadsExceeded, Pending, Unlimited });

object!(ServerlessBackupSnapshot {
    created_at: DateTime<Utc>, expires_at: DateTime<Utc>, frequency_type: Frequency, id: String,
    mongod_version: String, serverless_instance_name: String, snapshot_type: SnapshotType, status: SnapshotStatus,
    storage_size_bytes: i64;
    links: Link
});
word!(Frequency as "camelCase" { Hourly, Daily, Weekly, Monthly, Yearly });
word!(SnapshotType as "camelCase" { OnDemand, Scheduled });
word!(SnapshotStatus as "camelCase" { Queued, InProgress, Completed, Failed });
