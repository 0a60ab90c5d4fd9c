//! What is asked again, when, and for how long.

#![cfg(all(feature = "simulator", feature = "rustls"))]

mod support;

use std::time::{Duration, SystemTime};

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, Error, RetryPolicy};
use support::*;
use tokio::time::Instant;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

async fn atlas_with(faults: impl IntoIterator<Item = Fault>) -> Simulator {
    let atlas = atlas_for(Way::Token).await;
    for fault in faults {
        atlas.fault(fault);
    }
    atlas
}

async fn ask_with(atlas: &Simulator, policy: RetryPolicy) -> Result<String, Error> {
    ask(&builder_for(atlas, Way::Token)
        .retry(policy)
        .build()
        .unwrap())
    .await
}

/// The times between requests.
fn pauses(atlas: &Simulator) -> Vec<Duration> {
    let times: Vec<_> = atlas
        .requests()
        .iter()
        .map(|request| request.at())
        .collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[track_caller]
fn assert_about(found: Duration, expected: Duration) {
    let around = expected..expected + Duration::from_millis(50);
    assert!(
        around.contains(&found),
        "{found:?} is not about {expected:?}"
    );
}

#[tokio::test]
async fn what_may_pass_is_asked_four_times() {
    let statuses = [408, 429, 500, 502, 503, 504].map(Fault::status);
    let broken = [
        Fault::cut(),
        Fault::cut_body(10),
        Fault::cut_body(0),
        Fault::garbage("garbage"),
    ];
    for fault in statuses.into_iter().chain(broken) {
        let atlas = atlas_with([fault.clone().always()]).await;
        assert!(ask_with(&atlas, quick()).await.unwrap_err().is_retryable());
        assert_eq!(atlas.request_count(), 4, "{fault:?}");
        let atlas = atlas_with([fault.clone().times(3)]).await;
        ask_with(&atlas, quick()).await.unwrap();
        assert_eq!(atlas.request_count(), 4, "{fault:?}");
    }
}

#[tokio::test]
async fn what_will_not_pass_is_asked_once() {
    for status in [
        300, 302, 400, 401, 402, 403, 404, 405, 406, 409, 410, 418, 422, 501, 505, 599,
    ] {
        let atlas = atlas_with([Fault::status(status).always()]).await;
        let error = ask_with(&atlas, quick()).await.unwrap_err();
        assert_eq!(
            (error.status().map(|it| it.as_u16()), error.is_retryable()),
            (Some(status), false)
        );
        assert_eq!(atlas.request_count(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_decoded_is_asked_once() {
    let atlas = atlas_with([Fault::status(200).body("application/json", "no JSON")]).await;
    assert!(ask_with(&atlas, quick()).await.unwrap_err().is_decode());
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test]
async fn a_connection_that_nobody_takes_is_retried_and_told() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let builder = Client::builder(Credentials::access_token("token"))
        .base_url(format!("http://127.0.0.1:{port}"));
    let error = error_of(&builder.retry(quick()).build().unwrap()).await;
    assert!(error.is_retryable() && error.status().is_none());
    let text = error.to_string();
    assert!(
        text.starts_with(&format!(
            "cannot connect to 127.0.0.1:{port}: Connection refused"
        )),
        "{text}"
    );
}

#[tokio::test]
async fn nothing_is_asked_again_by_a_policy_of_never() {
    for policy in [RetryPolicy::never(), RetryPolicy::default().attempts(0)] {
        let atlas = atlas_with([Fault::status(503)]).await;
        assert!(ask_with(&atlas, policy).await.unwrap_err().is_retryable());
        assert_eq!(atlas.request_count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_to_the_second() {
    let atlas = atlas_with([
        Fault::status(503).header("Retry-After", "7"),
        Fault::status(429).header("Retry-After", "0"),
        Fault::status(503).header("Retry-After", " 3 "),
    ])
    .await;
    ask_with(&atlas, RetryPolicy::default()).await.unwrap();
    for (found, expected) in pauses(&atlas)
        .into_iter()
        .zip([seconds(7), seconds(0), seconds(3)])
    {
        assert_about(found, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_waited_out() {
    let atlas = atlas_with([]).await;
    atlas.set_rate_limit(2, 1, seconds(60));
    let client = client_for(&atlas, Way::Token);
    for _ in 0..3 {
        ask(&client).await.unwrap();
    }
    assert_eq!(atlas.request_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_date_that_is_past_asks_for_no_pause_in_whatever_form() {
    for date in [
        "Mon, 05 Aug 2024 00:00:00 GMT",
        "Mon, 5 Aug 2024 00:00:00 GMT",
        "Monday, 05-Aug-24 00:00:00 GMT",
    ] {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", date)]).await;
        ask_with(
            &atlas,
            RetryPolicy::default().backoff(seconds(60), seconds(60)),
        )
        .await
        .unwrap();
        assert_about(pauses(&atlas)[0], Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_ahead_is_a_time_to_wait_in_whatever_form() {
    for date in [
        "Sat, 05 Aug 2084 00:00:00 GMT",
        "Sat, 5 Aug 2084 00:00:00 GMT",
        "Sat Aug  5 00:00:00 2084",
    ] {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", date)]).await;
        let error = ask_with(&atlas, RetryPolicy::default()).await.unwrap_err();
        // 2084-08-05, in seconds since 1970.
        let then = SystemTime::UNIX_EPOCH + seconds(3_616_272_000);
        let expected = then.duration_since(SystemTime::now()).unwrap();
        let found = error.retry_after().unwrap();
        assert!(
            found >= expected && found < expected + seconds(60),
            "{found:?}, not {expected:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_makes_no_sense_is_none() {
    for odd in ["soon", "-1", "1.5", "", "99999999999999999999999", "Mon, 5"] {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", odd).always()]).await;
        let error = ask_with(&atlas, quick()).await.unwrap_err();
        assert_eq!(
            (error.retry_after(), atlas.request_count()),
            (None, 4),
            "{odd}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_time_left_is_told_at_once() {
    for (wait, after) in [("120", 0), ("115", 6), ("18446744073709551615", 0)] {
        let atlas = atlas_with([Fault::status(503)
            .after(seconds(after))
            .header("Retry-After", wait)])
        .await;
        let before = Instant::now();
        let error = ask_with(&atlas, RetryPolicy::default()).await.unwrap_err();
        assert_about(before.elapsed(), seconds(after));
        assert_eq!(error.retry_after(), Some(seconds(wait.parse().unwrap())));
        assert_eq!(atlas.request_count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_are_random_parts_of_a_backoff_that_doubles_up_to_its_limit() {
    let mut longest = [Duration::ZERO; 4];
    for _ in 0..50 {
        let atlas = atlas_with([Fault::status(503).times(4)]).await;
        let policy = RetryPolicy::default()
            .attempts(5)
            .backoff(seconds(2), seconds(6));
        ask_with(&atlas, policy).await.unwrap();
        for (longest, pause) in longest.iter_mut().zip(pauses(&atlas)) {
            *longest = pause.max(*longest);
        }
    }
    for (longest, limit) in longest.iter().zip([2, 4, 6, 6].map(seconds)) {
        // 50 numbers that are all in the lower half come once in 10^15 times.
        assert!(
            *longest > limit / 2 && *longest <= limit + Duration::from_millis(50),
            "{longest:?} of {limit:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_total_time_ends_a_call_whatever_is_going_on() {
    let ends = |fault: Fault| async move {
        let atlas = atlas_with([fault.always()]).await;
        let policy = RetryPolicy::default()
            .attempts(1000)
            .backoff(seconds(4), seconds(4))
            .total_time(seconds(45));
        let before = Instant::now();
        ask_with(&atlas, policy).await.unwrap_err();
        before.elapsed()
    };
    assert!(ends(Fault::status(503)).await <= seconds(45));
    assert_about(ends(Fault::hang()).await, seconds(45));
    assert_about(
        ends(Fault::endless_body().slowly(1, seconds(1))).await,
        seconds(45),
    );
}

#[tokio::test(start_paused = true)]
async fn an_exchange_ends_after_its_timeout_and_is_asked_again() {
    let atlas = atlas_with([Fault::hang(), Fault::drip(1, seconds(1))]).await;
    let client = builder_for(&atlas, Way::Token)
        .timeout(seconds(5))
        .build()
        .unwrap();
    let before = Instant::now();
    ask(&client).await.unwrap();
    assert_about(before.elapsed(), seconds(10));
    assert_eq!(atlas.request_count(), 3);
}

#[tokio::test]
async fn an_error_keeps_its_status_when_its_body_is_cut() {
    let atlas = atlas_with([Fault::status(404).cut_after(5)]).await;
    let error = ask_with(&atlas, quick()).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "404 Not Found (get_backup_restore_job)");
}

#[tokio::test]
async fn a_success_keeps_its_status_when_its_body_is_cut() {
    let atlas = atlas_with([Fault::cut_body(5).header("Retry-After", "9999")]).await;
    let error = ask_with(&atlas, quick()).await.unwrap_err();
    assert_eq!(error.status().map(|it| it.as_u16()), Some(200));
    assert_eq!(error.retry_after(), Some(seconds(9999)));
    assert!(
        error
            .to_string()
            .starts_with("200 OK: the body was cut off: "),
        "{error}"
    );
}
