//! When a restore job has reached a final state, which, and where its data can be downloaded.

use atlas_backup::Outcome;
use atlas_backup::types::CloudBackupRestoreJob;
use serde_json::{Value, json};

use crate::*;

async fn of_restore(then: Value) -> Option<Outcome> {
    outcome(
        RESTORE,
        restore,
        fixture("get_backup_restore_job.automated_running"),
        then,
    )
    .await
}

async fn of_download(then: Value) -> Option<Outcome> {
    outcome(
        RESTORE,
        restore,
        fixture("get_backup_restore_job.download_pending"),
        then,
    )
    .await
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_is_done_when_it_has_finished() {
    assert_eq!(
        of_restore(fixture("get_backup_restore_job.automated_done")).await,
        Some(Outcome::Succeeded)
    );
    assert_eq!(
        of_restore(fixture("get_backup_restore_job.point_in_time_done")).await,
        Some(Outcome::Succeeded)
    );
    assert_eq!(
        of_restore(json!({"finishedAt": "2025-05-04T10:12:44Z"})).await,
        Some(Outcome::Succeeded)
    );
}

#[tokio::test(start_paused = true)]
async fn a_ready_download_is_done_without_having_finished() {
    let ready = fixture("get_backup_restore_job.download_ready");
    assert_eq!(ready.get("finishedAt"), None);
    assert_eq!(of_download(ready).await, Some(Outcome::Succeeded));
    assert_eq!(
        of_download(fixture("get_backup_restore_job.sharded_download")).await,
        Some(Outcome::Succeeded)
    );
}

#[tokio::test(start_paused = true)]
async fn a_download_is_one_in_upper_case_too() {
    let ready =
        json!({"deliveryType": "DOWNLOAD", "deliveryUrl": ["https://example.com/restore.tar.gz"]});
    assert_eq!(of_download(ready).await, Some(Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_download_without_a_url_is_pending() {
    for urls in [json!([]), Value::Null] {
        assert_eq!(
            of_download(json!({"deliveryType": "download", "deliveryUrl": urls})).await,
            None
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_url_ends_nothing_but_a_download() {
    let urls = json!(["https://example.com/restore.tar.gz"]);
    assert_eq!(
        of_restore(json!({"deliveryType": "automated", "deliveryUrl": urls})).await,
        None
    );
    assert_eq!(
        of_restore(json!({"deliveryType": "teleported", "deliveryUrl": urls})).await,
        None
    );
    assert_eq!(of_restore(json!({"deliveryUrl": urls})).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_failed_has_failed() {
    assert_eq!(
        of_restore(fixture("get_backup_restore_job.failed")).await,
        Some(Outcome::Failed)
    );
    assert_eq!(
        of_restore(json!({"failed": true})).await,
        Some(Outcome::Failed)
    );
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_was_cancelled_is_cancelled() {
    assert_eq!(
        of_download(fixture("get_backup_restore_job.cancelled")).await,
        Some(Outcome::Cancelled)
    );
    assert_eq!(
        of_restore(json!({"cancelled": true})).await,
        Some(Outcome::Cancelled)
    );
}

#[tokio::test(start_paused = true)]
async fn a_download_that_expired_is_expired() {
    assert_eq!(
        of_download(fixture("get_backup_restore_job.expired")).await,
        Some(Outcome::Expired)
    );
    assert_eq!(
        of_download(json!({"expired": true})).await,
        Some(Outcome::Expired)
    );
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_was_cancelled_and_failed_has_failed() {
    assert_eq!(
        of_download(fixture("get_backup_restore_job.cancelled_and_failed")).await,
        Some(Outcome::Failed)
    );
}

#[tokio::test(start_paused = true)]
async fn failed_goes_before_expired_and_expired_before_cancelled() {
    let all = json!({"failed": true, "expired": true, "cancelled": true});
    assert_eq!(of_restore(all).await, Some(Outcome::Failed));
    let ready = json!({
        "deliveryType": "download", "deliveryUrl": ["https://example.com/"], "expired": true, "cancelled": true,
    });
    assert_eq!(of_download(ready).await, Some(Outcome::Expired));
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_says_nothing_is_pending() {
    assert_eq!(of_restore(json!({})).await, None);
    let denied = json!({"failed": false, "expired": false, "cancelled": null, "finishedAt": null});
    assert_eq!(of_restore(denied).await, None);
}

#[track_caller]
fn job(document: Value) -> CloudBackupRestoreJob {
    serde_json::from_value(document).unwrap()
}

#[test]
fn the_urls_of_a_restore_job_are_its_own() {
    let ready = job(fixture("get_backup_restore_job.download_ready"));
    assert_eq!(ready.download_urls(), ready.delivery_url);
    let sharded = job(fixture("get_backup_restore_job.sharded_download"));
    assert_eq!(
        (sharded.download_urls().len(), sharded.download_urls()),
        (2, sharded.delivery_url.iter().map(String::as_str).collect())
    );
}

#[test]
fn the_urls_of_a_sharded_restore_job_without_its_own_are_those_of_the_shards() {
    let mut sharded = job(fixture("get_backup_restore_job.sharded_download"));
    let own = std::mem::take(&mut sharded.delivery_url);
    assert_eq!(sharded.download_urls(), own, "the config servers have none");
}

#[test]
fn a_restore_job_that_is_not_ready_has_no_urls() {
    assert!(
        job(fixture("get_backup_restore_job.download_pending"))
            .download_urls()
            .is_empty()
    );
    assert!(job(json!({})).download_urls().is_empty());
}
