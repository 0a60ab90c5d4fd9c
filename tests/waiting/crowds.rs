//! Many waits that share the rate limit of a project with somebody else.
//!
//! Small crowds here; those of the full size take minutes and are left to `.ci/extra crowds`.

use crate::crowd::*;
use crate::*;

/// As much in a minute as Atlas publishes, but less at once.
const SMALL: Limit = Limit(240, 100, Duration::from_secs(12));
const SMALL_STEADY: Limit = Limit(240, 1, Duration::from_millis(120));

fn small() -> Crowd {
    Crowd {
        waits: 300,
        spread: 5 * MINUTE,
        limit: SMALL,
        ..Crowd::default()
    }
}

#[track_caller]
fn assert_polite(crowd: &Crowd, measured: &Measured, percent: f64) {
    let refused = measured.refused_percent();
    assert_eq!(measured.failed_waits, 0, "{crowd:?}: {measured:?}");
    assert_eq!(measured.too_early, 0, "{crowd:?}: {measured:?}");
    assert!(refused <= percent, "{refused} %, {crowd:?}: {measured:?}");
}

/// Nobody suffers, and the last to learn of its end learns it in time.
async fn assert_fair(crowd: Crowd) {
    let measured = crowd.run().await;
    let allowed = crowd.allowed_lateness();
    println!("{crowd:?}: {measured:?}");
    assert_polite(&crowd, &measured, 0.5);
    assert_eq!(measured.others_spoilt, 0, "{crowd:?}: {measured:?}");
    assert!(measured.latest <= allowed, "{crowd:?}: {measured:?}");
}

#[tokio::test(start_paused = true)]
async fn a_crowd_takes_what_the_limit_allows_and_leaves_others_their_part() {
    assert_fair(small()).await;
}

#[tokio::test(start_paused = true)]
async fn a_crowd_takes_what_a_steady_refill_allows() {
    let limit = SMALL_STEADY;
    assert_fair(Crowd { limit, ..small() }).await;
}

async fn assert_limit_is_kept(capacity: u32, percent: f64, crowd: Crowd) {
    let limit = Limit(capacity, 1, Duration::from_millis(120));
    let crowd = Crowd { limit, ..crowd };
    let measured = crowd.run().await;
    println!("{crowd:?}: {measured:?}");
    assert_polite(&crowd, &measured, percent);
}

#[tokio::test(start_paused = true)]
async fn a_crowd_makes_do_with_a_limit_of_five() {
    assert_limit_is_kept(5, 15., small()).await;
}

#[tokio::test(start_paused = true)]
async fn a_crowd_makes_do_with_a_limit_of_twenty() {
    assert_limit_is_kept(20, 2., small()).await;
}

async fn assert_no_headers_are_needed(crowd: Crowd) {
    let paced = Crowd {
        has_rate_limit_headers: false,
        ..crowd
    };
    let by_hand = Crowd {
        is_paced: false,
        ..paced.clone()
    };
    let measured = paced.run().await;
    let without = by_hand.run().await;
    println!("{paced:?}: {measured:?}, by hand {without:?}");
    assert_eq!(measured.failed_waits, 0, "{measured:?}");
    assert!(measured.requests <= without.requests, "{measured:?}");
    assert!(measured.refused <= without.refused, "{measured:?}");
}

#[tokio::test(start_paused = true)]
async fn a_crowd_needs_no_rate_limit_headers() {
    assert_no_headers_are_needed(small()).await;
}

/// With nobody else, and no other sign of each other than the numbers.
async fn assert_two_clients_share(crowd: Crowd) {
    let crowd = Crowd {
        clients: 2,
        has_other: false,
        ..crowd
    };
    let measured = crowd.run().await;
    println!("{crowd:?}: {measured:?}");
    assert_eq!(measured.failed_waits, 0, "{measured:?}");
    assert!(measured.refused_percent() <= 3., "{measured:?}");
    assert!(measured.latest <= 2 * crowd.round(), "{measured:?}");
}

#[tokio::test(start_paused = true)]
async fn two_clients_that_know_nothing_of_each_other_share_a_limit() {
    assert_two_clients_share(small()).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_take_what_their_limit_allows() {
    for waits in [300, 1000, 2000] {
        for limit in [PUBLISHED, STEADY] {
            let crowd = Crowd::default();
            assert_fair(Crowd {
                waits,
                limit,
                ..crowd
            })
            .await;
        }
    }
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_make_do_with_little() {
    assert_limit_is_kept(5, 15., Crowd::default()).await;
    assert_limit_is_kept(20, 2., Crowd::default()).await;
    let thousand = Crowd {
        waits: 1000,
        ..Crowd::default()
    };
    assert_no_headers_are_needed(thousand.clone()).await;
    assert_two_clients_share(thousand).await;
}
