//! The checks of `tests/`, and what they need.

#[path = "../tests/support/derived.rs"]
mod derived;
#[path = "../tests/support/fuzz.rs"]
pub mod fuzz;
#[path = "../tests/support/operations.rs"]
mod operations;
#[path = "../tests/support/sampled.rs"]
mod sampled;
