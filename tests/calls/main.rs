//! A client and its calls: how it is built, what a call may do differently, when it is retried, and
//! how it fails.

#![allow(deprecated, reason = "an operation may become so")]
#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "../support/mod.rs"]
mod support;

mod builder;
mod call_options;
mod cancellation;
mod envelope;
mod error_kinds;
mod errors;
mod faults;
mod get;
#[cfg(target_os = "linux")]
mod memory;
mod ownership;
mod retry;
mod tracing;
