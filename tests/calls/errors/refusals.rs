//! What Atlas says.

use std::time::{Duration, SystemTime};

use atlas_backup::simulator::Fault;
use serde_json::json;

use super::{json_error, recorded};
use crate::support::{CLUSTER, GROUP, ID, atlas, client, failure, job, told};

#[tokio::test]
async fn a_missing_job_is_reported_with_the_message_of_atlas() {
    let error = failure(recorded(404, "error.restore_job_not_found")).await;
    insta::assert_snapshot!(told(&error));
    assert_eq!(error.api_error().unwrap().parameters.len(), 2);
    assert_eq!(error.api_error().unwrap().error, Some(404));
}

#[tokio::test]
async fn the_operation_that_was_called_is_named() {
    let atlas = atlas().await;
    let path = format!("groups/{GROUP}/clusters/{CLUSTER}/backupCheckpoints/{ID}");
    assert!(atlas.remove(&path));
    let call = client(&atlas)
        .get_legacy_backup_checkpoint()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .checkpoint_id(ID);
    let error = call.send().await.unwrap_err();
    insta::assert_snapshot!(told(&error));
}

#[tokio::test]
async fn a_404_without_an_error_code_has_the_reason_of_http() {
    let error = failure(json_error(
        404,
        json!({"error": 404, "detail": "There is nothing here."}),
    ))
    .await;
    insta::assert_snapshot!(told(&error));
}

#[tokio::test]
async fn an_error_code_of_null_is_no_code() {
    insta::assert_snapshot!(told(&failure(recorded(404, "error.null_error_code")).await));
}

#[tokio::test]
async fn an_error_of_nulls_is_reported_by_its_status() {
    insta::assert_snapshot!(told(&failure(recorded(400, "error.nulls")).await));
}

#[tokio::test]
async fn an_error_without_anything_in_it_is_reported_by_its_status() {
    insta::assert_snapshot!(told(&failure(recorded(400, "error.empty")).await));
}

#[tokio::test]
async fn a_code_without_a_detail_has_the_reason_after_it() {
    let body = json!({"errorCode": "ATLAS_GENERAL_ERROR", "reason": "Bad Request", "detail": null});
    insta::assert_snapshot!(told(&failure(json_error(400, body)).await));
}

#[tokio::test]
async fn an_empty_code_and_an_empty_detail_leave_no_hole() {
    let body = json!({"errorCode": "", "reason": "", "detail": " "});
    insta::assert_snapshot!(told(&failure(json_error(400, body)).await));
}

#[tokio::test]
async fn a_bad_request_names_the_fields_for_programs() {
    let error = failure(recorded(400, "error.bad_request_detail")).await;
    let fields = &error
        .api_error()
        .unwrap()
        .bad_request_detail
        .as_ref()
        .unwrap()
        .fields;
    assert_eq!(fields[0].field.as_deref(), Some("groupId"));
    insta::assert_snapshot!(told(&error));
}

#[tokio::test]
async fn half_a_character_in_a_detail_costs_no_more_than_the_detail() {
    let mut lines = Vec::new();
    for half in [
        r"\ud800",
        r"\udc00",
        r"\ud800\ud800",
        r"\\\ud83d",
        r"\uD83D\uDE00\uD83D",
        r"\ud83d\",
    ] {
        let body = format!(
            r#"{{"error": 404, "errorCode": "RESTORE_JOB_NOT_FOUND", "detail": "before {half}"}}"#
        );
        let error = failure(Fault::status(404).body("application/json", body)).await;
        lines.push(format!("{half:<20}{error}"));
    }
    let mut body = br#"{"errorCode": "RESTORE_JOB_NOT_FOUND", "detail": "before "#.to_vec();
    body.extend(b"\xe2\x82\"}");
    let error = failure(Fault::status(404).body("application/json", body)).await;
    lines.push(format!("{:<20}{error}", "bytes e2 82"));
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_401_as_recorded_has_no_code() {
    insta::assert_snapshot!(told(&failure(recorded(401, "error.no_error_code")).await));
}

#[tokio::test]
async fn a_401_as_recorded_lately_has_a_code() {
    insta::assert_snapshot!(told(
        &failure(recorded(401, "error.unauthorized_unexpected")).await
    ));
}

#[tokio::test]
async fn a_401_with_an_empty_body_is_reported_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(401).body("", "")).await));
}

