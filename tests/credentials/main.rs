//! Credentials: service accounts, API keys, and the variables that they are read from.

#![allow(deprecated, reason = "an operation may become so")]
#![cfg(all(feature = "simulator", feature = "rustls"))]

#[path = "../support/mod.rs"]
mod support;

mod apache;
mod digest;
mod environment;
mod oauth;
