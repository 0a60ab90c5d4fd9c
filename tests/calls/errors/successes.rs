//! What is no success after all.

use std::time::Duration;

use atlas_backup::simulator::Fault;
use serde_json::json;

use super::{HTML, success};
use crate::support::{ID, atlas, client, failure, job, told};

#[tokio::test]
async fn a_200_with_a_page_is_not_json() {
    insta::assert_snapshot!(told(
        &failure(Fault::status(200).body("text/html", HTML)).await
    ));
}

#[tokio::test]
async fn an_empty_200_is_reported() {
    insta::assert_snapshot!(told(&failure(success("")).await));
}

#[tokio::test]
async fn a_204_is_an_empty_answer() {
    insta::assert_snapshot!(told(&failure(Fault::status(204).body("", "")).await));
}

#[tokio::test]
async fn a_200_cut_in_the_middle_may_pass() {
    insta::assert_snapshot!(told(&failure(Fault::cut_body(30)).await));
}

#[tokio::test]
async fn a_200_of_unknown_length_cut_in_the_middle_may_pass() {
    insta::assert_snapshot!(told(&failure(Fault::cut_body(30).chunked()).await));
}

#[tokio::test]
async fn a_200_whose_json_ends_early_is_not_json() {
    insta::assert_snapshot!(told(&failure(success(r#"{"id": "SECRET0", "deliv"#)).await));
}

#[tokio::test]
async fn a_200_that_says_it_is_too_large_is_not_read() {
    let fault = success("{}").header("Content-Length", &(8 * 1024 * 1024 + 1).to_string());
    insta::assert_snapshot!(told(&failure(fault).await));
}

#[tokio::test]
async fn a_200_that_turns_out_too_large_is_given_up() {
    let fault = success(vec![b' '; 8 * 1024 * 1024 + 1]).chunked();
    insta::assert_snapshot!(told(&failure(fault).await));
}

#[tokio::test]
async fn a_200_without_an_end_is_given_up() {
    insta::assert_snapshot!(told(&failure(Fault::endless_body()).await));
}

#[tokio::test]
async fn a_200_of_exactly_the_limit_is_read() {
    let atlas = atlas().await;
    let mut body = br#"{"id":"6a794733c0eb9e7a17740663"}"#.to_vec();
    body.resize(8 * 1024 * 1024, b' ');
    atlas.fault(success(body).chunked());
    assert_eq!(job(&client(&atlas)).await.unwrap().id.as_deref(), Some(ID));
}

#[tokio::test]
async fn a_property_of_another_type_is_named_and_its_value_is_not() {
    let url =
        "https://restore-6a794733.a1b2c.mongodb.net:27017/SECRET0/restore.tar.gz, expected SECRET0";
    insta::assert_snapshot!(told(
        &failure(success(json!({"id": ID, "failed": url}).to_string())).await
    ));
}

#[tokio::test]
async fn a_property_far_inside_is_named_by_its_path() {
    let body = json!({"components": [{"replicaSetName": "a"}, {"privateDownloadDeliveryUrls": [{"endpointId": 7}]}]});
    insta::assert_snapshot!(told(&failure(success(body.to_string())).await));
}

#[tokio::test]
async fn a_date_that_is_none_is_named() {
    let body = json!({"expiresAt": "SECRET0, expected SECRET0"});
    insta::assert_snapshot!(told(&failure(success(body.to_string())).await));
}

#[tokio::test]
async fn a_number_beyond_64_bits_is_named() {
    insta::assert_snapshot!(told(
        &failure(success(r#"{"oplogTs": 9223372036854775808}"#)).await
    ));
}

#[tokio::test]
async fn a_property_that_comes_twice_is_reported() {
    insta::assert_snapshot!(told(
        &failure(success(r#"{"id": "SECRET0", "id": "SECRET0"}"#)).await
    ));
}

#[tokio::test]
async fn a_200_with_something_else_than_an_object_is_reported() {
    let mut lines = Vec::new();
    for body in ["null", "[]", "\"SECRET0\"", "404", "true"] {
        let error = failure(success(body)).await;
        told(&error);
        lines.push(format!("{body:<11}{error}"));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn nesting_without_end_is_given_up() {
    let body = format!("{{\"links\": {}", "[".repeat(100_000));
    insta::assert_snapshot!(told(&failure(success(body)).await));
}

#[tokio::test]
async fn nesting_without_end_in_an_unknown_property_is_given_up() {
    let body = format!("{{\"added\": {}", "[".repeat(100_000));
    insta::assert_snapshot!(told(&failure(success(body)).await));
}

#[tokio::test]
async fn what_is_not_utf8_in_a_text_is_replaced() {
    let atlas = atlas().await;
    atlas.fault(success(
        &b"{\"id\": \"\xff-\xe2\x82\", \"odd\": [\"\xff\"]}"[..],
    ));
    let job = job(&client(&atlas)).await.unwrap();
    assert_eq!(job.id.as_deref(), Some("\u{fffd}-\u{fffd}"));
}

#[tokio::test]
async fn a_byte_order_mark_before_json_is_skipped() {
    let atlas = atlas().await;
    let body = format!("\u{feff}{{\"id\": \"{ID}\"}}");
    atlas.fault(success(body));
    assert_eq!(job(&client(&atlas)).await.unwrap().id.as_deref(), Some(ID));
}

#[tokio::test]
async fn a_success_in_gzip_is_named() {
    let body = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03";
    let fault = success(&body[..]).header("Content-Encoding", "gzip");
    insta::assert_snapshot!(told(&failure(fault).await));
}

/// A gateway sends the body and loses the status.
#[tokio::test]
async fn a_success_that_is_an_error_of_atlas_is_that_error() {
    let body = json!({
        "error": 404,
        "errorCode": "RESTORE_JOB_NOT_FOUND",
        "detail": "No such job.",
        "reason": "Not Found",
        "parameters": ["a"],
    });
    let error = failure(success(body.to_string())).await;
    assert!(error.is_not_found() && !error.is_decode());
    insta::assert_snapshot!(told(&error));
}

#[tokio::test]
async fn a_document_with_an_error_code_of_its_own_is_a_document() {
    let atlas = atlas().await;
    let body = json!({"id": ID, "errorCode": "NONE"});
    atlas.fault(success(body.to_string()));
    assert_eq!(job(&client(&atlas)).await.unwrap().id.as_deref(), Some(ID));
}

/// Whatever is wrong with a body, its headers tell the request from others, and when to come back.
#[tokio::test]
async fn a_success_that_cannot_be_used_keeps_its_headers() {
    let too_many_values = format!(r#"{{"id": [{}1]}}"#, "[1],".repeat(1_000_000));
    let unusable = [
        success("odd"),
        success(too_many_values),
        success(vec![b' '; 8 * 1024 * 1024 + 1]),
        Fault::status(200).body("text/html", HTML),
        Fault::cut_body(30),
    ];
    for fault in unusable {
        let fault = fault
            .header("X-Request-Id", "32b6e34b")
            .header("Retry-After", "7");
        let error = failure(fault).await;
        assert_eq!(error.headers()["x-request-id"], "32b6e34b", "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{error}");
    }
}
