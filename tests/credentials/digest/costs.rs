//! How many requests calls cost, under every policy that a server may have for its nonces.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use atlas_backup::simulator::{DigestAlgorithm, Fault, NoncePolicy, ReceivedRequest, Simulator};

use super::rfc::{fields, response};
use crate::support::*;

const CHALLENGE: &str = r#"Digest realm="r", nonce="n", qop="auth""#;
const ANY: NoncePolicy = NoncePolicy::AnyUnseen {
    max_uses: None,
    max_age: None,
};
const FIFTY_USES: NoncePolicy = NoncePolicy::AnyUnseen {
    max_uses: Some(50),
    max_age: None,
};
const ONE_USE: NoncePolicy = NoncePolicy::AnyUnseen {
    max_uses: Some(1),
    max_age: None,
};
const POLICIES: [NoncePolicy; 5] = [
    ANY,
    FIFTY_USES,
    ONE_USE,
    NoncePolicy::StrictlyRising,
    NoncePolicy::SingleUse,
];

async fn atlas_with(policy: NoncePolicy, jobs: usize) -> Simulator {
    let atlas = atlas_for(Way::Key).await;
    atlas.set_nonce_policy(policy);
    put_jobs(&atlas, jobs);
    atlas
}

/// How many requests a thousand calls take.
async fn a_thousand(policy: NoncePolicy, in_flight: usize) -> (Simulator, u64) {
    let atlas = atlas_with(policy, 1000).await;
    ask_for_all(&client_for(&atlas, Way::Key), 1000, in_flight).await;
    let count = atlas.request_count();
    (atlas, count)
}

/// Each call is for a job of its own, so the path distinguishes the calls.
#[track_caller]
fn assert_no_call_took_more_than_two(atlas: &Simulator) {
    let mut calls = HashMap::<String, Vec<String>>::new();
    for request in atlas.requests() {
        calls
            .entry(request.path().to_owned())
            .or_default()
            .push(authorization(&request));
    }
    let longest = calls
        .iter()
        .max_by_key(|(_, requests)| requests.len())
        .unwrap();
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
    let atlas = atlas_with(
        NoncePolicy::AnyUnseen {
            max_uses: None,
            max_age: Some(Duration::from_secs(60)),
        },
        1,
    )
    .await;
    let client = client_for(&atlas, Way::Key);
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
        let asked_for_a_challenge = requests
            .iter()
            .filter(|request| request.header("authorization").is_none())
            .count();
        let refused = requests
            .iter()
            .filter(|request| request.status() == Some(401))
            .filter_map(field_of("nonce"));
        let refused: Vec<_> = refused.collect();
        assert!(
            asked_for_a_challenge <= 64,
            "{policy:?}: {asked_for_a_challenge}"
        );
        assert_eq!(
            refused.len(),
            refused.iter().collect::<HashSet<_>>().len(),
            "{policy:?}: a nonce was refused twice"
        );
        assert!(
            refused.is_empty() || policy == FIFTY_USES,
            "{policy:?}: {}",
            refused.len()
        );
        assert_eq!(
            count as usize,
            1000 + asked_for_a_challenge + refused.len(),
            "{policy:?}"
        );
    }
}

fn field_of(name: &'static str) -> impl FnMut(&ReceivedRequest) -> Option<String> {
    move |request| fields(request.header("authorization")?).remove(name)
}

#[tokio::test]
async fn nonces_that_all_expire_at_once_are_replaced_one_by_one() {
    let atlas = atlas_with(ANY, 64).await;
    let client = client_for(&atlas, Way::Key);
    ask_for_all(&client, 64, 64).await;
    atlas.expire_nonces();
    atlas.take_requests();
    ask_for_all(&client, 64, 64).await;
    assert_no_call_took_more_than_two(&atlas);
}

#[tokio::test]
async fn a_project_without_access_costs_two_requests_and_delays_no_other_call() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    for _ in 0..10 {
        assert!(
            ask_in(&client, DENIED, 0)
                .await
                .unwrap_err()
                .is_unauthorized()
        );
        assert_eq!(atlas.take_requests().len(), 2);
        ask(&client).await.unwrap();
        assert!(atlas.take_requests().len() <= 2);
    }
}

#[tokio::test]
async fn sha_256_is_answered_as_well() {
    let atlas = atlas_with(ANY, 10).await;
    atlas.set_digest_algorithm(DigestAlgorithm::Sha256);
    ask_for_all(&client_for(&atlas, Way::Key), 10, 1).await;
    assert_eq!(atlas.request_count(), 11);
}

#[tokio::test]
async fn the_nonce_that_a_response_names_for_the_next_request_is_used_for_it() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    let job = format!(r#"{{"id": "{}"}}"#, job_id(0));
    let answer = Fault::status(200).body("application/json", job);
    let info = r#"qop=auth, nextnonce="the \"next\" one", rspauth="0123""#;
    atlas.fault(Fault::status(401).header("www-authenticate", CHALLENGE));
    atlas.fault(answer.header("authentication-info", info).times(2));
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    let requests = atlas.requests();
    assert_eq!(requests.len(), 3);
    let answer = fields(requests[2].header("authorization").unwrap());
    assert_eq!(answer["nonce"], r#"the "next" one"#);
    assert_eq!((&*answer["nc"], &*answer["realm"]), ("00000001", "r"));
    assert_eq!(answer["response"], response(&answer, PRIVATE_KEY, "GET"));
}

#[tokio::test]
async fn a_request_that_is_sent_again_has_the_next_count() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    ask(&client).await.unwrap();
    atlas.fault(Fault::cut());
    ask(&client).await.unwrap();
    let sent: Vec<_> = atlas.requests().iter().map(authorization).collect();
    let counts = [
        "nothing",
        "Digest nc=00000001",
        "Digest nc=00000002",
        "Digest nc=00000003",
    ];
    assert_eq!(sent, counts);
}
