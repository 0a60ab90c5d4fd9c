//! The build script's own code, run on documents that may be written one day: an operation more
//! needs no Rust, and what cannot be honoured is refused in one sentence that names the place.

#![allow(clippy::expect_used)]
#![allow(
    clippy::duplicate_mod,
    reason = "drift has a copy of what reads the document"
)]

#[path = "../support/generation.rs"]
mod support;

mod api;
mod bounds;
mod drift;
mod modules;
mod openapi31;
mod operations;
mod outcomes;
mod passes;
mod published;
mod readme;
mod refused;
mod schemas;
mod slips;

const THING: &str = include_str!("thing.yaml");

const SUCCESS: &str = r##"            application/vnd.atlas.2023-01-01+json:
              schema:
                $ref: "#/components/schemas/Thing"
"##;
