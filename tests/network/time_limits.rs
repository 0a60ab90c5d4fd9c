//! What was waited for, and how long, when time was up.

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Error, RetryPolicy};
use tokio::time::Instant;

use crate::certificates::Certificates;
use crate::seconds;
use crate::support::{Way, ask_at_once, builder_for, error_of, prepare};
use crate::tls_server::{Handshake, TlsServer};
use crate::{builder, https};

/// Says one of these; a clock counts in milliseconds.
#[track_caller]
fn assert_mentions(text: &str, alternatives: &[&str]) {
    let is_said = alternatives.iter().any(|part| text.contains(part));
    assert!(is_said, "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_nobody_answers_is_reported_with_its_time_limit() {
    let server = TlsServer::start(Handshake::Silence).await;
    let client = builder(&server.base_url(), https(Certificates::new().client()));
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let begun = Instant::now();
    let error = error_of(&client).await;
    assert_eq!(begun.elapsed().as_secs(), 10);
    let text = error.to_string();
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    assert!(text.contains("connect"), "{text}");
    assert_mentions(&text, &["10s", "10.0"]);
    assert!(!text.contains("30s"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_time_is_up_before_it_could_be_sent_says_how_long_it_waited() {
    let atlas = prepare(Simulator::start().await.unwrap(), Way::Token);
    atlas.fault(Fault::hang().always());
    let policy = RetryPolicy::default().total_time(seconds(1) / 2);
    let client = builder_for(&atlas, Way::Token)
        .retry(policy)
        .build()
        .unwrap();
    let begun = Instant::now();
    let results = ask_at_once(&client, 3).await;
    assert!(begun.elapsed() <= seconds(6) / 10, "{:?}", begun.elapsed());
    for result in results {
        let error: Error = result.unwrap_err();
        let text = error.to_string();
        assert!(!text.contains(" 0ns"), "{text}");
        assert_mentions(&text, &["500ms", "501ms", "0.5s"]);
    }
}
