//! Tomcat keeps as many nonces of HTTP Digest as `nonceCacheSize` says, and calls the others stale.

use std::path::Path;
use std::process::Command;

use atlas_backup::{Client, RetryPolicy};

use super::figures::Figures;
use super::job;
use super::server::{Server, free_port, home, installed};
use crate::support::{GROUP, PRIVATE_KEY, PUBLIC_KEY, Way, job_id};

const HOME: &str = "/usr/share/tomcat10";

async fn start(name: &str, cache_size: &str) -> Option<Server> {
    if !installed(&format!("{HOME}/bin/bootstrap.jar"), "tomcat10")
        || !installed("/usr/bin/java", "default-jre-headless")
    {
        return None;
    }
    let home = home(&format!("tomcat-{name}"));
    let port = free_port();
    let application = home.join("webapps/ROOT");
    let jobs = application.join(format!(
        "api/atlas/v2/groups/{GROUP}/clusters/Cluster0/backup/restoreJobs"
    ));
    for folder in ["conf", "logs", "temp", "work"] {
        std::fs::create_dir_all(home.join(folder)).unwrap();
    }
    std::fs::create_dir_all(&jobs).unwrap();
    std::fs::create_dir_all(application.join("WEB-INF")).unwrap();
    std::fs::create_dir_all(application.join("META-INF")).unwrap();
    std::fs::write(jobs.join(job_id(0)), job()).unwrap();
    let write = |file: &str, text: &str| std::fs::write(home.join(file), text).unwrap();
    write("conf/server.xml", &server(port));
    write("conf/web.xml", DEFAULTS);
    write("conf/tomcat-users.xml", &users());
    write("webapps/ROOT/WEB-INF/web.xml", APPLICATION);
    write("webapps/ROOT/META-INF/context.xml", &context(cache_size));
    let mut command = java(&home);
    Some(Server::start(&mut command, home.clone(), port).await)
}

fn java(home: &Path) -> Command {
    let mut command = Command::new("/usr/bin/java");
    command.arg("-cp");
    command.arg(format!(
        "{HOME}/bin/bootstrap.jar:{HOME}/bin/tomcat-juli.jar"
    ));
    command.arg(format!("-Dcatalina.home={HOME}"));
    command.arg(format!("-Dcatalina.base={}", home.display()));
    command.arg(format!("-Djava.io.tmpdir={}", home.join("temp").display()));
    command.args(["org.apache.catalina.startup.Bootstrap", "start"]);
    command
}

fn server(port: u16) -> String {
    format!(
        r#"<Server port="-1"><Service name="Catalina">
             <Connector port="{port}" address="127.0.0.1" maxKeepAliveRequests="-1" maxThreads="100"/>
             <Engine name="Catalina" defaultHost="localhost">
               <Realm className="org.apache.catalina.realm.MemoryRealm"/>
               <Host name="localhost" appBase="webapps" autoDeploy="false">
                 <Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="access"
                        suffix=".log" rotatable="false" buffered="false" pattern="%s"/>
               </Host>
             </Engine>
           </Service></Server>"#
    )
}

fn users() -> String {
    format!(
        r#"<tomcat-users>
             <role rolename="reader"/>
             <user username="{PUBLIC_KEY}" password="{PRIVATE_KEY}" roles="reader"/>
           </tomcat-users>"#
    )
}

fn context(cache_size: &str) -> String {
    format!(
        r#"<Context>
             <Valve className="org.apache.catalina.authenticator.DigestAuthenticator" {cache_size}/>
           </Context>"#
    )
}

const DEFAULTS: &str = r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <servlet>
    <servlet-name>default</servlet-name>
    <servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
  </servlet>
  <servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
</web-app>"#;

const APPLICATION: &str = r#"<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <security-constraint>
    <web-resource-collection>
      <web-resource-name>all</web-resource-name><url-pattern>/*</url-pattern>
    </web-resource-collection>
    <auth-constraint><role-name>reader</role-name></auth-constraint>
  </security-constraint>
  <login-config><auth-method>DIGEST</auth-method><realm-name>MMS Public API</realm-name></login-config>
  <security-role><role-name>reader</role-name></security-role>
</web-app>"#;

async fn calls(name: &str, cache_size: &str, calls: usize, in_flight: usize) {
    let Some(tomcat) = start(name, cache_size).await else {
        return;
    };
    let client =
        Client::builder(Way::Key.credentials()).base_url(format!("http://{}", tomcat.address));
    let client = client.retry(RetryPolicy::default()).build().unwrap();
    let figures = Figures::of_calls(&client, calls, in_flight).await;
    let requests = tomcat.stop("logs/access.log").len();
    figures.print(
        &format!("Tomcat {cache_size}, {in_flight} in flight"),
        requests,
    );
    figures.assert_none_failed();
    assert!(requests <= 8 * calls, "more than 8 requests a call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn tomcat_forgets_all_but_eight_nonces() {
    calls("eight", r#"nonceCacheSize="8""#, 1000, 64).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: .ci/extra servers"]
async fn tomcat_keeps_as_many_nonces_as_it_does_by_itself() {
    calls("default", "", 3000, 1500).await;
}
