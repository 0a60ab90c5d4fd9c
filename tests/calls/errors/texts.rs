//! What a server may not do to a terminal or a log.

use serde_json::json;

use super::{json_error, success};
use crate::support::{failure, told};

/// The `detail` of a 400 as it is shown.
async fn shown(detail: &str) -> String {
    let error = failure(json_error(
        400,
        json!({"errorCode": "VALIDATION_ERROR", "detail": detail}),
    ))
    .await;
    assert_eq!(
        error.api_error().unwrap().detail.as_deref(),
        Some(detail),
        "whole for programs"
    );
    told(&error).lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn control_characters_are_spaces() {
    insta::assert_snapshot!(
        shown("one\ntwo\r\nthree\tfour\u{0}five\u{1b}[31msix\u{7f}seven\u{9b}31meight").await
    );
}

#[tokio::test]
async fn characters_that_reorder_or_hide_text_are_spaces() {
    for odd in [
        '\u{61c}', '\u{200b}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}',
        '\u{202e}', '\u{2060}', '\u{2066}', '\u{2069}', '\u{feff}',
    ] {
        let line = shown(&format!("before{odd}after")).await;
        assert_eq!(
            line, "400 VALIDATION_ERROR: before after (get_backup_restore_job)",
            "{odd:?}"
        );
    }
}

#[tokio::test]
async fn other_languages_are_shown_as_they_are() {
    let line = shown("Für den Cluster „Köln“ – 零件 – مجموعة – 🗄").await;
    assert_eq!(
        line,
        "400 VALIDATION_ERROR: Für den Cluster „Köln“ – 零件 – مجموعة – 🗄 (get_backup_restore_job)"
    );
}

#[tokio::test]
async fn long_text_is_cut_at_300_characters() {
    let line = shown(&"ä".repeat(30_000)).await;
    assert_eq!(
        line,
        format!(
            "400 VALIDATION_ERROR: {}… (get_backup_restore_job)",
            "ä".repeat(300)
        )
    );
}

#[tokio::test]
async fn text_of_300_characters_is_whole() {
    let line = shown(&"x".repeat(300)).await;
    assert_eq!(
        line,
        format!(
            "400 VALIDATION_ERROR: {} (get_backup_restore_job)",
            "x".repeat(300)
        )
    );
}

#[tokio::test]
async fn urls_are_left_out() {
    let url = "https://restore-6a794733.a1b2c.mongodb.net:27017/SECRET0/restore.tar.gz";
    insta::assert_snapshot!(
        shown(&format!(
            "Download {url} (or <{url}>, \"{url}\") has expired\n{url}\tHTTPS://SECRET0"
        ))
        .await
    );
}

#[tokio::test]
async fn text_is_no_longer_for_the_urls_that_are_left_out() {
    let body = json!({"errorCode": "ODD", "detail": "s:// ".repeat(100)});
    let line = failure(json_error(400, body)).await.to_string();
    assert_eq!(
        line.chars().count(),
        "400 ODD: … (get_backup_restore_job)".chars().count() + 300,
        "{line}"
    );
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
