//! Which answers go to which challenges.

use atlas_backup::simulator::Fault;

use super::rfc::{fields, response};
use crate::support::*;

#[tokio::test]
async fn a_challenge_from_another_url_is_not_answered() {
    let (atlas, elsewhere) = (atlas_for(Way::Key).await, atlas_for(Way::Key).await);
    let client = trusting_client(&atlas, Way::Key);
    ask(&client).await.unwrap();
    atlas.take_requests();
    atlas.fault(
        Fault::redirect(&format!(
            "{}/api/atlas/v2/groups/{GROUP}",
            elsewhere.base_url()
        ))
        .always(),
    );
    assert!(error_of(&client).await.is_unauthorized());
    assert_eq!(requests(&elsewhere), ["GET /job nothing -> 401"]);
    assert_eq!(requests(&atlas), ["GET /job Digest nc=00000002 -> 302"]);
}

/// The `Authorization` header that answers these challenges, if one does.
async fn answer_to(challenges: &[&str]) -> Option<String> {
    let atlas = atlas_for(Way::Key).await;
    let challenges = challenges.join(", ");
    atlas.fault(Fault::status(401).header("www-authenticate", &challenges));
    // Whatever the answer is, it is the last one.
    atlas.fault(Fault::status(401));
    error_of(&client_for(&atlas, Way::Key)).await;
    let requests = atlas.requests();
    assert!(requests.len() <= 2, "{requests:?}");
    requests.get(1)?.header("authorization").map(str::to_owned)
}

/// What came with the answer, apart from what is different each time, once the response is known to
/// be right.
async fn right_answer_to(challenges: &[&str]) -> String {
    let answer = answer_to(challenges).await.expect("an answer");
    let fields = fields(&answer);
    let path = format!(
        "/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{}",
        job_id(0)
    );
    assert_eq!(fields["uri"], path);
    assert_eq!(
        fields["response"],
        response(&fields, PRIVATE_KEY, "GET"),
        "{answer}"
    );
    let kept = answer
        .replace(&path, "[path]")
        .replace(&fields["response"], "[right]");
    assert_eq!(fields["cnonce"].len(), 16);
    kept.replace(&fields["cnonce"], "[cnonce]")
}

#[tokio::test]
async fn challenges_of_every_form_are_answered() {
    let mut answers = String::new();
    for challenges in [
        &[
            r#"Digest realm="MMS Public API", domain="", nonce="n1", algorithm=MD5, qop="auth", stale=false"#,
        ][..],
        &[
            r#"Digest realm="MMS Public API", domain="", nonce="n2", algorithm=MD5, qop="auth", stale=true"#,
        ],
        &[r#"digest REALM="r", Nonce="n3", ALGORITHM="MD5", QOP="AUTH", stale="TRUE""#],
        &[r#"Digest realm="r", nonce="n4", qop="auth,auth-int", opaque="o""#],
        &[r#"Digest realm="r", nonce="n5", qop="auth-int, auth""#],
        &[r#"Digest realm="r", nonce="n7", qop="auth", algorithm=SHA-256"#],
        &[
            r#"Digest realm="r", nonce="n10", algorithm=SHA-256, qop="auth", userhash=false, charset=UTF-8, later="x""#,
        ],
        &[
            r#"Digest realm="r", nonce="n11", qop="auth", algorithm=MD5"#,
            r#"Digest realm="r", nonce="n12", qop="auth", algorithm=SHA-256"#,
            r#"Digest realm="r", nonce="n13", qop="auth", algorithm=SHA-512-256"#,
        ],
        &[
            r#"Basic realm="r""#,
            r#"Negotiate"#,
            r#"Digest realm="r", nonce="n14", qop="auth""#,
        ],
        &[r#"Digest realm="the \"quoted\" \\ realm", nonce="n15", qop="auth""#],
        &[r#"Digest realm="", nonce="n16", qop="auth""#],
    ] {
        answers.push_str(&format!(
            "{}\n  {}\n",
            challenges.join("\n"),
            right_answer_to(challenges).await
        ));
    }
    insta::assert_snapshot!(answers);
}

#[tokio::test]
async fn challenges_that_cannot_be_answered_end_the_call() {
    for challenge in [
        r#"Digest realm="r", nonce="n", qop="auth-int""#,
        r#"Digest realm="r", nonce="n", qop="auth", algorithm=SHA-3"#,
        r#"Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess"#,
        r#"Digest realm="r", nonce="n""#,
        r#"Digest realm="r", qop="auth""#,
        r#"Digest nonce="n", qop="auth""#,
        r#"Basic realm="r""#,
        r#"Digest"#,
        r#"Digest realm="r, nonce"#,
        "Digest \u{fffd}=,,,===\"",
        "",
    ] {
        assert_eq!(answer_to(&[challenge]).await, None, "{challenge}");
    }
}

#[tokio::test]
async fn a_form_of_digest_that_is_not_supported_is_reported() {
    let mut told = String::new();
    for challenge in [
        r#"Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess"#,
        r#"Digest realm="r", nonce="n", qop="auth-int""#,
        r#"Digest realm="r", nonce="n""#,
        r#"Basic realm="r", Digest realm="r", nonce="n", qop="auth", algorithm=SHA-512-256"#,
        r#"Basic realm="r""#,
    ] {
        let atlas = atlas_for(Way::Key).await;
        atlas.fault(Fault::status(401).header("www-authenticate", challenge));
        let error = error_of(&client_for(&atlas, Way::Key)).await;
        assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
        told.push_str(&format!("{challenge}\n  {error}\n"));
    }
    insta::assert_snapshot!(told);
}
