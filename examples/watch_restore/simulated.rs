//! A job of a simulated Atlas inside this process.

use std::process::ExitCode;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use serde_json::json;

use crate::arguments::{Arguments, HELP};
use crate::display::report;
use crate::watch;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";
const ID: &str = "6a794733c0eb9e7a17740663";

/// Polls a job that takes six seconds, with an outage in between.
pub async fn simulated(mut arguments: Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let running = json!({"deliveryType": "automated", "targetClusterName": "Cluster0-restored"});
    let preparing = json!({"deliveryType": "download", "deliveryUrl": []});
    let url = "https://restore.example.com:27017/EXAMPLE0TOKEN0NOT0REAL/restore.tar.gz";
    let (first, then) = match arguments.ending.as_deref().unwrap_or("done") {
        "done" => (running, json!({"finishedAt": "2025-05-04T10:12:44Z"})),
        "download" => (
            preparing,
            json!({"deliveryUrl": [url], "expiresAt": "2025-05-04T14:12:44Z"}),
        ),
        "failed" => (
            running,
            json!({"failed": true, "finishedAt": "2025-05-04T10:12:44Z"}),
        ),
        "cancelled" => (running, json!({"cancelled": true})),
        "expired" => (
            preparing,
            json!({"expired": true, "finishedAt": "2025-05-04T10:12:44Z"}),
        ),
        "never" => (running, json!({})),
        other => {
            eprintln!("{HELP}\n\nerror: there is no ending {other}");
            return Ok(ExitCode::from(2));
        }
    };
    let mut last = first.clone();
    last.as_object_mut()
        .into_iter()
        .for_each(|job| job.extend(then.as_object().cloned().unwrap_or_default()));
    let atlas = Simulator::start().await?;
    let path = format!("groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{ID}");
    atlas.script(
        &path,
        [(Duration::ZERO, first), (Duration::from_secs(6), last)],
    );
    let outage = Duration::from_secs(2)..Duration::from_secs(4);
    atlas.fault(Fault::status(503).during(outage));
    report(&format!(
        "A simulated Atlas answers at {}.",
        atlas.base_url()
    ));
    let client = atlas.client_builder().build()?;
    arguments.every.get_or_insert(Duration::from_millis(500));
    arguments.within.get_or_insert(Duration::from_secs(10));
    watch(&client, [GROUP, CLUSTER, ID], &arguments).await
}
