//! Proxies that want a password (407), refuse (403), or do not reach the server each time (503).

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, ClientBuilder, RetryPolicy, http_client_builder};
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::certificates::Certificates;
use super::server::{Server, free_port, home, installed};
use crate::support::{GROUP, Way, ask_many, error_of, job_id, prepare, put_jobs, tls};

const TINYPROXY: &str = "/usr/bin/tinyproxy";
const SQUID: &str = "/usr/sbin/squid";
const TINYPROXY_LOG: (&str, &str) = ("log", "): CONNECT ");
const SQUID_LOG: (&str, &str) = ("access.log", " CONNECT ");

fn builder(proxy: &Server, tls: rustls::ClientConfig) -> ClientBuilder {
    let setting = reqwest::Proxy::all(format!("http://{}", proxy.address)).unwrap();
    let http = http_client_builder().unwrap().no_proxy().proxy(setting);
    let http = http.tls_backend_preconfigured(tls);
    Client::builder(Way::Token.credentials()).http_client(http.build().unwrap())
}

/// Calls through the proxy, whose log has such a line for each request. A 407 is final; other
/// refusals may pass, since reqwest does not keep the status.
async fn assert_refused(name: &str, proxy: Server, (log, line): (&str, &str), status: &str) {
    let policy = RetryPolicy::default().total_time(Duration::from_secs(5));
    let builder = builder(&proxy, Certificates::new().client()).retry(policy);
    let error = error_of(&builder.build().unwrap()).await;
    let lines = proxy.stop(log);
    let asked = lines.iter().filter(|other| other.contains(line)).count();
    println!("{name}: asked {asked} times: {error}");
    let is_final = status == "407";
    assert_eq!(asked == 1, is_final, "{error}");
    assert_eq!(error.is_retryable(), !is_final, "{error}");
    let reason = if is_final {
        status
    } else {
        "refused the tunnel"
    };
    let text = error.to_string();
    assert!(text.contains("proxy") && text.contains(reason), "{text}");
}

async fn tinyproxy(name: &str, lines: &str) -> Option<Server> {
    if !installed(TINYPROXY, "tinyproxy") {
        return None;
    }
    let home = home(&format!("tinyproxy-{name}"));
    let port = free_port();
    let log = home.join("log");
    let text = format!(
        "Port {port}\nListen 127.0.0.1\nLogFile \"{}\"\nLogLevel Connect\nMaxClients 10\n{lines}\n",
        log.display()
    );
    std::fs::write(home.join("tinyproxy.conf"), text).unwrap();
    let mut command = Command::new(TINYPROXY);
    command.arg("-d").arg("-c").arg(home.join("tinyproxy.conf"));
    Some(Server::start(&mut command, home, port).await)
}

async fn squid(name: &str, lines: &str) -> Option<Server> {
    if !installed(SQUID, "squid") {
        return None;
    }
    let home = home(&format!("squid-{name}"));
    // It gives up its rights, and writes there all the same.
    let _ = Command::new("chmod").arg("777").arg(&home).status();
    let port = free_port();
    let folder = home.display();
    let text = format!(
        "http_port 127.0.0.1:{port}\npid_filename none\ncache_log {folder}/cache.log\n\
         access_log stdio:{folder}/access.log\nshutdown_lifetime 0 seconds\ncache deny all\n{lines}\n"
    );
    std::fs::write(home.join("squid.conf"), text).unwrap();
    std::fs::write(home.join("users"), "").unwrap();
    let mut command = Command::new(SQUID);
    command.args(["-N", "-f"]).arg(home.join("squid.conf"));
    Some(Server::start(&mut command, home, port).await)
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn tinyproxy_wants_a_password() {
    if let Some(proxy) = tinyproxy("407", "BasicAuth user password").await {
        assert_refused("tinyproxy, 407", proxy, TINYPROXY_LOG, "407").await;
    }
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn tinyproxy_leads_to_no_such_port() {
    if let Some(proxy) = tinyproxy("403", "ConnectPort 1").await {
        assert_refused("tinyproxy, 403", proxy, TINYPROXY_LOG, "403").await;
    }
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn squid_wants_a_password() {
    let lines = "auth_param basic program /usr/lib/squid/basic_ncsa_auth /dev/null\n\
                 acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all";
    if let Some(proxy) = squid("407", lines).await {
        assert_refused("squid, 407", proxy, SQUID_LOG, "407").await;
    }
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn squid_refuses() {
    if let Some(proxy) = squid("403", "http_access deny all").await {
        assert_refused("squid, 403", proxy, SQUID_LOG, "403").await;
    }
}

/// Relays to the server for a second, closes, and is away for a second, again and again.
async fn flap(address: SocketAddr, server: SocketAddr) {
    loop {
        let listener = TcpListener::bind(address).await.unwrap();
        let mut relayed = JoinSet::new();
        let serving = async {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                relayed.spawn(async move {
                    let mut server = TcpStream::connect(server).await.unwrap();
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                });
            }
        };
        let _: Result<(), _> = tokio::time::timeout(Duration::from_secs(1), serving).await;
        drop((listener, relayed));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "real servers: .ci/extra servers"]
async fn squid_before_a_server_that_comes_and_goes_ends_nothing() {
    let Some(proxy) = squid("flapping", "http_access allow all").await else {
        return;
    };
    let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Token);
    put_jobs(&atlas, 64);
    let origin = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let server = atlas
        .base_url()
        .trim_start_matches("https://")
        .parse()
        .unwrap();
    let flapping = tokio::spawn(flap(origin, server));
    let client = builder(&proxy, tls(&atlas)).base_url(format!("https://{origin}"));
    let client = client.build().unwrap();
    let mut waits = JoinSet::new();
    for number in 32..64 {
        let job = job_id(number);
        let path = format!("groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{job}");
        let finished = json!({"finishedAt": "2025-05-04T10:12:44Z"});
        atlas.script(
            &path,
            [
                (Duration::ZERO, json!({})),
                (Duration::from_secs(20), finished),
            ],
        );
        let call = client.get_backup_restore_job().group_id(GROUP);
        let call = call.cluster_name("Cluster0").restore_job_id(job);
        waits.spawn(
            call.until_done()
                .every(Duration::from_secs(1))
                .into_future(),
        );
    }
    let calls = ask_many(&client, 320, 32, |number| number % 32).await;
    let failed = calls.iter().filter(|result| result.is_err()).count();
    let ended = waits
        .join_all()
        .await
        .iter()
        .filter(|result| result.is_err())
        .count();
    flapping.abort();
    let refused = proxy.stop("access.log");
    let refused = refused.iter().filter(|line| line.contains("/503 ")).count();
    println!(
        "squid, origin flaps: {failed} of 320 calls failed, {ended} of 32 waits ended, {refused} times 503"
    );
    assert_eq!((failed, ended), (0, 0));
}
