use atlas_backup::ErrorKind;
use atlas_backup::simulator::{Fault, Simulator};
use serde_json::{Value, json};

use super::*;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const MINUTE: Duration = Duration::from_secs(60);

fn target(number: usize) -> Target {
    Target {
        group_id: GROUP.to_owned(),
        cluster_name: "Cluster0".to_owned(),
        restore_job_id: format!("{number:024x}"),
    }
}

/// Lets a job end after this many minutes.
fn put(atlas: &Simulator, target: &Target, minutes: u32, end: Value) {
    let id = &target.restore_job_id;
    let path = format!("groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{id}");
    let running = json!({ "deliveryType": "automated", "targetClusterName": "Drill0" });
    atlas.script(&path, [(Duration::ZERO, running), (minutes * MINUTE, end)]);
}

async fn atlas_and_client() -> (Simulator, Client) {
    let atlas = Simulator::start().await.unwrap();
    let client = atlas.client_builder().build().unwrap();
    (atlas, client)
}

#[track_caller]
fn assert_valid(report: &Report) {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let schema = schema_for!(Report).to_value();
    compiler.add_resource("report.json", schema).unwrap();
    let index = compiler.compile("report.json", &mut schemas).unwrap();
    let report = serde_json::to_value(report).unwrap();
    if let Err(error) = schemas.validate(&report, index) {
        panic!("{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_restores_are_reported_through_an_outage() {
    let (atlas, client) = atlas_and_client().await;
    let targets: Vec<Target> = (0..200).map(target).collect();
    for (number, target) in targets.iter().enumerate() {
        let end = match number % 50 {
            0 => json!({ "failed": true }),
            _ => json!({ "deliveryType": "download", "deliveryUrl": ["https://SECRET0"] }),
        };
        put(&atlas, target, 10 + number as u32 % 7, end);
    }
    atlas.fault(Fault::status(503).during(2 * MINUTE..9 * MINUTE));
    let report = drill(&client, targets).await;
    assert_eq!((report.succeeded, report.not_succeeded), (196, 4));
    assert_valid(&report);
    let text = serde_json::to_string(&report).unwrap();
    assert!(!text.contains("SECRET0"));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_restored_is_reported_with_the_reason() {
    let (atlas, client) = atlas_and_client().await;
    put(&atlas, &target(0), 10, json!({ "cancelled": true }));
    put(&atlas, &target(1), 1000, json!({ "failed": true }));
    let report = drill(&client, (0..3).map(target).collect()).await;
    assert_valid(&report);
    let problem = |target: Target| {
        let has_id = |job: &&JobReport| job.target.restore_job_id == target.restore_job_id;
        let job = report.jobs.iter().find(has_id).unwrap();
        job.problem.as_ref().unwrap()
    };
    assert_eq!(problem(target(0)).outcome(), Some(Outcome::Cancelled));
    assert!(problem(target(1)).is_timed_out());
    let missing = problem(target(2)).error().unwrap();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}
