//! A client in a process of its own, one of three kinds. It makes calls in blocks, as many as it is
//! told, and tells what each block cost; at last it tells how long single calls took and how much
//! memory there was.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use atlas_backup::{Client, Credentials};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::allocations::{self, Allocations};
use crate::by_hyper::ByHyper;
use crate::by_reqwest::ByReqwest;
use crate::process::{Process, asked, own_program, say};
use crate::server::{ACCOUNT, CLUSTER, GROUP, JOB, KEY, Server};
use crate::{Result, usage};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Kind {
    Crate,
    Reqwest,
    Hyper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Auth {
    /// A service account; by hand, a token that is there already.
    Bearer,
    /// An API key; by hand, headers that are there already.
    Digest,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Task {
    kind: Kind,
    auth: Auth,
    base_url: String,
    in_flight: usize,
    /// How many headers the clients by hand compute before anything is measured.
    prepared: usize,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
enum Question {
    Time(usize),
    Count(usize),
    End,
}

/// What a block cost in all.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Block {
    pub cpu_us: f64,
    pub wall_us: f64,
    pub allocations: Allocations,
    pub memory: u64,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct End {
    pub p50_us: f32,
    pub p99_us: f32,
    pub peak_memory: u64,
}

/// The handle, in the process that asks.
pub struct Worker(Process);

impl Worker {
    pub fn start(server: &Server, kind: Kind, auth: Auth, in_flight: usize) -> Result<Self> {
        let command = Command::new(own_program("client")?);
        let task = Task {
            kind,
            auth,
            base_url: server.place.base_url.clone(),
            in_flight,
            prepared: 0,
        };
        Worker::start_by(command, server, &task)
    }

    /// Starts a client with one call in flight by a command that counts what it does.
    pub fn start_counted(
        command: Command,
        server: &Server,
        kind: Kind,
        auth: Auth,
        prepared: usize,
    ) -> Result<Self> {
        let task = Task {
            kind,
            auth,
            base_url: server.place.base_url.clone(),
            in_flight: 1,
            prepared,
        };
        Worker::start_by(command, server, &task)
    }

    fn start_by(mut command: Command, server: &Server, task: &Task) -> Result<Self> {
        command.arg(serde_json::to_string(task)?);
        command.envs(server.trust());
        let mut process = Process::spawn(command)?;
        // That it is ready, with the connections and challenges that it wants to have before it
        // begins.
        process.hear::<()>()?;
        Ok(Self(process))
    }

    /// Makes so many calls, and only takes time.
    pub fn time(&mut self, calls: usize) -> Result<Block> {
        self.0.ask(Question::Time(calls))
    }

    /// Makes so many calls, and counts allocations besides.
    pub fn count(&mut self, calls: usize) -> Result<Block> {
        self.0.ask(Question::Count(calls))
    }

    pub fn end(mut self) -> Result<End> {
        self.0.ask(Question::End)
    }
}

enum Caller {
    Crate(Client),
    Reqwest(ByReqwest),
    Hyper(ByHyper),
}

impl Caller {
    async fn new(task: &Task) -> Result<Self> {
        let is_key = task.auth == Auth::Digest;
        let credentials = match task.auth {
            Auth::Bearer => Credentials::service_account(ACCOUNT[0], ACCOUNT[1]),
            Auth::Digest => Credentials::api_key(KEY[0], KEY[1]),
        };
        Ok(match task.kind {
            Kind::Crate => Caller::Crate(
                Client::builder(credentials)
                    .base_url(&task.base_url)
                    .build()?,
            ),
            Kind::Reqwest => Caller::Reqwest(ByReqwest::new(&task.base_url, is_key).await?),
            Kind::Hyper => Caller::Hyper(ByHyper::new(&task.base_url, is_key).await?),
        })
    }

    fn prepare(&self, calls: usize) -> Result<()> {
        match self {
            Caller::Crate(_) => Ok(()),
            Caller::Reqwest(it) => it.authorization.prepare(calls),
            Caller::Hyper(it) => it.authorization.prepare(calls),
        }
    }

    async fn call(&self) -> Result<()> {
        match self {
            Caller::Crate(client) => {
                let call = client
                    .get_backup_restore_job()
                    .group_id(GROUP)
                    .cluster_name(CLUSTER)
                    .restore_job_id(JOB);
                let value = call.send().await?;
                if value.id.as_deref() == Some(JOB) {
                    Ok(())
                } else {
                    Err("another job".into())
                }
            }
            Caller::Reqwest(it) => it.call(JOB).await.map(drop),
            Caller::Hyper(it) => it.call().await.map(drop),
        }
    }
}

/// The other process.
pub fn work(task: &str) -> Result<()> {
    usage::keep_to_processor(false);
    let task: Task = serde_json::from_str(task)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let caller = Arc::new(runtime.block_on(Caller::new(&task))?);
    caller.prepare(task.prepared)?;
    say(())?;
    let mut latencies = Vec::new();
    for question in asked() {
        match question? {
            Question::Time(calls) => say(block(&runtime, &caller, &task, calls, &mut latencies)?)?,
            Question::Count(calls) => {
                caller.prepare(calls)?;
                allocations::start();
                let block = block(&runtime, &caller, &task, calls, &mut Vec::new())?;
                say(Block {
                    allocations: allocations::stop(),
                    ..block
                })?;
            }
            Question::End => {
                let peak_memory = usage::memory("VmHWM");
                latencies.sort_unstable_by(f32::total_cmp);
                let part = |share: usize| {
                    latencies
                        .get(latencies.len() * share / 100)
                        .copied()
                        .unwrap_or_default()
                };
                say(End {
                    p50_us: part(50),
                    p99_us: part(99),
                    peak_memory,
                })?;
            }
        }
    }
    Ok(())
}

fn block(
    runtime: &Runtime,
    caller: &Arc<Caller>,
    task: &Task,
    calls: usize,
    latencies: &mut Vec<f32>,
) -> Result<Block> {
    caller.prepare(calls)?;
    latencies.reserve(calls);
    let (cpu, begun, left) = (
        usage::own_cpu(),
        Instant::now(),
        Arc::new(AtomicUsize::new(calls)),
    );
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..task.in_flight.min(calls) {
            let (caller, left) = (caller.clone(), left.clone());
            tasks.spawn(async move {
                let mut latencies = Vec::new();
                while left
                    .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
                    .is_ok()
                {
                    let begun = Instant::now();
                    caller.call().await.map_err(|error| error.to_string())?;
                    latencies.push(begun.elapsed().as_secs_f32() * 1e6);
                }
                Ok::<_, String>(latencies)
            });
        }
        while let Some(done) = tasks.join_next().await {
            latencies.extend(done??);
        }
        Result::Ok(())
    })?;
    let cpu_us = (usage::own_cpu() - cpu).as_secs_f64() * 1e6;
    let wall_us = begun.elapsed().as_secs_f64() * 1e6;
    Ok(Block {
        cpu_us,
        wall_us,
        allocations: Allocations::default(),
        memory: usage::memory("VmRSS"),
    })
}
