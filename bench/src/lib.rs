//! The parts of the benchmarks, shared by the program that measures and the client that is
//! measured. The client is a program of its own so that its memory is not that of a program with a
//! server and a plotter in it.

pub mod allocations;
pub mod authorization;
pub mod by_hyper;
pub mod by_reqwest;
pub mod calls;
pub mod chart;
pub mod client;
pub mod cold;
#[path = "../../tests/support/crowd.rs"]
pub mod crowd;
pub mod hand;
pub mod instructions;
pub mod picture;
pub mod process;
pub mod report;
pub mod scale;
pub mod server;
pub mod statistics;
pub mod tls;
pub mod types;
pub mod usage;
pub mod waits;
pub mod waits_picture;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
