//! Each way in which a call fails: the one line that it says, what a program can ask of it, and what it keeps to itself.

#![cfg(all(feature = "simulator", feature = "rustls"))]

mod support;

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use atlas_backup::simulator::{Fault, Simulator};
use serde_json::json;
use support::{CHECKPOINT, CLUSTER, GROUP, ID, SECRET, atlas, builder, client, failure, fixture, job, told};
use tokio::net::TcpListener;

/// A page as proxies send it. Nothing of a body is shown.
const HTML: &str = "<html><head><title>SECRET0</title></head><body><h1>SECRET0</h1></body></html>";

fn json_error(status: u16, body: serde_json::Value) -> Fault {
    Fault::status(status).body("application/json", body.to_string())
}

fn recorded(status: u16, name: &str) -> Fault {
    json_error(status, fixture(name))
}

fn success(body: impl Into<Vec<u8>>) -> Fault {
    Fault::status(200).body("application/vnd.atlas.2023-01-01+json;charset=utf-8", body)
}

/// The `detail` of a 400 as it is shown.
async fn shown(detail: &str) -> String {
    let error = failure(json_error(400, json!({"errorCode": "VALIDATION_ERROR", "detail": detail}))).await;
    assert_eq!(error.api_error().unwrap().detail.as_deref(), Some(detail), "whole for programs");
    told(&error).lines().next().unwrap().to_owned()
}

// What Atlas says.

#[tokio::test]
async fn a_missing_job_is_told_in_the_words_of_atlas() {
    let error = failure(recorded(404, "error.restore_job_not_found")).await;
    insta::assert_snapshot!(told(&error));
    assert_eq!(error.api_error().unwrap().parameters.len(), 2);
    assert_eq!(error.api_error().unwrap().error, Some(404));
}

#[tokio::test]
#[allow(deprecated)]
async fn the_operation_that_was_called_is_named() {
    let atlas = atlas().await;
    assert!(atlas.remove(CHECKPOINT));
    let client = client(&atlas);
    let request = client.get_legacy_backup_checkpoint().group_id(GROUP).cluster_name(CLUSTER).checkpoint_id(ID);
    insta::assert_snapshot!(told(&request.send().await.unwrap_err()));
}

#[tokio::test]
async fn a_404_without_an_error_code_has_the_reason_of_http() {
    let error = failure(json_error(404, json!({"error": 404, "detail": "There is nothing here."}))).await;
    insta::assert_snapshot!(told(&error));
}

#[tokio::test]
async fn an_error_code_of_null_is_no_code() {
    insta::assert_snapshot!(told(&failure(recorded(404, "error.null_error_code")).await));
}

#[tokio::test]
async fn an_error_of_nulls_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(recorded(400, "error.nulls")).await));
}

#[tokio::test]
async fn an_error_without_anything_in_it_is_told_by_its_status() {
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
    let fields = &error.api_error().unwrap().bad_request_detail.as_ref().unwrap().fields;
    assert_eq!(fields[0].field.as_deref(), Some("groupId"));
    insta::assert_snapshot!(told(&error));
}

#[tokio::test]
async fn a_401_as_recorded_has_no_code() {
    insta::assert_snapshot!(told(&failure(recorded(401, "error.no_error_code")).await));
}

#[tokio::test]
async fn a_401_as_recorded_lately_has_a_code() {
    insta::assert_snapshot!(told(&failure(recorded(401, "error.unauthorized_unexpected")).await));
}

#[tokio::test]
async fn a_401_with_an_empty_body_is_told_by_its_status() {
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
    insta::assert_snapshot!(told(&failure(recorded(406, "error.invalid_version_date")).await));
}

#[tokio::test]
async fn a_410_says_what_to_do_about_the_version() {
    insta::assert_snapshot!(told(&failure(recorded(410, "error.version_gone")).await));
}

#[tokio::test]
async fn a_429_says_how_long_to_wait() {
    insta::assert_snapshot!(told(&failure(recorded(429, "error.token_bucket").header("Retry-After", "55")).await));
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
    assert!((Duration::from_secs(3500)..=Duration::from_secs(3600)).contains(&wait), "{wait:?}");
}

