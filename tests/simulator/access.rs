//! Access tokens, service accounts and API keys.

use std::time::Duration;

use atlas_backup::simulator::{DigestAlgorithm, Fault, NoncePolicy, Simulator};
use base64::prelude::{BASE64_STANDARD, Engine};
use md5::{Digest, Md5};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{ACCEPT, GROUP, JOB, atlas_with_job, client, get, header, json_of, url};

const FORM: &str = "application/x-www-form-urlencoded";

fn plain(atlas: &Simulator) -> RequestBuilder {
    client(atlas).get(url(atlas, JOB)).header("accept", ACCEPT)
}

async fn bearer(atlas: &Simulator, token: &str) -> u16 {
    plain(atlas).bearer_auth(token).send().await.unwrap().status().as_u16()
}

fn oauth(atlas: &Simulator, endpoint: &str, pair: &str, form: &str) -> RequestBuilder {
    let request = client(atlas).post(format!("{}/api/oauth/{endpoint}", atlas.base_url()));
    let request = request.header("authorization", format!("Basic {}", BASE64_STANDARD.encode(pair)));
    request.header("accept", "application/json").header("content-type", FORM).body(form.to_owned())
}

async fn token(atlas: &Simulator) -> String {
    let request = oauth(atlas, "token", "mdb_sa_id_1:secret", "grant_type=client_credentials");
    json_of(request.send().await.unwrap()).await["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_missing_or_wrong_credential_gets_the_recorded_401() {
    let atlas = atlas_with_job().await;
    let response = plain(&atlas).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    let challenge = header(&response, "www-authenticate").unwrap().to_owned();
    let nonce = challenge.split('"').nth(5).unwrap();
    assert_eq!(nonce.len(), 32);
    assert_eq!(
        challenge,
        format!(r#"Digest realm="MMS Public API", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale=false"#)
    );
    assert_eq!(
        response.text().await.unwrap(),
        r#"{ "error" : 401, "reason" : "Unauthorized", "detail" : "You are not authorized for this resource." }"#
    );
    assert_eq!(bearer(&atlas, "something else").await, 401);
}

#[tokio::test]
async fn without_api_keys_nobody_with_tokens_is_challenged_and_the_401_goes_into_the_envelope() {
    let atlas = atlas_with_job().await;
    atlas.add_access_token("mine");
    assert_eq!(bearer(&atlas, "mine").await, 200);
    let enveloped = || client(&atlas).get(url(&atlas, JOB) + "?envelope=true");
    let response = enveloped().send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "www-authenticate")), (200, None));
    assert_eq!(json_of(response).await["content"]["error"], 401);
    atlas.add_api_key("public", "private");
    let response = enveloped().send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(header(&response, "www-authenticate").is_some());
}

#[tokio::test]
async fn a_denied_project_answers_401_to_a_good_credential() {
    let atlas = atlas_with_job().await;
    atlas.deny(GROUP);
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 401);
    atlas.allow(GROUP);
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 200);
    atlas.deny("groups/32b6e34b3d91647abb20e7b8/clusters/Cluster");
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 200, "not a whole segment");
    atlas.deny("groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/");
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 401);
}

