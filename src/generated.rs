//! The code that the build script writes from `openapi/atlas-backup.yaml`, and what that code uses.

pub(crate) mod argument;
pub(crate) mod call;
// The four operations have patterns and no other limits. One that is added may have.
#[allow(dead_code)]
pub(crate) mod limits;
pub(crate) mod null;
pub(crate) mod open_enum;
pub(crate) mod secret;

#[allow(
    clippy::all,
    clippy::cognitive_complexity,
    clippy::too_many_lines,
    deprecated,
    missing_docs,
    nonstandard_style,
    rustdoc::all
)]
mod code {
    use crate::client::Client;
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

#[cfg(feature = "simulator")]
pub(crate) use code::OPERATIONS;
pub use code::{builder, types};
