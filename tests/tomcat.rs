//! API keys against another server that nobody here wrote: Tomcat 10 with its `DigestAuthenticator`, which remembers
//! only so many nonces. Skipped where it is not installed (Debian: `tomcat10`).

#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "support/mod.rs"]
mod support;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use atlas_backup::{Client, Credentials};
use support::daemon::wait_for_words;
use support::*;

/// Where Debian has it.
const TOMCAT: &str = "/usr/share/tomcat10";

struct Tomcat {
    base: PathBuf,
    base_url: String,
    running: Child,
}

impl Tomcat {
    /// Starts one that remembers so many nonces; `None` where there is none.
    async fn start(name: &str, nonces: u32) -> Option<Tomcat> {
        if !Path::new(TOMCAT).join("bin/catalina.sh").exists() {
            eprintln!("SKIPPED: no Tomcat here; install `tomcat10`");
            return None;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let base = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tomcat-{name}"));
        write_base(&base, port, nonces);
        let mut running = Command::new(Path::new(TOMCAT).join("bin/catalina.sh"))
            .arg("run")
            .env("CATALINA_HOME", TOMCAT)
            .env("CATALINA_BASE", &base)
            .env("CATALINA_OPTS", "-Xmx128m -XX:TieredStopAtLevel=1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = running.stderr.take().unwrap();
        let tomcat = Tomcat {
            base,
            base_url: format!("http://127.0.0.1:{port}"),
            running,
        };
        wait_for_words("Server startup in", log).await;
        Some(tomcat)
    }

    fn client(&self) -> Client {
        Client::builder(Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY))
            .base_url(&self.base_url)
            .build()
            .unwrap()
    }

    /// How many requests it has served with 200 and with 401.
    fn stop(&mut self) -> (usize, usize) {
        // Told to end, it writes the last line of its log before it does.
        let id = self.running.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        self.running.wait().unwrap();
        let log = std::fs::read_to_string(self.base.join("logs/access.log")).unwrap();
        let count = |status: &str| log.lines().filter(|line| *line == status).count();
        assert_eq!(log.lines().count(), count("200") + count("401"), "{log}");
        (count("200"), count("401"))
    }
}

impl Drop for Tomcat {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

fn write_base(base: &Path, port: u16, nonces: u32) {
    let _ = std::fs::remove_dir_all(base);
    for folder in ["conf", "logs", "temp", "work", "webapps/ROOT/WEB-INF"] {
        std::fs::create_dir_all(base.join(folder)).unwrap();
    }
    write(base, "conf/server.xml", &server(port, nonces));
    write(base, "conf/tomcat-users.xml", &users());
    write(base, "conf/web.xml", DEFAULT_SERVLET);
    write(base, "webapps/ROOT/WEB-INF/web.xml", CONSTRAINT);
    let id = job_id(0);
    let jobs =
        format!("webapps/ROOT/api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs");
    std::fs::create_dir_all(base.join(&jobs)).unwrap();
    write(
        base,
        &format!("{jobs}/{id}"),
        &format!(r#"{{"id": "{id}"}}"#),
    );
}

fn write(base: &Path, file: &str, text: &str) {
    std::fs::write(base.join(file), text).unwrap();
}

fn server(port: u16, nonces: u32) -> String {
    format!(
        r#"<Server port="-1">
  <GlobalNamingResources>
    <Resource name="users" type="org.apache.catalina.UserDatabase" auth="Container"
      factory="org.apache.catalina.users.MemoryUserDatabaseFactory" pathname="conf/tomcat-users.xml"/>
  </GlobalNamingResources>
  <Service name="Catalina">
    <Connector address="127.0.0.1" port="{port}" maxKeepAliveRequests="-1" maxThreads="64"/>
    <Engine name="Catalina" defaultHost="localhost">
      <Realm className="org.apache.catalina.realm.UserDatabaseRealm" resourceName="users"/>
      <Host name="localhost" appBase="webapps">
        <Context path="" docBase="ROOT">
          <Valve className="org.apache.catalina.authenticator.DigestAuthenticator" nonceCacheSize="{nonces}"/>
        </Context>
        <Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="access" suffix=".log"
          pattern="%s" rotatable="false" buffered="false"/>
      </Host>
    </Engine>
  </Service>
</Server>
"#
    )
}

fn users() -> String {
    format!(
        r#"<tomcat-users xmlns="http://tomcat.apache.org/xml" version="1.0">
  <user username="{PUBLIC_KEY}" password="{PRIVATE_KEY}" roles="reader"/>
</tomcat-users>
"#
    )
}

const DEFAULT_SERVLET: &str = r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <servlet>
    <servlet-name>default</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
  </servlet>
  <servlet-mapping>
    <servlet-name>default</servlet-name>
    <url-pattern>/</url-pattern>
  </servlet-mapping>
</web-app>
"#;

const CONSTRAINT: &str = r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <security-constraint>
    <web-resource-collection>
      <web-resource-name>all</web-resource-name>
      <url-pattern>/*</url-pattern>
    </web-resource-collection>
    <auth-constraint><role-name>reader</role-name></auth-constraint>
  </security-constraint>
  <login-config>
    <auth-method>DIGEST</auth-method>
    <realm-name>MMS Public API</realm-name>
  </login-config>
  <security-role><role-name>reader</role-name></security-role>
</web-app>
"#;

async fn assert_all_served(name: &str, nonces: u32, calls: usize, in_flight: usize) {
    let Some(mut tomcat) = Tomcat::start(name, nonces).await else {
        return;
    };
    for result in ask_many(&tomcat.client(), calls, in_flight, |_| 0).await {
        assert_eq!(result.unwrap(), job_id(0));
    }
    let (served, refused) = tomcat.stop();
    eprintln!("{name}: {refused} requests were refused");
    assert_eq!(served, calls);
    assert!(refused <= 7 * calls, "{refused}");
}

#[tokio::test]
async fn tomcat_that_remembers_8_nonces_serves_64_calls_in_flight() {
    assert_all_served("eight", 8, 1000, 64).await;
}

#[tokio::test]
async fn tomcat_as_it_comes_serves_1500_calls_in_flight() {
    assert_all_served("default", 1000, 3000, 1500).await;
}

#[tokio::test]
async fn tomcat_serves_calls_in_a_row_with_one_nonce() {
    let Some(mut tomcat) = Tomcat::start("row", 1000).await else {
        return;
    };
    for result in ask_many(&tomcat.client(), 90, 1, |_| 0).await {
        assert_eq!(result.unwrap(), job_id(0));
    }
    assert_eq!(tomcat.stop(), (90, 1));
}
