//! What the tests have in common. Each name means one thing; every test file takes its part of it.

#![allow(
    dead_code,
    unused_imports,
    reason = "every test target has a copy and uses its own part"
)]

pub mod apache;
mod auth;
pub mod daemon;
pub mod derived;
mod documented;
mod ids;
mod jobs;
pub mod log;
pub mod operations;
pub mod sampled;
mod tls;
mod told;

pub use auth::*;
pub use documented::*;
pub use ids::*;
pub use jobs::*;
pub use tls::*;
pub use told::*;
