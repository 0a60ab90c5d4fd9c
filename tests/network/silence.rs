//! A path that goes silent: the connection stays open, and nothing comes any more.

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error, RetryPolicy};
use serde_json::json;
use tokio::time::Instant;

use crate::h2_server::{Behaviour, H2Server};
use crate::proxy::{Answer, Proxy};
use crate::relay::Relay;
use crate::support::{GROUP, Way, ask, ask_at_once, error_of, job_id, prepare, tls};
use crate::{address, assert_none_failed, builder, default_client, http2, https, seconds};

/// Pings after 10 s, 5 s for their answer, and what else a call needs.
const WITH_DEFAULTS: u64 = 25;

async fn atlas() -> Simulator {
    prepare(Simulator::start().await.unwrap(), Way::Token)
}

async fn tls_atlas() -> Simulator {
    prepare(Simulator::start_tls().await.unwrap(), Way::Token)
}

/// Calls once, forgets the connection, and calls again: over a second connection, and soon.
#[track_caller]
fn assert_found_out(client: Client, relay: Relay, within: u64) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        ask(&client).await.unwrap();
        relay.forget();
        let begun = Instant::now();
        let result = ask(&client).await;
        let took = begun.elapsed();
        assert!(took <= seconds(within), "{caller}: {took:?}: {result:?}");
        assert!(result.is_ok(), "{caller}: after {took:?}: {result:?}");
        assert_eq!(relay.connections(), 2, "{caller}");
    }
}

#[tokio::test(start_paused = true)]
async fn over_plain_http_2_a_call_survives_it() {
    let atlas = atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("http://{}", relay.address()), http2());
    assert_found_out(client.build().unwrap(), relay, WITH_DEFAULTS).await;
}

#[tokio::test(start_paused = true)]
async fn over_tls_a_call_survives_it() {
    let atlas = tls_atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    assert_found_out(client.build().unwrap(), relay, WITH_DEFAULTS).await;
}