#[tokio::test(start_paused = true)]
async fn a_service_account_gets_a_token_that_lives_as_long_as_it_says() {
    let atlas = atlas_with_job().await;
    atlas.add_service_account("mdb_sa_id_1", "secret");
    atlas.token_lifetime(Duration::from_secs(90));
    let request = oauth(&atlas, "token", "mdb_sa_id_1:secret", "grant_type=client_credentials");
    let body = json_of(request.send().await.unwrap()).await;
    assert_eq!((&body["expires_in"], &body["token_type"]), (&json!(90), &json!("Bearer")));
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(bearer(&atlas, token).await, 200);
    tokio::time::advance(Duration::from_secs(89)).await;
    assert_eq!(bearer(&atlas, token).await, 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(bearer(&atlas, token).await, 401);
    assert_eq!(atlas.token_requests(), 1);
    assert_eq!(atlas.requests()[0].form(), "grant_type=client_credentials");
}

#[tokio::test]
async fn tokens_end_when_they_are_revoked() {
    let atlas = atlas_with_job().await;
    atlas.add_service_account("mdb_sa_id_1", "secret");
    let (first, second) = (token(&atlas).await, token(&atlas).await);
    let form = format!("token={first}&token_type_hint=access_token");
    let revoked = oauth(&atlas, "revoke", "mdb_sa_id_1:secret", &form).send().await.unwrap();
    assert_eq!((revoked.status().as_u16(), revoked.text().await.unwrap()), (200, String::new()));
    assert_eq!((bearer(&atlas, &first).await, bearer(&atlas, &second).await), (401, 200));
    atlas.revoke_tokens();
    assert_eq!((bearer(&atlas, &second).await, bearer(&atlas, Simulator::ACCESS_TOKEN).await), (401, 401));
    assert_eq!(bearer(&atlas, &token(&atlas).await).await, 200);
}

#[tokio::test]
async fn the_token_endpoint_says_what_it_does_not_like() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_service_account("mdb_sa_id_1", "se:c+ret \"\\ü%");
    let good = "mdb_sa_id_1:se%3Ac%2Bret+%22%5C%C3%BC%25";
    let grant = "grant_type=client_credentials";
    let cases = [
        (oauth(&atlas, "token", good, grant), 200, Value::Null),
        (oauth(&atlas, "token", "mdb_sa_id_1:se:c+ret", grant), 401, json!("invalid_client")),
        (oauth(&atlas, "token", good, "grant_type=password"), 400, json!("unsupported_grant_type")),
        (oauth(&atlas, "token", good, ""), 400, json!("invalid_request")),
        (oauth(&atlas, "revoke", good, ""), 400, json!("invalid_request")),
    ];
    for (request, status, error) in cases {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(json_of(response).await["error"], error);
    }
    let response = oauth(&atlas, "token", "nobody:x", grant).send().await.unwrap();
    let recorded = json!({"error_description": "Invalid credentials provided.", "error": "invalid_client"});
    assert_eq!(json_of(response).await, recorded);
    let bare = client(&atlas).post(format!("{}/api/oauth/token", atlas.base_url()));
    assert_eq!(bare.send().await.unwrap().status(), 400);
    let get = client(&atlas).get(format!("{}/api/oauth/token", atlas.base_url()));
    assert_eq!(header(&get.send().await.unwrap(), "allow"), Some("POST"));
}

#[tokio::test]
async fn a_service_account_has_at_most_100_living_tokens() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_service_account("mdb_sa_id_1", "secret");
    for _ in 0..100 {
        token(&atlas).await;
    }
    let request = oauth(&atlas, "token", "mdb_sa_id_1:secret", "grant_type=client_credentials");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(json_of(response).await["error"], "access_denied");
}

#[tokio::test]
async fn the_token_endpoint_is_limited_on_request() {
    let atlas = atlas_with_job().await;
    atlas.add_service_account("mdb_sa_id_1", "secret");
    atlas.fault(Fault::token_limit());
    assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 200);
    let request = oauth(&atlas, "token", "mdb_sa_id_1:secret", "grant_type=client_credentials");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(
        json_of(response).await,
        json!({
            "detail": "Resource /api/oauth/token is limited to 10 requests every 1 minutes.", "error": 429,
            "errorCode": "RATE_LIMITED", "parameters": ["/api/oauth/token", 10, 1], "reason": "Too Many Requests",
        })
    );
    token(&atlas).await;
}

/// The other side of a digest exchange, written for these tests alone.
struct Key {
    atlas: Simulator,
    algorithm: DigestAlgorithm,
    private: &'static str,
    nonce: String,
}

impl Key {
    async fn new(atlas: &Simulator, algorithm: DigestAlgorithm) -> Self {
        atlas.add_api_key("public", "private");
        atlas.digest_algorithm(algorithm);
        let mut key = Self { atlas: atlas.clone(), algorithm, private: "private", nonce: String::new() };
        key.nonce = nonce(&plain(atlas).send().await.unwrap());
        key
    }

    fn hash(&self, text: &str) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match self.algorithm {
            DigestAlgorithm::Md5 => hex(&Md5::digest(text)),
            _ => hex(&Sha256::digest(text)),
        }
    }

    async fn ask(&self, nc: &str) -> Response {
        self.ask_with(nc, |answer| answer).await
    }

    /// The answer may be tampered with.
    async fn ask_with(&self, nc: &str, change: impl Fn(String) -> String) -> Response {
        let uri = format!("/api/atlas/v2/{JOB}?pretty=true");
        let ha1 = self.hash(&format!("public:MMS Public API:{}", self.private));
        let ha2 = self.hash(&format!("GET:{uri}"));
        let nonce = &self.nonce;
        let response = self.hash(&format!("{ha1}:{nonce}:{nc}:c:auth:{ha2}"));
        let algorithm = if self.algorithm == DigestAlgorithm::Md5 { "MD5" } else { "SHA-256" };
        let answer = format!(
            r#"Digest username="public", realm="MMS Public API", nonce="{nonce}", uri="{uri}", response="{response}", algorithm={algorithm}, cnonce="c", qop=auth, nc={nc}"#
        );
        let request = client(&self.atlas).get(url(&self.atlas, JOB) + "?pretty=true").header("accept", ACCEPT);
        request.header("authorization", change(answer)).send().await.unwrap()
    }

    async fn status(&self, nc: u32) -> (u16, bool) {
        let response = self.ask(&format!("{nc:08x}")).await;
        let stale = header(&response, "www-authenticate").is_some_and(|text| text.ends_with("stale=true"));
        (response.status().as_u16(), stale)
    }
}

