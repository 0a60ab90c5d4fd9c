//! The test that the chapter on testing shows, word for word.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, Error};
use serde_json::json;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const JOB: &str = "6a794733c0eb9e7a17740663";

/// Stands for the code that you want to test.
async fn is_finished(client: &Client) -> Result<bool, Error> {
    let request = client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0");
    let job = request.restore_job_id(JOB).send().await?;
    Ok(job.finished_at.is_some())
}

#[tokio::test(start_paused = true)]
async fn a_restore_finishes_after_ten_minutes() -> Result<(), Box<dyn std::error::Error>> {
    let atlas = Simulator::start().await?;
    let credentials = Credentials::access_token(Simulator::ACCESS_TOKEN);
    let client = Client::builder(credentials)
        .base_url(atlas.base_url())
        .build()?;
    atlas.script(
        &format!("groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{JOB}"),
        [
            (
                Duration::ZERO,
                json!({"id": JOB, "deliveryType": "automated"}),
            ),
            (
                Duration::from_secs(600),
                json!({"id": JOB, "finishedAt": "2026-05-04T10:12:44Z"}),
            ),
        ],
    );
    atlas.fault(Fault::status(503)); // to the next request, once

    assert!(!is_finished(&client).await?); // the client has tried again
    tokio::time::advance(Duration::from_secs(600)).await;
    assert!(is_finished(&client).await?);
    assert_eq!(atlas.request_count(), 3);
    Ok(())
}

// Not shown.

#[test]
fn the_chapter_on_testing_shows_this_test() {
    let shown = include_str!("testing_chapter.rs")
        .split("\n// Not shown")
        .next()
        .and_then(|it| it.split_once("\n\n"));
    let chapter = include_str!("../../src/guide/testing.md");
    assert!(
        shown.is_some_and(|(_, test)| chapter.contains(test)),
        "tests/simulator/testing_chapter.rs and src/guide/testing.md differ"
    );
}
