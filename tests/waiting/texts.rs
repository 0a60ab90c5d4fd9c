//! What a [`WaitError`] and a poll tell, and what they never show; the word for an [`Outcome`], and
//! a wait in `Debug`.

use std::error::Error as StdError;

use atlas_backup::simulator::Fault;
use atlas_backup::types::*;
use atlas_backup::{Credentials, WaitError};
use serde_json::{Value, json};

use crate::*;

/// Stands in the values that are waited for.
const SECRET: &str = "SECRET0";

/// All that the error of a wait for this job says.
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
    all_texts(&wait(&client, MINUTE, MINUTE).await.unwrap_err())
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
        restore(client).await?;
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
fn a_wait_shows_its_times_in_debug() {
    let client = Client::builder(Credentials::access_token("token"))
        .build()
        .unwrap();
    let wait = restore(&client).every(MINUTE).within(60 * MINUTE);
    assert_eq!(format!("{wait:?}"), "Wait(every 60s, within 3600s)");
    let by_default = restore(&client);
    assert_eq!(format!("{by_default:?}"), "Wait(every 15s, within 86400s)");
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_a_line_that_never_shows_the_answer() {
    let (atlas, client) = atlas_and_client().await;
    let pending = json!({"deliveryType": "download", "snapshotId": SECRET});
    let mut ready = pending.clone();
    ready["deliveryUrl"] = json!([format!("https://restore.example.com/{SECRET}")]);
    atlas.put(RESTORE, &pending);
    atlas.fault(Fault::status(503).header("Retry-After", "60"));
    let mut lines = String::new();
    restore(&client)
        .every(Duration::from_millis(1))
        .on_poll(|poll| {
            lines += &format!("{poll}\n{poll:?}\n");
            if poll.number() == 2 {
                atlas.put(RESTORE, &ready);
            }
        })
        .await
        .unwrap();
    assert!(!lines.contains(SECRET), "{lines}");
    insta::assert_snapshot!(lines);
}
