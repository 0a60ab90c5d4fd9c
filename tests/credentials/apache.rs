//! API keys against a server that nobody here wrote: Apache httpd, on loopback. Skipped where it is
//! not installed.

use atlas_backup::Client;

use crate::support::apache::Apache;
use crate::support::*;

#[tokio::test]
async fn apache_serves_calls_in_a_row_with_one_nonce() {
    let Some(mut apache) = Apache::start("row", "MMS Public API", "").await else {
        return;
    };
    ask_again(&apache.client(), 200, 1).await;
    assert_eq!(apache.stop(), (200, 1));
}

#[tokio::test]
async fn apache_serves_calls_in_a_row_with_one_nonce_when_it_checks_the_count() {
    let Some(mut apache) = Apache::start("row-nc", "MMS Public API", "AuthDigestNcCheck On").await
    else {
        return;
    };
    ask_again(&apache.client(), 200, 1).await;
    assert_eq!(apache.stop(), (200, 1));
}

#[tokio::test]
async fn apache_serves_64_calls_in_flight_with_a_nonce_each_at_most() {
    let Some(mut apache) = Apache::start("flight", "MMS Public API", "").await else {
        return;
    };
    ask_again(&apache.client(), 1024, 64).await;
    let (served, refused) = apache.stop();
    assert_eq!(served, 1024);
    assert!(refused <= 64, "{refused}");
}

/// It checks counts in a piece of shared memory that has room for a handful of nonces.
#[tokio::test]
async fn apache_serves_64_calls_in_flight_when_it_checks_the_count() {
    let Some(mut apache) =
        Apache::start("flight-nc", "MMS Public API", "AuthDigestNcCheck On").await
    else {
        return;
    };
    ask_again(&apache.client(), 1000, 64).await;
    let (served, refused) = apache.stop();
    eprintln!("{refused} requests were refused");
    assert_eq!(served, 1000);
    assert!(refused <= 7 * 1000, "{refused}");
}

#[tokio::test]
async fn apache_serves_8_calls_in_flight_when_it_checks_the_count() {
    let Some(mut apache) =
        Apache::start("eight-nc", "MMS Public API", "AuthDigestNcCheck On").await
    else {
        return;
    };
    ask_again(&apache.client(), 1000, 8).await;
    let (served, refused) = apache.stop();
    eprintln!("{refused} requests were refused");
    assert_eq!(served, 1000);
    assert!(refused <= 1000, "{refused}");
}

#[tokio::test]
async fn apache_serves_all_calls_with_nonces_that_live_a_second() {
    let Some(mut apache) =
        Apache::start("second", "MMS Public API", "AuthDigestNonceLifetime 1").await
    else {
        return;
    };
    ask_again(&apache.client(), 1024, 64).await;
    let (served, refused) = apache.stop();
    assert_eq!(served, 1024);
    assert!(refused <= 1024, "{refused}");
}

#[tokio::test]
async fn apache_serves_all_calls_with_nonces_for_one_request() {
    let Some(mut apache) =
        Apache::start("once", "MMS Public API", "AuthDigestNonceLifetime 0").await
    else {
        return;
    };
    ask_again(&apache.client(), 100, 1).await;
    let (served, refused) = apache.stop();
    assert_eq!(served, 100);
    assert!(refused <= 100, "{refused}");
}

// With quotes in its realm, Apache 2.4.71 refuses everybody, curl included: it compares the realm
// with and without backslashes. tests/credentials/digest/challenges.rs has those.
#[tokio::test]
async fn apache_understands_a_realm_that_looks_like_a_challenge() {
    let Some(mut apache) = Apache::start("realm", "MMS, nonce=none, Digest realm=API", "").await
    else {
        return;
    };
    ask_again(&apache.client(), 10, 1).await;
    assert_eq!(apache.stop(), (10, 1));
}

/// Requests the same job this many times.
async fn ask_again(client: &Client, calls: usize, in_flight: usize) {
    for done in ask_many(client, calls, in_flight, |_| 0).await {
        assert_eq!(done.unwrap(), job_id(0));
    }
}
