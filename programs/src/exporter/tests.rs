use atlas_backup::simulator::{Fault, Simulator};
use serde_json::json;

use super::*;

const PROJECTS: usize = 4;
const MINUTE: Duration = Duration::from_secs(60);

fn target(number: usize) -> Target {
    Target {
        group_id: format!("{:024x}", number % PROJECTS),
        cluster_name: "Cluster0".to_owned(),
        restore_job_id: format!("{number:024x}"),
    }
}

fn put(atlas: &Simulator, target: &Target, job: &serde_json::Value) {
    let (group, id) = (&target.group_id, &target.restore_job_id);
    let path = format!("groups/{group}/clusters/Cluster0/backup/restoreJobs/{id}");
    atlas.put(&path, job);
}

/// Starts an Atlas with 200 jobs in four projects, one in ten of which has failed.
async fn start() -> (Simulator, Client, Vec<Target>) {
    let atlas = Simulator::start().await.unwrap();
    let targets: Vec<Target> = (0..200).map(target).collect();
    for (number, target) in targets.iter().enumerate() {
        put(&atlas, target, &json!({ "failed": number % 10 == 0 }));
    }
    let client = atlas.client_builder().build().unwrap();
    (atlas, client, targets)
}

fn count(metrics: &str, part: &str) -> usize {
    metrics.lines().filter(|line| line.contains(part)).count()
}

#[tokio::test(start_paused = true)]
async fn two_hundred_jobs_in_four_projects_are_read_once_each() {
    let (atlas, client, targets) = start().await;
    let metrics = metrics(&client, targets).await;
    assert_eq!(count(&metrics, "state=\"failed\"} 1"), 20);
    assert_eq!(count(&metrics, "state=\"running\"} 1"), 180);
    assert_eq!(count(&metrics, "_unread{"), 0);
    assert_eq!(atlas.request_count(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_low_rate_limit_is_not_exceeded() {
    let (atlas, client, targets) = start().await;
    // Each project has 50 jobs.
    atlas.set_rate_limit(40, 40, MINUTE);
    let metrics = metrics(&client, targets).await;
    assert_eq!(count(&metrics, "state="), 200);
    assert_eq!(atlas.request_count(), 200);
}

#[tokio::test(start_paused = true)]
async fn jobs_that_cannot_be_read_are_counted_by_reason() {
    let (atlas, client, mut targets) = start().await;
    targets.push(target(1000));
    atlas.fault(
        Fault::status(503)
            .on_path(&target(7).restore_job_id)
            .always(),
    );
    let metrics = metrics(&client, targets).await;
    assert!(metrics.contains("atlas_restore_jobs_unread{reason=\"api\"} 1\n"));
    assert!(metrics.contains("atlas_restore_jobs_unread{reason=\"not_found\"} 1\n"));
    assert_eq!(count(&metrics, "state="), 199);
}