#[tokio::test]
async fn a_date_in_retry_after_that_is_past_asks_for_no_wait() {
    let error = failure(Fault::status(503).header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")).await;
    assert_eq!(error.retry_after(), Some(Duration::ZERO));
}

#[tokio::test]
async fn a_retry_after_that_nobody_can_read_is_none() {
    for text in ["soon", "", "-1", "1.5", "99999999999999999999999"] {
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
    assert_eq!(retryable, [408, 429, 500, 502, 503, 504]);
}

// What stands before Atlas says.

#[tokio::test]
async fn a_503_with_a_page_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(503).body("text/html", HTML)).await));
}

#[tokio::test]
async fn an_empty_502_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(502).body("", "")).await));
}

#[tokio::test]
async fn a_500_with_an_array_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(json_error(500, json!([null, SECRET, 500]))).await));
}

#[tokio::test]
async fn an_error_whose_types_are_wrong_is_told_by_its_status() {
    let body = json!({"error": "500", "errorCode": ["UNEXPECTED_ERROR"], "detail": {"text": SECRET}});
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
    let fault = recorded(503, "error.unexpected").cut_after(20).header("Retry-After", "3");
    insta::assert_snapshot!(told(&failure(fault).await));
}

#[tokio::test]
async fn statuses_without_a_name_are_numbers() {
    let mut lines = Vec::new();
    for status in [299, 399, 499, 599, 999] {
        lines.push(failure(Fault::status(status).body("", "")).await.to_string());
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
    insta::assert_snapshot!(told(&failure(Fault::redirect("/account/login?next=SECRET0")).await));
}

#[tokio::test]
async fn a_304_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(304)).await));
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_told_by_its_status() {
    insta::assert_snapshot!(told(&failure(Fault::status(302)).await));
}

// What is no success after all.

#[tokio::test]
async fn a_200_with_a_page_is_not_json() {
    insta::assert_snapshot!(told(&failure(Fault::status(200).body("text/html", HTML)).await));
}

