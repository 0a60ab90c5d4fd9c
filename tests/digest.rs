//! API keys: how many requests they cost under every policy a server may have for its nonces, and which answers go to
//! which challenges.

#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "support/auth.rs"]
mod support;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use atlas_backup::simulator::{DigestAlgorithm, Fault, NoncePolicy, ReceivedRequest, Simulator};
use atlas_backup::{Client, Credentials, Error};
use md5::Md5;
use sha2::{Digest, Sha256};
use support::*;

const ANY: NoncePolicy = NoncePolicy::AnyUnseen { max_uses: None, max_age: None };
const FIFTY_USES: NoncePolicy = NoncePolicy::AnyUnseen { max_uses: Some(50), max_age: None };
const ONE_USE: NoncePolicy = NoncePolicy::AnyUnseen { max_uses: Some(1), max_age: None };
const POLICIES: [NoncePolicy; 5] = [ANY, FIFTY_USES, ONE_USE, NoncePolicy::StrictlyRising, NoncePolicy::SingleUse];

async fn atlas_with(policy: NoncePolicy, jobs: usize) -> Simulator {
    let atlas = atlas(Way::Key).await;
    atlas.nonce_policy(policy);
    put_jobs(&atlas, jobs);
    atlas
}

/// How many requests a thousand calls take.
async fn a_thousand(policy: NoncePolicy, in_flight: usize) -> (Simulator, u64) {
    let atlas = atlas_with(policy, 1000).await;
    ask_for_all(&client(&atlas, Way::Key), 1000, in_flight).await;
    let count = atlas.request_count();
    (atlas, count)
}

/// Each call asks for a job of its own, so the path tells the calls apart.
#[track_caller]
fn assert_no_call_took_more_than_two(atlas: &Simulator) {
    let mut calls = HashMap::<String, Vec<String>>::new();
    for request in atlas.requests() {
        calls.entry(request.path().to_owned()).or_default().push(authorization(&request));
    }
    let longest = calls.iter().max_by_key(|(_, requests)| requests.len()).unwrap();
    assert!(longest.1.len() <= 2, "{longest:?}");
}

#[tokio::test]
async fn a_thousand_calls_in_a_row_cost_one_request_more() {
    assert_eq!(a_thousand(ANY, 1).await.1, 1001);
    assert_eq!(a_thousand(NoncePolicy::StrictlyRising, 1).await.1, 1001);
}

#[tokio::test]
async fn every_nonce_that_was_used_up_costs_one_request_more() {
    // After 50, 100, .. 950 calls.
    assert_eq!(a_thousand(FIFTY_USES, 1).await.1, 1001 + 19);
}

