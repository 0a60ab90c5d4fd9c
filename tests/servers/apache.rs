//! Apache httpd has room for few nonces of HTTP Digest in its shared memory, and calls the others stale.

use std::path::Path;
use std::process::Command;

use atlas_backup::{Client, RetryPolicy};
use md5::{Digest, Md5};

use crate::figures::Figures;
use crate::job;
use crate::server::{Server, free_port, home, installed};
use crate::support::{GROUP, PRIVATE_KEY, PUBLIC_KEY, Way, job_id};

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";
const REALM: &str = "MMS Public API";

async fn start(name: &str, lines: &str) -> Option<Server> {
    if !installed(PROGRAM, "apache2") {
        return None;
    }
    let home = home(&format!("apache-{name}"));
    let port = free_port();
    let jobs = home.join(format!(
        "www/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs"
    ));
    std::fs::create_dir_all(&jobs).unwrap();
    std::fs::write(jobs.join(job_id(0)), job()).unwrap();
    let mut hash = String::new();
    for byte in Md5::digest(format!("{PUBLIC_KEY}:{REALM}:{PRIVATE_KEY}")) {
        hash.push_str(&format!("{byte:02x}"));
    }
    std::fs::write(home.join("users"), format!("{PUBLIC_KEY}:{REALM}:{hash}\n")).unwrap();
    std::fs::write(home.join("httpd.conf"), configuration(&home, port, lines)).unwrap();
    let mut command = Command::new(PROGRAM);
    command
        .arg("-f")
        .arg(home.join("httpd.conf"))
        .arg("-DFOREGROUND");
    Some(Server::start(&mut command, home, port).await)
}

fn configuration(home: &Path, port: u16, lines: &str) -> String {
    let home = home.display();
    let mut text = format!(
        "ServerRoot {home}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {home}/pid\n"
    );
    for module in [
        "mpm_event",
        "authn_core",
        "authn_file",
        "authz_core",
        "authz_user",
        "auth_digest",
    ] {
        text.push_str(&format!(
            "LoadModule {module}_module {MODULES}/mod_{module}.so\n"
        ));
    }
    text + &format!(
        "User www-data
         Group www-data
         DefaultRuntimeDir {home}
         ErrorLog {home}/error.log
         LogFormat %>s status
         CustomLog {home}/access.log status
         DocumentRoot {home}/www
         <Location />
           ForceType application/json
           AuthType Digest
           AuthName \"{REALM}\"
           AuthUserFile {home}/users
           Require valid-user
           {lines}
         </Location>\n"
    )
}

async fn calls(in_flight: usize) {
    let lines = "AuthDigestNcCheck On";
    let Some(apache) = start(&format!("{in_flight}"), lines).await else {
        return;
    };
    let client =
        Client::builder(Way::Key.credentials()).base_url(format!("http://{}", apache.address));
    let client = client.retry(RetryPolicy::default()).build().unwrap();
    let figures = Figures::of_calls(&client, 1000, in_flight).await;
    let requests = apache.stop("access.log").len();
    figures.print(&format!("Apache, {lines}, {in_flight} in flight"), requests);
    figures.assert_none_failed();
    assert!(requests <= 8 * 1000, "more than 8 requests a call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn apache_forgets_nonces_of_64_calls_in_flight() {
    calls(64).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn apache_forgets_nonces_of_8_calls_in_flight() {
    calls(8).await;
}