#[tokio::test]
async fn an_empty_200_is_told() {
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
async fn an_error_that_is_too_large_is_told_by_its_status() {
    let mut body = br#"{"errorCode":"UNEXPECTED_ERROR"}"#.to_vec();
    body.resize(8 * 1024 * 1024 + 1, b' ');
    insta::assert_snapshot!(told(&failure(Fault::status(500).body("application/json", body)).await));
}

#[tokio::test]
async fn a_property_of_another_type_is_named_and_its_value_is_not() {
    let url = "https://restore-6a794733.a1b2c.mongodb.net:27017/SECRET0/restore.tar.gz, expected SECRET0";
    insta::assert_snapshot!(told(&failure(success(json!({"id": ID, "failed": url}).to_string())).await));
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
    insta::assert_snapshot!(told(&failure(success(r#"{"oplogTs": 9223372036854775808}"#)).await));
}

#[tokio::test]
async fn a_property_that_comes_twice_is_told() {
    insta::assert_snapshot!(told(&failure(success(r#"{"id": "SECRET0", "id": "SECRET0"}"#)).await));
}

#[tokio::test]
async fn a_200_with_something_else_than_an_object_is_told() {
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
async fn text_that_is_not_utf8_is_not_json() {
    insta::assert_snapshot!(told(&failure(success(&b"{\"id\": \"\xff\xfe\"}"[..])).await));
}

// What comes instead of an answer.

#[tokio::test]
async fn nobody_listening_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = job(&builder(&base_url).build().unwrap()).await.unwrap_err();
    assert!(error.source().is_some());
    // The number is that of the operating system.
    let line = error.to_string();
    let words = line.split_once(" (os error").map(|(words, _)| words);
    assert_eq!(words, Some("cannot connect to 127.0.0.1: Connection refused"), "{line}");
    assert!(error.is_retryable() && error.status().is_none());
}

#[tokio::test]
async fn a_connection_cut_before_the_answer_may_pass() {
    insta::assert_snapshot!(told(&failure(Fault::cut()).await));
}

#[tokio::test]
async fn garbage_is_no_answer() {
    insta::assert_snapshot!(told(&failure(Fault::garbage("SSH-2.0-SECRET0\r\n\r\n")).await));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_is_told_with_the_limit() {
    insta::assert_snapshot!(told(&failure(Fault::hang()).await));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_takes_too_long_is_told_with_the_limit() {
    insta::assert_snapshot!(told(&failure(Fault::drip(10, Duration::from_secs(20))).await));
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_the_one_that_was_set() {
    let atlas = atlas().await;
    atlas.fault(Fault::hang());
    let client = builder(atlas.base_url()).timeout(Duration::from_millis(1500)).build().unwrap();
    insta::assert_snapshot!(job(&client).await.unwrap_err().to_string());
}

#[tokio::test]
async fn too_many_headers_are_no_answer() {
    insta::assert_snapshot!(told(&failure(Fault::many_headers(2_000)).await));
}

#[tokio::test]
async fn a_server_behind_an_unknown_certificate_is_not_trusted() {
    let atlas = Simulator::start_tls().await.unwrap();
    let error = job(&builder(atlas.base_url()).build().unwrap()).await.unwrap_err();
    assert!(error.source().is_some());
    assert!(!error.is_retryable(), "asking again would not make it trusted, and a wait would go on for a day");
    assert_eq!((atlas.connections(), atlas.request_count()), (1, 0));
    insta::assert_snapshot!(error.to_string());
}

// What a server may not do to a terminal or a log.

#[tokio::test]
async fn control_characters_are_spaces() {
    insta::assert_snapshot!(shown("one\ntwo\r\nthree\tfour\u{0}five\u{1b}[31msix\u{7f}seven\u{9b}31meight").await);
}

#[tokio::test]
async fn characters_that_reorder_or_hide_text_are_spaces() {
    for odd in [
        '\u{61c}', '\u{200b}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202e}', '\u{2060}',
        '\u{2066}', '\u{2069}', '\u{feff}',
    ] {
        let line = shown(&format!("before{odd}after")).await;
        assert_eq!(line, "400 VALIDATION_ERROR: before after (get_backup_restore_job)", "{odd:?}");
    }
}

#[tokio::test]
async fn other_languages_are_shown_as_they_are() {
    let line = shown("Für den Cluster „Köln“ – 零件 – مجموعة – 🗄").await;
    assert_eq!(line, "400 VALIDATION_ERROR: Für den Cluster „Köln“ – 零件 – مجموعة – 🗄 (get_backup_restore_job)");
}

#[tokio::test]
async fn long_text_is_cut_at_300_characters() {
    let line = shown(&"ä".repeat(100_000)).await;
    assert_eq!(line, format!("400 VALIDATION_ERROR: {}… (get_backup_restore_job)", "ä".repeat(300)));
}

#[tokio::test]
async fn text_of_300_characters_is_whole() {
    let line = shown(&"x".repeat(300)).await;
    assert_eq!(line, format!("400 VALIDATION_ERROR: {} (get_backup_restore_job)", "x".repeat(300)));
}

#[tokio::test]
async fn urls_are_left_out() {
    let url = "https://restore-6a794733.a1b2c.mongodb.net:27017/SECRET0/restore.tar.gz";
    insta::assert_snapshot!(
        shown(&format!("Download {url} (or <{url}>, \"{url}\") has expired\n{url}\tHTTPS://SECRET0")).await
    );
}

#[tokio::test]
async fn text_is_no_longer_for_the_urls_that_are_left_out() {
    let body = json!({"errorCode": "ODD", "detail": "s:// ".repeat(100)});
    let line = failure(json_error(400, body)).await.to_string();
    assert_eq!(line.chars().count(), "400 ODD: … (get_backup_restore_job)".chars().count() + 300, "{line}");
}

#[tokio::test]
async fn an_error_code_is_cleaned_like_any_text() {
    let body = json!({"errorCode": "X\n\u{1b}[31mhttps://SECRET0", "detail": "d"});
    let error = failure(json_error(400, body)).await;
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn the_name_of_a_property_is_cleaned_like_any_text() {
    let body = json!({"hashes\n\u{1b}[31m": 1, "links": {"\u{202e}https://SECRET0": 1}});
    let error = failure(success(body.to_string())).await;
    insta::assert_snapshot!(told(&error));
}
