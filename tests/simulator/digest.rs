//! API keys: answers to challenges, and how long a nonce is good.

use std::time::Duration;

use atlas_backup::simulator::{DigestAlgorithm, NoncePolicy, Simulator};
use md5::{Digest, Md5};
use reqwest::Response;
use sha2::Sha256;

use crate::{ACCEPT, GROUP, JOB, atlas_with_job, header, http_client, plain, url};

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
        atlas.set_digest_algorithm(algorithm);
        let mut key = Self {
            atlas: atlas.clone(),
            algorithm,
            private: "private",
            nonce: String::new(),
        };
        key.nonce = nonce(&plain(atlas).send().await.unwrap());
        key
    }

    fn hash(&self, text: &str) -> String {
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
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
        let algorithm = if self.algorithm == DigestAlgorithm::Md5 {
            "MD5"
        } else {
            "SHA-256"
        };
        let answer = format!(
            r#"Digest username="public", realm="MMS Public API", nonce="{nonce}", uri="{uri}", response="{response}", algorithm={algorithm}, cnonce="c", qop=auth, nc={nc}"#
        );
        let request = http_client(&self.atlas)
            .get(url(&self.atlas, JOB) + "?pretty=true")
            .header("accept", ACCEPT);
        request
            .header("authorization", change(answer))
            .send()
            .await
            .unwrap()
    }

    async fn status(&self, nc: u32) -> (u16, bool) {
        let response = self.ask(&format!("{nc:08x}")).await;
        let stale =
            header(&response, "www-authenticate").is_some_and(|text| text.ends_with("stale=true"));
        (response.status().as_u16(), stale)
    }
}

fn nonce(response: &Response) -> String {
    header(response, "www-authenticate")
        .unwrap()
        .split('"')
        .nth(5)
        .unwrap()
        .to_owned()
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
            let response = key
                .ask_with("00000001", |answer| answer.replace(right, wrong))
                .await;
            assert_eq!(response.status(), 401, "{wrong}");
        }
        for nc in ["00000000", "1", "+0000001", "0000000g"] {
            assert_eq!(key.ask(nc).await.status(), 401, "{nc}");
        }
        assert_eq!(
            key.ask("00000001").await.status(),
            200,
            "none of these used the nonce up"
        );
    }
}

#[tokio::test]
async fn wrong_keys_get_a_fresh_challenge() {
    let atlas = atlas_with_job().await;
    let key = Key {
        private: "wrong",
        ..Key::new(&atlas, DigestAlgorithm::Md5).await
    };
    let response = key.ask("00000001").await;
    assert_eq!(response.status(), 401);
    assert!(
        header(&response, "www-authenticate")
            .unwrap()
            .ends_with("stale=false")
    );
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
    for (nc, expected) in [
        (2, GOOD),
        (5, GOOD),
        (1, GOOD),
        (1, REPLAYED),
        (5, REPLAYED),
        (3, GOOD),
        (2, REPLAYED),
    ] {
        assert_eq!(key.status(nc).await, expected, "{nc}");
    }
    atlas.set_nonce_policy(NoncePolicy::AnyUnseen {
        max_uses: Some(5),
        max_age: Some(Duration::from_secs(60)),
    });
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
    atlas.set_nonce_policy(NoncePolicy::StrictlyRising);
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    for (nc, expected) in [
        (1, GOOD),
        (3, GOOD),
        (2, REPLAYED),
        (3, REPLAYED),
        (4, GOOD),
    ] {
        assert_eq!(key.status(nc).await, expected, "{nc}");
    }
}

#[tokio::test]
async fn a_nonce_for_single_use_is_stale_the_second_time() {
    let atlas = atlas_with_job().await;
    atlas.set_nonce_policy(NoncePolicy::SingleUse);
    let key = Key::new(&atlas, DigestAlgorithm::Md5).await;
    assert_eq!((key.status(1).await, key.status(2).await), (GOOD, STALE));
    let fresh = Key::new(&atlas, DigestAlgorithm::Md5).await;
    atlas.expire_nonces();
    assert_eq!(fresh.status(1).await, STALE);
}

#[tokio::test]
async fn as_many_nonces_as_configured_are_remembered() {
    let atlas = atlas_with_job().await;
    atlas.set_nonce_memory(2);
    let oldest = Key::new(&atlas, DigestAlgorithm::Md5).await;
    let older = Key::new(&atlas, DigestAlgorithm::Md5).await;
    let newest = Key::new(&atlas, DigestAlgorithm::Md5).await;
    assert_eq!(older.status(1).await, GOOD);
    assert_eq!(newest.status(1).await, GOOD);
    // The refusal comes with another nonce, so this goes last.
    assert_eq!(oldest.status(1).await, STALE);
    assert_eq!(older.status(2).await, STALE);
}
