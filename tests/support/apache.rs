//! Apache httpd with `mod_auth_digest`, on loopback, with a configuration in a directory of its
//! own. Skipped where it is not installed (Debian: `apache2`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use atlas_backup::{Client, Credentials};
use md5::{Digest, Md5};

use super::auth::{PRIVATE_KEY, PUBLIC_KEY};
use super::daemon::{free_port, wait_for_words};
use super::ids::GROUP;
use super::jobs::job_id;

/// Programs with the directory of their modules.
const INSTALLED: [(&str, &str); 3] = [
    ("/usr/sbin/apache2", "/usr/lib/apache2/modules"),
    ("/usr/sbin/httpd", "/usr/lib64/httpd/modules"),
    ("/usr/sbin/httpd", "/usr/lib/httpd/modules"),
];

pub struct Apache {
    program: &'static str,
    home: PathBuf,
    base_url: String,
    running: Child,
}

impl Apache {
    /// With these lines about authentication; `None` where there is no Apache.
    pub async fn start(name: &str, realm: &str, lines: &str) -> Option<Apache> {
        let (program, modules) = installed()?;
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("apache-{name}"));
        let _ = std::fs::remove_dir_all(&home);
        write_files(&home, realm);
        let port = free_port();
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

    pub fn client(&self) -> Client {
        Client::builder(Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY))
            .base_url(&self.base_url)
            .build()
            .unwrap()
    }

    /// How many requests it has served with 200 and with 401, from its access log, which is
    /// complete only at the end.
    pub fn stop(&mut self) -> (usize, usize) {
        let mut command = Command::new(self.program);
        command
            .arg("-f")
            .arg(self.home.join("httpd.conf"))
            .args(["-k", "graceful-stop"]);
        assert!(command.status().unwrap().success());
        self.running.wait().unwrap();
        let log = std::fs::read_to_string(self.home.join("access.log")).unwrap();
        let count = |status: &str| log.lines().filter(|line| line.starts_with(status)).count();
        assert_eq!(log.lines().count(), count("200") + count("401"), "{log}");
        assert_no_count_twice(&log);
        (count("200"), count("401"))
    }
}

/// No answer to a challenge has the count of another. Apache gives the same nonce to clients that request
/// one in the same microsecond, so the client's own nonce distinguishes the challenges.
#[track_caller]
fn assert_no_count_twice(log: &str) {
    let mut seen = HashSet::new();
    for line in log.lines() {
        if let (Some((_, nonce)), Some((_, count))) =
            (line.split_once(" cnonce="), line.split_once(" nc="))
        {
            let part = |text: &str| text.split(',').next().unwrap_or_default().to_owned();
            assert!(seen.insert((part(nonce), part(count))), "{line}");
        }
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

/// The program and the directory of its modules, if it is there.
fn installed() -> Option<(&'static str, &'static str)> {
    for (program, modules) in INSTALLED {
        let digest = Path::new(modules).join("mod_auth_digest.so");
        if Path::new(program).exists() && digest.exists() {
            return Some((program, modules));
        }
    }
    eprintln!("SKIPPED: no Apache httpd with mod_auth_digest here; install `apache2`");
    None
}

/// The job number 0, and who may read it.
fn write_files(home: &Path, realm: &str) {
    let jobs = format!("www/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs");
    let jobs = home.join(jobs);
    std::fs::create_dir_all(&jobs).unwrap();
    let job = format!(r#"{{"id": "{}", "deliveryType": "automated"}}"#, job_id(0));
    std::fs::write(jobs.join(job_id(0)), job).unwrap();
    let mut hash = String::new();
    for byte in Md5::digest(format!("{PUBLIC_KEY}:{realm}:{PRIVATE_KEY}")) {
        hash.push_str(&format!("{byte:02x}"));
    }
    std::fs::write(home.join("users"), format!("{PUBLIC_KEY}:{realm}:{hash}\n")).unwrap();
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
        "proxy",
        "proxy_http",
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
         LogFormat \"%>s %{{Authorization}}i\" status
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
