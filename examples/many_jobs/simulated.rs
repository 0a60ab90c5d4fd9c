//! Jobs of a simulated Atlas inside this process.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use serde_json::{Value, json};

use crate::End;
use crate::arguments::Arguments;
use crate::display::report;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const CLUSTER: &str = "Cluster0";
const JOBS: usize = 300;

/// Polls 300 jobs that finish within 25 seconds. This Atlas allows 400 requests at once and 40 more
/// each second, and answers one request in twenty with 503. One job does not exist, and one is
/// forbidden.
pub async fn watch(mut arguments: Arguments) -> Result<End, Box<dyn std::error::Error>> {
    let atlas = Simulator::start().await?;
    atlas.set_rate_limit(400, 8, Duration::from_millis(200));
    atlas.fault(Fault::status(503).sometimes(0.05, 7));
    for number in 0..JOBS {
        let id = format!("6a7947{number:018x}");
        if number != 0 {
            let path = format!("groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{id}");
            let end = Duration::from_millis(25_000 * number as u64 / JOBS as u64);
            atlas.script(
                &path,
                [(Duration::ZERO, running(number)), (end, finished(number))],
            );
        }
        arguments.ids.push(id);
    }
    atlas.fault(Fault::status(403).always().on_path(&arguments.ids[77]));
    arguments.group = GROUP.to_owned();
    arguments.cluster = CLUSTER.to_owned();
    report(&format!(
        "A simulated Atlas answers at {}.",
        atlas.base_url()
    ));
    let client = atlas.client_builder().build()?;
    Ok(crate::watch(&client, &arguments).await)
}

fn running(number: usize) -> Value {
    if matches!(number % 50, 5..15) {
        return json!({"deliveryType": "download", "deliveryUrl": []});
    }
    let cluster = format!("drill-{}", number % 7);
    json!({"deliveryType": "automated", "targetClusterName": cluster})
}

fn finished(number: usize) -> Value {
    let mut job = running(number);
    job["finishedAt"] = json!(format!(
        "2025-05-04T10:{:02}:{:02}Z",
        number / 60,
        number % 60
    ));
    match number % 50 {
        3 => job["failed"] = json!(true),
        5 => job["cancelled"] = json!(true),
        7 => job["expired"] = json!(true),
        8..15 => {
            let url = "https://restore.example.com:27017/EXAMPLE0TOKEN0NOT0REAL/restore.tar.gz";
            job["deliveryUrl"] = json!([url]);
            job["finishedAt"] = Value::Null;
        }
        _ => {}
    }
    job
}
