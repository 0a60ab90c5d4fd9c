//! API keys against a server that nobody here wrote: Apache httpd with `mod_auth_digest`, on loopback, with a
//! configuration in a directory of its own. Skipped where httpd is not installed (Debian: `apache2`).

#![cfg(all(feature = "simulator", feature = "rustls"))]

mod support;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use atlas_backup::{Client, Credentials};
use md5::{Digest, Md5};
use support::daemon::wait_for_words;
use support::*;

/// Programs with the directory of their modules.
const INSTALLED: [(&str, &str); 3] = [
    ("/usr/sbin/apache2", "/usr/lib/apache2/modules"),
    ("/usr/sbin/httpd", "/usr/lib64/httpd/modules"),
    ("/usr/sbin/httpd", "/usr/lib/httpd/modules"),
];

struct Apache {
    program: &'static str,
    home: PathBuf,
    base_url: String,
    running: Child,
}

impl Apache {
    /// With these lines about authentication; `None` where there is no Apache.
    async fn start(name: &str, realm: &str, lines: &str) -> Option<Apache> {
        let there = |(program, modules): &&(&str, &str)| {
            Path::new(program).exists() && Path::new(modules).join("mod_auth_digest.so").exists()
        };
        let Some((program, modules)) = INSTALLED.iter().find(there) else {
            eprintln!("SKIPPED: no Apache httpd with mod_auth_digest here; install `apache2`");
            return None;
        };
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("apache-{name}"));
        let _ = std::fs::remove_dir_all(&home);
        let jobs = home.join(format!(
            "www/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs"
        ));
        std::fs::create_dir_all(&jobs).unwrap();
        let job = format!(r#"{{"id": "{}", "deliveryType": "automated"}}"#, job_id(0));
        std::fs::write(jobs.join(job_id(0)), job).unwrap();
        let hash: String = Md5::digest(format!("{PUBLIC_KEY}:{realm}:{PRIVATE_KEY}"))
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect();
        std::fs::write(home.join("users"), format!("{PUBLIC_KEY}:{realm}:{hash}\n")).unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let configuration = configuration(&home, modules, port, realm, lines);
        std::fs::write(home.join("httpd.conf"), configuration).unwrap();
        let mut command = Command::new(program);
        command
            .arg("-f")
            .arg(home.join("httpd.conf"))
            .arg("-DFOREGROUND")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        let log = running.stderr.take().unwrap();
        let base_url = format!("http://127.0.0.1:{port}");
        let apache = Apache {
            program,
            home,
            base_url,
            running,
        };
        wait_for_words("resuming normal operations", log).await;
        Some(apache)
    }

    fn client(&self) -> Client {
        Client::builder(Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY))
            .base_url(&self.base_url)
            .build()
            .unwrap()
    }

    /// How many requests it has served with 200 and with 401, from its access log, which is complete only at the end.
    fn stop(&mut self) -> (usize, usize) {
        let mut command = Command::new(self.program);
        command
            .arg("-f")
            .arg(self.home.join("httpd.conf"))
            .args(["-k", "graceful-stop"]);
        assert!(command.status().unwrap().success());
        self.running.wait().unwrap();
        let log = std::fs::read_to_string(self.home.join("access.log")).unwrap();
        let count = |status: &str| log.lines().filter(|line| *line == status).count();
        assert_eq!(log.lines().count(), count("200") + count("401"), "{log}");
        (count("200"), count("401"))
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        // Its children go when it does.
        if let Ok(None) = self.running.try_wait() {
            let _ = Command::new(self.program)
                .arg("-f")
                .arg(self.home.join("httpd.conf"))
                .args(["-k", "stop"])
                .status();
            let _ = self.running.wait();
        }
    }
}

fn configuration(home: &Path, modules: &str, port: u16, realm: &str, lines: &str) -> String {
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
        "log_config",
    ] {
        let file = format!("{modules}/mod_{module}.so");
        // Some distributions compile the logger in.
        if Path::new(&file).exists() {
            text.push_str(&format!("LoadModule {module}_module {file}\n"));
        }
    }
    if Path::new("/var/www").exists() {
        text.push_str("User www-data\nGroup www-data\n");
    }
    text + &format!(
        "DefaultRuntimeDir {home}
         ErrorLog /dev/stderr
         LogFormat %>s status
         CustomLog {home}/access.log status
         # Short of workers, Apache closes connections that wait, and a request may cross with that.
         StartServers 1
         ServerLimit 1
         ThreadLimit 256
         ThreadsPerChild 256
         MaxRequestWorkers 256
         KeepAliveTimeout 60
         MaxKeepAliveRequests 0
         DocumentRoot {home}/www
         <Location />
           ForceType application/json
           AuthType Digest
           AuthName \"{realm}\"
           AuthUserFile {home}/users
           Require valid-user
           {lines}
         </Location>\n"
    )
}

