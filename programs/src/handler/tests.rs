use atlas_backup::reqwest;
use atlas_backup::simulator::{Fault, Simulator};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const JOB: &str = "6a794733c0eb9e7a17740663";

/// A simulated Atlas, and the handler in front of it.
struct Setup {
    atlas: Simulator,
    address: String,
}

impl Setup {
    async fn new() -> Self {
        let atlas = Simulator::start().await.unwrap();
        let path = format!("groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{JOB}");
        let job = json!({
            "id": JOB,
            "deliveryType": "download",
            "deliveryUrl": ["https://SECRET0"],
            "components": [{ "replicaSetName": "shard-0", "downloadUrl": "https://SECRET1" }],
            "privateDownloadDeliveryUrls": [{ "deliveryUrl": "https://SECRET2" }],
            "privateUrl": "https://SECRET3",
        });
        atlas.put(&path, &job);
        let client = atlas.client_builder().build().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, service(client)).into_future());
        Setup { atlas, address }
    }

    async fn get(&self, job: &str) -> reqwest::Response {
        let builder = atlas_backup::http_client_builder().unwrap().no_proxy();
        let url = format!(
            "{}/projects/{GROUP}/clusters/Cluster0/jobs/{job}",
            self.address
        );
        builder.build().unwrap().get(url).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_job_is_handed_out_without_its_secrets() {
    let setup = Setup::new().await;
    let response = setup.get(JOB).await;
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    assert!(!text.contains("SECRET"), "{text}");
    let job: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(job["components"][0]["replicaSetName"], "shard-0");
}

#[tokio::test]
async fn each_kind_of_error_has_a_status() {
    let setup = Setup::new().await;
    assert_eq!(setup.get("1").await.status(), 400);
    assert_eq!(setup.get(&JOB.replace('6', "f")).await.status(), 404);
    setup.atlas.fault(Fault::status(403));
    assert_eq!(setup.get(JOB).await.status(), 500);
    setup.atlas.fault(Fault::status(501));
    assert_eq!(setup.get(JOB).await.status(), 502);
    setup
        .atlas
        .fault(Fault::status(429).header("Retry-After", "30"));
    let response = setup.get(JOB).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "30");
    assert_eq!(response.text().await.unwrap(), "\"rate_limited\"");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_atlas_is_a_gateway_timeout_after_two_seconds() {
    let setup = Setup::new().await;
    setup.atlas.fault(Fault::hang().always());
    let start = Instant::now();
    assert_eq!(setup.get(JOB).await.status(), 504);
    assert!(start.elapsed() < DEADLINE + Duration::from_millis(100));
}
