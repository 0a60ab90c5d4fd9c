//! One client with ever more calls in flight, and one client for a very long time: nothing may grow
//! faster than the calls do.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::client::{Auth, Kind, Worker};
use crate::server::{Protocol, Server};
use crate::statistics::median;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Curve {
    pub kind: Kind,
    pub protocol: Protocol,
    pub points: Vec<Point>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Point {
    pub in_flight: usize,
    pub calls_per_cpu_second: f64,
    pub peak_memory: u64,
    /// What the peak is above that of one call, shared among the calls in flight.
    pub memory_per_call: f64,
}

pub fn run(quick: bool) -> Result<Vec<Curve>> {
    let mut curves = Vec::new();
    let all_points: &[usize] = if quick {
        &[1, 64, 1024]
    } else {
        &[1, 4, 16, 64, 256, 1024, 4096, 10_000]
    };
    for protocol in [Protocol::Tls, Protocol::Plain] {
        let mut pair = KINDS.map(|kind| Curve {
            kind,
            protocol,
            points: Vec::new(),
        });
        for &in_flight in all_points {
            eprintln!("scale: {protocol:?}, {in_flight} in flight");
            for (curve, point) in pair.iter_mut().zip(points(protocol, in_flight, quick)?) {
                let alone = curve
                    .points
                    .first()
                    .map_or(point.peak_memory, |first| first.peak_memory);
                let more = point.peak_memory.saturating_sub(alone);
                curve.points.push(Point {
                    memory_per_call: more as f64 / in_flight as f64,
                    ..point
                });
            }
        }
        curves.extend(pair);
    }
    Ok(curves)
}

const KINDS: [Kind; 2] = [Kind::Crate, Kind::Reqwest];

/// A point for each kind, with blocks of calls in turn.
fn points(protocol: Protocol, in_flight: usize, quick: bool) -> Result<Vec<Point>> {
    let (rounds, calls) = if quick {
        (2, in_flight.max(500))
    } else {
        (7, 2 * in_flight.max(1000))
    };
    let mut workers = Vec::new();
    for kind in KINDS {
        // One for each: 20,000 connections are more than many systems allow a process.
        let server = Server::start(protocol)?;
        let mut worker = Worker::start(&server, kind, Auth::Bearer, in_flight)?;
        // Until all connections are open.
        for _ in 0..4 {
            worker.time(in_flight.max(100))?;
        }
        workers.push((server, worker, Vec::new()));
    }
    for _ in 0..rounds {
        for (_, worker, rates) in &mut workers {
            rates.push(calls as f64 / worker.time(calls)?.cpu_us * 1e6);
        }
    }
    let point = |(_, worker, rates): (Server, Worker, Vec<f64>)| {
        let peak_memory = worker.end()?.peak_memory;
        Ok(Point {
            in_flight,
            calls_per_cpu_second: median(rates),
            peak_memory,
            memory_per_call: 0.,
        })
    };
    workers.into_iter().map(point).collect()
}

/// Memory of the process after so many calls.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Mark {
    pub calls: usize,
    pub memory: u64,
}

/// A million calls on one client, 64 in flight over TLS; with `quick` a hundredth of them.
pub fn soak(quick: bool) -> Result<Vec<Mark>> {
    let server = Server::start(Protocol::Tls)?;
    let mut worker = Worker::start(&server, Kind::Crate, Auth::Bearer, 64)?;
    let calls = if quick { 500 } else { 50_000 };
    let mut marks = Vec::new();
    for round in 1..=20 {
        let memory = worker.count(calls)?.memory;
        eprintln!("soak: {} calls, {memory} bytes", round * calls);
        marks.push(Mark {
            calls: round * calls,
            memory,
        });
    }
    Ok(marks)
}
