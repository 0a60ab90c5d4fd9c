//! What a wait of an hour meets between here and Atlas: each odd moment passes, and `on_poll` hears
//! of it in its own words.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{
    Client, Credentials, Error, ErrorKind, Wait, WaitError, http_client_builder, reqwest,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::certificates::Certificates;
use crate::seconds;
use crate::sockets::{Port, connect};
use crate::support::{GROUP, Way, job_id, prepare, tls};
use crate::tls_server::{Handshake, TlsServer};

/// Where the proxy leads.
#[derive(Clone, Copy)]
enum Road {
    To(SocketAddr),
    Refused(&'static str),
}

/// A proxy whose tunnels are cut when they are to lead elsewhere.
struct Proxy {
    port: Port,
    road: watch::Sender<Road>,
}

impl Proxy {
    async fn start(to: SocketAddr) -> Proxy {
        let (road, seen) = watch::channel(Road::To(to));
        let port = Port::open(move |stream, _| lead(stream, seen.clone())).await;
        Proxy { port, road }
    }
}

async fn lead(mut client: TcpStream, mut road: watch::Receiver<Road>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match client.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let to = *road.borrow_and_update();
    match to {
        Road::Refused(status) => {
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            client.write_all(answer.as_bytes()).await.unwrap();
        }
        Road::To(address) => {
            let mut server = connect(address).await;
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => {}
                _ = road.changed() => {}
            }
        }
    }
}

/// An Atlas behind a proxy, with a service account and job number 0, and servers of others.
struct World {
    atlas: Simulator,
    proxy: Proxy,
    home: SocketAddr,
    portal: TlsServer,
    alarm: TlsServer,
}

impl World {
    async fn start() -> World {
        let atlas = prepare(Simulator::start_tls().await.unwrap(), Way::Account);
        let (_, address) = atlas.base_url().split_once("://").unwrap();
        let home = address.parse().unwrap();
        let foreign = Certificates::new().server();
        World {
            proxy: Proxy::start(home).await,
            home,
            portal: TlsServer::start(Handshake::With(Arc::new(foreign))).await,
            alarm: TlsServer::start(Handshake::Alert(80)).await,
            atlas,
        }
    }

    fn client(&self) -> Client {
        let proxy = reqwest::Proxy::all(self.proxy.port.base_url()).unwrap();
        let http = http_client_builder()
            .unwrap()
            .tls_backend_preconfigured(tls(&self.atlas))
            .proxy(proxy);
        Client::builder(Way::Account.credentials())
            .base_url(self.atlas.base_url())
            .http_client(http.build().unwrap())
            .build()
            .unwrap()
    }

    fn recover(&self) {
        self.atlas.clear_faults();
        self.lead(Road::To(self.home));
    }

    fn lead(&self, road: Road) {
        self.proxy.road.send_replace(road);
    }

    fn meet(&self, moment: &Moment) {
        match moment {
            Moment::Road(road) => self.lead(*road),
            Moment::Job(fault) => self.atlas.fault(fault.clone()),
            Moment::Token(fault) => {
                self.atlas.revoke_tokens();
                self.atlas.fault(fault.clone().on_token_endpoint());
            }
        }
    }
}

fn wait_for_job(client: &Client) -> Wait<'static, CloudBackupRestoreJob> {
    client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name("Cluster0")
        .restore_job_id(job_id(0))
        .until_done()
}

/// What happens before a poll.
enum Moment {
    /// The proxy leads elsewhere.
    Road(Road),
    /// The token is revoked, and the endpoint does this when another is requested.
    Token(Fault),
    /// Atlas, or something in its place, responds like this.
    Job(Fault),
}

/// Each moment, and a word of what the error of its poll says.
type Moments = Vec<(Moment, &'static str)>;

fn on_the_way(world: &World) -> Moments {
    vec![
        (
            Moment::Road(Road::Refused("503 Unavailable")),
            "refused the tunnel",
        ),
        (Moment::Road(Road::Refused("407 Wrong password")), "407"),
        (
            Moment::Road(Road::To(world.portal.address())),
            "certificate",
        ),
        (Moment::Road(Road::To(world.alarm.address())), "refuses TLS"),
    ]
}

fn at_the_token_endpoint() -> Moments {
    vec![
        (Moment::Token(page(200)), "api/oauth/token"),
        (Moment::Token(page(404)), "api/oauth/token"),
        (Moment::Token(Fault::status(401)), "api/oauth/token"),
        (Moment::Token(Fault::token_limit()), "429"),
        (Moment::Token(Fault::status(503)), "503"),
    ]
}

fn in_place_of_the_job() -> Moments {
    let json = |body: &[u8]| Fault::status(200).body("application/json", body);
    let portal = Fault::redirect("https://portal.example/login");
    vec![
        (Moment::Job(json(b"")), "200"),
        (Moment::Job(json(GZIP)), "gzip"),
        (
            Moment::Job(Fault::status(204).body("text/plain", "")),
            "204",
        ),
        (Moment::Job(Fault::cut_body(5)), "200"),
        (Moment::Job(page(200)), "200"),
        (Moment::Job(portal), "302"),
        (Moment::Job(Fault::status(307)), "307"),
        (Moment::Job(Fault::status(421)), "421"),
        (Moment::Job(Fault::status(425)), "425"),
        // Nor do they accept the tokens that are fetched instead.
        (Moment::Job(Fault::status(401).always()), "401"),
        (Moment::Job(Fault::status(403)), "403"),
        (Moment::Job(Fault::status(429)), "429"),
        (Moment::Job(Fault::status(503)), "503"),
        (Moment::Job(Fault::hang()), "30s"),
    ]
}

const GZIP: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0];