#[tokio::test(start_paused = true)]
async fn through_a_proxy_a_call_survives_it() {
    let atlas = tls_atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let proxy = Proxy::start(Answer::Tunnel(relay.address())).await;
    let http = atlas_backup::http_client_builder().unwrap();
    let http = http
        .tls_backend_preconfigured(tls(&atlas))
        .proxy(reqwest::Proxy::all(proxy.setting()).unwrap());
    let client = builder("https://127.0.0.1:1", http);
    assert_found_out(client.build().unwrap(), relay, WITH_DEFAULTS).await;
    assert_eq!(proxy.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn short_time_limits_do_not_hinder_that() {
    let atlas = tls_atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    let client = client.timeout(seconds(2)).build().unwrap();
    assert_found_out(client, relay, WITH_DEFAULTS).await;
}

#[tokio::test(start_paused = true)]
async fn many_calls_at_once_survive_it_over_few_connections() {
    let atlas = tls_atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    let client = client.build().unwrap();
    ask(&client).await.unwrap();
    relay.forget();
    let begun = Instant::now();
    assert_none_failed(ask_at_once(&client, 64).await);
    assert!(
        begun.elapsed() <= seconds(WITH_DEFAULTS),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        relay.connections() <= 3,
        "{} connections",
        relay.connections()
    );
}

#[tokio::test(start_paused = true)]
async fn over_http_1_a_call_survives_it_after_the_time_of_one_exchange() {
    let atlas = atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let base_url = format!("http://{}", relay.address());
    let client = Client::builder(Way::Token.credentials()).base_url(base_url);
    let client = client.timeout(seconds(2)).build().unwrap();
    assert_found_out(client, relay, 2 + 5).await;
}

#[tokio::test(start_paused = true)]
async fn over_http_1_in_tls_a_call_survives_it_after_the_time_of_one_exchange() {
    let atlas = prepare(Simulator::start_tls_http1().await.unwrap(), Way::Token);
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    let client = client.timeout(seconds(2)).build().unwrap();
    assert_found_out(client, relay, 2 + 5).await;
}

/// All connections of the pool are dead, and none may be tried after the other.
#[tokio::test(start_paused = true)]
async fn over_many_connections_of_http_1_it_costs_one_exchange_as_well() {
    let atlas = atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let base_url = format!("http://{}", relay.address());
    let client = default_client(&atlas).base_url(base_url);
    let client = client.timeout(seconds(2)).build().unwrap();
    ask(&client).await.unwrap();
    atlas.fault(Fault::delay(seconds(1)).times(10));
    assert_none_failed(ask_at_once(&client, 10).await);
    let before = relay.connections();
    assert!(before >= 10, "{before}");
    relay.forget();
    let begun = Instant::now();
    ask(&client).await.unwrap();
    assert!(begun.elapsed() <= seconds(2 + 5), "{:?}", begun.elapsed());
    assert_eq!(relay.connections(), before + 1);
}

/// Before a ping would have detected it.
#[tokio::test(start_paused = true)]
async fn a_client_of_this_crates_making_needs_no_more_than_a_short_time_limit() {
    let atlas = tls_atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let client = default_client(&atlas).base_url(format!("https://{}", relay.address()));
    let client = client.timeout(seconds(2)).build().unwrap();
    assert_found_out(client, relay, 2 + 1).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_long_is_not_taken_for_silence() {
    let atlas = tls_atlas().await;
    atlas.fault(Fault::delay(seconds(28)));
    let client = builder(atlas.base_url(), https(tls(&atlas)));
    ask(&client.build().unwrap()).await.unwrap();
    assert_eq!((atlas.request_count(), atlas.connections()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_nobody_waits_for_is_left_alone() {
    let never = Behaviour::RefuseEvery { nth: u64::MAX };
    let server = H2Server::start(never).await;
    let client = builder(&server.base_url(), http2()).build().unwrap();
    ask(&client).await.unwrap();
    let before = server.pings();
    tokio::time::sleep(seconds(80)).await;
    assert_eq!(server.pings(), before);
}

#[tokio::test(start_paused = true)]
async fn a_ping_that_nobody_answers_has_a_message_of_its_own() {
    let atlas = tls_atlas().await;
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    ask(&client).await.unwrap();
    relay.forget();
    let begun = Instant::now();
    let error: Error = error_of(&client).await;
    assert!(begun.elapsed() <= seconds(16), "{:?}", begun.elapsed());
    assert!(error.is_retryable() && error.is_timeout(), "{error:?}");
    assert!(!error.to_string().contains("30s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_notices_one_poll_that_fails() {
    let atlas = tls_atlas().await;
    let path = format!(
        "groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{}",
        job_id(0)
    );
    let finished = json!({"finishedAt": "2025-05-04T10:12:44Z"});
    atlas.script(&path, [(seconds(0), json!({})), (seconds(300), finished)]);
    let relay = Relay::start(address(&atlas)).await;
    let client = builder(&format!("https://{}", relay.address()), https(tls(&atlas)));
    let client = client.build().unwrap();
    let call = client.get_backup_restore_job().group_id(GROUP);
    let call = call.cluster_name("Cluster0").restore_job_id(job_id(0));
    let every = seconds(15);
    let mut ends = Vec::new();
    let mut failed = 0;
    let wait = call.until_done().every(every).on_poll(|poll| {
        failed += usize::from(poll.result().is_err());
        ends.push(poll.elapsed());
        if poll.number() == 3 {
            relay.forget();
        }
    });
    wait.await.unwrap();
    for (number, pair) in ends.windows(2).enumerate() {
        let gap = pair[1] - pair[0];
        let is_slow = number == 2;
        let most = if is_slow {
            every + seconds(WITH_DEFAULTS)
        } else {
            every + seconds(1)
        };
        assert!(gap <= most, "{gap:?} before poll {}", number + 2);
    }
    assert_eq!((failed, relay.connections()), (1, 2));
}
