use atlas_backup::reqwest;
use atlas_backup::simulator::{Fault, Simulator};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant};

use super::{DEADLINE, service};

const JOB: &str = "32b6e34b3d91647abb20e7b8/Cluster0/6a794733c0eb9e7a17740663";
const PATH: &str =
    "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663";

/// Starts the service in front of a simulated Atlas, and returns its address.
async fn start() -> (Simulator, String) {
    let atlas = Simulator::start().await.unwrap();
    atlas.put(PATH, &json!({ "failed": true }));
    let client = atlas.client_builder().build().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, service(client)).into_future());
    (atlas, address)
}

async fn get(address: &str, job: &str) -> reqwest::Response {
    let builder = atlas_backup::http_client_builder().unwrap();
    let client = builder.no_proxy().build().unwrap();
    client.get(format!("{address}/{job}")).send().await.unwrap()
}

#[tokio::test]
async fn a_job_is_reported_without_its_secrets() {
    let (_atlas, address) = start().await;
    let response = get(&address, JOB).await;
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    assert_eq!(text, r#"{"outcome":"failed","targetClusterName":null}"#);
}

#[tokio::test]
async fn a_throttled_caller_learns_when_to_retry() {
    let (atlas, address) = start().await;
    atlas.fault(Fault::status(429).header("Retry-After", "30"));
    let response = get(&address, JOB).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "30");
    assert_eq!(atlas.request_count(), 1);
    let error: Value = response.json().await.unwrap();
    assert_eq!(error["kind"], "rate_limited");
    assert_eq!(error["retryable"], true);
}

#[tokio::test(start_paused = true)]
async fn a_response_is_sent_within_two_seconds() {
    let (atlas, address) = start().await;
    atlas.fault(Fault::hang().always());
    let start = Instant::now();
    let response = get(&address, JOB).await;
    assert_eq!(response.status(), 503);
    assert!(start.elapsed() < DEADLINE + Duration::from_millis(100));
}

#[tokio::test]
async fn each_mistake_has_a_status_of_its_own() {
    let (_atlas, address) = start().await;
    let other = JOB.replace("6a79", "ffff");
    assert_eq!(get(&address, &other).await.status(), 404);
    assert_eq!(get(&address, "1/Cluster0/2").await.status(), 400);
}