#[tokio::test(start_paused = true)]
async fn every_nonce_that_grew_old_costs_one_request_more() {
    let atlas = atlas_with(NoncePolicy::AnyUnseen { max_uses: None, max_age: Some(Duration::from_secs(60)) }, 1).await;
    let client = client(&atlas, Way::Key);
    for _ in 0..1000 {
        ask(&client).await.unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    // A nonce serves at 0, 1, .. 59 seconds.
    assert_eq!(atlas.request_count(), 1001 + 16);
}

#[tokio::test]
async fn in_a_row_no_call_fails_or_takes_more_than_two_requests_whatever_the_policy() {
    for policy in POLICIES {
        let (atlas, _) = a_thousand(policy, 1).await;
        assert_no_call_took_more_than_two(&atlas);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_64_in_flight_no_call_fails_or_takes_more_than_two_requests_whatever_the_policy() {
    for policy in POLICIES {
        let (atlas, _) = a_thousand(policy, 64).await;
        assert_no_call_took_more_than_two(&atlas);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_64_in_flight_each_costs_one_more_at_most_and_so_does_each_nonce_that_expired() {
    for policy in [ANY, FIFTY_USES, NoncePolicy::StrictlyRising] {
        let (atlas, count) = a_thousand(policy, 64).await;
        let requests = atlas.requests();
        let asked_for_a_challenge = requests.iter().filter(|request| request.header("authorization").is_none()).count();
        let refused = requests.iter().filter(|request| request.status() == Some(401)).filter_map(field_of("nonce"));
        let refused: Vec<_> = refused.collect();
        assert!(asked_for_a_challenge <= 64, "{policy:?}: {asked_for_a_challenge}");
        assert_eq!(
            refused.len(),
            refused.iter().collect::<HashSet<_>>().len(),
            "{policy:?}: a nonce was refused twice"
        );
        assert!(refused.is_empty() || policy == FIFTY_USES, "{policy:?}: {}", refused.len());
        assert_eq!(count as usize, 1000 + asked_for_a_challenge + refused.len(), "{policy:?}");
    }
}

fn field_of(name: &'static str) -> impl FnMut(&ReceivedRequest) -> Option<String> {
    move |request| fields(request.header("authorization")?).remove(name)
}

#[tokio::test]
async fn wrong_keys_cost_two_requests_and_the_error_says_so() {
    let atlas = atlas(Way::Key).await;
    for (public, private) in [(PUBLIC, "wrong"), ("wrong", PRIVATE)] {
        let client = Client::builder(Credentials::api_key(public, private)).base_url(atlas.base_url()).build().unwrap();
        let error = failure(&client).await;
        assert!(error.is_unauthorized() && !error.is_retryable());
        assert_eq!(
            error.to_string(),
            "401 Unauthorized: You are not authorized for this resource. (get_backup_restore_job)"
        );
        assert_eq!(atlas.take_requests().len(), 2);
    }
}

#[tokio::test]
async fn a_project_of_somebody_else_costs_two_requests_and_leaves_other_calls_alone() {
    let atlas = atlas(Way::Key).await;
    let client = client(&atlas, Way::Key);
    for _ in 0..10 {
        assert!(job_in(&client, DENIED, 0).await.unwrap_err().is_unauthorized());
        assert_eq!(atlas.take_requests().len(), 2);
        ask(&client).await.unwrap();
        assert!(atlas.take_requests().len() <= 2);
    }
}

#[tokio::test]
async fn nonces_that_all_expire_at_once_are_replaced_one_by_one() {
    let atlas = atlas_with(ANY, 64).await;
    let client = client(&atlas, Way::Key);
    ask_for_all(&client, 64, 64).await;
    atlas.expire_nonces();
    atlas.take_requests();
    ask_for_all(&client, 64, 64).await;
    assert_no_call_took_more_than_two(&atlas);
}

#[tokio::test]
async fn sha_256_is_answered_as_well() {
    let atlas = atlas_with(ANY, 10).await;
    atlas.digest_algorithm(DigestAlgorithm::Sha256);
    ask_for_all(&client(&atlas, Way::Key), 10, 1).await;
    assert_eq!(atlas.request_count(), 11);
}

#[tokio::test]
async fn keys_with_any_letters_are_hashed_as_they_are() {
    for private in [r#"quo"te"#, r"back\slash", "co:lon", "Zoë £ 密码 🔑", " spaces "] {
        let atlas = Simulator::start().await.unwrap();
        put_jobs(&atlas, 1);
        atlas.add_api_key("!#$%&'()*+,-./<=>?@[]^_`{|}~", private);
        let credentials = Credentials::api_key("!#$%&'()*+,-./<=>?@[]^_`{|}~", private);
        let client = Client::builder(credentials).base_url(atlas.base_url()).build().unwrap();
        ask(&client).await.unwrap();
        assert_eq!(atlas.request_count(), 2, "{private:?}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_refused_with_a_sentence() {
    let refused = |public: &str, private: &str| {
        Client::builder(Credentials::api_key(public, private)).build().expect_err(public).to_string()
    };
    let odd = "cannot be sent; look for a line break, a space or a quote";
    assert_eq!(refused("", PRIVATE), "the public API key is empty");
    assert_eq!(refused(PUBLIC, ""), "the private API key is empty");
    for public in ["abc:efgh", "abc\"efgh", "abc\\efgh", "abc\nefgh", "abc efgh", "abcëfgh"] {
        assert_eq!(refused(public, PRIVATE), format!("character 4 of the public API key {odd}"));
    }
}

#[tokio::test]
async fn a_challenge_from_another_url_is_not_answered() {
    let (atlas, elsewhere) = (atlas(Way::Key).await, atlas(Way::Key).await);
    let client = builder(&atlas, Way::Key).http_client(own_http_client(&atlas)).build().unwrap();
    ask(&client).await.unwrap();
    atlas.take_requests();
    atlas.fault(Fault::redirect(&format!("{}/api/atlas/v2/groups/{GROUP}", elsewhere.base_url())).always());
    assert!(failure(&client).await.is_unauthorized());
    assert_eq!(requests(&elsewhere), ["GET /job nothing -> 401"]);
    assert_eq!(requests(&atlas), ["GET /job Digest nc=00000002 -> 302"]);
}

/// The `Authorization` header that answers these challenges, if one does.
async fn answer_to(challenges: &[&str]) -> Option<String> {
    let atlas = atlas(Way::Key).await;
    let challenges = challenges.join(", ");
    atlas.fault(Fault::status(401).header("www-authenticate", &challenges));
    failure(&client(&atlas, Way::Key)).await;
    let requests = atlas.requests();
    assert!(requests.len() <= 2, "{requests:?}");
    requests.get(1)?.header("authorization").map(str::to_owned)
}

/// What came with the answer, apart from what is different each time, once the response is known to be right.
async fn right_answer_to(challenges: &[&str]) -> String {
    let answer = answer_to(challenges).await.expect("an answer");
    let fields = fields(&answer);
    let path = format!("/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{}", job_id(0));
    assert_eq!(fields["uri"], path);
    assert_eq!(fields["response"], response(&fields, PRIVATE, "GET"), "{answer}");
    let kept = answer.replace(&path, "[path]").replace(&fields["response"], "[right]");
    assert_eq!(fields["cnonce"].len(), 16);
    kept.replace(&fields["cnonce"], "[cnonce]")
}

#[tokio::test]
async fn challenges_of_every_form_are_answered() {
    let mut answers = String::new();
    for challenges in [
        &[r#"Digest realm="MMS Public API", domain="", nonce="n1", algorithm=MD5, qop="auth", stale=false"#][..],
        &[r#"Digest realm="MMS Public API", domain="", nonce="n2", algorithm=MD5, qop="auth", stale=true"#],
        &[r#"digest REALM="r", Nonce="n3", ALGORITHM="MD5", QOP="AUTH", stale="TRUE""#],
        &[r#"Digest realm="r", nonce="n4", qop="auth,auth-int", opaque="o""#],
        &[r#"Digest realm="r", nonce="n5", qop="auth-int, auth""#],
        &[r#"Digest realm="r", nonce="n7", qop="auth", algorithm=SHA-256"#],
        &[r#"Digest realm="r", nonce="n10", algorithm=SHA-256, qop="auth", userhash=false, charset=UTF-8, later="x""#],
        &[
            r#"Digest realm="r", nonce="n11", qop="auth", algorithm=MD5"#,
            r#"Digest realm="r", nonce="n12", qop="auth", algorithm=SHA-256"#,
            r#"Digest realm="r", nonce="n13", qop="auth", algorithm=SHA-512-256"#,
        ],
        &[r#"Basic realm="r""#, r#"Negotiate"#, r#"Digest realm="r", nonce="n14", qop="auth""#],
        &[r#"Digest realm="the \"quoted\" \\ realm", nonce="n15", qop="auth""#],
        &[r#"Digest realm="", nonce="n16", qop="auth""#],
    ] {
        answers.push_str(&format!("{}\n  {}\n", challenges.join("\n"), right_answer_to(challenges).await));
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

/// RFC 7616 section 3.9.1: what the other tests hold answers against gives what the RFC gives.
#[test]
fn the_examples_of_the_rfc_come_out() {
    let rfc = |algorithm: &str| {
        let fields = [
            ("username", "Mufasa"),
            ("realm", "http-auth@example.org"),
            ("uri", "/dir/index.html"),
            ("algorithm", algorithm),
            ("nonce", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"),
            ("nc", "00000001"),
            ("cnonce", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"),
            ("qop", "auth"),
        ];
        response(&fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(), "Circle of Life", "GET")
    };
    assert_eq!(rfc("MD5"), "8ca523f5e9506fed4657c9700eebdbec");
    assert_eq!(rfc("SHA-256"), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

/// The response that belongs to the other fields of an answer, written from RFC 7616 section 3.4.
fn response(fields: &HashMap<String, String>, private: &str, method: &str) -> String {
    let field = |name: &str| fields.get(name).map(String::as_str);
    let algorithm = field("algorithm").unwrap_or("MD5").to_ascii_uppercase();
    let h = |text: String| -> String {
        let bytes = match algorithm == "SHA-256" {
            true => Sha256::digest(text).to_vec(),
            false => Md5::digest(text).to_vec(),
        };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let (realm, nonce, uri) = (field("realm").unwrap(), field("nonce").unwrap(), field("uri").unwrap());
    let a1 = h(format!("{}:{realm}:{private}", field("username").unwrap()));
    let a2 = h(format!("{method}:{uri}"));
    let [nc, cnonce, qop] = ["nc", "cnonce", "qop"].map(|name| field(name).unwrap());
    h(format!("{a1}:{nonce}:{nc}:{cnonce}:{qop}:{a2}"))
}

/// The fields of an `Authorization` header, unquoted.
fn fields(header: &str) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    let mut rest = header.strip_prefix("Digest ").unwrap_or_default();
    while let Some((name, value)) = rest.split_once('=') {
        let mut text = String::new();
        rest = match value.strip_prefix('"') {
            None => {
                let (token, rest) = value.split_once(", ").unwrap_or((value, ""));
                text.push_str(token);
                rest
            }
            Some(quoted) => {
                let mut letters = quoted.chars();
                while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                    text.push(if letter == '\\' { letters.next().unwrap() } else { letter });
                }
                letters.as_str().trim_start_matches(", ")
            }
        };
        fields.insert(name.to_owned(), text);
    }
    fields
}

#[test]
fn errors_of_wrong_keys_hold_nothing_of_the_key() {
    let error: Error = Client::builder(Credentials::api_key("abc:defgh", PRIVATE)).build().expect_err("a colon");
    assert!(!format!("{error} {error:?}").contains("defgh"));
}
