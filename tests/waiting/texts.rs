//! What a [`WaitError`] tells, and what it never shows; the word for an [`Outcome`], and a [`Waiter`] in `Debug`.

use std::error::Error as StdError;

use atlas_backup::simulator::Fault;
use atlas_backup::types::*;
use atlas_backup::{WaitError, Waiter};
use serde_json::{Value, json};

use crate::*;

/// Stands in the values that are waited for.
const SECRET: &str = "SECRET0";

/// All that the error of a wait for this job tells.
async fn told(job: Option<Value>, fault: Option<Fault>) -> String {
    let (atlas, client) = atlas_and_client().await;
    if let Some(mut job) = job {
        job["deliveryUrl"] = json!([format!(
            "https://restore.example.com/{SECRET}/restore.tar.gz"
        )]);
        job["snapshotId"] = json!(SECRET);
        atlas.put(RESTORE, &job);
    }
    fault.into_iter().for_each(|fault| atlas.fault(fault));
    // Polls at once, after a part of the interval, and at the limit.
    let waiter = Waiter::new().every(MINUTE).within(MINUTE);
    all_texts(&waiter.until_done(|| restore(&client)).await.unwrap_err())
}

#[track_caller]
fn all_texts(error: &WaitError<CloudBackupRestoreJob>) -> String {
    let mut text = format!("{error}\n\ndebug  {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\nsource {cause}"));
        source = cause.source();
    }
    assert!(
        !text.contains(SECRET) && !format!("{error:#?}").contains(SECRET),
        "shows the value: {text}"
    );
    assert!(!error.to_string().contains('\n'));
    text
}

#[tokio::test(start_paused = true)]
async fn each_way_to_end_badly_has_its_own_words() {
    let pending = json!({"deliveryType": "automated"});
    let endings = [
        ("failed", Some(json!({"failed": true})), None),
        ("cancelled", Some(json!({"cancelled": true})), None),
        ("expired", Some(json!({"expired": true})), None),
        ("timed_out", Some(pending.clone()), None),
        (
            "timed_out_in_an_outage",
            Some(pending),
            Some(Fault::status(503).always()),
        ),
        ("not_found", None, None),
    ];
    for (name, job, fault) in endings {
        insta::assert_snapshot!(name, told(job, fault).await);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_not_shown() {
    let unreadable = Fault::status(200).body("application/json", format!("[\"{SECRET}\"]"));
    let text = told(Some(json!({})), Some(unreadable)).await;
    assert!(text.starts_with("the wait ended after 1 poll"), "{text}");
}

#[test]
fn a_wait_error_goes_wherever_an_error_goes() {
    fn goes<E: StdError + Send + Sync + 'static>() {}
    goes::<WaitError<CloudBackupRestoreJob>>();
    goes::<WaitError<LegacyBackupRestoreJob>>();
    goes::<WaitError<ServerlessBackupSnapshot>>();
    goes::<WaitError<LegacyBackupCheckpoint>>();
}

#[test]
fn a_wait_error_is_small() {
    // As clippy's result_large_err wants it of whatever the code of users returns.
    assert!(size_of::<WaitError<CloudBackupRestoreJob>>() <= 64);
}

#[tokio::test(start_paused = true)]
async fn the_question_mark_turns_a_wait_error_into_a_boxed_one() {
    async fn ends(client: &Client) -> Result<(), Box<dyn StdError + Send + Sync>> {
        Waiter::new().until_done(|| restore(client)).await?;
        Ok(())
    }
    let (_atlas, client) = atlas_and_client().await;
    assert!(
        ends(&client)
            .await
            .unwrap_err()
            .downcast_ref::<WaitError<CloudBackupRestoreJob>>()
            .is_some()
    );
}

#[test]
fn an_outcome_prints_as_a_word() {
    let all = [
        Outcome::Succeeded,
        Outcome::Failed,
        Outcome::Cancelled,
        Outcome::Expired,
    ];
    assert_eq!(
        all.map(|outcome| outcome.to_string()),
        ["succeeded", "failed", "cancelled", "expired"]
    );
    assert_eq!(format!("[{:>7}]", Outcome::Failed), "[ failed]");
}

#[test]
fn a_waiter_shows_its_times_in_debug() {
    let waiter = Waiter::<CloudBackupRestoreJob>::new()
        .every(15 * MINUTE)
        .within(24 * 60 * MINUTE);
    assert_eq!(format!("{waiter:?}"), "Waiter(every 900s, within 86400s)");
}
