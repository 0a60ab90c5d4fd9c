//! What is retried, when, and for how long.

mod retry_after;
mod unknown_host;

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, Error, RetryPolicy};
use tokio::time::Instant;

use crate::support::*;

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
async fn what_may_pass_is_sent_four_times() {
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
async fn what_will_not_pass_is_sent_once() {
    for status in [
        300, 302, 400, 401, 402, 403, 404, 405, 406, 409, 410, 418, 422, 501, 505,
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
async fn a_success_that_cannot_be_decoded_is_not_retried() {
    let atlas = atlas_with([Fault::status(200).body("application/json", "[]")]).await;
    assert!(ask_with(&atlas, quick()).await.unwrap_err().is_decode());
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test]
async fn a_connection_that_nobody_takes_is_retried_and_reported() {
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
async fn nothing_is_retried_by_a_policy_of_never() {
    for policy in [RetryPolicy::never(), RetryPolicy::default().attempts(0)] {
        let atlas = atlas_with([Fault::status(503)]).await;
        assert!(ask_with(&atlas, policy).await.unwrap_err().is_retryable());
        assert_eq!(atlas.request_count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_whole_time_is_spent_unless_attempts_are_limited() {
    let atlas = atlas_with([Fault::status(503).always()]).await;
    let before = Instant::now();
    ask_with(&atlas, RetryPolicy::default()).await.unwrap_err();
    let took = before.elapsed();
    assert!(took > seconds(110) && took <= seconds(120), "{took:?}");
    let requests = atlas.request_count();
    assert!((17..=24).contains(&requests), "{requests} requests");
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
async fn a_pause_is_between_half_and_the_whole_of_a_backoff_that_doubles_up_to_its_limit() {
    let margin = Duration::from_millis(50);
    let mut longest = [Duration::ZERO; 4];
    for _ in 0..50 {
        let atlas = atlas_with([Fault::status(503).times(4)]).await;
        let policy = RetryPolicy::default()
            .attempts(5)
            .backoff(seconds(2), seconds(6));
        ask_with(&atlas, policy).await.unwrap();
        for (place, pause) in pauses(&atlas).into_iter().enumerate() {
            let backoff = [2, 4, 6, 6].map(seconds)[place];
            let bounds = backoff / 2..=backoff + margin;
            assert!(bounds.contains(&pause), "{pause:?} of {backoff:?}");
            longest[place] = longest[place].max(pause);
        }
    }
    for (longest, backoff) in longest.into_iter().zip([2, 4, 6, 6].map(seconds)) {
        // All of 50 numbers are in the lower half once in 10^15 times.
        assert!(longest > backoff * 3 / 4, "{longest:?} of {backoff:?}");
    }
}

/// The requests of a call to a server that is never available, by how long before the end of its
/// total time they were sent.
async fn times_before_the_end(total_time: Duration) -> Vec<Duration> {
    let atlas = atlas_with([Fault::status(503).always()]).await;
    let policy = RetryPolicy::default().total_time(total_time);
    ask_with(&atlas, policy).await.unwrap_err();
    let requests = atlas.requests();
    let first = requests[0].at();
    let before_end = |at: Duration| total_time.saturating_sub(at - first);
    requests.iter().map(|it| before_end(it.at())).collect()
}

#[tokio::test(start_paused = true)]
async fn at_most_two_requests_are_sent_in_the_last_second_and_one_in_the_last_two() {
    for total_time in [2, 5, 20, 120].map(seconds) {
        for _ in 0..5 {
            let times = times_before_the_end(total_time).await;
            let in_last_second = times.iter().filter(|it| **it < seconds(1)).count();
            assert!(in_last_second <= 2, "{total_time:?}: {times:?}");
            let last = times.last().unwrap();
            assert!(*last <= seconds(2), "{total_time:?}: {times:?}");
            assert!(
                *last >= Duration::from_millis(150),
                "{total_time:?}: {times:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_seconds_are_enough_for_three_requests_and_not_for_more_than_five() {
    for _ in 0..50 {
        let times = times_before_the_end(seconds(2)).await;
        assert!((3..=5).contains(&times.len()), "{times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_time_fails_and_is_not_tried_for_ever() {
    for total_time in [Duration::ZERO, Duration::from_nanos(1)] {
        let atlas = atlas_with([Fault::status(503).always()]).await;
        let policy = RetryPolicy::default().total_time(total_time);
        let answer = tokio::time::timeout(seconds(60), ask_with(&atlas, policy)).await;
        answer.expect("it ends").unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn twelve_seconds_after_an_outage_of_three_all_of_a_hundred_callers_are_through() {
    for _ in 0..4 {
        let outage = Duration::ZERO..seconds(3);
        let atlas = atlas_with([Fault::status(503).always().during(outage)]).await;
        let builder = builder_for(&atlas, Way::Token).retry(RetryPolicy::default());
        let client = builder.build().unwrap();
        let before = Instant::now();
        for result in ask_at_once(&client, 100).await {
            result.unwrap();
        }
        let took = before.elapsed();
        assert!(took <= seconds(15), "{took:?}");
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
async fn an_exchange_ends_after_its_timeout_and_is_retried() {
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

/// The pauses of one call to a server that is busy, with backoffs of a second.
async fn pauses_of_one_call(client: &Client, atlas: &Simulator) -> Vec<Duration> {
    atlas.take_requests();
    ask(client).await.unwrap_err();
    pauses(atlas)
}

#[tokio::test(start_paused = true)]
async fn pauses_are_longer_when_most_calls_of_a_client_fail_and_no_call_ends_for_it() {
    let atlas = atlas_with([Fault::status(503).always()]).await;
    let policy = RetryPolicy::default().backoff(seconds(1), seconds(1));
    let client = builder_for(&atlas, Way::Token)
        .retry(policy.total_time(seconds(20)))
        .build()
        .unwrap();
    let alone = pauses_of_one_call(&client, &atlas).await;
    let limit = seconds(1) + Duration::from_millis(50);
    let usual = alone.iter().take(10).max().unwrap();
    assert!(*usual <= limit, "{usual:?}");
    for result in ask_at_once(&client, 100).await {
        result.unwrap_err();
    }
    let before = Instant::now();
    let among_many = pauses_of_one_call(&client, &atlas).await;
    let longest = *among_many.iter().max().unwrap();
    assert!(longest > limit && longest <= 3 * limit, "{longest:?}");
    let took = before.elapsed();
    assert!(took > seconds(15) && took <= seconds(20), "{took:?}");
}

/// While it pauses, another call takes the only place and keeps it.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_had_no_time_leaves_the_error_before_it() {
    let atlas = atlas_with([Fault::status(503), Fault::hang().always()]).await;
    let policy = RetryPolicy::default().total_time(seconds(20));
    let client = builder_for(&atlas, Way::Token).retry(policy);
    let client = client.max_in_flight(1).build().unwrap();
    let (refused, _) = tokio::join!(ask(&client), ask(&client));
    let error = refused.unwrap_err();
    assert_eq!(error.status().map(|it| it.as_u16()), Some(503), "{error}");
    assert_eq!(atlas.request_count(), 2);
}
