//! Servers that forget a nonce before its answer arrives, and say so with `stale=true`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_backup::simulator::{Fault, ReceivedRequest, Simulator};
use atlas_backup::{Client, RetryPolicy};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, advance, timeout};

use crate::support::*;

/// Of a nonce that the simulator does not know either.
const STALE: &str = r#"Digest realm="MMS Public API", nonce="n", qop="auth", stale=true"#;

/// Refuses this many requests as stale, and the answer to the last challenge as well.
fn stale(times: u32) -> Fault {
    Fault::status(401)
        .header("www-authenticate", STALE)
        .times(times)
}

async fn forgetful_atlas(memory: usize, jobs: usize) -> Simulator {
    let atlas = atlas_for(Way::Key).await;
    atlas.set_nonce_memory(memory);
    put_jobs(&atlas, jobs);
    atlas
}

/// Checks how many requests a call took on average, where each call is for a job of its own.
/// Returns the most that one call took.
#[track_caller]
fn assert_average(atlas: &Simulator, limit: f64) -> usize {
    let mut calls = HashMap::<String, usize>::new();
    for request in atlas.take_requests() {
        *calls.entry(request.path().to_owned()).or_default() += 1;
    }
    let all: usize = calls.values().sum();
    let average = all as f64 / calls.len() as f64;
    let most = calls.values().copied().max().unwrap_or_default();
    eprintln!("{average:.2} requests a call, at most {most}");
    assert!(average <= limit, "{average}");
    most
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_of_8_nonces_serves_64_calls_in_flight_without_a_failure_or_a_storm() {
    let atlas = forgetful_atlas(8, 1000).await;
    let client = client_for(&atlas, Way::Key);
    ask_for_all(&client, 1000, 64).await;
    let most = assert_average(&atlas, 2.0);
    assert!(most <= 16, "{most}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_of_8_nonces_serves_64_calls_that_are_slow_on_their_way() {
    let atlas = forgetful_atlas(8, 500).await;
    atlas.fault(Fault::delay(Duration::from_millis(5)).always());
    let client = client_for(&atlas, Way::Key);
    ask_for_all(&client, 500, 64).await;
    assert_average(&atlas, 3.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_of_100_nonces_serves_300_calls_in_flight() {
    let atlas = forgetful_atlas(100, 900).await;
    let client = client_for(&atlas, Way::Key);
    ask_for_all(&client, 900, 300).await;
    assert_average(&atlas, 4.0);
}

#[tokio::test(start_paused = true)]
async fn a_memory_of_12_nonces_serves_200_calls_at_once_whose_answers_take_3_seconds() {
    let atlas = forgetful_atlas(12, 200).await;
    atlas.fault(Fault::delay(Duration::from_secs(3)).always());
    let client = Client::builder(Way::Key.credentials())
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    ask_for_all(&client, 200, 200).await;
    assert_average(&atlas, 4.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_of_2_nonces_serves_64_calls_in_flight_in_few_requests() {
    let atlas = forgetful_atlas(2, 500).await;
    let client = client_for(&atlas, Way::Key);
    ask_for_all(&client, 500, 64).await;
    assert_average(&atlas, 3.0);
}

#[tokio::test]
async fn stale_several_times_in_a_row_is_answered_each_time() {
    let atlas = atlas_for(Way::Key).await;
    let client = builder_for(&atlas, Way::Key)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    atlas.fault(stale(3));
    ask(&client).await.unwrap();
    assert_eq!(atlas.request_count(), 5);
}

#[tokio::test]
async fn stale_four_times_in_a_row_may_pass() {
    let atlas = atlas_for(Way::Key).await;
    let client = builder_for(&atlas, Way::Key)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    atlas.fault(stale(1000));
    let error = error_of(&client).await;
    assert_eq!(
        error.to_string(),
        "401 Unauthorized: the server forgot the nonce of each of 4 answers before it arrived \
         (stale=true) (get_backup_restore_job)"
    );
    assert!(error.is_retryable() && !error.is_unauthorized());
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert!(atlas.request_count() <= 8, "{}", atlas.request_count());
}

#[tokio::test]
async fn stale_without_end_costs_at_most_eight_requests_an_attempt() {
    let atlas = atlas_for(Way::Key).await;
    let client = builder_for(&atlas, Way::Key)
        .retry(quick().attempts(3))
        .build()
        .unwrap();
    atlas.fault(stale(1000));
    assert!(error_of(&client).await.is_retryable());
    assert!(atlas.request_count() <= 3 * 8, "{}", atlas.request_count());
}

#[tokio::test]
async fn a_key_that_is_refused_after_stale_ends_the_call() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    atlas.fault(stale(2));
    atlas.fault(Fault::status(401).header(
        "www-authenticate",
        r#"Digest realm="r", nonce="n", qop="auth", stale=false"#,
    ));
    let error = error_of(&client).await;
    assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_one_of_few_nonces_ends_at_its_deadline() {
    let atlas = atlas_for(Way::Key).await;
    let client = builder_for(&atlas, Way::Key)
        .retry(RetryPolicy::never().total_time(Duration::from_secs(5)))
        .build()
        .unwrap();
    atlas.fault(stale(2));
    ask(&client).await.unwrap();
    atlas.take_requests();
    atlas.fault(Fault::hang().always());
    for _ in 0..4 {
        let client = client.clone();
        tokio::spawn(async move { ask(&client).await });
    }
    tokio::task::yield_now().await;
    let begun = Instant::now();
    let error = error_of(&client).await;
    assert_eq!(begun.elapsed().as_secs(), 5);
    assert_eq!(
        error.to_string(),
        "nothing was sent within 5s: the server forgets the nonces of HTTP Digest so soon that \
         only 4 calls may be in flight (get_backup_restore_job)"
    );
    assert!(error.is_timeout());
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_as_many_calls_are_in_flight_as_before() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    atlas.fault(stale(2));
    ask(&client).await.unwrap();
    advance(Duration::from_secs(61)).await;
    let before = atlas.request_count();
    atlas.fault(Fault::hang().always());
    for _ in 0..20 {
        let client = client.clone();
        tokio::spawn(async move { ask(&client).await });
    }
    atlas.received(before + 20).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_stale_without_end_gets_at_most_sixty_requests_of_a_call() {
    let atlas = atlas_for(Way::Key).await;
    let client = Client::builder(Way::Key.credentials())
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    atlas.fault(stale(100_000));
    let begun = Instant::now();
    assert!(error_of(&client).await.is_retryable());
    assert!(begun.elapsed() > Duration::from_secs(100));
    assert!(atlas.request_count() <= 60, "{}", atlas.request_count());
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_kept_and_not_polled_give_up_their_nonces_with_time() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    atlas.fault(stale(2));
    ask(&client).await.unwrap();
    atlas.fault(Fault::delay(Duration::from_secs(1)).times(4));
    let mut kept = Vec::new();
    for _ in 0..4 {
        let mut call = Box::pin(ask(&client));
        let begun = timeout(Duration::from_millis(500), &mut call).await;
        begun.expect_err("the call is in flight");
        kept.push(call);
    }
    let begun = Instant::now();
    ask(&client).await.unwrap();
    let waited = begun.elapsed();
    // The time limit of an exchange, and a little more.
    assert!(waited <= Duration::from_secs(37), "{waited:?}");
    for call in kept {
        call.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_never_gets_more_requests_at_a_time_than_nonces_are_allowed() {
    let atlas = atlas_for(Way::Key).await;
    let client = client_for(&atlas, Way::Key);
    atlas.fault(stale(2));
    ask(&client).await.unwrap();
    atlas.expire_nonces();
    atlas.take_requests();
    let latency = Duration::from_secs(20);
    atlas.fault(Fault::delay(latency).always());
    for result in ask_at_once(&client, 8).await {
        result.unwrap();
    }
    let requests = atlas.requests();
    for request in &requests {
        let in_flight = |other: &&ReceivedRequest| {
            let later = request.at().checked_sub(other.at());
            later.is_some_and(|later| later < latency)
        };
        assert!(requests.iter().filter(in_flight).count() <= 4);
    }
}

/// Two servers that do not know the nonces of each other and say nothing of stale, behind a load
/// balancer that leads requests to one and the other in turn. Each call has a path of its own.
async fn forgetful_pair() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = requests.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let counter = counter.clone();
            tokio::spawn(serve_in_turn(stream, counter));
        }
    });
    (base_url, requests)
}

async fn serve_in_turn(stream: TcpStream, requests: Arc<AtomicUsize>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await.unwrap_or_default() == 0 {
                return;
            }
        }
        let number = requests.fetch_add(1, Ordering::Relaxed);
        let server = number % 2;
        let answer = match head.contains(&format!("nonce=\"server-{server}-")) {
            true => {
                let body = format!(r#"{{"id": "{}"}}"#, job_id(0));
                let length = body.len();
                format!("HTTP/1.1 200 X\r\ncontent-length: {length}\r\n\r\n{body}")
            }
            false => format!(
                "HTTP/1.1 401 X\r\ncontent-length: 0\r\nwww-authenticate: Digest realm=\"r\", \
                 nonce=\"server-{server}-{number}\", qop=\"auth\"\r\n\r\n"
            ),
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_nonce_that_is_refused_while_the_key_works_elsewhere_fails_no_call() {
    let (base_url, requests) = forgetful_pair().await;
    let client = Client::builder(Way::Key.credentials())
        .base_url(base_url)
        .retry(quick().attempts(20))
        .build()
        .unwrap();
    // A key that has never worked may be wrong.
    ask_at_once(&client, 64).await;
    requests.store(0, Ordering::Relaxed);
    for result in ask_many(&client, 1000, 64, |_| 0).await {
        result.unwrap();
    }
    let requests = requests.load(Ordering::Relaxed);
    eprintln!("{requests} requests for 1000 calls");
    assert!(requests <= 4 * 1000, "{requests}");
}

/// Leads connections to one server and the other in turn, as a load balancer does.
async fn balancer(servers: [&Simulator; 2]) -> String {
    let addresses = servers.map(|server| server.base_url().replace("http://", ""));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for address in addresses.iter().cycle() {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(address).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    base_url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_do_not_know_the_nonces_of_each_other_serve_all_calls() {
    let (one, other) = (
        forgetful_atlas(1000, 500).await,
        forgetful_atlas(1000, 500).await,
    );
    let client = Client::builder(Way::Key.credentials())
        .base_url(balancer([&one, &other]).await)
        .build()
        .unwrap();
    ask_for_all(&client, 500, 32).await;
    let requests = one.request_count() + other.request_count();
    eprintln!("{} requests for 500 calls", requests);
    assert!(requests <= 500 * 8, "{requests}");
}
