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
async fn a_page_in_place_of_json_may_pass() {
    let pages = [
        ("text/html", "<!DOCTYPE html><title>Maintenance</title>"),
        (
            "text/html; charset=utf-8",
            "  <html><body>Log in to the network</body></html>",
        ),
    ];
    for (content_type, page) in pages {
        let atlas = atlas_with(Fault::status(200).body(content_type, page)).await;
        let result = ask(&client_for(&atlas, Way::Token)).await;
        assert!(result.is_ok(), "{page}: {result:?}");
        assert_eq!(atlas.request_count(), 2);
    }
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
