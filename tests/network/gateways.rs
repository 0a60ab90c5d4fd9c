//! What stands between a client and Atlas, and answers in its place.

use atlas_backup::simulator::{Fault, Simulator};

use crate::support::{Way, ask, atlas_for, client_for, error_of};

async fn atlas_with(fault: Fault) -> Simulator {
    let atlas = atlas_for(Way::Token).await;
    atlas.fault(fault);
    atlas
}

#[tokio::test]
async fn statuses_of_a_gateway_may_pass() {
    for status in [
        506, 507, 508, 510, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 598, 599,
    ] {
        let atlas = atlas_with(Fault::status(status)).await;
        let result = ask(&client_for(&atlas, Way::Token)).await;
        assert!(result.is_ok(), "{status}: {result:?}");
        assert_eq!(atlas.request_count(), 2, "{status}");
    }
}

#[tokio::test]
async fn what_a_server_will_never_do_does_not_pass() {
    for status in [501, 505] {
        let atlas = atlas_with(Fault::status(status).always()).await;
        let error = error_of(&client_for(&atlas, Way::Token)).await;
        assert!(!error.is_retryable(), "{error}");
        assert_eq!(atlas.request_count(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_success_that_is_not_json_may_pass() {
    let bodies: [(&str, &[u8]); 12] = [
        ("text/html", b"<!DOCTYPE html><title>Maintenance</title>"),
        (
            "text/html; charset=utf-8",
            b"  <html><body>Log in</body></html>",
        ),
        ("Text/HTML", b"We are back soon"),
        ("application/json", b"\xef\xbb\xbf<html></html>"),
        ("application/json", b""),
        ("application/json", b"  \n"),
        ("application/json", b"upstream connect error"),
        (
            "application/json",
            br#"{"id": "1", "components": [{"replicaSetName": "a"}"#,
        ),
        ("application/json", br#"{"id": "1", "deliv"#),
        ("application/json", br#"{"id": "{}", "deliveryUrl": ["a"#),
        ("application/json", b"[{}"),
        ("application/octet-stream", b"\x1f\x8b\x08\x00{}"),
    ];
    for (content_type, body) in bodies {
        let text = String::from_utf8_lossy(body);
        let atlas = atlas_with(Fault::status(200).body(content_type, body)).await;
        let result = ask(&client_for(&atlas, Way::Token)).await;
        assert!(result.is_ok(), "{text}: {result:?}");
        assert_eq!(atlas.request_count(), 2, "{text}");
    }
    let atlas = atlas_with(Fault::status(204).body("", "")).await;
    ask(&client_for(&atlas, Way::Token)).await.unwrap();
    assert_eq!(atlas.request_count(), 2);
}

/// The gateway has lost the status.
#[tokio::test]
async fn a_success_that_is_an_error_of_atlas_may_pass_like_that_error() {
    let body = r#"{"error": 503, "errorCode": "UNAVAILABLE"}"#;
    let atlas = atlas_with(Fault::status(200).body("application/json", body)).await;
    ask(&client_for(&atlas, Way::Token)).await.unwrap();
    assert_eq!(atlas.request_count(), 2);
}

#[tokio::test]
async fn json_of_another_form_does_not_pass() {
    for body in ["[]", "7", r#"{"deliveryType": 7}"#] {
        let fault = Fault::status(200).body("application/json", body);
        let atlas = atlas_with(fault.always()).await;
        let error = error_of(&client_for(&atlas, Way::Token)).await;
        assert!(error.is_decode() && !error.is_retryable(), "{error}");
        assert_eq!(atlas.request_count(), 1, "{body}");
    }
}

/// As HTTP/1.0 had it (RFC 9112, section 5.2).
#[tokio::test]
async fn a_header_may_go_on_in_a_second_line() {
    let response =
        "HTTP/1.1 200 OK\r\nVia: 1.1 first,\r\n  1.1 second\r\nContent-Length: 2\r\n\r\n{}";
    let atlas = atlas_with(Fault::garbage(response)).await;
    ask(&client_for(&atlas, Way::Token)).await.unwrap();
    assert_eq!(atlas.request_count(), 1);
}
