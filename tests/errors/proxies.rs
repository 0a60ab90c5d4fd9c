//! What stands before Atlas says, and errors that are not quite as Atlas sends them.

use atlas_backup::simulator::Fault;
use serde_json::json;

use crate::support::{SECRET, failure, told};
use crate::{HTML, json_error, recorded};

#[tokio::test]
async fn a_503_with_a_page_is_told_by_its_status() {
    insta::assert_snapshot!(told(
        &failure(Fault::status(503).body("text/html", HTML)).await
    ));
}

#[tokio::test]
async fn an_empty_502_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(502).body("", "")).await));
}

#[tokio::test]
async fn a_500_with_an_array_is_told_by_its_status() {
    insta::assert_snapshot!(told(
        &failure(json_error(500, json!([null, SECRET, 500]))).await
    ));
}

#[tokio::test]
async fn an_error_whose_types_are_wrong_is_told_by_its_status() {
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
async fn an_error_that_is_cut_off_is_told_by_its_status() {
    let fault = recorded(503, "error.unexpected")
        .cut_after(20)
        .header("Retry-After", "3");
    insta::assert_snapshot!(told(&failure(fault).await));
}

#[tokio::test]
async fn an_error_that_is_too_large_is_told_by_its_status() {
    let mut body = br#"{"errorCode":"UNEXPECTED_ERROR"}"#.to_vec();
    body.resize(8 * 1024 * 1024 + 1, b' ');
    insta::assert_snapshot!(told(
        &failure(Fault::status(500).body("application/json", body)).await
    ));
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
async fn a_304_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(304)).await));
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(302)).await));
}
