//! The instructions of a call, of the same three clients. Whatever else the machine does, it counts
//! the same: a cut of a percent shows, which no time would tell.
//!
//! Each client makes few calls in one process and many in another; what the second took more is
//! what these calls cost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::client::{Auth, Kind, Worker};
use crate::process::own_program;
use crate::server::{Protocol, Server};

/// One call in flight.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Scenario {
    pub auth: Auth,
    pub protocol: Protocol,
    pub counter: Counter,
    pub clients: Vec<Figures>,
    /// What the call by hand takes if the answers to its challenge count, too. Those of the other
    /// figures were computed before.
    #[serde(default)]
    pub by_hand_with_answers: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Figures {
    pub kind: Kind,
    /// What the counter counts, for one call.
    pub a_call: f64,
    pub to_reqwest: f64,
}

/// What counts, the best one that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Counter {
    /// Instructions outside of the kernel, simulated.
    Callgrind,
    /// Instructions outside of the kernel, by the processor.
    Perf,
    /// Nanoseconds of CPU: neither of the others is there.
    CpuTime,
}

const KINDS: [Kind; 3] = [Kind::Reqwest, Kind::Crate, Kind::Hyper];

pub fn run(quick: bool) -> Result<Vec<Scenario>> {
    let counter = Counter::best();
    let mut scenarios = Vec::new();
    for protocol in [Protocol::Plain, Protocol::Tls] {
        for auth in [Auth::Bearer, Auth::Digest] {
            eprintln!("instructions: {protocol:?} {auth:?}, by {counter:?}");
            scenarios.push(scenario(counter, protocol, auth, quick)?);
        }
    }
    Ok(scenarios)
}

fn scenario(counter: Counter, protocol: Protocol, auth: Auth, quick: bool) -> Result<Scenario> {
    let (few, many) = if quick { (200, 600) } else { (1000, 3000) };
    let server = Server::start(protocol)?;
    let by_hand_with_answers = match auth {
        Auth::Bearer => None,
        Auth::Digest => Some(with_answers(counter, &server, few, many)?),
    };
    let mut clients: Vec<Figures> = Vec::new();
    for kind in KINDS {
        let of_few = counter.count(&server, kind, auth, few, many)?;
        let of_many = counter.count(&server, kind, auth, many, many)?;
        let a_call = (of_many - of_few) / (many - few) as f64;
        let by_reqwest = clients.first().map_or(a_call, |reqwest| reqwest.a_call);
        clients.push(Figures {
            kind,
            a_call,
            to_reqwest: a_call / by_reqwest,
        });
    }
    Ok(Scenario {
        auth,
        protocol,
        counter,
        clients,
        by_hand_with_answers,
    })
}

/// Counts a call by hand together with its answer: each process computes as many as it sends.
fn with_answers(counter: Counter, server: &Server, few: usize, many: usize) -> Result<f64> {
    let of_few = counter.count(server, Kind::Reqwest, Auth::Digest, few, few)?;
    let of_many = counter.count(server, Kind::Reqwest, Auth::Digest, many, many)?;
    Ok((of_many - of_few) / (many - few) as f64)
}

impl Counter {
    pub fn best() -> Self {
        let valgrind = Command::new("valgrind").arg("--version").output();
        if valgrind.is_ok_and(|output| output.status.success()) {
            return Counter::Callgrind;
        }
        let mut perf = Command::new("perf");
        perf.args(["stat", "-x,", "-e", "instructions:u", "true"]);
        match perf.output() {
            Ok(output) if perf_total(&String::from_utf8_lossy(&output.stderr)).is_some() => {
                Counter::Perf
            }
            _ => Counter::CpuTime,
        }
    }

    /// Returns what a client takes from its start to its end, with so many calls. All clients of a
    /// scenario prepare the same number, so that what it takes does not count.
    fn count(
        self,
        server: &Server,
        kind: Kind,
        auth: Auth,
        calls: usize,
        prepared: usize,
    ) -> Result<f64> {
        let file = self.file();
        let command = self.command(&file)?;
        let mut worker = Worker::start_counted(command, server, kind, auth, prepared)?;
        let cpu_us = worker.time(calls)?.cpu_us;
        // The file is written at the end of the process.
        worker.end()?;
        match self {
            Counter::CpuTime => Ok(cpu_us * 1e3),
            _ => self.read(&file),
        }
    }

    /// Returns the instructions of the client's program with these arguments, from its start to its
    /// end.
    pub fn total(self, arguments: &[&str]) -> Result<f64> {
        let file = self.file();
        let mut command = self.command(&file)?;
        if !command.args(arguments).status()?.success() {
            return Err("the program that is counted failed".into());
        }
        self.read(&file)
    }

    fn file(self) -> PathBuf {
        std::env::temp_dir().join(format!("atlas-backup-{}.count", std::process::id()))
    }

    fn read(self, file: &Path) -> Result<f64> {
        let text = fs::read_to_string(file)?;
        fs::remove_file(file)?;
        let total = match self {
            Counter::Callgrind => callgrind_total(&text),
            Counter::Perf => perf_total(&text),
            Counter::CpuTime => None,
        };
        total.ok_or_else(|| format!("{self:?} did not tell a total").into())
    }

    /// Returns a command that runs the client's program, and writes to the file what it took.
    fn command(self, file: &Path) -> Result<Command> {
        let client = own_program("client")?;
        Ok(match self {
            Counter::Callgrind => {
                let mut command = Command::new("valgrind");
                command.args(["--tool=callgrind", "--quiet"]);
                command.arg(format!("--callgrind-out-file={}", file.display()));
                command.arg(client).stderr(Stdio::null());
                command
            }
            Counter::Perf => {
                let mut command = Command::new("perf");
                command.args(["stat", "-x,", "-e", "instructions:u", "-o"]);
                command.arg(file).arg(client);
                command
            }
            Counter::CpuTime => Command::new(client),
        })
    }
}

/// Reads `totals: 1234`.
fn callgrind_total(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("totals:"))?;
    line.trim().parse().ok()
}

/// Reads `1234,,instructions:u,..`. Where the processor does not count, there is no number.
fn perf_total(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.contains("instructions"))?;
    line.split(',').next()?.trim().parse().ok()
}
