use atlas_backup::reqwest;
use atlas_backup::simulator::{Fault, Simulator};
use serde_json::json;
use tokio::time::Instant;

use super::*;

const JOB: &str = "32b6e34b3d91647abb20e7b8/Cluster0/6a794733c0eb9e7a17740663";
const PATH: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";

/// Starts the service in front of a simulated Atlas; its address.
async fn start() -> (Simulator, String) {
    let atlas = Simulator::start().await.unwrap();
    atlas.put(PATH, &json!({ "failed": true }));
    let client = atlas.client_builder().build().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, service(client)).into_future());
    (atlas, address)
}

async fn ask(address: &str, job: &str) -> reqwest::Response {
    let builder = atlas_backup::http_client_builder().unwrap();
    let client = builder.no_proxy().build().unwrap();
    client.get(format!("{address}/{job}")).send().await.unwrap()
}

#[tokio::test]
async fn a_job_is_told_without_its_secrets() {
    let (_atlas, address) = start().await;
    let answer = ask(&address, JOB).await;
    assert_eq!(answer.status(), 200);
    let text = answer.text().await.unwrap();
    assert_eq!(text, r#"{"outcome":"failed","targetClusterName":null}"#);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let (atlas, address) = start().await;
    atlas.fault(Fault::status(429).header("Retry-After", "30"));
    let answer = ask(&address, JOB).await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "30");
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_there_within_two_seconds() {
    let (atlas, address) = start().await;
    atlas.fault(Fault::hang().always());
    let begun = Instant::now();
    let answer = ask(&address, JOB).await;
    assert_eq!(answer.status(), 503);
    assert!(begun.elapsed() < DEADLINE + Duration::from_millis(100));
}

#[tokio::test]
async fn each_mistake_has_a_status_of_its_own() {
    let (_atlas, address) = start().await;
    let other = JOB.replace("6a79", "ffff");
    assert_eq!(ask(&address, &other).await.status(), 404);
    assert_eq!(ask(&address, "1/Cluster0/2").await.status(), 400);
}
