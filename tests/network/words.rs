//! Answers that cannot be used say why.

use atlas_backup::RetryPolicy;
use atlas_backup::simulator::Fault;

use crate::support::{Way, atlas_for, builder_for, error_of};

async fn told(way: Way, fault: Fault) -> String {
    let atlas = atlas_for(way).await;
    atlas.fault(fault);
    let client = builder_for(&atlas, way).retry(RetryPolicy::never());
    error_of(&client.build().unwrap()).await.to_string()
}

#[tokio::test]
async fn a_date_in_another_form_is_reported_as_such() {
    let body = r#"{"finishedAt": "04.05.2025 10:12"}"#;
    let text = told(
        Way::Token,
        Fault::status(200).body("application/json", body),
    )
    .await;
    assert!(
        text.contains("finishedAt") && text.contains("date-time"),
        "{text}"
    );
}

#[tokio::test]
async fn a_form_of_digest_that_is_not_supported_is_reported_as_such() {
    let challenges = [
        r#"Digest realm="MMS Public API", nonce="xpbhx", algorithm=MD5-sess, qop="auth""#,
        r#"Digest realm="MMS Public API", nonce="xpbhx", algorithm=MD5"#,
        r#"Digest realm="MMS Public API", nonce="xpbhx", algorithm=MD5, qop="auth-int""#,
    ];
    for challenge in challenges {
        let fault = Fault::status(401).header("WWW-Authenticate", challenge);
        let text = told(Way::Key, fault).await;
        assert!(
            text.contains("Digest") && text.contains("not supported"),
            "{text}"
        );
    }
}
