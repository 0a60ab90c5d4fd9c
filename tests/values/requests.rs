//! What leaves the process for each operation, and what comes back.

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error};

use crate::essence::essence;
use crate::support::operations::callable;
use crate::support::{CLUSTER, GROUP, ID, JOB, atlas, builder, client, fixture, job, restore_job};

/// The one request that arrived, whole. What changes from run to run and from release to release is
/// masked.
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
async fn each_operation_sends_its_documented_request() {
    let atlas = atlas().await;
    let client = client(&atlas);
    for operation in callable() {
        operation.send(&client).await.unwrap();
        insta::assert_snapshot!(format!("{}_is_asked_for", operation.name), sent(&atlas));
    }
}

#[tokio::test]
async fn each_operation_sends_the_arguments_that_were_set() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let mut targets = Vec::new();
    for operation in callable() {
        operation
            .send_with(&client, |name| operation.example(name))
            .await
            .unwrap();
        targets.push(atlas.take_requests()[0].target().to_owned());
    }
    insta::assert_snapshot!(targets.join("\n"));
}

#[tokio::test]
async fn a_flag_may_be_set_to_false() {
    let atlas = atlas().await;
    let call = restore_job(&client(&atlas)).envelope(false).pretty(false);
    call.send().await.unwrap();
    let target = atlas.take_requests()[0].target().to_owned();
    assert_eq!(
        target,
        format!("/api/atlas/v2/{JOB}?envelope=false&pretty=false")
    );
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
async fn each_operation_returns_its_documented_value() {
    let atlas = atlas().await;
    let client = client(&atlas);
    for operation in callable() {
        let answer = operation.send(&client).await.unwrap();
        let documented = operation.documented();
        assert_eq!(essence(&answer), essence(&documented), "{}", operation.name);
        assert_eq!(atlas.take_requests()[0].path(), operation.example_path());
    }
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
