//! When each of the three kinds that Atlas withdraws has reached a final state, and which; and
//! waiting for a type of one's own.

use atlas_backup::Outcome;
use atlas_backup::types::LegacyBackupRestoreJob;
use serde_json::{Value, json};

use crate::*;

async fn of_legacy(status: Value) -> Option<Outcome> {
    outcome(
        LEGACY,
        legacy,
        json!({"statusName": "IN_PROGRESS"}),
        json!({"statusName": status}),
    )
    .await
}

async fn of_snapshot(status: Value) -> Option<Outcome> {
    outcome(
        SNAPSHOT,
        snapshot,
        json!({"status": "queued"}),
        json!({"status": status}),
    )
    .await
}

async fn of_checkpoint(then: Value) -> Option<Outcome> {
    let first = json!({"started": "2025-05-04T09:42:00Z", "completed": null});
    outcome(CHECKPOINT, checkpoint, first, then).await
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
    for status in [
        json!("IN_PROGRESS"),
        json!("FAILED_OVER"),
        json!(""),
        Value::Null,
    ] {
        assert_eq!(of_legacy(status.clone()).await, None, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_ends_with_its_status() {
    assert_eq!(
        of_snapshot(json!("completed")).await,
        Some(Outcome::Succeeded)
    );
    assert_eq!(of_snapshot(json!("failed")).await, Some(Outcome::Failed));
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_snapshot_is_compared_without_case() {
    assert_eq!(
        of_snapshot(json!("COMPLETED")).await,
        Some(Outcome::Succeeded)
    );
    assert_eq!(of_snapshot(json!("Failed")).await, Some(Outcome::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_with_any_other_status_is_pending() {
    for status in [
        json!("queued"),
        json!("inProgress"),
        json!("verifying"),
        Value::Null,
    ] {
        assert_eq!(of_snapshot(status.clone()).await, None, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_is_done_when_it_is_complete() {
    let complete = json!({"completed": "2025-05-04T09:42:00Z"});
    assert_eq!(of_checkpoint(complete).await, Some(Outcome::Succeeded));
    assert_eq!(
        of_checkpoint(fixture("get_legacy_backup_checkpoint.sharded")).await,
        Some(Outcome::Succeeded)
    );
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_without_an_end_is_pending() {
    assert_eq!(
        of_checkpoint(json!({"started": "2025-05-04T09:42:00Z", "restorable": true})).await,
        None
    );
}

#[tokio::test(start_paused = true)]
async fn a_condition_of_ones_own_ends_a_wait() {
    let (atlas, client) = atlas_with_pending_job().await;
    let mut polls = 0;
    let has_been_asked_thrice = |job: &CloudBackupRestoreJob| {
        assert_eq!(job.finished_at, None);
        polls += 1;
        (polls == 3).then_some(Outcome::Succeeded)
    };
    restore_job(&client)
        .until(has_been_asked_thrice)
        .await
        .unwrap();
    assert_eq!((polls, atlas.request_count()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_condition_of_ones_own_says_how_it_ended() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    let wait = restore_job(&client).until(|job| job.finished_at.map(|_| Outcome::Cancelled));
    let error = wait.await.unwrap_err();
    assert_eq!(error.outcome(), Some(Outcome::Cancelled));
    assert!(error.last().unwrap().finished_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_condition_of_ones_own_replaces_that_of_the_type() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    let wait = restore_job(&client).until(|_| None).within(10 * MINUTE);
    assert!(wait.await.unwrap_err().is_timed_out());
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
    let expected = [
        ("a.tar.gz", "SHA1", "2fd4e1c6"),
        ("b.tar.gz", "SHA256", "9c56cc51"),
        ("c.tar.gz", "SHA1", "da39a3ee"),
    ];
    assert_eq!(job.checksums(), expected);
}
