//! Many waits that share the rate limit of a project with other clients.
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
    assert_polite(&crowd, &measured, 0.);
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
        other_every: None,
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

/// Ill jobs cost the others nothing.
async fn assert_ill_jobs_delay_nobody(crowd: Crowd) {
    let crowd = Crowd {
        ill_percent: 5,
        ..crowd
    };
    let measured = crowd.run().await;
    println!("{crowd:?}: {measured:?}");
    assert_polite(&crowd, &measured, 0.);
    assert!(measured.latest <= crowd.allowed_lateness(), "{measured:?}");
}

#[tokio::test(start_paused = true)]
async fn jobs_that_fail_all_the_time_delay_nobody() {
    assert_ill_jobs_delay_nobody(small()).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_are_not_delayed_by_ill_jobs() {
    for waits in [300, 1000] {
        let crowd = Crowd::default();
        assert_ill_jobs_delay_nobody(Crowd { waits, ..crowd }).await;
    }
}

/// What clients that share nothing but the limit may come to.
#[derive(Clone, Copy)]
struct Bounds {
    refused_percent: f64,
    latest: Duration,
    imbalance: f64,
}

async fn assert_shared(crowd: Crowd, bounds: Bounds) {
    let measured = crowd.run().await;
    println!(
        "{} clients, {} waits, {:?}: {} requests, {:.2} % refused, latest {:?}, average {:?}, imbalance {:.2}",
        crowd.clients,
        crowd.waits,
        crowd.limit,
        measured.requests,
        measured.refused_percent(),
        measured.latest,
        measured.average,
        measured.imbalance()
    );
    assert_eq!(measured.failed_waits, 0);
    assert!(measured.refused_percent() <= bounds.refused_percent);
    assert!(measured.latest <= bounds.latest);
    assert!(measured.imbalance() <= bounds.imbalance);
}

fn bounds(refused_percent: f64, seconds: u32, imbalance: f64) -> Bounds {
    Bounds {
        refused_percent,
        latest: seconds * SECOND,
        imbalance,
    }
}

#[tokio::test(start_paused = true)]
async fn clients_that_share_nothing_but_a_limit_are_fair() {
    let crowd = Crowd {
        clients: 10,
        other_every: None,
        ..small()
    };
    let round = crowd.round().as_secs() as u32;
    assert_shared(crowd, bounds(0.5, 2 * round, 1.5)).await;
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_in_clients_that_share_nothing_are_fair() {
    for limit in [PUBLISHED, STEADY] {
        assert_shared(Crowd::swarm(10, 1000, limit), bounds(0.2, 200, 1.5)).await;
        assert_shared(Crowd::swarm(40, 1000, limit), bounds(0.3, 240, 1.8)).await;
        assert_shared(Crowd::swarm(40, 2000, limit), bounds(0.5, 480, 1.8)).await;
        assert_shared(Crowd::swarm(100, 1000, limit), bounds(1., 330, 2.8)).await;
    }
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_share_with_those_who_come_later() {
    let crowd = Crowd {
        second_half_after: 15 * MINUTE,
        ..Crowd::swarm(10, 1000, PUBLISHED)
    };
    let measured = crowd.run().await;
    let share = measured.share_of_second_half();
    println!("the second half sent {share:.2} times as many: {measured:?}");
    assert!((0.8..1.2).contains(&share));
}

#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_spoil_little_of_a_caller_who_never_pauses() {
    let crowd = Crowd {
        other_every: Some(SECOND / 5),
        ..Crowd::swarm(10, 1000, PUBLISHED)
    };
    let measured = crowd.run().await;
    println!(
        "{:.2} % of his refused: {measured:?}",
        measured.others_refused_percent()
    );
    assert!(measured.others_refused_percent() <= 2.);
}

/// Where more is refilled than Atlas publishes, a client sends most of what it might.
#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn crowds_of_the_full_size_use_a_higher_refill() {
    let crowd = Crowd {
        waits: 1000,
        limit: Limit(1200, 1200, MINUTE),
        other_every: None,
        ..Crowd::default()
    };
    let measured = crowd.run().await;
    println!("refill of 1,200: {measured:?}");
    // A client that spaced its polls only below a tenth of the limit sent 48,701.
    assert!(measured.requests >= 31_656, "{measured:?}");
}
