//! More and more waits that share the rate limit of a project, paced and each for itself; the same in
//! clients that share nothing else, and beside jobs that always fail; and what 10,000 waits in twenty
//! projects take. The clock is paused, so an hour takes seconds.

use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

use crate::Result;
use crate::crowd::{Crowd, Measured, PUBLISHED, STEADY};
use crate::usage::{memory, own_cpu};

/// What became of one hour.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Hour {
    pub waits: usize,
    pub projects: usize,
    pub is_paced: bool,
    #[serde(default)]
    pub clients: usize,
    #[serde(default)]
    pub ill_percent: usize,
    /// How many requests the busiest client sent for each of the quietest.
    #[serde(default)]
    pub imbalance: f64,
    pub requests: usize,
    pub refused: usize,
    pub latest_s: f64,
    pub average_s: f64,
    pub others: usize,
    pub others_spoilt: usize,
    /// Of this process, the simulated Atlas included.
    pub cpu_s: f64,
    pub peak_memory: u64,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Waits {
    pub hours: Vec<Hour>,
    /// 10 and 40 clients; first with the published limit, then with a steady refill.
    #[serde(default)]
    pub swarms: Vec<Hour>,
    /// Where one job in twenty answers each poll with 503.
    #[serde(default)]
    pub ill: Vec<Hour>,
    /// 10,000 in twenty projects.
    pub many: Option<Hour>,
    /// What one more wait takes while it pauses.
    pub memory_per_wait: f64,
}

pub fn run(quick: bool) -> Result<Waits> {
    let numbers: &[usize] = if quick {
        &[100, 300]
    } else {
        &[100, 300, 600, 1000, 1500, 2000]
    };
    let memory_per_wait = memory_per_wait()?;
    let mut hours = Vec::new();
    for is_paced in [true, false] {
        for &waits in numbers {
            hours.push(hour(Crowd {
                waits,
                is_paced,
                ..Crowd::default()
            })?);
        }
    }
    let mut swarms = Vec::new();
    let mut ill = Vec::new();
    for &waits in if quick { &[300] } else { &[1000, 2000][..] } {
        for limit in [PUBLISHED, STEADY] {
            for clients in [10, 40] {
                swarms.push(hour(Crowd::swarm(clients, waits, limit))?);
            }
        }
        ill.push(hour(Crowd {
            waits,
            ill_percent: 5,
            ..Crowd::default()
        })?);
    }
    let mut many = None;
    if !quick {
        many = Some(hour(Crowd {
            waits: 10_000,
            projects: 20,
            ..Crowd::default()
        })?);
    }
    Ok(Waits {
        hours,
        swarms,
        ill,
        many,
        memory_per_wait,
    })
}

fn paused() -> Result<Runtime> {
    let mut builder = Builder::new_current_thread();
    Ok(builder.enable_all().start_paused(true).build()?)
}

fn hour(crowd: Crowd) -> Result<Hour> {
    let way = if crowd.is_paced {
        "paced"
    } else {
        "each for itself"
    };
    eprintln!(
        "waits: {} of {} clients in {} projects, {way}",
        crowd.waits, crowd.clients, crowd.projects
    );
    let before = own_cpu();
    let measured: Measured = paused()?.block_on(crowd.run());
    if measured.failed_waits > 0 {
        return Err(format!("{} waits failed", measured.failed_waits).into());
    }
    Ok(Hour {
        waits: crowd.waits,
        projects: crowd.projects,
        is_paced: crowd.is_paced,
        clients: crowd.clients,
        ill_percent: crowd.ill_percent,
        imbalance: measured.imbalance(),
        requests: measured.requests,
        refused: measured.refused,
        latest_s: measured.latest.as_secs_f64(),
        average_s: measured.average.as_secs_f64(),
        others: measured.others,
        others_spoilt: measured.others_spoilt,
        cpu_s: (own_cpu() - before).as_secs_f64(),
        peak_memory: memory("VmHWM"),
    })
}

/// Measured between 10,000 and 30,000 waits, so that what the simulator keeps of requests counts
/// for nothing.
fn memory_per_wait() -> Result<f64> {
    eprintln!("waits: memory");
    let crowd = Crowd::default();
    let (few, many) = (10_000, 30_000);
    let resident = paused()?.block_on(crowd.pausing(&[few, many], || memory("VmRSS")));
    Ok((resident[1].saturating_sub(resident[0])) as f64 / (many - few) as f64)
}
