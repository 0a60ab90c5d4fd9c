//! What leaves the process for each operation, and what comes back.

#![cfg(all(feature = "simulator", feature = "rustls"))]

mod support;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error};
use support::{
    CHECKPOINT, CLUSTER, GROUP, ID, JOB, LEGACY_JOB, SNAPSHOT, atlas, builder, client, fixture,
};
use support::{checkpoint, job, legacy_job, restore_job, snapshot};

/// The one request that arrived, whole. What changes from run to run and from release to release is masked.
#[track_caller]
fn sent(atlas: &Simulator) -> String {
    let requests = atlas.take_requests();
    let [request] = &requests[..] else {
        panic!("not one request: {requests:?}")
    };
    let mut text = format!(
        "{} {} {}\n",
        request.method(),
        request.target(),
        request.protocol()
    );
    for (name, value) in request.headers() {
        let value = match (name, value.split_once(' ')) {
            ("authorization", Some((scheme, _))) => format!("{scheme} [masked]"),
            ("host", _) => "[host]".to_owned(),
            ("user-agent", _) => value.replace(env!("CARGO_PKG_VERSION"), "[version]"),
            _ => value.to_owned(),
        };
        text.push_str(&format!("{name}: {value}\n"));
    }
    text
}

#[tokio::test]
async fn a_legacy_checkpoint_is_asked_for() {
    let atlas = atlas().await;
    checkpoint(&client(&atlas)).send().await.unwrap();
    insta::assert_snapshot!(sent(&atlas));
}

#[tokio::test]
async fn a_legacy_restore_job_is_asked_for() {
    let atlas = atlas().await;
    legacy_job(&client(&atlas)).send().await.unwrap();
    insta::assert_snapshot!(sent(&atlas));
}

#[tokio::test]
async fn a_restore_job_is_asked_for() {
    let atlas = atlas().await;
    job(&client(&atlas)).await.unwrap();
    insta::assert_snapshot!(sent(&atlas));
}

#[tokio::test]
async fn a_serverless_snapshot_is_asked_for() {
    let atlas = atlas().await;
    snapshot(&client(&atlas)).send().await.unwrap();
    insta::assert_snapshot!(sent(&atlas));
}

#[tokio::test]
async fn each_operation_sends_the_flags_that_were_set() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let mut targets = Vec::new();
    let mut keep = || targets.push(atlas.take_requests()[0].target().to_owned());

    checkpoint(&client)
        .envelope(true)
        .pretty(true)
        .send()
        .await
        .unwrap();
    keep();
    legacy_job(&client).pretty(true).send().await.unwrap();
    keep();
    restore_job(&client)
        .envelope(false)
        .pretty(false)
        .send()
        .await
        .unwrap();
    keep();
    snapshot(&client).envelope(true).send().await.unwrap();
    keep();
    insta::assert_snapshot!(targets.join("\n"));
}

#[tokio::test]
async fn the_own_user_agent_stands_before_the_one_of_the_crate() {
    let atlas = atlas().await;
    let client = builder(atlas.base_url())
        .user_agent("restore-drill/1.0")
        .build()
        .unwrap();
    job(&client).await.unwrap();
    let expected = concat!("restore-drill/1.0 atlas-backup/", env!("CARGO_PKG_VERSION"));
    assert_eq!(atlas.requests()[0].header("user-agent"), Some(expected));
}

#[tokio::test]
async fn a_base_url_may_end_with_slashes() {
    let atlas = atlas().await;
    for slashes in ["/", "//"] {
        let client = builder(&format!("{}{slashes}", atlas.base_url()))
            .build()
            .unwrap();
        job(&client).await.unwrap();
    }
    for request in atlas.requests() {
        assert_eq!(request.target(), format!("/api/atlas/v2/{JOB}"));
    }
}

#[tokio::test]
async fn a_base_url_may_have_a_path_for_a_gateway_in_front_of_atlas() {
    let atlas = atlas().await;
    for prefix in ["/gateway/atlas", "/gateway/atlas/"] {
        let document = fixture("get_backup_restore_job.documented").to_string();
        atlas.fault(
            Fault::status(200)
                .body("application/json", document)
                .on_path("/gateway/"),
        );
        let client = builder(&format!("{}{prefix}", atlas.base_url()))
            .build()
            .unwrap();
        job(&client).await.unwrap();
    }
    for request in atlas.requests() {
        assert_eq!(
            request.target(),
            format!("/gateway/atlas/api/atlas/v2/{JOB}")
        );
    }
}

