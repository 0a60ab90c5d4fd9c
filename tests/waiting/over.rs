//! When each kind of job is over, and how it ended.

use atlas_backup::simulator::Simulator;
use atlas_backup::types::*;
use atlas_backup::{Client, Job, Outcome, Waiter};
use serde_json::{Value, json};

use crate::*;

/// How the wait ends for what is `first` for five minutes, and `then` another: `None` if it does not within ten. Checks
/// that it did not end before its time, and that the last answer comes with the end.
async fn outcome<T: Job>(
    path: &str,
    ask: impl AsyncFn(&Client) -> Answer<T>,
    first: Value,
    then: Value,
) -> Option<Outcome> {
    let (atlas, client) = atlas_and_client().await;
    atlas.script(path, [(Duration::ZERO, first), (5 * MINUTE, then)]);
    let result = Waiter::new().every(20 * SECOND).within(10 * MINUTE).until_done(|| ask(&client)).await;
    let end = last_arrival(&atlas);
    let (outcome, last) = match result {
        Ok(value) => (Some(Outcome::Succeeded), value),
        Err(error) => {
            assert_eq!(error.is_timed_out(), error.outcome().is_none());
            assert_eq!(error.polls() as usize, atlas.requests().len());
            (error.outcome(), error.into_last().unwrap())
        }
    };
    assert_eq!(last.outcome(), outcome);
    match outcome {
        Some(_) => assert!((5 * MINUTE..=5 * MINUTE + 20 * SECOND).contains(&end), "ended after {end:?}"),
        None => assert_eq!(end, 10 * MINUTE),
    }
    outcome
}

fn last_arrival(atlas: &Simulator) -> Duration {
    *arrivals(atlas).last().unwrap()
}

async fn of_restore(then: Value) -> Option<Outcome> {
    outcome(RESTORE, restore, fixture("get_backup_restore_job.automated_running"), then).await
}

async fn of_download(then: Value) -> Option<Outcome> {
    outcome(RESTORE, restore, fixture("get_backup_restore_job.download_pending"), then).await
}

async fn of_legacy(status: Value) -> Option<Outcome> {
    outcome(LEGACY, legacy, json!({"statusName": "IN_PROGRESS"}), json!({"statusName": status})).await
}

async fn of_snapshot(status: Value) -> Option<Outcome> {
    outcome(SNAPSHOT, snapshot, json!({"status": "queued"}), json!({"status": status})).await
}

