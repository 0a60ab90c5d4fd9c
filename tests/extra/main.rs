//! What `.ci/extra` runs: each test is ignored unless asked for, because it takes minutes, or needs
//! a program that others wrote.

#![allow(deprecated, reason = "an operation may become so")]
#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "../support/mod.rs"]
mod support;

mod prism;
mod servers;
mod soak;