fn page(status: u16) -> Fault {
    Fault::status(status).body("text/html", "<h1>Maintenance</h1>")
}

/// Each moment comes after a poll that succeeded. Returns what `on_poll` heard of them.
async fn heard_of(world: &World, moments: &Moments) -> Vec<String> {
    let client = world.client();
    let mut heard = Vec::new();
    let mut coming = moments.iter();
    let wait = wait_for_job(&client).every(seconds(120));
    let wait = wait.on_poll(|poll| {
        if let Err(error) = poll.result() {
            heard.push(error.to_string());
            world.recover();
        } else if let Some((moment, _)) = coming.next() {
            world.meet(moment);
        } else {
            let finished = json!({"finishedAt": "2025-05-04T10:12:44Z"});
            world.atlas.put(&job_path(), &finished);
        }
    });
    wait.await.unwrap();
    heard
}

fn job_path() -> String {
    format!(
        "groups/{GROUP}/clusters/Cluster0/backup/restoreJobs/{}",
        job_id(0)
    )
}

#[tokio::test(start_paused = true)]
async fn a_wait_of_an_hour_meets_each_odd_moment_and_ends_with_its_job() {
    let begun = Instant::now();
    let world = World::start().await;
    let mut moments = on_the_way(&world);
    moments.extend(at_the_token_endpoint());
    moments.extend(in_place_of_the_job());
    let heard = heard_of(&world, &moments).await;
    assert!(begun.elapsed() > seconds(45 * 60), "{:?}", begun.elapsed());
    assert_eq!(heard.len(), moments.len(), "{heard:#?}");
    for ((_, word), line) in moments.iter().zip(&heard) {
        assert!(line.contains(word), "{word}: {line}");
    }
}

/// Where a wait has not succeeded with any poll, its settings may be wrong.
#[tokio::test(start_paused = true)]
async fn before_the_first_good_response_what_will_not_pass_ends_a_wait() {
    for final_one in [1, 2] {
        let world = World::start().await;
        let (moment, word) = &on_the_way(&world)[final_one];
        world.meet(moment);
        let error = wait_for_job(&world.client()).await.unwrap_err();
        assert_eq!(error.polls(), 1, "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

/// How a wait ends that meets this from its second poll on.
async fn end_with(every: Duration, fault: Fault) -> (WaitError<CloudBackupRestoreJob>, Duration) {
    let world = World::start().await;
    let client = world.client();
    let begun = Instant::now();
    let mut first_odd = None;
    let wait = wait_for_job(&client).every(every);
    let wait = wait.on_poll(|poll| match poll.result() {
        Ok(_) => world.atlas.fault(fault.clone().always()),
        Err(_) => {
            first_odd.get_or_insert(begun.elapsed());
        }
    });
    let error = wait.await.unwrap_err();
    (error, begun.elapsed() - first_odd.unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_row_of_odd_moments_has_the_total_time_of_the_policy() {
    let (error, time) = end_with(seconds(10), Fault::redirect("https://portal.example")).await;
    assert!(
        !error.is_timed_out() && error.to_string().contains("302"),
        "{error}"
    );
    assert!((seconds(120)..seconds(131)).contains(&time), "{time:?}");
    assert_eq!(error.polls(), 1 + 13);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_on_the_job_ends_a_wait_at_once() {
    let verdicts = [
        Fault::status(404),
        Fault::status(410),
        Fault::status(200).body("application/json", "[]"),
    ];
    for verdict in verdicts {
        let (error, time) = end_with(seconds(10), verdict).await;
        assert_eq!((error.polls(), time), (2, Duration::ZERO), "{error}");
    }
}

/// A program that writes tokens for others to read may be late.
#[tokio::test(start_paused = true)]
async fn a_wait_goes_on_while_another_program_writes_the_next_token() {
    let atlas = prepare(Simulator::start().await.unwrap(), Way::Token);
    let token = Arc::new(Mutex::new(Simulator::ACCESS_TOKEN.to_owned()));
    let written = token.clone();
    let credentials = Credentials::from_fn(move || {
        let token = written.lock().unwrap().clone();
        async move { Ok::<_, Error>(token) }
    });
    let client = Client::builder(credentials).base_url(atlas.base_url());
    let client = client.build().unwrap();
    let mut heard = Vec::new();
    let wait = wait_for_job(&client).every(seconds(120));
    let wait = wait.on_poll(|poll| match (poll.number(), poll.result()) {
        (1, _) => atlas.revoke_tokens(),
        (_, Err(error)) => {
            heard.push(error.kind());
            atlas.add_access_token("next");
            *token.lock().unwrap() = "next".to_owned();
        }
        (_, Ok(_)) => atlas.put(&job_path(), &json!({"finishedAt": "2025-05-04T10:12:44Z"})),
    });
    wait.await.unwrap();
    assert_eq!(heard, [ErrorKind::Unauthorized]);
}
