//! Calls that are begun and not polled any more, and connections that hang: what they cost the other
//! calls of their client.

use std::pin::Pin;
use std::thread;
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Error, RetryPolicy};
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::proxy::{Answer, Proxy};
use crate::relay::Relay;
use crate::sockets::{Port, connect};
use crate::support::{Way, ask, ask_at_once, prepare, tls};
use crate::{address, assert_none_failed, builder, default_client, https, seconds};

type Kept<'a> = Pin<Box<dyn Future<Output = Result<String, Error>> + Send + 'a>>;

/// A second for one that is kept, two for any number, and what the calls need themselves.
const FOR_ONE: Duration = Duration::from_millis(1200);
const FOR_MANY: Duration = Duration::from_millis(2200);

#[derive(Clone, Copy, Debug)]
enum Over {
    Http1,
    Http1Tls,
    Http2,
    Proxy,
}

const OVER: [Over; 4] = [Over::Http1, Over::Http1Tls, Over::Http2, Over::Proxy];

/// A server and a client of it that has no connection.
struct Fresh {
    atlas: Simulator,
    client: Client,
    /// Serves as long as it is not dropped.
    _proxy: Option<Proxy>,
}

impl Fresh {
    async fn new(over: Over) -> Fresh {
        let atlas = match over {
            Over::Http1 => Simulator::start().await,
            Over::Http1Tls => Simulator::start_tls_http1().await,
            Over::Http2 | Over::Proxy => Simulator::start_tls().await,
        };
        let atlas = prepare(atlas.unwrap(), Way::Token);
        let (builder, proxy) = match over {
            Over::Proxy => {
                let proxy = Proxy::start(Answer::Tunnel(address(&atlas))).await;
                let setting = reqwest::Proxy::all(format!("http://{}", proxy.address()));
                let http = https(tls(&atlas)).no_proxy().proxy(setting.unwrap());
                (builder(atlas.base_url(), http), Some(proxy))
            }
            _ => (default_client(&atlas), None),
        };
        let client = builder.retry(RetryPolicy::never()).build().unwrap();
        Fresh {
            atlas,
            client,
            _proxy: proxy,
        }
    }
}

/// Polls a call this often, each time when everything else has done what it could, and keeps it.
async fn begun<'a>(client: &'a Client, polls: usize) -> Kept<'a> {
    let mut call: Kept<'a> = Box::pin(ask(client));
    for _ in 0..polls {
        if let Ok(result) = timeout(Duration::ZERO, &mut call).await {
            return Box::pin(async { result });
        }
        tokio::task::yield_now().await;
    }
    call
}

