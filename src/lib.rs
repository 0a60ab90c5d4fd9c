// The README's links lead to docs.rs. Within the documentation these come first, and lead to the
// page beside it.
//! [operations]: guide::operations
//! [credentials]: guide::credentials
//! [errors]: guide::errors
//! [retries]: guide::retries
//! [waiting]: guide::waiting
#![cfg_attr(feature = "simulator", doc = "[testing]: guide::testing")]
//! [limits]: guide::limits
//! [costs]: guide::costs
//! [`Client::get`]: Client::get
#![cfg_attr(feature = "simulator", doc = "[`simulator`]: simulator")]
//! [`http_client`]: ClientBuilder::http_client
//! [`reqwest`]: reqwest
//!
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::unwrap_used
)]

mod auth;
mod base_url;
mod call;
mod client;
mod credentials;
mod environment;
mod error;
mod generated;
mod get;
#[cfg(any(doc, doctest))]
pub mod guide;
mod http;
mod job;
mod operation;
mod pace;
mod retry;
#[cfg(feature = "simulator")]
pub mod simulator;
mod sync;
mod text;
mod trace;
mod wait;

/// The date and time library, in the version whose types the [`types`] have.
pub use chrono;
pub use client::{Client, ClientBuilder};
pub use credentials::{AccessToken, Credentials};
pub use error::{Error, ErrorKind};
#[doc(inline)]
pub use generated::builder;
/// Types of Atlas responses.
///
/// `Debug` hides documented secrets, such as download URLs and keys; serialization shows them, and
/// `without_secrets` removes them. Properties that Atlas does not document are in `extra`.
#[doc(inline)]
pub use generated::types;
pub use get::Get;
pub use http::client::http_client_builder;
pub use job::{Job, Outcome};
pub use pace::RateLimit;
pub use progenitor_client::ResponseValue;
/// The HTTP library, in the version whose types are in this crate's interface.
pub use reqwest;
pub use retry::RetryPolicy;
pub use wait::{Poll, Wait, WaitError};