#[tokio::test]
async fn a_403_names_the_address_that_is_not_on_the_access_list() {
    let body = json!({
        "error": 403, "errorCode": "IP_ADDRESS_NOT_ON_ACCESS_LIST", "parameters": ["192.0.2.7"],
        "detail": "IP address 192.0.2.7 is not allowed to access this resource.", "reason": "Forbidden",
    });
    insta::assert_snapshot!(told(&failure(json_error(403, body)).await));
}

#[tokio::test]
async fn a_406_says_what_to_do_about_the_version() {
    insta::assert_snapshot!(told(
        &failure(recorded(406, "error.invalid_version_date")).await
    ));
}

#[tokio::test]
async fn a_410_says_what_to_do_about_the_version() {
    insta::assert_snapshot!(told(&failure(recorded(410, "error.version_gone")).await));
}

#[tokio::test]
async fn a_429_says_how_long_to_wait() {
    insta::assert_snapshot!(told(
        &failure(recorded(429, "error.token_bucket").header("Retry-After", "55")).await
    ));
}

#[tokio::test]
async fn a_429_without_a_time_has_none() {
    insta::assert_snapshot!(told(&failure(recorded(429, "error.rate_limited")).await));
}

#[tokio::test]
async fn a_date_in_retry_after_is_a_time_from_now() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3600));
    let error = failure(Fault::status(429).header("Retry-After", &date)).await;
    let wait = error.retry_after().unwrap();
    assert!(
        (Duration::from_secs(3500)..=Duration::from_secs(3600)).contains(&wait),
        "{wait:?}"
    );
}

#[tokio::test]
async fn a_date_in_retry_after_that_is_past_means_no_pause() {
    let error =
        failure(Fault::status(503).header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")).await;
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
}

#[tokio::test]
async fn a_retry_after_that_nobody_can_read_is_none() {
    for text in ["soon", "", "NaN", "1 s"] {
        let error = failure(Fault::status(503).header("Retry-After", text)).await;
        assert_eq!(error.retry_after(), None, "{text:?}");
    }
}

#[tokio::test]
async fn a_500_as_recorded_may_pass() {
    insta::assert_snapshot!(told(&failure(recorded(500, "error.unexpected")).await));
}

#[tokio::test]
async fn only_statuses_that_may_pass_are_retryable() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let mut retryable = Vec::new();
    for status in (300..=599).filter(|status| *status != 401) {
        atlas.fault(Fault::status(status).body("", ""));
        let error = job(&client).await.unwrap_err();
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        retryable.extend(error.is_retryable().then_some(status));
    }
    let mut expected = vec![408, 429];
    expected.extend((500..=599).filter(|status| ![501, 505].contains(status)));
    assert_eq!(retryable, expected);
}

#[tokio::test]
async fn an_error_keeps_the_headers_of_the_answer() {
    let fault = Fault::status(404).header("X-Request-Id", "32b6e34b");
    let error = failure(fault).await;
    assert_eq!(error.headers()["x-request-id"], "32b6e34b");
}

/// Numbers that JSON does not have, or that are too large, and more levels than are read.
#[tokio::test]
async fn odd_parameters_cost_an_error_neither_its_code_nor_its_detail() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for parameter in ["1e400", "NaN", "\"\\ud800\"", &deep, "\"cut"] {
        let body = format!(
            r#"{{"error": 404, "errorCode": "RESTORE_JOB_NOT_FOUND", "detail": "No such job.",
                "parameters": [{parameter}], "reason": "Not Found"}}"#
        );
        let error = failure(Fault::status(404).body("application/json", body)).await;
        assert_eq!(error.code(), Some("RESTORE_JOB_NOT_FOUND"), "{parameter}");
        let text = error.to_string();
        assert!(
            text.starts_with("404 RESTORE_JOB_NOT_FOUND: No such job."),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_an_error_is_skipped() {
    let body = "\u{feff}{\"errorCode\": \"RESTORE_JOB_NOT_FOUND\"}";
    let error = failure(Fault::status(404).body("application/json", body)).await;
    assert_eq!(error.code(), Some("RESTORE_JOB_NOT_FOUND"));
}

/// Atlas answers 401 and 405 with an empty body.
#[tokio::test]
async fn an_error_keeps_its_meaning_with_any_body() {
    for status in [401, 403, 404, 405, 409] {
        for body in [
            "",
            "<html>",
            "\u{feff}",
            "\x1f\u{8b}",
            "no words",
            "{\"error\"",
        ] {
            let error = failure(Fault::status(status).body("text/html", body)).await;
            let is = (error.status().map(|it| it.as_u16()), error.is_retryable());
            assert_eq!(is, (Some(status), false), "{body}");
        }
    }
}