#[tokio::test]
async fn apache_serves_calls_in_a_row_with_one_nonce() {
    let Some(mut apache) = Apache::start("row", "MMS Public API", "").await else {
        return;
    };
    ask_again(&apache.client(), 200, 1).await;
    assert_eq!(apache.stop(), (200, 1));
}

#[tokio::test]
async fn apache_serves_calls_in_a_row_with_one_nonce_when_it_checks_the_count() {
    let Some(mut apache) = Apache::start("row-nc", "MMS Public API", "AuthDigestNcCheck On").await
    else {
        return;
    };
    ask_again(&apache.client(), 200, 1).await;
    assert_eq!(apache.stop(), (200, 1));
}

#[tokio::test]
async fn apache_serves_64_calls_in_flight_with_a_nonce_each_at_most() {
    let Some(mut apache) = Apache::start("flight", "MMS Public API", "").await else {
        return;
    };
    ask_again(&apache.client(), 1024, 64).await;
    let (served, refused) = apache.stop();
    assert_eq!(served, 1024);
    assert!(refused <= 64, "{refused}");
}

/// It checks counts in a piece of shared memory that has room for a handful of nonces.
#[tokio::test]
async fn apache_serves_64_calls_in_flight_when_it_checks_the_count() {
    let Some(mut apache) =
        Apache::start("flight-nc", "MMS Public API", "AuthDigestNcCheck On").await
    else {
        return;
    };
    ask_again(&apache.client(), 1000, 64).await;
    let (served, refused) = apache.stop();
    eprintln!("{refused} requests were refused");
    assert_eq!(served, 1000);
    assert!(refused <= 7 * 1000, "{refused}");
}

#[tokio::test]
async fn apache_serves_8_calls_in_flight_when_it_checks_the_count() {
    let Some(mut apache) =
        Apache::start("eight-nc", "MMS Public API", "AuthDigestNcCheck On").await
    else {
        return;
    };
    ask_again(&apache.client(), 1000, 8).await;
    let (served, refused) = apache.stop();
    eprintln!("{refused} requests were refused");
    assert_eq!(served, 1000);
    assert!(refused <= 1000, "{refused}");
}

#[tokio::test]
async fn apache_serves_all_calls_with_nonces_that_live_a_second() {
    let Some(mut apache) =
        Apache::start("second", "MMS Public API", "AuthDigestNonceLifetime 1").await
    else {
        return;
    };
    ask_again(&apache.client(), 1024, 64).await;
    let (served, refused) = apache.stop();
    assert_eq!(served, 1024);
    assert!(refused <= 1024, "{refused}");
}

#[tokio::test]
async fn apache_serves_all_calls_with_nonces_for_one_request() {
    let Some(mut apache) =
        Apache::start("once", "MMS Public API", "AuthDigestNonceLifetime 0").await
    else {
        return;
    };
    ask_again(&apache.client(), 100, 1).await;
    let (served, refused) = apache.stop();
    assert_eq!(served, 100);
    assert!(refused <= 100, "{refused}");
}

// With quotes in its realm, Apache 2.4.71 refuses everybody, curl included: it compares the realm with and without
// backslashes. tests/digest/challenges.rs has those.
#[tokio::test]
async fn apache_understands_a_realm_that_looks_like_a_challenge() {
    let Some(mut apache) = Apache::start("realm", "MMS, nonce=none, Digest realm=API", "").await
    else {
        return;
    };
    ask_again(&apache.client(), 10, 1).await;
    assert_eq!(apache.stop(), (10, 1));
}

/// The same job so often.
async fn ask_again(client: &Client, calls: usize, in_flight: usize) {
    for done in ask_many(client, calls, in_flight, |_| 0).await {
        assert_eq!(done.unwrap(), job_id(0));
    }
}
