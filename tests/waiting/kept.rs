//! Waits that are kept and not polled hold up nobody: neither those of their runtime nor of another.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use atlas_backup::simulator::Fault;
use tokio::runtime::Builder;
use tokio::time::{sleep, timeout};

use crate::*;

type Kept = Pin<Box<dyn Future<Output = Result<CloudBackupRestoreJob, JobError>> + Send>>;
type JobError = WaitError<CloudBackupRestoreJob>;

/// An Atlas with jobs that never finish, and one under [`RESTORE`] that has finished.
async fn atlas_with_pending_jobs(jobs: u64) -> (Simulator, Client) {
    let (atlas, client) = atlas_with_jobs(jobs, json!({})).await;
    atlas.put(RESTORE, &finished());
    (atlas, client)
}

/// Begins a wait, and polls it never again.
fn begin(wait: Wait<'static, CloudBackupRestoreJob>) -> Kept {
    let mut kept = wait.into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(kept.as_mut().poll(&mut context), Poll::Pending));
    kept
}

fn begin_many(client: &Client, waits: u64) -> Vec<Kept> {
    let mut kept = Vec::new();
    for number in 0..waits {
        kept.push(begin(wait_for(client, number)));
    }
    kept
}

async fn assert_ends_within(client: &Client, time: Duration) {
    let ended = timeout(time, restore(client).into_future()).await;
    ended.expect("held up").unwrap();
}

#[tokio::test(start_paused = true)]
async fn waits_that_are_kept_in_a_vec_hold_up_nobody() {
    let (_atlas, client) = atlas_with_pending_jobs(40).await;
    let kept = begin_many(&client, 40);
    assert_ends_within(&client, SECOND).await;
    drop(kept);
}

#[tokio::test(start_paused = true)]
async fn kept_waits_whose_requests_hang_hold_up_others_for_the_time_of_an_exchange() {
    let (atlas, client) = atlas_with_pending_jobs(8).await;
    atlas.fault(Fault::hang().times(8));
    let kept = begin_many(&client, 8);
    assert_ends_within(&client, 31 * SECOND).await;
    drop(kept);
}

/// The one that is kept is the first in the queue, whose slot comes within 32 seconds.
#[tokio::test(start_paused = true)]
async fn a_wait_that_is_kept_in_a_select_gives_its_slot_back_when_little_is_left() {
    let (atlas, client) = atlas_with_pending_jobs(2).await;
    atlas.add_header("RateLimit-Remaining", "0");
    wait_for(&client, 0)
        .within(Duration::ZERO)
        .await
        .unwrap_err();
    let mut kept = pin!(wait_for(&client, 1).into_future());
    tokio::select! {
        _ = &mut kept => panic!("never ends"),
        () = sleep(SECOND) => assert_ends_within(&client, 70 * SECOND).await,
    }
    // Its poll was sent meanwhile.
    let polls = atlas.requests().len();
    assert_eq!(polls, 3);
}

/// As in `buffer_unordered`: the body of a loop over results waits for a job itself.
#[tokio::test(start_paused = true)]
async fn a_loop_over_waits_may_wait_for_another_job() {
    let (_atlas, client) = atlas_with_pending_jobs(31).await;
    let mut kept = Vec::new();
    for number in 0..31 {
        kept.push(wait_for(&client, number).within(MINUTE).into_future());
    }
    let mut next = 0;
    let ended = std::future::poll_fn(|context| {
        for wait in &mut kept {
            next += 1;
            if wait.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    });
    ended.await;
    assert!(next > 31);
    assert_ends_within(&client, SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_was_kept_goes_on_with_the_response_that_came_meanwhile() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    let mut elapsed = Duration::MAX;
    let mut wait = restore(&client)
        .on_poll(|poll| elapsed = poll.elapsed())
        .into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(wait.as_mut().poll(&mut context).is_pending());
    sleep(MINUTE).await;
    assert_eq!(atlas.request_count(), 1);
    wait.await.unwrap();
    assert_eq!(atlas.request_count(), 1);
    assert!(elapsed < SECOND, "{elapsed:?}");
}

/// Of a runtime that nobody drives, and of another.
fn two_runtimes() -> [tokio::runtime::Runtime; 2] {
    [(); 2].map(|()| Builder::new_current_thread().enable_all().build().unwrap())
}

#[test]
fn a_stalled_runtime_holds_up_the_waits_of_another_for_a_second() {
    let simulation = Builder::new_multi_thread().enable_all().build().unwrap();
    let (atlas, client) = simulation.block_on(atlas_with_pending_jobs(30));
    let [stalled, alive] = two_runtimes();
    // After this, no poll is sent for three seconds.
    atlas.fault(Fault::status(429).header("Retry-After", "3"));
    simulation
        .block_on(restore_job(&client).send())
        .unwrap_err();
    let kept = stalled.block_on(async { begin_many(&client, 30) });
    // Their tasks have taken their places in the queue.
    stalled.block_on(async { sleep(Duration::from_millis(50)).await });
    alive.block_on(assert_ends_within(&client, 6 * SECOND));
    drop(kept);
}

#[test]
fn a_wait_goes_on_in_another_runtime_when_its_own_is_gone() {
    let simulation = Builder::new_multi_thread().enable_all().build().unwrap();
    let (atlas, client) = simulation.block_on(atlas_with_pending_jobs(0));
    let [gone, alive] = two_runtimes();
    atlas.fault(Fault::hang());
    let entered = gone.enter();
    let wait = begin(restore(&client));
    drop(entered);
    gone.block_on(atlas.received(1));
    drop(gone);
    let ended = async { timeout(5 * SECOND, wait).await };
    alive.block_on(ended).expect("held up").unwrap();
}
