//! What a wait polls, what it tolerates, and when it ends.

use atlas_backup::Credentials;
use atlas_backup::simulator::Fault;
use serde_json::json;
use tokio::time::Instant;

use crate::*;

#[tokio::test(start_paused = true)]
async fn a_job_that_is_in_a_final_state_already_is_polled_once() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    let job = restore(&client).await.unwrap();
    assert!(job.finished_at.is_some());
    assert_eq!(arrivals(&atlas), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_ends_the_wait_with_the_last_value() {
    let (atlas, client) = atlas_with_pending_job().await;
    let begun = Instant::now();
    let error = wait(&client, MINUTE, 10 * MINUTE).await.unwrap_err();
    assert_eq!(begun.elapsed(), 10 * MINUTE);
    assert!(error.is_timed_out());
    assert_eq!(
        (error.outcome(), error.polls() as u64),
        (None, atlas.request_count())
    );
    assert_eq!(
        error.last().unwrap().target_cluster_name.as_deref(),
        Some("Restored0")
    );
}

#[tokio::test(start_paused = true)]
async fn there_is_one_last_poll_at_the_limit() {
    let (atlas, client) = atlas_and_client().await;
    atlas.script(
        RESTORE,
        [(Duration::ZERO, json!({})), (100 * SECOND, finished())],
    );
    // 10 hours: the first pause is a random part of them.
    wait(&client, 600 * MINUTE, 100 * SECOND).await.unwrap();
    assert_eq!(arrivals(&atlas).last(), Some(&(100 * SECOND)));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_hangs_beyond_the_limit_is_not_the_last() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    atlas.fault(Fault::hang());
    wait(&client, SECOND, 20 * SECOND).await.unwrap();
    assert_eq!(
        arrivals(&atlas),
        [Duration::ZERO, 30 * SECOND],
        "a call takes half a minute at most"
    );
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_nothing_polls_once() {
    let (atlas, client) = atlas_with_pending_job().await;
    let error = wait(&client, MINUTE, Duration::ZERO).await.unwrap_err();
    assert!(error.is_timed_out() && error.last().is_some());
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn errors_that_may_pass_are_ridden_out() {
    let faults = [
        Fault::status(503),
        Fault::status(429),
        Fault::status(500),
        Fault::cut(),
        Fault::cut_body(5),
        Fault::hang(),
    ];
    for fault in faults {
        let (atlas, client) = atlas_and_client().await;
        atlas.put(RESTORE, &finished());
        atlas.fault(fault.clone().times(5));
        wait(&client, MINUTE, 60 * MINUTE)
            .await
            .unwrap_or_else(|error| panic!("{error} after {fault:?}"));
        assert_eq!(
            (atlas.request_count(), atlas.faults_left()),
            (6, 0),
            "{fault:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_that_does_not_pass_in_time_is_reported_with_the_value_before_it() {
    let (atlas, client) = atlas_with_pending_job().await;
    let waiting = wait(&client, MINUTE, 10 * MINUTE);
    let outage = async {
        atlas.received(3).await;
        atlas.fault(Fault::status(503).always());
    };
    let error = tokio::join!(waiting, outage).0.unwrap_err();
    assert!(error.is_timed_out());
    assert_eq!(error.outcome(), None);
    assert!(error.last().is_some());
    let poll_error = error.error().unwrap();
    assert_eq!(poll_error.status().unwrap().as_u16(), 503);
    assert_eq!(arrivals(&atlas).last(), Some(&(10 * MINUTE)));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_does_not_pass_ends_the_wait_at_once() {
    let (atlas, client) = atlas_and_client().await;
    let error = wait(&client, MINUTE, 60 * MINUTE).await.unwrap_err();
    assert!(!error.is_timed_out());
    assert_eq!(
        (error.outcome(), error.polls(), error.last()),
        (None, 1, None)
    );
    assert!(error.error().unwrap().is_not_found());
    assert_eq!(arrivals(&atlas), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_does_not_pass_comes_with_the_value_before_it() {
    let (atlas, client) = atlas_with_pending_job().await;
    let removal = async {
        atlas.received(3).await;
        atlas.remove(RESTORE);
    };
    let error = tokio::join!(wait(&client, MINUTE, 60 * MINUTE), removal)
        .0
        .unwrap_err();
    assert!(!error.is_timed_out() && error.last().is_some());
    assert_eq!(error.polls(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_there_yet_is_waited_for_where_that_is_allowed() {
    let (atlas, client) = atlas_and_client().await;
    atlas.script(RESTORE, [(100 * SECOND, finished())]);
    let wait = restore(&client).every(10 * SECOND);
    wait.allow_not_found_for(2 * MINUTE).await.unwrap();
    assert!(last_arrival(&atlas) >= 100 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_there_in_the_time_allowed_ends_the_wait() {
    let (atlas, client) = atlas_and_client().await;
    let wait = restore(&client).every(10 * SECOND);
    let error = wait.allow_not_found_for(MINUTE).await.unwrap_err();
    assert!(!error.is_timed_out() && error.error().unwrap().is_not_found());
    assert!((MINUTE..=MINUTE + 10 * SECOND).contains(&last_arrival(&atlas)));
    assert_eq!(error.elapsed(), last_arrival(&atlas));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_ends_while_its_job_may_still_be_missing_has_timed_out() {
    let (_atlas, client) = atlas_and_client().await;
    let wait = restore(&client).every(10 * SECOND).within(MINUTE);
    let error = wait.allow_not_found_for(2 * MINUTE).await.unwrap_err();
    assert!(error.is_timed_out() && error.error().unwrap().is_not_found());
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_wrong_argument_is_not_waited_for() {
    let (atlas, client) = atlas_and_client().await;
    let call = client.get_backup_restore_job().group_id("..");
    let error = call.until_done().await.unwrap_err();
    assert!(error.error().unwrap().is_invalid_request());
    assert_eq!((error.polls(), atlas.request_count()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn each_poll_is_reported_once_even_if_it_failed() {
    let (atlas, client) = atlas_and_client().await;
    atlas.script(
        RESTORE,
        [(Duration::ZERO, json!({})), (5 * MINUTE, finished())],
    );
    atlas.fault(Fault::status(503));
    let mut told = Vec::new();
    let mut outcomes = Vec::new();
    restore(&client)
        .every(MINUTE)
        .on_poll(|poll| {
            told.push((poll.number(), poll.elapsed()));
            outcomes.push(match poll.result() {
                Ok(job) => Ok(job.finished_at.is_some()),
                Err(error) => Err(error.status().unwrap().as_u16()),
            });
        })
        .await
        .unwrap();
    let arrivals = arrivals(&atlas);
    let expected: Vec<_> = (1..).zip(arrivals).collect();
    assert_eq!(told, expected);
    let (last, before) = outcomes.split_last().unwrap();
    assert_eq!((before[0], *last), (Err(503), Ok(true)));
    assert!(before[1..].iter().all(|outcome| *outcome == Ok(false)));
}

#[tokio::test(start_paused = true)]
async fn the_poll_that_ends_a_wait_is_reported_too() {
    let (_atlas, client) = atlas_and_client().await;
    let mut told = 0;
    let wait = restore(&client).on_poll(|poll| {
        told += 1;
        assert!(poll.result().unwrap_err().is_not_found());
    });
    wait.await.unwrap_err();
    assert_eq!(told, 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_polls_no_more() {
    let (atlas, client) = atlas_with_pending_job().await;
    let waiting = wait(&client, MINUTE, 1000 * MINUTE);
    assert!(tokio::time::timeout(10 * MINUTE, waiting).await.is_err());
    let asked = atlas.request_count();
    tokio::time::sleep(60 * MINUTE).await;
    assert!(asked >= 10);
    assert_eq!(atlas.request_count(), asked);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_before_the_first_poll_of_the_future() {
    let (atlas, client) = atlas_with_pending_job().await;
    drop(wait(&client, MINUTE, MINUTE));
    tokio::time::sleep(MINUTE).await;
    assert_eq!(atlas.request_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_can_be_spawned() {
    let (atlas, client) = atlas_and_client().await;
    atlas.script(RESTORE, [(Duration::ZERO, json!({})), (MINUTE, finished())]);
    let waiting = tokio::spawn(restore(&client).on_poll(|_| ()).into_future());
    drop(client);
    assert!(waiting.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_spawned_wait_ends_with_its_task() {
    let (atlas, client) = atlas_with_pending_job().await;
    let waiting = tokio::spawn(restore(&client).into_future());
    tokio::time::sleep(60 * MINUTE).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    let asked = atlas.request_count();
    tokio::time::sleep(60 * MINUTE).await;
    assert_eq!(atlas.request_count(), asked);
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn a_wait_and_its_future_are_send_even_if_they_borrow() {
    let client = Client::builder(Credentials::access_token("token"))
        .build()
        .unwrap();
    let mut polls = 0;
    let mut outcomes = vec![Outcome::Succeeded];
    let wait = restore_job(&client)
        .until(|_| outcomes.pop())
        .on_poll(|poll| polls += poll.number());
    drop(assert_send(assert_send(wait).into_future()));
    drop(assert_send(snapshot(&client).into_future()));
    drop(assert_send(legacy(&client).into_future()));
    drop(assert_send(checkpoint(&client).into_future()));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_something_in_between_wrote_is_ridden_out() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    atlas.fault(Fault::status(200).body("text/html", "<h1>Maintenance</h1>"));
    restore(&client).await.unwrap();
    assert_eq!(atlas.request_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_wait_goes_on_until_other_tokens_of_its_service_account_expire() {
    let (atlas, _) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    atlas.add_service_account("id", "secret");
    let body = r#"{"error":"access_denied","error_description":"Access Token limit reached."}"#;
    let refusal = Fault::status(403).body("application/json", body);
    atlas.fault(refusal.on_token_endpoint().times(10));
    let client = Client::builder(Credentials::service_account("id", "secret"))
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    restore(&client).await.unwrap();
    assert_eq!(atlas.token_requests(), 11);
}