fn nonce(response: &Response) -> String {
    header(response, "www-authenticate").unwrap().split('"').nth(5).unwrap().to_owned()
}

const GOOD: (u16, bool) = (200, false);
const REPLAYED: (u16, bool) = (401, false);
const STALE: (u16, bool) = (401, true);

#[tokio::test]
async fn a_digest_answer_is_checked_in_every_part() {
    let atlas = atlas_with_job().await;
    for algorithm in [DigestAlgorithm::Md5, DigestAlgorithm::Sha256] {
        let key = Key::new(&atlas, algorithm).await;
        let tampered = [
            ("realm=\"MMS", "realm=\"mms"),
            ("pretty=true", "pretty=false"),
            ("qop=auth", "qop=auth-int"),
            ("cnonce=\"c\"", "cnonce=\"\""),
            ("username=\"public", "username=\"somebody"),
            ("response=\"", "response=\"0"),
            ("algorithm=", "algorithm=X"),
            ("nc=00000001", "nc=0000001"),
        ];
        for (right, wrong) in tampered {
            let response = key.ask_with("00000001", |answer| answer.replace(right, wrong)).await;
            assert_eq!(response.status(), 401, "{wrong}");
        }
        for nc in ["00000000", "1", "+0000001", "0000000g"] {
            assert_eq!(key.ask(nc).await.status(), 401, "{nc}");
        }
        assert_eq!(key.ask("00000001").await.status(), 200, "none of these used the nonce up");
    }
}

#[tokio::test]
async fn wrong_keys_get_a_fresh_challenge() {
    let atlas = atlas_with_job().await;
    let key = Key { private: "wrong", ..Key::new(&atlas, DigestAlgorithm::Md5).await };
    let response = key.ask("00000001").await;
    assert_eq!(response.status(), 401);
    assert!(header(&response, "www-authenticate").unwrap().ends_with("stale=false"));
    assert_ne!(nonce(&response), key.nonce);
}

#[tokio::test]
async fn a_denied_project_challenges_a_good_key() {
    let atlas = atlas_with_job().await;
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    atlas.deny(GROUP);
    let response = key.ask("00000001").await;
    assert_eq!(response.status(), 401);
    assert_ne!(nonce(&response), key.nonce);
}

#[tokio::test(start_paused = true)]
async fn any_unseen_count_is_good_until_a_limit_makes_the_nonce_stale() {
    let atlas = atlas_with_job().await;
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    for (nc, expected) in [(2, GOOD), (5, GOOD), (1, GOOD), (1, REPLAYED), (5, REPLAYED), (3, GOOD), (2, REPLAYED)] {
        assert_eq!(key.status(nc).await, expected, "{nc}");
    }
    atlas.nonce_policy(NoncePolicy::AnyUnseen { max_uses: Some(5), max_age: Some(Duration::from_secs(60)) });
    assert_eq!(key.status(6).await, GOOD);
    assert_eq!(key.status(7).await, STALE);
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(key.status(1).await, GOOD);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(key.status(2).await, STALE);
}

#[tokio::test]
async fn a_strict_server_wants_counts_to_rise_in_order_of_arrival() {
    let atlas = atlas_with_job().await;
    atlas.nonce_policy(NoncePolicy::StrictlyRising);
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    for (nc, expected) in [(1, GOOD), (3, GOOD), (2, REPLAYED), (3, REPLAYED), (4, GOOD)] {
        assert_eq!(key.status(nc).await, expected, "{nc}");
    }
}

#[tokio::test]
async fn a_nonce_for_single_use_is_stale_the_second_time() {
    let atlas = atlas_with_job().await;
    atlas.nonce_policy(NoncePolicy::SingleUse);
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    assert_eq!((key.status(1).await, key.status(2).await), (GOOD, STALE));
    let fresh = Key::new(&atlas, DigestAlgorithm::Md5).await;
    atlas.expire_nonces();
    assert_eq!(fresh.status(1).await, STALE);
}
