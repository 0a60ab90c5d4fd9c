//! What is sent for each operation and what is read of it: arguments, requests, values, their JSON
//! Schemas, and input that nobody meant well.

#![allow(deprecated, reason = "an operation may become so")]
#![allow(clippy::expect_used)]

#[path = "../support/arbitrary.rs"]
mod arbitrary;
#[path = "../support/essence.rs"]
mod essence;
#[path = "../support/fuzz.rs"]
mod fuzz;
#[path = "../support/mod.rs"]
mod support;

#[cfg(feature = "rustls")]
mod arguments;
#[cfg(feature = "rustls")]
mod hostile;
#[cfg(feature = "schemars")]
mod json_schema;
mod mutated;
mod open_enums;
mod outcomes;
#[cfg(feature = "rustls")]
mod requests;
mod round_trip;
mod secrets;

use support::operations;
