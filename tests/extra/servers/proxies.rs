//! Proxies that want a password (407) or refuse (403).

use std::process::Command;

use atlas_backup::{Client, http_client_builder};

use super::certificates::Certificates;
use super::server::{Server, free_port, home, installed};
use crate::support::{Way, error_of};

const TINYPROXY: &str = "/usr/bin/tinyproxy";
const SQUID: &str = "/usr/sbin/squid";
const TINYPROXY_LOG: (&str, &str) = ("log", "): CONNECT ");
const SQUID_LOG: (&str, &str) = ("access.log", " CONNECT ");

/// Calls through the proxy, which is asked once; and once more to learn with which status it
/// refuses, unless that is a 407, since reqwest does not keep the status. Its log has such a line
/// for each request.
async fn assert_final(name: &str, proxy: Server, (log, line): (&str, &str), status: &str) {
    let setting = reqwest::Proxy::all(format!("http://{}", proxy.address)).unwrap();
    let http = http_client_builder().unwrap().proxy(setting);
    let http = http.tls_backend_preconfigured(Certificates::new().client());
    let client = Client::builder(Way::Token.credentials());
    let client = client.http_client(http.build().unwrap()).build().unwrap();
    let error = error_of(&client).await;
    let lines = proxy.stop(log);
    let asked = lines.iter().filter(|other| other.contains(line)).count();
    println!("{name}: asked {asked} times: {error}");
    let expected = if status == "407" { 1 } else { 2 };
    assert_eq!(asked, expected, "{error}");
    assert!(!error.is_retryable(), "{error}");
    let text = error.to_string();
    assert!(text.contains("proxy") && text.contains(status), "{text}");
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
        assert_final("tinyproxy, 407", proxy, TINYPROXY_LOG, "407").await;
    }
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn tinyproxy_leads_to_no_such_port() {
    if let Some(proxy) = tinyproxy("403", "ConnectPort 1").await {
        assert_final("tinyproxy, 403", proxy, TINYPROXY_LOG, "403").await;
    }
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn squid_wants_a_password() {
    let lines = "auth_param basic program /usr/lib/squid/basic_ncsa_auth /dev/null\n\
                 acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all";
    if let Some(proxy) = squid("407", lines).await {
        assert_final("squid, 407", proxy, SQUID_LOG, "407").await;
    }
}

#[tokio::test]
#[ignore = "real servers: .ci/extra servers"]
async fn squid_refuses() {
    if let Some(proxy) = squid("403", "http_access deny all").await {
        assert_final("squid, 403", proxy, SQUID_LOG, "403").await;
    }
}