#[tokio::test]
async fn each_operation_answers_with_its_document() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let answer = checkpoint(&client).send().await.unwrap().into_inner();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        fixture("get_legacy_backup_checkpoint.documented")
    );
    let answer = legacy_job(&client).send().await.unwrap().into_inner();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        fixture("get_legacy_backup_restore_job.documented")
    );
    let answer = restore_job(&client).send().await.unwrap().into_inner();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        fixture("get_backup_restore_job.documented")
    );
    let answer = snapshot(&client).send().await.unwrap().into_inner();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        fixture("get_serverless_backup_snapshot.documented")
    );
    let paths: Vec<_> = atlas
        .requests()
        .iter()
        .map(|request| request.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [CHECKPOINT, LEGACY_JOB, JOB, SNAPSHOT].map(|path| format!("/api/atlas/v2/{path}"))
    );
    let operations = include_str!("../openapi/atlas-backup.yaml")
        .matches(" operationId: ")
        .count();
    assert_eq!(
        operations,
        paths.len(),
        "an operation that no test here asks for: give it a line, and a snapshot above"
    );
}

#[tokio::test]
async fn text_may_be_borrowed_or_owned() {
    let atlas = atlas().await;
    let (owned, tool) = (atlas.base_url().to_owned(), "tool/1".to_owned());
    for builder in [
        builder("").base_url(atlas.base_url()).user_agent("tool/1"),
        builder("").base_url(&owned).user_agent(&tool),
        builder("").base_url(owned.clone()).user_agent(tool.clone()),
    ] {
        let client = builder.build().unwrap();
        let (group, cluster, id) = (GROUP.to_owned(), CLUSTER.to_owned(), ID.to_owned());
        let mixed = client
            .get_backup_restore_job()
            .group_id(GROUP)
            .cluster_name(&cluster)
            .restore_job_id(id.clone());
        mixed.send().await.unwrap();
        let other = client
            .get_backup_restore_job()
            .group_id(group)
            .cluster_name(CLUSTER)
            .restore_job_id(&id);
        other.send().await.unwrap();
    }
    assert_eq!(atlas.request_count(), 6);
}

#[tokio::test]
async fn setters_come_in_any_order_and_the_last_word_counts() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let request = client
        .get_backup_restore_job()
        .restore_job_id(ID)
        .group_id("not an id")
        .cluster_name(CLUSTER);
    request.group_id(GROUP).send().await.unwrap();
    assert_eq!(atlas.requests()[0].path(), format!("/api/atlas/v2/{JOB}"));
}

#[tokio::test]
async fn an_answer_is_its_value_with_status_and_headers() {
    let atlas = atlas().await;
    let answer = job(&client(&atlas)).await.unwrap();
    assert_eq!(answer.id.as_deref(), Some(GROUP));
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["ratelimit-remaining"], "1191");
    assert_eq!(
        answer.headers()["content-type"],
        "application/vnd.atlas.2023-01-01+json;charset=utf-8"
    );
    assert_eq!(answer.into_inner().delivery_url, ["string"]);
}

#[tokio::test]
async fn clones_of_a_client_share_a_connection() {
    let atlas = atlas().await;
    let one = client(&atlas);
    let other = one.clone();
    job(&one).await.unwrap();
    job(&other).await.unwrap();
    assert_eq!((atlas.request_count(), atlas.connections()), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_may_run_on_other_threads() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { job(&client).await.map(|answer| answer.status()) })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), 200);
    }
}

#[test]
fn a_client_is_clone_send_sync_and_debug() {
    fn is<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    is::<Client>();
}

#[test]
fn an_error_is_small_and_goes_anywhere() {
    fn is<T: std::error::Error + Send + Sync + 'static>() {}
    is::<Error>();
    assert!(size_of::<Error>() <= 64, "{} bytes", size_of::<Error>());
}
