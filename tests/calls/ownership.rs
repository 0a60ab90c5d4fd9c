//! A call owns its client: it can be kept, copied, and sent from anywhere.

use atlas_backup::builder::GetBackupRestoreJob;
use serde_json::json;

use crate::support::{CLUSTER, GROUP, ID, atlas, client};

const PATH: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";

#[tokio::test]
async fn a_call_is_sent_by_a_task_after_its_client_was_dropped() {
    let atlas = atlas().await;
    atlas.put(PATH, &json!({ "id": ID }));
    let client = client(&atlas);
    let call = client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .restore_job_id(ID);
    drop(client);
    let job = tokio::spawn(call.send()).await.unwrap().unwrap();
    assert_eq!(job.id.as_deref(), Some(ID));
}

#[tokio::test]
async fn a_call_is_sent_as_often_as_it_is_cloned() {
    let atlas = atlas().await;
    atlas.put(PATH, &json!({ "id": ID }));
    let call = client(&atlas)
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .restore_job_id(ID);
    for _ in 0..3 {
        assert_eq!(call.clone().send().await.unwrap().id.as_deref(), Some(ID));
    }
    assert_eq!(atlas.request_count(), 3);
}

#[test]
fn a_call_belongs_to_nobody() {
    fn is_free<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    is_free::<GetBackupRestoreJob>();
}
