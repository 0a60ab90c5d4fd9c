//! Documents, versions, errors, envelopes; connections and the log of requests.

use std::time::Duration;

use atlas_backup::simulator::{EnvelopeForm, Simulator};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::{ACCEPT, GROUP, JOB, atlas_with_job, get, header, http_client, json_of, tls, url};

#[tokio::test]
async fn a_document_is_served_as_atlas_serves_it() {
    let atlas = atlas_with_job().await;
    let response = get(&atlas, JOB).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let media_type = "application/vnd.atlas.2023-01-01+json;charset=utf-8";
    assert_eq!(header(&response, "content-type"), Some(media_type));
    assert_eq!(header(&response, "ratelimit-limit"), Some("1200"));
    assert_eq!(header(&response, "ratelimit-remaining"), Some("1191"));
    assert_eq!(header(&response, "deprecation"), None);
    let body = response.text().await.unwrap();
    assert_eq!(
        body,
        r#"{"deliveryType":"automated","id":"6a794733c0eb9e7a17740663"}"#
    );
}

#[tokio::test]
async fn a_document_changes_and_goes_while_the_simulator_runs() {
    let atlas = atlas_with_job().await;
    atlas.put(&format!("/api/atlas/v2/{JOB}"), &json!({"failed": true}));
    assert_eq!(
        json_of(get(&atlas, JOB).send().await.unwrap()).await,
        json!({"failed": true})
    );
    assert!(atlas.remove(JOB));
    assert!(!atlas.remove(JOB));
    assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 404);
}

#[tokio::test(start_paused = true)]
async fn a_script_goes_by_the_clock_of_tokio() {
    let atlas = Simulator::start().await.unwrap();
    let stages = [
        (Duration::from_secs(60), "IN_PROGRESS"),
        (Duration::from_secs(3600), "FINISHED"),
    ];
    atlas.script(
        JOB,
        stages.map(|(after, status)| (after, json!({"statusName": status}))),
    );
    let mut seen = Vec::new();
    for wait in [0, 59, 1, 3539, 1] {
        tokio::time::advance(Duration::from_secs(wait)).await;
        let answer = json_of(get(&atlas, JOB).send().await.unwrap()).await;
        seen.push(
            answer["statusName"]
                .as_str()
                .map_or(answer["errorCode"].to_string(), str::to_owned),
        );
    }
    let missing = "\"RESTORE_JOB_NOT_FOUND\"";
    assert_eq!(
        seen,
        [missing, missing, "IN_PROGRESS", "IN_PROGRESS", "FINISHED"]
    );
}

#[tokio::test]
async fn only_a_version_that_the_operation_has_is_served() {
    let atlas = atlas_with_job().await;
    let recorded = json!({
        "detail": "Invalid accept header or version date.", "error": 406, "errorCode": "INVALID_VERSION_DATE",
        "parameters": [], "reason": "Not Acceptable",
    });
    let ask = |accept: &str| {
        let request = http_client(&atlas)
            .get(url(&atlas, JOB))
            .header("accept", accept);
        request.bearer_auth(Simulator::ACCESS_TOKEN)
    };
    let dated = |date: &str| format!("application/vnd.atlas.{date}+json");
    for accept in [
        "*/*",
        "application/json",
        &dated("2022-12-31"),
        &dated("2023-1-1"),
        &dated("preview"),
    ] {
        let response = ask(accept).send().await.unwrap();
        assert_eq!(response.status(), 406, "{accept}");
        assert_eq!(json_of(response).await, recorded);
    }
    for accept in [
        &*dated("2023-01-01"),
        &dated("2025-03-12"),
        &format!("text/html, {};q=0.5", dated("2023-02-01")),
    ] {
        assert_eq!(ask(accept).send().await.unwrap().status(), 200, "{accept}");
    }
}