async fn of_checkpoint(then: Value) -> Option<Outcome> {
    let first = json!({"started": "2025-05-04T09:42:00Z", "completed": null});
    outcome(CHECKPOINT, checkpoint, first, then).await
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_is_done_when_it_has_finished() {
    assert_eq!(of_restore(fixture("get_backup_restore_job.automated_done")).await, Some(Outcome::Succeeded));
    assert_eq!(of_restore(fixture("get_backup_restore_job.point_in_time_done")).await, Some(Outcome::Succeeded));
    assert_eq!(of_restore(json!({"finishedAt": "2025-05-04T10:12:44Z"})).await, Some(Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_ready_download_is_done_without_having_finished() {
    let ready = fixture("get_backup_restore_job.download_ready");
    assert_eq!(ready.get("finishedAt"), None);
    assert_eq!(of_download(ready).await, Some(Outcome::Succeeded));
    assert_eq!(of_download(fixture("get_backup_restore_job.sharded_download")).await, Some(Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_download_is_one_in_upper_case_too() {
    let ready = json!({"deliveryType": "DOWNLOAD", "deliveryUrl": ["https://example.com/restore.tar.gz"]});
    assert_eq!(of_download(ready).await, Some(Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_download_without_a_url_is_pending() {
    for urls in [json!([]), Value::Null] {
        assert_eq!(of_download(json!({"deliveryType": "download", "deliveryUrl": urls})).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_url_ends_nothing_but_a_download() {
    let urls = json!(["https://example.com/restore.tar.gz"]);
    assert_eq!(of_restore(json!({"deliveryType": "automated", "deliveryUrl": urls})).await, None);
    assert_eq!(of_restore(json!({"deliveryType": "teleported", "deliveryUrl": urls})).await, None);
    assert_eq!(of_restore(json!({"deliveryUrl": urls})).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_failed_has_failed() {
    assert_eq!(of_restore(fixture("get_backup_restore_job.failed")).await, Some(Outcome::Failed));
    assert_eq!(of_restore(json!({"failed": true})).await, Some(Outcome::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_was_cancelled_is_cancelled() {
    assert_eq!(of_download(fixture("get_backup_restore_job.cancelled")).await, Some(Outcome::Cancelled));
    assert_eq!(of_restore(json!({"cancelled": true})).await, Some(Outcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn a_download_that_expired_is_expired() {
    assert_eq!(of_download(fixture("get_backup_restore_job.expired")).await, Some(Outcome::Expired));
    assert_eq!(of_download(json!({"expired": true})).await, Some(Outcome::Expired));
}

#[tokio::test(start_paused = true)]
async fn a_restore_job_that_was_cancelled_and_failed_has_failed() {
    assert_eq!(of_download(fixture("get_backup_restore_job.cancelled_and_failed")).await, Some(Outcome::Failed));
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

#[tokio::test(start_paused = true)]
async fn a_legacy_restore_job_ends_with_its_status() {
    assert_eq!(of_legacy(json!("FINISHED")).await, Some(Outcome::Succeeded));
    assert_eq!(of_legacy(json!("BROKEN")).await, Some(Outcome::Failed));
    assert_eq!(of_legacy(json!("KILLED")).await, Some(Outcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_legacy_restore_job_is_compared_without_case() {
    assert_eq!(of_legacy(json!("finished")).await, Some(Outcome::Succeeded));
    assert_eq!(of_legacy(json!("Broken")).await, Some(Outcome::Failed));
    assert_eq!(of_legacy(json!("killeD")).await, Some(Outcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn a_legacy_restore_job_with_any_other_status_is_pending() {
    for status in [json!("IN_PROGRESS"), json!("FAILED_OVER"), json!(""), Value::Null] {
        assert_eq!(of_legacy(status.clone()).await, None, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_ends_with_its_status() {
    assert_eq!(of_snapshot(json!("completed")).await, Some(Outcome::Succeeded));
    assert_eq!(of_snapshot(json!("failed")).await, Some(Outcome::Failed));
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_snapshot_is_compared_without_case() {
    assert_eq!(of_snapshot(json!("COMPLETED")).await, Some(Outcome::Succeeded));
    assert_eq!(of_snapshot(json!("Failed")).await, Some(Outcome::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_with_any_other_status_is_pending() {
    for status in [json!("queued"), json!("inProgress"), json!("verifying"), Value::Null] {
        assert_eq!(of_snapshot(status.clone()).await, None, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_is_done_when_it_is_complete() {
    let complete = json!({"completed": "2025-05-04T09:42:00Z"});
    assert_eq!(of_checkpoint(complete).await, Some(Outcome::Succeeded));
    assert_eq!(of_checkpoint(fixture("get_legacy_backup_checkpoint.sharded")).await, Some(Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_without_an_end_is_pending() {
    assert_eq!(of_checkpoint(json!({"started": "2025-05-04T09:42:00Z", "restorable": true})).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_type_of_ones_own_can_be_waited_for() {
    #[derive(Debug)]
    struct Percent(u32);
    impl Job for Percent {
        fn outcome(&self) -> Option<Outcome> {
            (self.0 >= 100).then_some(Outcome::Succeeded)
        }
    }
    let (_atlas, client) = atlas_with_pending_job().await;
    let mut percent = 0;
    let done = Waiter::new().until_done(|| {
        percent += 40;
        let (client, percent) = (&client, Percent(percent));
        async move { restore(client).await?.map(|_| percent) }
    });
    assert_eq!(done.await.unwrap().0, 120);
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
    assert!(job(fixture("get_backup_restore_job.download_pending")).download_urls().is_empty());
    assert!(job(json!({})).download_urls().is_empty());
}

#[test]
fn the_checksums_of_a_legacy_restore_job_are_those_that_are_whole() {
    let job: LegacyBackupRestoreJob = serde_json::from_value(json!({"hashes": [
        {"fileName": "a.tar.gz", "hash": "2fd4e1c6", "typeName": "SHA1"},
        {"fileName": "b.tar.gz", "hash": "9c56cc51", "typeName": "SHA256"},
        {"fileName": "c.tar.gz", "hash": "da39a3ee"},
        {"fileName": "d.tar.gz", "hash": null},
        {"hash": "e3b0c442"},
    ]}))
    .unwrap();
    let expected =
        [("a.tar.gz", "SHA1", "2fd4e1c6"), ("b.tar.gz", "SHA256", "9c56cc51"), ("c.tar.gz", "SHA1", "da39a3ee")];
    assert_eq!(job.checksums(), expected);
}