#[tokio::test(start_paused = true)]
async fn one_call_that_is_not_polled_any_more_costs_the_others_a_second() {
    for over in OVER {
        for polls in 1..=12 {
            let fresh = Fresh::new(over).await;
            let kept = begun(&fresh.client, polls).await;
            let before = Instant::now();
            assert_none_failed(ask_at_once(&fresh.client, 8).await);
            let took = before.elapsed();
            assert!(took <= FOR_ONE, "{over:?}, {polls} polls: {took:?}");
            drop(kept);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn any_number_of_them_costs_two() {
    for over in OVER {
        let fresh = Fresh::new(over).await;
        let mut kept = Vec::new();
        for polls in 0..40 {
            kept.push(begun(&fresh.client, polls % 6).await);
        }
        let before = Instant::now();
        assert_none_failed(ask_at_once(&fresh.client, 8).await);
        assert!(
            before.elapsed() <= FOR_MANY,
            "{over:?}: {:?}",
            before.elapsed()
        );
        // They go on when they are polled again.
        for call in kept {
            call.await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_select_that_calls_in_one_branch_while_it_keeps_another_goes_on() {
    for over in OVER {
        let fresh = Fresh::new(over).await;
        let client = &fresh.client;
        let before = Instant::now();
        let mut kept: Kept<'_> = Box::pin(ask(client));
        let mut ticks = tokio::time::interval(seconds(1));
        let mut others = 0;
        loop {
            tokio::select! {
                biased;
                result = &mut kept => {
                    result.unwrap();
                    break;
                }
                _ = ticks.tick(), if others < 3 => {
                    ask(client).await.unwrap();
                    others += 1;
                }
            };
        }
        assert!(
            before.elapsed() <= seconds(4),
            "{over:?}: {:?}",
            before.elapsed()
        );
    }
}

/// The task that has begun it waits for something else.
#[tokio::test(start_paused = true)]
async fn a_call_that_another_task_keeps_costs_a_second() {
    for over in OVER {
        let fresh = Fresh::new(over).await;
        let client = fresh.client.clone();
        let keeper = tokio::spawn(async move {
            let _kept = begun(&client, 2).await;
            std::future::pending::<()>().await;
        });
        tokio::time::sleep(Duration::from_millis(1)).await;
        let before = Instant::now();
        assert_none_failed(ask_at_once(&fresh.client, 8).await);
        assert!(
            before.elapsed() <= FOR_ONE,
            "{over:?}: {:?}",
            before.elapsed()
        );
        keeper.abort();
    }
}

#[tokio::test]
async fn a_runtime_that_is_stalled_while_it_connects_costs_two_seconds_at_most() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    // The handshake does not end before the runtime is stalled.
    let slow = Port::open({
        let server = address(&atlas);
        move |stream, _| async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            relay(stream, server).await;
        }
    });
    let slow = slow.await;
    let http = https(tls(&atlas));
    let client = builder(&format!("https://{}", slow.address), http);
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let stalled = thread::spawn({
        let client = client.clone();
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = runtime.unwrap();
            runtime.spawn(async move { ask(&client).await });
            runtime.block_on(async { tokio::time::sleep(Duration::from_millis(50)).await });
            // From here on nobody drives the runtime.
            receiver.recv().unwrap_err();
        }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = Instant::now();
    assert_none_failed(ask_at_once(&client, 8).await);
    assert!(before.elapsed() <= FOR_MANY, "{:?}", before.elapsed());
    drop(sender);
    stalled.join().unwrap();
}

async fn relay(mut client: TcpStream, server: std::net::SocketAddr) {
    let mut server = connect(server).await;
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// A server whose first connections are taken and never answered.
async fn hanging_at_first(count: u64, atlas: &Simulator) -> Port {
    let server = address(atlas);
    Port::open(move |stream, number| async move {
        if number <= count {
            return std::future::pending().await;
        }
        relay(stream, server).await;
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_hangs_costs_the_others_a_second_and_several_cost_two() {
    for (hanging, most) in [(1, FOR_ONE), (2, FOR_MANY), (10, FOR_MANY)] {
        let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
        let port = hanging_at_first(hanging, &atlas).await;
        let client = builder(&format!("https://{}", port.address), https(tls(&atlas)));
        // Whoever meets one tries once more, ten seconds later.
        let policy = RetryPolicy::default().attempts(2);
        let client = client.retry(policy).build().unwrap();
        let before = Instant::now();
        let calls = (0..20).map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                ask(&client).await.unwrap();
                before.elapsed()
            })
        });
        let mut times = Vec::new();
        for call in calls.collect::<Vec<_>>() {
            times.push(call.await.unwrap());
        }
        times.sort();
        let others = times[19 - hanging as usize];
        assert!(others <= most, "{hanging} hang: {times:?}");
    }
}

/// Less time than the connection has: the first meets it, the others do not.
#[tokio::test(start_paused = true)]
async fn calls_of_two_seconds_survive_a_handshake_that_hangs() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    let port = hanging_at_first(1, &atlas).await;
    let client = builder(&format!("https://{}", port.address), https(tls(&atlas)));
    let policy = RetryPolicy::default().total_time(seconds(2));
    let client = client.retry(policy).build().unwrap();
    let results = ask_at_once(&client, 20).await;
    let failed = results.iter().filter(|result| result.is_err()).count();
    assert!(failed <= 1, "{failed} failed");
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_call_that_waited_for_the_connection_of_another_names_the_host() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    let port = hanging_at_first(u64::MAX, &atlas).await;
    for total in [seconds(1) / 2, seconds(20)] {
        let client = builder(&format!("https://{}", port.address), https(tls(&atlas)));
        let policy = RetryPolicy::default().total_time(total);
        let client = client.retry(policy).build().unwrap();
        for result in ask_at_once(&client, 32).await {
            let error = result.unwrap_err();
            let beginning = format!("cannot connect to {} within ", port.address);
            assert!(error.to_string().starts_with(&beginning), "{error}");
            assert!(error.is_connect() && error.is_timeout(), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_call_that_waited_for_a_failed_connection_has_its_cause() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    // The first answers no handshake and is closed after half a second, the next never answer.
    let port = Port::open(|stream, number| async move {
        if number > 1 {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(seconds(1) / 2).await;
        drop(stream);
    });
    let port = port.await;
    let client = builder(&format!("https://{}", port.address), https(tls(&atlas)));
    let policy = RetryPolicy::never().total_time(seconds(1));
    let client = client.retry(policy).build().unwrap();
    for result in ask_at_once(&client, 8).await {
        let text = result.unwrap_err().to_string();
        let is_told = text.contains("handshake eof") || text.contains("reset");
        assert!(text.starts_with("cannot connect to ") && is_told, "{text}");
    }
}

/// A large response fills the window of its stream, and several would fill that of the connection.
#[tokio::test(start_paused = true)]
async fn bodies_that_nobody_reads_hold_up_nobody() {
    for over in OVER {
        let fresh = Fresh::new(over).await;
        ask(&fresh.client).await.unwrap();
        let body = format!("{{\"status\": \"{}\"}}", "x".repeat(2 << 20));
        fresh
            .atlas
            .fault(Fault::status(200).body("application/json", body).times(12));
        let mut kept = Vec::new();
        for polls in 1..=12 {
            kept.push(begun(&fresh.client, polls).await);
        }
        // The bodies arrive, as far as they may.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let before = Instant::now();
        assert_none_failed(ask_at_once(&fresh.client, 8).await);
        assert!(
            before.elapsed() <= FOR_ONE,
            "{over:?}: {:?}",
            before.elapsed()
        );
    }
}

/// The limit of an exchange is 30 seconds, and five more are allowed.
#[tokio::test(start_paused = true)]
async fn a_kept_call_that_has_the_only_permit_loses_it() {
    let fresh = Fresh::new(Over::Http1).await;
    let client = default_client(&fresh.atlas)
        .max_in_flight(1)
        .build()
        .unwrap();
    for polls in [1, 2, 6] {
        let kept = begun(&client, polls).await;
        let before = Instant::now();
        assert_none_failed(ask_at_once(&client, 8).await);
        assert!(
            before.elapsed() <= seconds(36),
            "{polls} polls: {:?}",
            before.elapsed()
        );
        kept.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_call_in_the_queue_for_a_permit_costs_a_second() {
    let fresh = Fresh::new(Over::Http1).await;
    let client = default_client(&fresh.atlas)
        .max_in_flight(1)
        .build()
        .unwrap();
    fresh.atlas.fault(Fault::delay(seconds(3)));
    let first = tokio::spawn({
        let client = client.clone();
        async move { ask(&client).await }
    });
    fresh.atlas.received(1).await;
    let kept = begun(&client, 1).await;
    let before = Instant::now();
    assert_none_failed(ask_at_once(&client, 8).await);
    assert!(
        before.elapsed() <= seconds(3) + FOR_MANY,
        "{:?}",
        before.elapsed()
    );
    first.await.unwrap().unwrap();
    kept.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_than_allowed_are_in_flight_however_slow_the_server_is() {
    let fresh = Fresh::new(Over::Http1).await;
    let client = default_client(&fresh.atlas).build().unwrap();
    ask(&client).await.unwrap();
    fresh.atlas.take_requests();
    fresh.atlas.fault(Fault::delay(seconds(20)).always());
    assert_none_failed(ask_at_once(&client, 300).await);
    let requests = fresh.atlas.requests();
    let first = requests[0].at();
    for round in 0..3 {
        let begins = first + seconds(20 * round as u64);
        for request in &requests[round * 100..][..100] {
            let late = request.at().saturating_sub(begins);
            assert!(
                request.at() >= begins && late < seconds(1),
                "{late:?} in round {round}"
            );
        }
    }
}

/// Through a relay that forgets them, over HTTP/1.1: all connections of the pool are dead.
#[tokio::test(start_paused = true)]
async fn the_first_call_that_hears_nothing_replaces_the_pool_whichever_limit_it_met() {
    let atlas = prepare(Simulator::start().await.unwrap(), Way::Token);
    let relay = Relay::start(address(&atlas)).await;
    let client = Client::builder(Way::Token.credentials());
    let client = client.base_url(format!("http://{}", relay.address()));
    let policy = RetryPolicy::never().total_time(seconds(5));
    let client = client.retry(policy).build().unwrap();
    atlas.fault(Fault::delay(seconds(1)).times(8));
    assert_none_failed(ask_at_once(&client, 8).await);
    relay.forget();
    let mut failed = 0;
    for _ in 0..52 {
        failed += usize::from(ask(&client).await.is_err());
    }
    assert_eq!(failed, 1);
}

#[tokio::test(start_paused = true)]
async fn connecting_takes_two_thirds_of_the_time_of_an_exchange_at_most() {
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    let port = hanging_at_first(u64::MAX, &atlas).await;
    let url = format!("https://{}", port.address);
    let pem = atlas.certificate_pem().unwrap();
    let client = || {
        let client = Client::builder(Way::Token.credentials()).base_url(&url);
        client.root_certificate(pem).retry(RetryPolicy::never())
    };
    let short = RetryPolicy::never().total_time(seconds(3));
    for client in [client().timeout(seconds(3)), client().retry(short)] {
        let client = client.build().unwrap();
        let begun = Instant::now();
        let error = ask(&client).await.unwrap_err();
        let took = begun.elapsed();
        assert!(took <= Duration::from_millis(2050), "{took:?}: {error}");
        assert!(error.to_string().contains("cannot connect"), "{error}");
    }
}