#[tokio::test]
async fn what_is_missing_is_reported_in_the_documented_words() {
    let atlas = Simulator::start().await.unwrap();
    let ask = |path: &str| get(&atlas, path).send();
    let of = async |path: String| json_of(ask(&path).await.unwrap()).await;
    let cluster = format!("groups/{GROUP}/clusters/Cluster0");
    assert_eq!(
        of(format!("{cluster}/backupCheckpoints/{GROUP}")).await,
        json!({
            "detail": format!("No checkpoint with ID {GROUP} exists for cluster Cluster0."), "error": 404,
            "errorCode": "CHECKPOINT_NOT_FOUND", "parameters": [GROUP, "Cluster0"], "reason": "Not Found",
        })
    );
    assert_eq!(
        of(format!("{cluster}/restoreJobs/{GROUP}")).await["errorCode"],
        "RESTORE_JOB_NOT_FOUND"
    );
    assert_eq!(
        of(format!("{cluster}/backup/restoreJobs/{GROUP}")).await["errorCode"],
        "RESTORE_JOB_NOT_FOUND"
    );
    let snapshot = format!("groups/{GROUP}/serverless/S0/backup/snapshots/{GROUP}");
    assert_eq!(of(snapshot).await["errorCode"], "SNAPSHOT_NOT_FOUND");
    assert_eq!(
        of("orgs".to_owned()).await["errorCode"],
        "RESOURCE_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_path_that_is_written_out_comes_before_one_with_a_parameter() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_path("groups/{groupId}/clusters/regions", "2023-01-01");
    atlas.add_path("groups/{groupId}/clusters/{name}", "2025-01-01");
    let path = format!("groups/{GROUP}/clusters/regions");
    atlas.put(&path, &json!({ "regions": [] }));
    // It requests the version of the first.
    assert_eq!(get(&atlas, &path).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn other_methods_get_an_empty_405() {
    let atlas = atlas_with_job().await;
    let request = http_client(&atlas)
        .post(url(&atlas, JOB))
        .bearer_auth(Simulator::ACCESS_TOKEN);
    let response = request.send().await.unwrap();
    assert_eq!(
        (response.status(), header(&response, "allow")),
        (StatusCode::METHOD_NOT_ALLOWED, Some("GET"))
    );
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn an_envelope_holds_values_and_errors_and_pretty_indents() {
    let atlas = atlas_with_job().await;
    let ask = |path: &str| get(&atlas, path).send();
    let body = ask(&format!("{JOB}?envelope=true"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let job = r#"{"deliveryType":"automated","id":"6a794733c0eb9e7a17740663"}"#;
    assert_eq!(body, format!(r#"{{"status":200,"content":{job}}}"#));
    atlas.set_envelope_form(EnvelopeForm::Envelope);
    let missing = ask(&format!(
        "{}?pretty=true&envelope=true",
        JOB.replace("663", "664")
    ))
    .await
    .unwrap();
    assert_eq!(missing.status(), 200);
    let body = missing.text().await.unwrap();
    assert!(body.contains("\n  \"status\": 404"), "{body}");
    let value: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(value["envelope"]["errorCode"], "RESTORE_JOB_NOT_FOUND");
    atlas.set_envelope_form(EnvelopeForm::Ignored);
    let ignored = ask(&format!("{JOB}?envelope=true")).await.unwrap();
    assert_eq!(ignored.text().await.unwrap(), job);
}

#[tokio::test]
async fn requests_are_kept_as_they_arrived() {
    let atlas = atlas_with_job().await;
    let client = http_client(&atlas);
    for _ in 0..2 {
        let request = client
            .get(url(&atlas, JOB) + "?pretty=true")
            .header("accept", ACCEPT);
        // Read to the end, so that the connection is free for the next.
        assert!(
            request
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap()
                .contains("401")
        );
    }
    atlas.received(2).await;
    let requests = atlas.take_requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].method(), "GET");
    assert_eq!(requests[0].path(), format!("/api/atlas/v2/{JOB}"));
    assert_eq!(requests[0].query(), "pretty=true");
    assert_eq!(requests[0].header("Accept"), Some(ACCEPT));
    assert_eq!(requests[0].status(), Some(401));
    assert_eq!(requests[0].protocol(), "HTTP/1.1");
    assert!(requests[0].at() <= requests[1].at());
    assert!(atlas.requests().is_empty());
    assert_eq!(
        (
            atlas.request_count(),
            atlas.connections(),
            atlas.open_connections()
        ),
        (2, 1, 1)
    );
}

#[tokio::test]
async fn http_2_is_spoken_over_tls_and_to_clients_that_begin_with_it() {
    let atlas = Simulator::start_tls().await.unwrap();
    assert!(atlas.base_url().starts_with("https://127.0.0.1:"));
    atlas.put(JOB, &json!({}));
    assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 200);
    assert_eq!(atlas.requests()[0].protocol(), "HTTP/2.0");
    let plain = atlas_with_job().await;
    let prior = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge();
    let prior = prior
        .tls_backend_preconfigured(tls(&plain))
        .build()
        .unwrap();
    prior.get(url(&plain, JOB)).send().await.unwrap();
    assert_eq!(plain.requests()[0].protocol(), "HTTP/2.0");
    let older = Simulator::start_tls_http1().await.unwrap();
    older.put(JOB, &json!({}));
    assert_eq!(get(&older, JOB).send().await.unwrap().status(), 200);
    assert_eq!(older.requests()[0].protocol(), "HTTP/1.1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_simulators_run_side_by_side() {
    let mut running = Vec::new();
    for n in 0..20 {
        let atlas = Simulator::start().await.unwrap();
        atlas.put(JOB, &json!({"n": n}));
        running.push(tokio::spawn(async move {
            for _ in 0..10 {
                assert_eq!(
                    json_of(get(&atlas, JOB).send().await.unwrap()).await["n"],
                    n
                );
            }
            assert_eq!((atlas.request_count(), atlas.requests().len()), (10, 10));
        }));
    }
    for each in running {
        each.await.unwrap();
    }
}

#[tokio::test]
async fn the_last_requests_are_kept_and_all_are_counted() {
    let atlas = Simulator::start().await.unwrap();
    let address = atlas.base_url().strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut answers, mut requests) = socket.split();
    let mut nowhere = tokio::io::sink();
    let draining = tokio::io::copy(&mut answers, &mut nowhere);
    let asking = async {
        for n in 0..=Simulator::REQUESTS_KEPT {
            let connection = if n == Simulator::REQUESTS_KEPT {
                "close"
            } else {
                "keep-alive"
            };
            let head = format!("GET /{n} HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\n\r\n");
            requests.write_all(head.as_bytes()).await.unwrap();
        }
    };
    tokio::join!(draining, asking).0.unwrap();
    let kept = atlas.requests();
    assert_eq!((kept.len(), atlas.request_count()), (10_000, 10_001));
    assert_eq!((kept[0].path(), kept[9_999].path()), ("/1", "/10000"));
}

#[tokio::test]
async fn the_last_handle_takes_listener_and_connections_with_it() {
    let atlas = atlas_with_job().await;
    let (client, url) = (http_client(&atlas), url(&atlas, JOB));
    let clone = atlas.clone();
    drop(atlas);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 401);
    drop(clone);
    assert!(client.get(&url).send().await.is_err());
}

#[tokio::test]
#[should_panic(
    expected = "no operation serves the path `groups/1/cluster/Cluster0/backup/restoreJobs/2`; nearest: \
                           groups/{groupId}/clusters/{clusterName}/backup/restoreJobs"
)]
async fn a_path_that_no_operation_serves_ends_the_test() {
    Simulator::start()
        .await
        .unwrap()
        .put("groups/1/cluster/Cluster0/backup/restoreJobs/2", &json!({}));
}

const CLUSTERS: &str = "groups/32b6e34b3d91647abb20e7b8/clusters";

async fn status_of(atlas: &Simulator, path: &str, version: &str) -> u16 {
    let accept = format!("application/vnd.atlas.{version}+json");
    let request = http_client(atlas).get(url(atlas, path));
    let request = request.header("accept", accept);
    let request = request.bearer_auth(Simulator::ACCESS_TOKEN);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_path_that_was_added_is_served_as_an_operation_is() {
    let atlas = Simulator::start().await.unwrap();
    assert_eq!(status_of(&atlas, CLUSTERS, "2024-08-05").await, 404);
    atlas.add_path("/api/atlas/v2/groups/{groupId}/clusters", "2024-08-05");
    assert_eq!(status_of(&atlas, CLUSTERS, "2024-08-05").await, 404);
    atlas.put(CLUSTERS, &json!({ "results": [] }));
    assert_eq!(status_of(&atlas, CLUSTERS, "2024-08-05").await, 200);
    assert_eq!(status_of(&atlas, CLUSTERS, "2025-03-12").await, 200);
    assert_eq!(status_of(&atlas, CLUSTERS, "2023-01-01").await, 406);
    assert_eq!(status_of(&atlas, CLUSTERS, "preview").await, 406);
    assert!(atlas.remove(CLUSTERS));
    assert_eq!(status_of(&atlas, CLUSTERS, "2024-08-05").await, 404);
}

#[tokio::test]
async fn a_preview_is_served_to_those_who_request_it() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_path(CLUSTERS, "preview");
    atlas.put(CLUSTERS, &json!({}));
    assert_eq!(status_of(&atlas, CLUSTERS, "preview").await, 200);
    assert_eq!(status_of(&atlas, CLUSTERS, "2025-03-12").await, 406);
}

#[tokio::test(start_paused = true)]
async fn a_path_that_was_added_follows_a_script() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_path(CLUSTERS, "2024-08-05");
    atlas.script(CLUSTERS, [(Duration::from_secs(60), json!({}))]);
    assert_eq!(status_of(&atlas, CLUSTERS, "2024-08-05").await, 404);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(status_of(&atlas, CLUSTERS, "2024-08-05").await, 200);
}

#[tokio::test]
async fn a_document_may_be_for_one_query_only() {
    let atlas = atlas_with_job().await;
    atlas.put(&format!("{JOB}?pretty=false"), &json!({"failed": true}));
    let asked = get(&atlas, &format!("{JOB}?pretty=false")).send().await;
    assert_eq!(json_of(asked.unwrap()).await, json!({"failed": true}));
    for query in ["", "?envelope=false", "?pretty=false&envelope=false"] {
        let asked = get(&atlas, &format!("{JOB}{query}")).send().await;
        assert_eq!(json_of(asked.unwrap()).await["deliveryType"], "automated");
    }
    assert!(atlas.remove(&format!("{JOB}?pretty=false")));
    assert!(atlas.remove(JOB));
}

#[tokio::test]
#[should_panic(expected = "a version is a date such as 2024-08-05, not `v2`")]
async fn a_path_of_no_version_ends_the_test() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_path(CLUSTERS, "v2");
}

#[tokio::test]
#[should_panic(expected = "the path `groups?pageNum=1` must have no query")]
async fn a_path_with_a_query_ends_the_test() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_path("groups?pageNum=1", "2023-01-01");
}
