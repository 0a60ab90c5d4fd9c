//! Polls of a project queue for slots, within what Atlas reports of its rate limit.

use atlas_backup::simulator::Fault;
use tokio::task::JoinSet;

use crate::*;

const OTHER_GROUP: &str = "32b6e34b3d91647abb20e7b9";

/// Lets the client learn these numbers from a plain call.
async fn learn(atlas: &Simulator, client: &Client, limit: u64, left: u64) {
    let numbers = Fault::delay(Duration::ZERO)
        .header("RateLimit-Limit", &limit.to_string())
        .header("RateLimit-Remaining", &left.to_string());
    atlas.put(RESTORE, &finished());
    atlas.fault(numbers);
    restore_job(client).send().await.unwrap();
    atlas.take_requests();
}

/// Lets a plain call be refused.
async fn be_refused(atlas: &Simulator, client: &Client, retry_after: &str) {
    atlas.fault(Fault::status(429).header("Retry-After", retry_after));
    restore_job(client).send().await.unwrap_err();
    atlas.take_requests();
}

/// Starts a wait for each of the first jobs, and lets all end.
async fn wait_for_all(client: &Client, jobs: u64) {
    let mut waits = JoinSet::new();
    for number in 0..jobs {
        waits.spawn(wait_for(client, number).into_future());
    }
    for result in waits.join_all().await {
        result.unwrap();
    }
}

fn numbers(atlas: &Simulator) -> Vec<u64> {
    let requests = atlas.requests();
    let number = |path: &str| u64::from_str_radix(path.rsplit('/').next().unwrap(), 16).unwrap();
    requests
        .iter()
        .map(|request| number(request.path()))
        .collect()
}

/// The pauses between the requests, in seconds.
fn pauses(atlas: &Simulator) -> Vec<f64> {
    let mut pauses = Vec::new();
    for pair in arrivals(atlas).windows(2) {
        pauses.push((pair[1] - pair[0]).as_secs_f64());
    }
    pauses
}

/// Each pause is a random part of its gap: between half of it and all.
#[track_caller]
fn assert_gaps(pauses: &[f64], gaps: &[f64], what: &str) {
    assert_eq!(pauses.len(), gaps.len(), "{what}");
    for (pause, gap) in pauses.iter().zip(gaps) {
        // The clock of tokio has milliseconds.
        let range = gap / 2. - 0.002..=gap + 0.002;
        assert!(range.contains(pause), "{what}: {pauses:?} for {gaps:?}");
    }
}

/// When each request arrived, in whole seconds since this was `begun`.
fn seconds(atlas: &Simulator, begun: Duration) -> Vec<u64> {
    let mut seconds = Vec::new();
    for arrival in arrivals(atlas) {
        seconds.push((arrival - begun).as_millis().div_euclid(1000) as u64);
    }
    seconds
}

