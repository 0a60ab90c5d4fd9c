//! `Retry-After`: how long a pause it means.

use std::time::{Duration, SystemTime};

use atlas_backup::RetryPolicy;
use atlas_backup::simulator::Fault;
use tokio::time::Instant;

use super::{ask_with, assert_about, atlas_with, pauses, seconds};
use crate::support::quick;

#[tokio::test(start_paused = true)]
async fn a_retry_after_is_kept_and_up_to_half_of_it_more() {
    let asked = ["7", "0", " 3 ", "1"];
    let atlas = atlas_with(asked.map(|text| Fault::status(503).header("Retry-After", text))).await;
    ask_with(&atlas, RetryPolicy::default()).await.unwrap();
    // In milliseconds: never below the first backoff, and as much more at least.
    let expected = [
        (7_000, 10_500),
        (500, 1_000),
        (3_000, 4_500),
        (1_000, 1_500),
    ];
    for (pause, (least, most)) in pauses(&atlas).into_iter().zip(expected) {
        let least = Duration::from_millis(least);
        let most = Duration::from_millis(most + 50);
        assert!(
            pause >= least && pause <= most,
            "{pause:?}, not {least:?} to {most:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_added_to_a_pause_is_no_longer_than_the_longest_backoff() {
    let atlas = atlas_with([Fault::status(503).header("Retry-After", "100")]).await;
    let policy = RetryPolicy::default().backoff(seconds(1), seconds(2));
    ask_with(&atlas, policy).await.unwrap();
    let pause = pauses(&atlas)[0];
    assert!(pause >= seconds(100) && pause <= seconds(103), "{pause:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_just_fits_is_begun_whatever_would_be_added() {
    for _ in 0..20 {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", "118")]).await;
        ask_with(&atlas, RetryPolicy::default()).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_that_is_past_means_no_pause_of_its_own_in_any_form() {
    for date in [
        "Mon, 05 Aug 2024 00:00:00 GMT",
        "Mon, 5 Aug 2024 00:00:00 GMT",
        "Monday, 05-Aug-24 00:00:00 GMT",
    ] {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", date).always()]).await;
        let policy = RetryPolicy::default().attempts(2);
        let error = ask_with(&atlas, policy).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::ZERO));
        let pause = pauses(&atlas)[0];
        // That of the first backoff.
        assert!(
            pause >= seconds(1) / 2 && pause <= seconds(1) + seconds(1) / 20,
            "{pause:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_ahead_is_a_time_to_wait_in_whatever_form() {
    for date in [
        "Sat, 05 Aug 2084 00:00:00 GMT",
        "Sat, 5 Aug 2084 00:00:00 GMT",
        "Sat Aug  5 00:00:00 2084",
        "Sat, 05 Aug 2084 00:00:00 UTC",
        "Sat, 05 Aug 2084 00:00:00 +0000",
        "Sat, 5 Aug 2084 02:00:00 +0200",
        "2084-08-05T00:00:00Z",
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

/// Three seconds, on a server whose clock is ahead, or back in another year.
#[tokio::test(start_paused = true)]
async fn a_date_is_held_against_the_clock_of_the_server() {
    for (now, then) in [
        (
            "Sat, 05 Aug 2084 00:00:58 GMT",
            "Sat, 05 Aug 2084 00:01:01 GMT",
        ),
        (
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:40 GMT",
        ),
    ] {
        let fault = Fault::status(503)
            .header("Date", now)
            .header("Retry-After", then);
        let atlas = atlas_with([fault]).await;
        ask_with(&atlas, RetryPolicy::default()).await.unwrap();
        let pause = pauses(&atlas)[0];
        assert!(pause >= seconds(3) && pause < seconds(5), "{pause:?}");
    }
}

/// It would end in the last tenth of a second.
#[tokio::test(start_paused = true)]
async fn a_pause_that_leaves_no_time_for_an_attempt_is_not_begun() {
    for left in [0, 50, 99] {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", "10").always()]).await;
        let total_time = seconds(10) + Duration::from_millis(left);
        let policy = RetryPolicy::default().total_time(total_time);
        let before = Instant::now();
        let error = ask_with(&atlas, policy).await.unwrap_err();
        assert_about(before.elapsed(), seconds(0));
        assert_eq!(error.retry_after(), Some(seconds(10)));
        assert_eq!(atlas.request_count(), 1, "{left} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_of_seconds_is_read_however_a_server_writes_it() {
    let century = seconds(u32::MAX.into());
    for (text, expected) in [
        ("1.5", Duration::from_millis(1500)),
        ("2.0", seconds(2)),
        ("3, 3", seconds(3)),
        ("4;w=60", seconds(4)),
        ("-1", Duration::ZERO),
        ("99999999999999999999999", century),
        ("18446744073709551615", century),
    ] {
        let atlas = atlas_with([Fault::status(503).header("Retry-After", text).always()]).await;
        let error = ask_with(&atlas, RetryPolicy::never()).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(expected), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_makes_no_sense_is_none() {
    for odd in [
        "soon",
        "",
        "NaN",
        "inf",
        "1 s",
        "Mon, 5",
        "Mon, 05 Aug 2084 00:00:00 CET",
    ] {
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
async fn a_retry_after_beyond_the_time_left_is_reported_at_once() {
    for (wait, after) in [("120", 0), ("115", 6), ("31536000", 0)] {
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
