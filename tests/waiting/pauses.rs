//! How long a wait pauses between two requests: its interval, or longer where Atlas sends `Retry-After`.

use atlas_backup::simulator::Fault;

use crate::*;

/// The pauses between the requests.
fn pauses(atlas: &Simulator) -> Vec<Duration> {
    arrivals(atlas)
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_first_pause_is_a_part_of_the_interval_and_the_others_are_all_of_it() {
    let (atlas, client) = atlas_with_pending_job().await;
    wait(&client, MINUTE, 60 * MINUTE).await.unwrap_err();
    let pauses = pauses(&atlas);
    assert!(pauses[0] < MINUTE, "{pauses:?}");
    let others = &pauses[1..pauses.len() - 1];
    assert!(
        others.len() >= 58 && others.iter().all(|pause| pause.as_secs() == 60),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_interval_of_nothing_does_not_spin() {
    let (atlas, client) = atlas_with_pending_job().await;
    wait(&client, Duration::ZERO, Duration::from_millis(20))
        .await
        .unwrap_err();
    assert!(
        atlas.request_count() <= 22,
        "asked {} times in 20 ms",
        atlas.request_count()
    );
}

#[tokio::test(start_paused = true)]
async fn the_longest_interval_and_limit_are_no_trouble() {
    let (atlas, client) = atlas_with_pending_job().await;
    atlas.add_header("RateLimit-Remaining", "0");
    let forever = wait(&client, Duration::MAX, Duration::MAX);
    assert!(tokio::time::timeout(1000 * MINUTE, forever).await.is_err());
    assert_eq!(atlas.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_lasts_until_after_the_retry_after_of_an_error() {
    for status in [429, 503] {
        let (atlas, client) = atlas_and_client().await;
        atlas.put(RESTORE, &finished());
        atlas.fault(Fault::status(status).header("Retry-After", "600").times(3));
        wait(&client, MINUTE, 600 * MINUTE).await.unwrap();
        let pauses = pauses(&atlas);
        assert_eq!(pauses.len(), 3);
        assert!(
            pauses
                .iter()
                .all(|pause| (10 * MINUTE..=11 * MINUTE).contains(pause)),
            "{pauses:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_lasts_until_after_the_retry_after_of_an_answer() {
    let (atlas, client) = atlas_with_pending_job().await;
    atlas.add_header("Retry-After", "600");
    wait(&client, MINUTE, 100 * MINUTE).await.unwrap_err();
    let pauses = pauses(&atlas);
    let (_, whole) = pauses.split_last().unwrap();
    assert!(
        whole
            .iter()
            .all(|pause| (10 * MINUTE..=11 * MINUTE).contains(pause)),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_poll_does_not_wait_for_a_retry_after_beyond_the_limit() {
    let (atlas, client) = atlas_and_client().await;
    atlas.put(RESTORE, &finished());
    atlas.fault(Fault::status(503).header("Retry-After", "86400"));
    wait(&client, MINUTE, 10 * MINUTE).await.unwrap();
    assert_eq!(arrivals(&atlas), [Duration::ZERO, 10 * MINUTE]);
}

#[tokio::test(start_paused = true)]
async fn a_short_retry_after_does_not_shorten_the_interval() {
    let (atlas, client) = atlas_with_pending_job().await;
    atlas.add_header("Retry-After", "0");
    wait(&client, MINUTE, 60 * MINUTE).await.unwrap_err();
    assert!(
        atlas.request_count() <= 61,
        "asked {} times in an hour",
        atlas.request_count()
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_alone_keeps_its_interval_while_little_of_the_rate_limit_is_left() {
    let (atlas, client) = atlas_with_pending_job().await;
    atlas.add_header("RateLimit-Remaining", "0");
    wait(&client, MINUTE, 60 * MINUTE).await.unwrap_err();
    let pauses = pauses(&atlas);
    let whole = &pauses[1..pauses.len() - 1];
    assert!(
        whole.iter().all(|pause| pause.as_secs() == 60),
        "{pauses:?}"
    );
}
