//! placeholder
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub, clippy::expect_used, clippy::unwrap_used)]

mod argument;
mod auth;
mod client;
mod credentials;
mod error;
mod exchange;
#[cfg(feature = "rustls")]
mod http;
mod json_schema;
mod null;
mod open_enum;
mod retry;
#[cfg(feature = "simulator")]
pub mod simulator;
mod transport;

/// Generated from `openapi/atlas-backup.yaml` by the build script.
#[allow(clippy::all, deprecated, missing_docs, unused_mut)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

pub use client::{Client, ClientBuilder};
pub use credentials::Credentials;
pub use error::Error;
pub use generated::{builder, types};
#[cfg(feature = "rustls")]
pub use http::http_client_builder;
pub use progenitor_client::ResponseValue;
pub use retry::RetryPolicy;