#[tokio::test(start_paused = true)]
async fn the_less_is_left_the_longer_polls_are_kept_apart() {
    let cases = [
        (1200, 1200, 0.),
        (1200, 805, 0.),
        (1200, 600, 0.5),
        (14, 14, 0.),
        (14, 10, 0.),
        (14, 9, 0.125),
        (14, 4, 4.),
        (14, 3, 8.),
        (14, 2, 16.),
        (14, 1, 32.),
        (14, 0, 32.),
        (1, 1, 0.),
        (1, 0, 32.),
    ];
    for (limit, left, gap) in cases {
        let (atlas, client) = atlas_and_client().await;
        atlas.put(RESTORE, &finished());
        atlas.add_header("RateLimit-Limit", &limit.to_string());
        atlas.add_header("RateLimit-Remaining", &left.to_string());
        for _ in 0..4 {
            restore(&client).await.unwrap();
        }
        let what = format!("{left} of {limit} left");
        assert_gaps(&pauses(&atlas), &[gap; 3], &what);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_in_flight_counts_as_taken() {
    let (atlas, client) = atlas_with_jobs(4, finished()).await;
    learn(&atlas, &client, 14, 8).await;
    let slow = Fault::delay(20 * SECOND)
        .header("RateLimit-Limit", "14")
        .header("RateLimit-Remaining", "8");
    atlas.fault(slow.always());
    wait_for_all(&client, 4).await;
    assert_gaps(&pauses(&atlas), &[0.5, 1., 2.], "seven, six, five left");
}

#[tokio::test(start_paused = true)]
async fn the_gap_shrinks_by_half_from_one_poll_to_the_next_when_the_numbers_rise() {
    let (atlas, client) = atlas_with_jobs(20, finished()).await;
    let low = Fault::delay(Duration::ZERO).header("RateLimit-Remaining", "3");
    learn(&atlas, &client, 1200, 3).await;
    atlas.fault(low.times(3));
    wait_for_all(&client, 20).await;
    let mut gaps = vec![32., 32., 32., 16., 8., 4., 2., 1., 0.5, 0.25, 0.125];
    gaps.extend([0.; 8]);
    assert_gaps(&pauses(&atlas), &gaps, "1191 left after three polls");
}

#[tokio::test(start_paused = true)]
async fn a_response_that_was_overtaken_is_no_rise() {
    let (atlas, client) = atlas_with_jobs(3, finished()).await;
    atlas.put(RESTORE, &finished());
    let late = Fault::delay(Duration::ZERO).header("RateLimit-Remaining", "900");
    // The end of its body comes later than the response of the next call.
    atlas.fault(late.slowly(40, SECOND));
    let low = Fault::delay(Duration::ZERO).header("RateLimit-Remaining", "7");
    atlas.fault(low.times(4));
    let (late, early) = tokio::join!(restore_job(&client).send(), restore_job(&client).send());
    assert_eq!((late.is_ok(), early.is_ok()), (true, true));
    atlas.take_requests();
    wait_for_all(&client, 3).await;
    assert_gaps(&pauses(&atlas), &[32.; 2], "7 left");
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_missing_or_odd_hold_nothing_up() {
    for (limit, left) in [
        ("1200", "few"),
        ("", ""),
        ("0", "0"),
        ("-5", "0"),
        ("NaN", "0"),
    ] {
        let (atlas, client) = atlas_with_jobs(20, finished()).await;
        atlas.add_header("RateLimit-Limit", limit);
        atlas.add_header("RateLimit-Remaining", left);
        wait_for_all(&client, 20).await;
        assert_eq!(seconds(&atlas, Duration::ZERO), [0; 20], "{limit} {left}");
    }
}

#[tokio::test(start_paused = true)]
async fn numbers_are_read_however_a_server_writes_them() {
    let cases = [
        (Some("14"), "-1", 32.),
        (Some("14"), "0.0", 32.),
        (Some("14.0"), " 3 ", 8.),
        (Some("14, 14;w=60"), "4, 4", 4.),
        (None, "0", 32.),
        (None, "257", 8.),
        (None, "1191", 0.),
    ];
    for (limit, left, gap) in cases {
        let (atlas, client) = atlas_and_client().await;
        atlas.put(RESTORE, &finished());
        if let Some(limit) = limit {
            atlas.add_header("RateLimit-Limit", limit);
        }
        atlas.add_header("RateLimit-Remaining", left);
        for _ in 0..3 {
            restore(&client).await.unwrap();
        }
        let what = format!("{left} of {limit:?} left");
        assert_gaps(&pauses(&atlas), &[gap; 2], &what);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_no_poll_of_the_project_goes_before_its_retry_after() {
    let (atlas, client) = atlas_with_jobs(20, finished()).await;
    learn(&atlas, &client, 1200, 1191).await;
    let refusal = Fault::status(429).header("Retry-After", "300");
    atlas.fault(refusal.after(SECOND));
    // Of eight in flight the first is refused; the others were under way.
    atlas.fault(Fault::delay(2 * SECOND).times(7));
    wait_for_all(&client, 20).await;
    let seconds = seconds(&atlas, Duration::ZERO);
    assert_eq!(seconds[..8], [0; 8]);
    assert_eq!(seconds[8..11], [301, 302, 303]);
    let number = numbers(&atlas)[8];
    assert_eq!(number, 0, "the poll that was refused goes first");
}

#[tokio::test(start_paused = true)]
async fn refusals_without_a_retry_after_make_polls_ever_slower() {
    let (atlas, client) = atlas_with_jobs(1, finished()).await;
    atlas.fault(Fault::status(429).times(8));
    wait_for_all(&client, 1).await;
    let expected = [0, 1, 3, 7, 15, 31, 63, 127, 191];
    assert_eq!(seconds(&atlas, Duration::ZERO), expected);
}

#[tokio::test(start_paused = true)]
async fn responses_without_a_refusal_make_polls_faster_again() {
    let (atlas, client) = atlas_with_jobs(120, finished()).await;
    be_refused(&atlas, &client, "10").await;
    wait_for_all(&client, 120).await;
    let seconds = seconds(&atlas, Duration::ZERO);
    assert_eq!(seconds[..3], [10, 11, 12]);
    assert!(seconds[119] < 10 + 40, "{seconds:?}");
    assert_eq!(seconds[110], seconds[119], "at once in the end");
}

#[tokio::test(start_paused = true)]
async fn what_a_plain_call_learns_counts_for_polls() {
    let (atlas, client) = atlas_with_jobs(3, finished()).await;
    learn(&atlas, &client, 14, 2).await;
    atlas.add_header("RateLimit-Limit", "14");
    atlas.add_header("RateLimit-Remaining", "2");
    wait_for_all(&client, 3).await;
    assert_gaps(&pauses(&atlas), &[16., 16.], "2 of 14 left");
    let begun = last_arrival(&atlas);
    be_refused(&atlas, &client, "60").await;
    wait_for_all(&client, 1).await;
    assert_eq!(seconds(&atlas, begun), [60]);
}

#[tokio::test(start_paused = true)]
async fn plain_calls_never_queue() {
    let (atlas, client) = atlas_with_jobs(3, finished()).await;
    atlas.put(RESTORE, &finished());
    be_refused(&atlas, &client, "600").await;
    let waits = wait_for_all(&client, 3);
    let call = async {
        tokio::time::sleep(MINUTE).await;
        restore_job(&client).send().await.unwrap();
        assert_eq!(seconds(&atlas, Duration::ZERO), [60]);
    };
    tokio::join!(waits, call);
    assert_eq!(seconds(&atlas, Duration::ZERO)[..2], [60, 600]);
}

#[tokio::test(start_paused = true)]
async fn slots_come_in_the_order_in_which_polls_fell_due_across_clones() {
    let (atlas, client) = atlas_with_jobs(60, finished()).await;
    learn(&atlas, &client, 1200, 600).await;
    atlas.add_header("RateLimit-Remaining", "600");
    let mut waits = JoinSet::new();
    for number in 0..60 {
        waits.spawn(wait_for(&client.clone(), number).into_future());
    }
    waits.join_all().await;
    let expected: Vec<u64> = (0..60).collect();
    assert_eq!(numbers(&atlas), expected);
    assert!(last_arrival(&atlas) <= 30 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_leaves_the_queue() {
    let (atlas, client) = atlas_with_jobs(4, finished()).await;
    learn(&atlas, &client, 1200, 0).await;
    atlas.add_header("RateLimit-Remaining", "0");
    let mut waits = Vec::new();
    for number in 0..4 {
        waits.push(tokio::spawn(wait_for(&client, number).into_future()));
        tokio::task::yield_now().await;
    }
    // The second is first in the queue by then, the third behind it.
    tokio::time::sleep(SECOND / 2).await;
    waits[1].abort();
    waits[2].abort();
    for wait in waits {
        let _ = wait.await;
    }
    assert_eq!(numbers(&atlas), [0, 3]);
    assert_gaps(&pauses(&atlas), &[32.], "nothing left");
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_holds_in_the_queue() {
    let (atlas, client) = atlas_with_pending_job().await;
    let refusal = Fault::status(429).header("Retry-After", "600");
    let outage = async {
        atlas.received(2).await;
        atlas.fault(refusal);
    };
    let waiting = restore(&client).every(10 * SECOND).within(MINUTE);
    let begun = tokio::time::Instant::now();
    let error = tokio::join!(waiting.into_future(), outage).0.unwrap_err();
    assert_eq!(begun.elapsed(), MINUTE);
    assert!(error.is_timed_out() && error.last().is_some());
    assert_eq!((error.polls(), error.elapsed()), (3, MINUTE));
    assert!(error.error().unwrap().is_rate_limited());
    let next = restore(&client).within(MINUTE).await.unwrap_err();
    assert!(next.is_timed_out());
    assert_eq!(
        (next.polls(), next.last(), next.error().is_some()),
        (0, None, false)
    );
    insta::assert_snapshot!(format!("{error}\n{next}"));
}

#[tokio::test(start_paused = true)]
async fn a_project_that_is_used_up_holds_up_no_other() {
    let (atlas, client) = atlas_with_jobs(0, finished()).await;
    atlas.put(&RESTORE.replace(GROUP, OTHER_GROUP), &finished());
    be_refused(&atlas, &client, "600").await;
    let other = client.get_backup_restore_job().group_id(OTHER_GROUP);
    let wait = other
        .cluster_name("Cluster0")
        .restore_job_id(ID)
        .until_done();
    wait.await.unwrap();
    assert_eq!(arrivals(&atlas), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn at_most_eight_polls_of_a_project_are_in_flight() {
    let (atlas, client) = atlas_with_jobs(20, finished()).await;
    learn(&atlas, &client, 1200, 1191).await;
    atlas.fault(Fault::delay(5 * SECOND).always());
    wait_for_all(&client, 20).await;
    let mut expected = vec![0; 8];
    expected.extend([5; 8]);
    expected.extend([10; 4]);
    assert_eq!(seconds(&atlas, Duration::ZERO), expected);
}

#[tokio::test(start_paused = true)]
async fn a_poll_says_how_long_it_queued_and_what_is_left() {
    let (atlas, client) = atlas_with_pending_job().await;
    be_refused(&atlas, &client, "60").await;
    let mut told = Vec::new();
    let mut line = String::new();
    let wait = restore(&client).every(MINUTE).on_poll(|poll| {
        told.push((poll.queued(), poll.rate_limit().map(|rate| rate.remaining)));
        line = poll.to_string();
        atlas.put(RESTORE, &finished());
    });
    wait.await.unwrap();
    assert_eq!(told[0], (MINUTE, Some(1191)));
    assert!(told[1].0 <= SECOND, "{told:?}");
    assert!(line.ends_with("s: succeeded"), "{line}");
    be_refused(&atlas, &client, "60").await;
    restore(&client)
        .on_poll(|poll| line = poll.to_string())
        .await
        .unwrap();
    assert_eq!(
        line,
        "poll 1 after 60.0s, 60.0s of them in the queue: succeeded"
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_refuses_gets_no_request_without_a_pause() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_service_account("id", "secret");
    atlas.fault(Fault::token_limit().always());
    let credentials = atlas_backup::Credentials::service_account("id", "secret");
    let builder = Client::builder(credentials).base_url(atlas.base_url());
    let client = builder.retry(RetryPolicy::never()).build().unwrap();
    let error = wait(&client, MINUTE, 10 * MINUTE).await.unwrap_err();
    assert!(error.error().unwrap().is_rate_limited());
    assert!(error.polls() <= 22, "{error}");
    assert_eq!(atlas.request_count(), u64::from(error.polls()));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_no_reason_for_the_client_to_retry_outside_the_queue() {
    let (atlas, _) = atlas_with_jobs(20, finished()).await;
    let client = atlas.client_builder().build().unwrap();
    atlas.fault(Fault::status(429).header("Retry-After", "5").times(8));
    wait_for_all(&client, 20).await;
    let seconds = seconds(&atlas, Duration::ZERO);
    assert_eq!(seconds[..11], [0, 0, 0, 0, 0, 0, 0, 0, 5, 6, 7]);
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_one_attempt_whatever_the_policy_is() {
    let (atlas, _) = atlas_with_jobs(1, finished()).await;
    let client = atlas.client_builder().build().unwrap();
    atlas.fault(Fault::status(503).times(3));
    let mut polls = 0;
    let wait = wait_for(&client, 0).every(10 * MINUTE);
    wait.on_poll(|_| polls += 1).await.unwrap();
    assert_eq!((polls, atlas.request_count()), (4, 4));
    let pauses = pauses(&atlas);
    assert!(pauses[0] <= 30., "{pauses:?}");
    assert_gaps(&pauses[1..], &[30.; 2], "the longest after a failure");
}

#[tokio::test(start_paused = true)]
async fn a_hold_ends_after_ten_minutes_and_one_poll_looks() {
    for retry_after in ["31536000", "1764412345", "18446744073709551615"] {
        let (atlas, client) = atlas_with_jobs(20, finished()).await;
        be_refused(&atlas, &client, retry_after).await;
        let refusal = Fault::status(429).header("Retry-After", retry_after);
        atlas.fault(refusal);
        wait_for_all(&client, 20).await;
        let seconds = seconds(&atlas, Duration::ZERO);
        assert_eq!(seconds[..4], [600, 1200, 1202, 1204], "{retry_after}");
        assert_eq!(
            numbers(&atlas)[1],
            0,
            "the poll that was throttled goes first"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_blames_the_rate_limit_only_where_it_is_the_reason() {
    let (atlas, client) = atlas_with_jobs(9, finished()).await;
    atlas.fault(Fault::delay(25 * SECOND).times(8));
    let mut slow = JoinSet::new();
    for number in 0..8 {
        slow.spawn(wait_for(&client, number).into_future());
    }
    atlas.received(8).await;
    let error = wait_for(&client, 8).within(SECOND).await.unwrap_err();
    assert_eq!((error.polls(), error.is_timed_out()), (0, true));
    insta::assert_snapshot!(error);
}
