//! What a report holds of a wait.

use std::error::Error as StdError;

use atlas_backup::simulator::Fault;
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Outcome, WaitError};
use serde_json::{Value, json};

use crate::*;

/// All that is reported of a wait for a job that failed, after an outage.
async fn waited() -> (Vec<Value>, WaitError<CloudBackupRestoreJob>) {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(
        RESTORE,
        &json!({"failed": true, "deliveryUrl": ["https://SECRET0"]}),
    );
    atlas.fault(Fault::status(503).times(4));
    let mut polls = Vec::new();
    let waiting = restore(&client);
    let waiting = waiting.on_poll(|poll| polls.push(serde_json::to_value(poll).unwrap()));
    let error = waiting.await.unwrap_err();
    (polls, error)
}

#[tokio::test(start_paused = true)]
async fn a_wait_and_its_polls_are_reported_without_the_answer() {
    let (polls, error) = waited().await;
    let mut reports = polls;
    reports.push(serde_json::to_value(error).unwrap());
    for report in &mut reports {
        assert!(report["elapsedSeconds"].is_number());
        report["elapsedSeconds"] = json!("[seconds]");
    }
    let text = serde_json::to_string_pretty(&reports).unwrap();
    let seconds = regress::Regex::new(r"in [0-9.]+s").unwrap();
    insta::assert_snapshot!(seconds.replace_all(&text, "in [seconds]"));
}

#[test]
fn an_outcome_is_a_word_in_json() {
    for outcome in [
        Outcome::Succeeded,
        Outcome::Failed,
        Outcome::Cancelled,
        Outcome::Expired,
    ] {
        let json = serde_json::to_value(outcome).unwrap();
        assert_eq!(json, outcome.to_string());
        assert_eq!(serde_json::from_value::<Outcome>(json).unwrap(), outcome);
    }
}

/// As `anyhow` prints an error with `{:#}`.
fn chain(error: &dyn StdError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_errors_shows_each_cause_once() {
    let (_atlas, client) = atlas_and_client().await;
    let error = wait(&client, MINUTE, 60 * MINUTE).await.unwrap_err();
    let chain = chain(&error);
    assert_eq!(chain.matches("RESTORE_JOB_NOT_FOUND").count(), 1, "{chain}");
}
