//! What stands before Atlas says, and errors that are not quite as Atlas sends them.

use atlas_backup::simulator::Fault;
use serde_json::json;

use super::{HTML, json_error, recorded};
use crate::support::{SECRET, atlas, client, enveloped_job, failure, told};

#[tokio::test]
async fn a_503_with_a_page_is_reported_by_its_status() {
    insta::assert_snapshot!(told(
        &failure(Fault::status(503).body("text/html", HTML)).await
    ));
}

#[tokio::test]
async fn a_407_of_a_proxy_without_tls_names_it() {
    let fault = Fault::status(407).body("text/html", HTML);
    insta::assert_snapshot!(told(&failure(fault).await));
}

#[tokio::test]
async fn an_empty_502_is_reported_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(502).body("", "")).await));
}

#[tokio::test]
async fn a_500_with_an_array_is_reported_by_its_status() {
    insta::assert_snapshot!(told(
        &failure(json_error(500, json!([null, SECRET, 500]))).await
    ));
}

#[tokio::test]
async fn an_error_whose_types_are_wrong_is_reported_by_its_status() {
    let body =
        json!({"error": "500", "errorCode": ["UNEXPECTED_ERROR"], "detail": {"text": SECRET}});
    insta::assert_snapshot!(told(&failure(json_error(500, body)).await));
}

#[tokio::test]
async fn an_error_with_one_wrong_type_keeps_the_rest() {
    let body = json!({
        "error": 400, "errorCode": "VALIDATION_ERROR", "detail": "Validation failed.", "badRequestDetail": [SECRET],
    });
    insta::assert_snapshot!(told(&failure(json_error(400, body)).await));
}

#[tokio::test]
async fn an_error_that_is_cut_off_is_reported_by_its_status() {
    let fault = recorded(503, "error.unexpected")
        .cut_after(20)
        .header("Retry-After", "3");
    insta::assert_snapshot!(told(&failure(fault).await));
}

/// Of this many bytes.
fn long_error(length: usize) -> Vec<u8> {
    let mut body = br#"{"errorCode":"UNEXPECTED_ERROR"}"#.to_vec();
    body.resize(length, b' ');
    body
}

#[tokio::test]
async fn an_error_that_is_too_large_is_reported_by_its_status() {
    let mut texts = Vec::new();
    for length in [64 * 1024 + 1, 8 * 1024 * 1024 + 1] {
        let fault = Fault::status(500).body("application/json", long_error(length));
        texts.push(told(&failure(fault.clone()).await));
        texts.push(told(&failure(fault.chunked()).await));
    }
    texts.dedup();
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test]
async fn an_error_of_exactly_the_limit_is_read() {
    let fault = Fault::status(500).body("application/json", long_error(64 * 1024));
    let error = failure(fault.chunked()).await;
    assert_eq!(error.code(), Some("UNEXPECTED_ERROR"));
}

#[tokio::test]
async fn an_error_in_an_envelope_has_the_limit_of_an_error() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let codes = [(60 * 1024, Some("UNEXPECTED_ERROR")), (70 * 1024, None)];
    for (length, code) in codes {
        let blanks = " ".repeat(length);
        let body =
            format!(r#"{{"status":500,"content":{{"errorCode":"UNEXPECTED_ERROR"{blanks}}}}}"#);
        atlas.fault(Fault::status(200).body("application/json", body));
        let error = enveloped_job(&client).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
        assert_eq!(error.code(), code);
    }
}

#[tokio::test]
async fn statuses_without_a_name_are_numbers() {
    let mut lines = Vec::new();
    for status in [299, 399, 499, 599, 999] {
        lines.push(
            failure(Fault::status(status).body("", ""))
                .await
                .to_string(),
        );
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_redirect_names_the_host_and_not_the_url() {
    let url = format!("https://somebody:{SECRET}@login.example.com/{SECRET}?token={SECRET}");
    insta::assert_snapshot!(told(&failure(Fault::redirect(&url)).await));
}

#[tokio::test]
async fn a_redirect_to_another_path_names_no_host() {
    insta::assert_snapshot!(told(
        &failure(Fault::redirect("/account/login?next=SECRET0")).await
    ));
}

#[tokio::test]
async fn a_304_is_reported_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(304)).await));
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_reported_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(302)).await));
}
