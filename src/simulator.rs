//! An in-process Atlas server for tests and examples.
//!
//! [`Simulator::start`] starts one, and [`client_builder`](Simulator::client_builder) makes a
//! client for it:
//!
//! ```
//! use atlas_backup::simulator::Simulator;
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let atlas = Simulator::start().await?;
//! let client = atlas.client_builder().build()?;
//! atlas.put(
//!     "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740663",
//!     &json!({"finishedAt": "2025-05-04T10:12:44Z"}),
//! );
//! let job = client
//!     .get_backup_restore_job()
//!     .group_id("32b6e34b3d91647abb20e7b8")
//!     .cluster_name("Cluster0")
//!     .restore_job_id("6a794733c0eb9e7a17740663")
//!     .send()
//!     .await?;
//! assert!(job.finished_at.is_some());
//! # Ok(())
//! # }
//! ```
//!
//! A [`Simulator`] listens on a loopback port and serves every operation of this crate as Atlas
//! does, with versions in `Accept`, access tokens, service accounts, API keys, documented errors
//! and rate limits. A test [`put`](Simulator::put)s documents or [`script`](Simulator::script)s how
//! they change over time, adds [`Fault`]s, and reads the [`requests`](Simulator::requests) that
//! arrived. A simulator runs on the runtime that started it and uses tokio's clock, which a test
//! may pause.
//!
//! Documents are served as they are, without being checked against a schema.
//!
//! The chapter [Testing your own code](crate::guide::testing) shows jobs that fail, outages of an
//! hour, and waits that take no time.

// First, so that the page of `Simulator` begins with `start`.
mod handle;

mod access;
mod answer;
mod body;
mod control;
mod digest;
mod fault;
mod limit;
mod log;
mod oauth;
mod routes;
mod server;
mod service;
mod state;
mod tls;
mod wire;

pub use answer::EnvelopeForm;
pub use digest::{DigestAlgorithm, NoncePolicy};
pub use fault::Fault;
pub use handle::Simulator;
pub use log::ReceivedRequest;
