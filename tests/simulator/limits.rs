//! Rate limits, and headers that go with every answer.

use std::time::Duration;

use atlas_backup::simulator::Simulator;
use serde_json::json;

use crate::{GROUP, JOB, atlas_with_job, get, header, json_of};

#[tokio::test(start_paused = true)]
async fn an_empty_bucket_answers_429_and_fills_again() {
    let atlas = atlas_with_job().await;
    atlas.set_rate_limit(2, 1, Duration::from_secs(60));
    for left in ["1", "0"] {
        let response = get(&atlas, JOB).send().await.unwrap();
        assert_eq!(
            (
                response.status().as_u16(),
                header(&response, "ratelimit-remaining")
            ),
            (200, Some(left))
        );
        assert_eq!(header(&response, "ratelimit-limit"), Some("2"));
    }
    tokio::time::advance(Duration::from_millis(4_500)).await;
    let response = get(&atlas, JOB).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "retry-after")),
        (429, Some("56"))
    );
    assert_eq!(header(&response, "ratelimit-remaining"), Some("0"));
    let path = format!("api/atlas/v2/{JOB}");
    let detail = format!(
        "Rate limit exceeded for {path}. Please retry after 56 seconds. Request capacity: 2. Refill rate: 1 per 60 seconds."
    );
    assert_eq!(
        json_of(response).await,
        json!({
            "detail": detail, "error": 429, "errorCode": "RATE_LIMITED_TOKEN_BUCKET",
            "parameters": [path, 56, 2, 1, 60], "reason": "Too Many Requests",
        })
    );
    let elsewhere = JOB.replace(GROUP, "a2b6e34b3d91647abb20e7b8");
    assert_eq!(
        get(&atlas, &elsewhere).send().await.unwrap().status(),
        404,
        "each project has its own bucket"
    );
    tokio::time::advance(Duration::from_secs(56)).await;
    assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 200);
    assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 429);
}

#[tokio::test]
async fn headers_go_with_all_answers_or_with_those_of_one_operation() {
    let atlas = atlas_with_job().await;
    atlas.add_header("X-Envoy-Upstream-Service-Time", "7");
    atlas.add_operation_header(
        "get_legacy_backup_restore_job",
        "Deprecation",
        "Mon, 5 Aug 2024 00:00:00 GMT",
    );
    let job = get(&atlas, JOB).send().await.unwrap();
    assert_eq!(
        (
            header(&job, "x-envoy-upstream-service-time"),
            header(&job, "deprecation")
        ),
        (Some("7"), None)
    );
    let legacy = get(&atlas, &JOB.replace("/backup/", "/"))
        .send()
        .await
        .unwrap();
    assert_eq!(legacy.status(), 404);
    assert_eq!(
        header(&legacy, "deprecation"),
        Some("Mon, 5 Aug 2024 00:00:00 GMT")
    );
}

#[tokio::test]
#[should_panic(expected = "no operation is named `getBackupRestoreJob`; there are ")]
async fn a_header_for_an_operation_that_does_not_exist_ends_the_test() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_operation_header(
        "getBackupRestoreJob",
        "Sunset",
        "Thu, 1 Jul 2027 00:00:00 GMT",
    );
}

#[tokio::test]
#[should_panic(expected = "is no HTTP header")]
async fn a_header_that_http_does_not_allow_ends_the_test() {
    Simulator::start()
        .await
        .unwrap()
        .add_header("X-Split", "a\r\nb");
}
