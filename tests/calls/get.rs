//! Any other read, by its path and the date of its version.

use std::collections::BTreeMap;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Error, Outcome};
use serde_json::{Value, json};

use crate::support::*;

const VERSION: &str = "2023-01-01";

async fn atlas_and_client() -> (Simulator, Client) {
    let atlas = Simulator::start().await.unwrap();
    let client = atlas.client_builder().build().unwrap();
    atlas.put(JOB, &json!({"finishedAt": "2025-05-04T10:12:44Z"}));
    (atlas, client)
}

#[tokio::test]
async fn a_read_by_path_requests_its_version_and_is_authorized_and_retried() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(503));
    let call = client.get::<Value>(JOB, "2025-03-12").query("pretty", true);
    let answer = call.query("text", "a&b").send().await.unwrap();
    assert_eq!(answer["finishedAt"], "2025-05-04T10:12:44Z");
    assert_eq!(atlas.request_count(), 2);
    let request = &atlas.requests()[1];
    assert_eq!(request.path(), format!("/api/atlas/v2/{JOB}"));
    assert_eq!(request.query(), "pretty=true&text=a%26b");
    let accept = request.header("accept");
    assert_eq!(accept, Some("application/vnd.atlas.2025-03-12+json"));
}

#[tokio::test]
async fn null_in_an_answer_that_is_an_array_or_a_map_loses_nothing_else() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(
        JOB,
        &json!([null, {"id": "1", "new": [null]}, null, {"id": "2"}]),
    );
    let jobs = client.get::<Vec<CloudBackupRestoreJob>>(JOB, VERSION);
    let written = serde_json::to_value(&*jobs.send().await.unwrap()).unwrap();
    assert_eq!(written, json!([{"id": "1", "new": [null]}, {"id": "2"}]));

    atlas.put(JOB, &json!({"a \"b\"": [null, [1, null]], "c": null}));
    let map = client.get::<BTreeMap<String, Vec<Vec<u8>>>>(JOB, VERSION);
    let written = serde_json::to_value(&*map.send().await.unwrap()).unwrap();
    assert_eq!(written, json!({"a \"b\"": [[1]]}));
}

#[tokio::test]
async fn null_is_there_for_a_type_that_reads_it() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(JOB, &json!([null, 1]));
    let items = client.get::<Vec<Option<u8>>>(JOB, VERSION);
    assert_eq!(*items.send().await.unwrap(), [None, Some(1)]);
}

#[tokio::test]
async fn a_path_may_be_whole() {
    let (_atlas, client) = atlas_and_client().await;
    let path = format!("/api/atlas/v2/{JOB}");
    client.get::<Value>(path, VERSION).send().await.unwrap();
}

#[tokio::test]
async fn a_read_by_path_is_taken_out_of_its_envelope() {
    let (_atlas, client) = atlas_and_client().await;
    let call = client.get::<Value>(JOB, VERSION).query("envelope", true);
    assert!(call.send().await.unwrap().get("finishedAt").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_read_by_path_waits_as_others_do() {
    let (_atlas, client) = atlas_and_client().await;
    let job = client.get::<CloudBackupRestoreJob>(JOB, VERSION);
    job.until_done().await.unwrap();
    let is_there = |job: &Value| job.get("finishedAt").map(|_| Outcome::Succeeded);
    let job = client.get::<Value>(JOB, VERSION).until(is_there);
    job.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_read_by_path_has_a_time_and_headers_of_its_own() {
    let (atlas, client) = atlas_and_client().await;
    atlas.fault(Fault::status(429).header("Retry-After", "30"));
    let call = client
        .get::<Value>(JOB, VERSION)
        .header("X-Request-Id", "1");
    let call = call.total_time(Duration::from_secs(2));
    let error = call.send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(error.operation(), Some("get"));
    let request = &atlas.requests()[0];
    assert_eq!(request.header("x-request-id"), Some("1"));
}

const JOBS: &str = "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs";

/// A program that reads a list, page by page.
async fn ids_of_all_jobs(client: &Client) -> Result<Vec<String>, Error> {
    #[derive(serde::Deserialize)]
    struct Page {
        results: Vec<CloudBackupRestoreJob>,
    }
    let mut ids = Vec::new();
    for number in 1.. {
        let call = client.get::<Page>(JOBS, VERSION).query("pageNum", number);
        let page = call.send().await?.into_inner();
        if page.results.is_empty() {
            break;
        }
        ids.extend(page.results.into_iter().filter_map(|job| job.id));
    }
    Ok(ids)
}

#[tokio::test]
async fn a_list_is_read_page_by_page_of_a_simulated_atlas() {
    let (atlas, client) = atlas_and_client().await;
    atlas.add_path(
        "groups/{groupId}/clusters/{clusterName}/backup/restoreJobs",
        VERSION,
    );
    atlas.put(JOBS, &json!({ "results": [] }));
    let first = json!({ "results": [{ "id": "1" }, { "id": "2" }] });
    atlas.put(&format!("{JOBS}?pageNum=1"), &first);
    let second = json!({ "results": [{ "id": "3" }] });
    atlas.put(&format!("{JOBS}?pageNum=2"), &second);
    assert_eq!(ids_of_all_jobs(&client).await.unwrap(), ["1", "2", "3"]);
    assert_eq!(atlas.request_count(), 3);
}

#[tokio::test]
async fn a_path_or_a_version_that_can_be_none_is_refused_before_anything_is_sent() {
    let (atlas, client) = atlas_and_client().await;
    let mut refusals = String::new();
    for (path, version) in [
        ("", VERSION),
        ("groups//clusters", VERSION),
        ("groups/../orgs", VERSION),
        ("groups/.%2E/orgs", VERSION),
        ("groups?pageNum=2", VERSION),
        ("groups/a b", VERSION),
        ("groups/a#b", VERSION),
        ("groups", "v2"),
        ("groups", "2023-01-01+json, text/html"),
    ] {
        let error: Error = client.get::<Value>(path, version).send().await.unwrap_err();
        assert!(error.is_invalid_request());
        refusals += &format!("{path:?} {version:?}\n    {error}\n");
    }
    insta::assert_snapshot!(refusals);
    assert_eq!(atlas.request_count(), 0);
}
