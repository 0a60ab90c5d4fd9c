//! One call, by three clients in turn: this crate, reqwest by hand, hyper as the floor. Rounds are
//! short and go around the clients, so that whatever else the machine does meets all of them.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::client::{Auth, End, Kind, Worker};
use crate::server::{Protocol, Server};
use crate::statistics::{median, median_ratio};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Scenario {
    pub auth: Auth,
    pub protocol: Protocol,
    pub in_flight: usize,
    pub clients: Vec<Figures>,
}

/// Figures for one call, except where the name says otherwise.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Figures {
    pub kind: Kind,
    pub cpu_us: f64,
    /// CPU in relation to reqwest and to hyper: the median of the ratios in each round.
    pub to_reqwest: f64,
    pub to_hyper: f64,
    pub allocations: f64,
    pub bytes: f64,
    /// Over the life of the client, its first call included, requests for tokens not.
    pub requests: f64,
    pub token_requests_in_all: u64,
    pub connections_in_all: u64,
    pub p50_us: f32,
    pub p99_us: f32,
    pub peak_memory_of_process: u64,
}

pub fn run(quick: bool) -> Result<Vec<Scenario>> {
    let mut scenarios = Vec::new();
    for protocol in [Protocol::Plain, Protocol::Tls] {
        for auth in [Auth::Bearer, Auth::Digest] {
            for in_flight in [1, 64] {
                eprintln!("calls: {protocol:?} {auth:?}, {in_flight} in flight");
                scenarios.push(scenario(protocol, auth, in_flight, quick)?);
            }
        }
    }
    Ok(scenarios)
}

const KINDS: [Kind; 3] = [Kind::Crate, Kind::Reqwest, Kind::Hyper];

struct Client {
    worker: Worker,
    calls: usize,
    /// Microseconds of CPU a call, for each round.
    cpu: Vec<f64>,
    counted: (f64, f64),
    requests: u64,
    connections: u64,
    tokens: u64,
}

fn scenario(protocol: Protocol, auth: Auth, in_flight: usize, quick: bool) -> Result<Scenario> {
    let (rounds, calls) = if quick { (9, 400) } else { (61, 640) };
    let mut server = Server::start(protocol)?;
    let mut clients = Vec::new();
    for kind in KINDS {
        let before = server.counts()?.connections;
        let worker = Worker::start(&server, kind, auth, in_flight)?;
        let connections = server.counts()?.connections - before;
        clients.push(Client {
            worker,
            calls: 0,
            cpu: vec![],
            counted: (0., 0.),
            requests: 0,
            connections,
            tokens: 0,
        });
    }
    // The first rounds open connections and fill caches; the last one counts allocations.
    for round in 0..rounds + 3 {
        for turn in 0..clients.len() {
            let count = clients.len();
            let client = &mut clients[(round + turn) % count];
            let before = server.counts()?;
            if round < 2 {
                // Cold: all at once.
                client.worker.count(calls)?;
            } else if round < rounds + 2 {
                client
                    .cpu
                    .push(client.worker.time(calls)?.cpu_us / calls as f64);
            } else {
                let counted = client.worker.count(calls)?.allocations;
                client.counted = (
                    counted.count as f64 / calls as f64,
                    counted.bytes as f64 / calls as f64,
                );
            }
            let after = server.counts()?;
            client.calls += calls;
            client.tokens += after.tokens - before.tokens;
            client.requests += after.requests - before.requests;
            client.connections += after.connections - before.connections;
        }
    }
    let [reqwest, hyper] = [Kind::Reqwest, Kind::Hyper].map(|kind| {
        clients[KINDS.iter().position(|it| *it == kind).unwrap_or_default()]
            .cpu
            .clone()
    });
    let figures = KINDS.into_iter().zip(clients).map(|(kind, client)| {
        let End {
            p50_us,
            p99_us,
            peak_memory,
        } = client.worker.end()?;
        Ok(Figures {
            kind,
            cpu_us: median(client.cpu.iter().copied()),
            to_reqwest: median_ratio(&client.cpu, &reqwest),
            to_hyper: median_ratio(&client.cpu, &hyper),
            allocations: client.counted.0,
            bytes: client.counted.1,
            requests: (client.requests - client.tokens) as f64 / client.calls as f64,
            token_requests_in_all: client.tokens,
            connections_in_all: client.connections,
            p50_us,
            p99_us,
            peak_memory_of_process: peak_memory,
        })
    });
    Ok(Scenario {
        auth,
        protocol,
        in_flight,
        clients: figures.collect::<Result<_>>()?,
    })
}
