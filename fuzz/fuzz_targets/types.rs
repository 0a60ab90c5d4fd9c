//! Each type of the API, from any bytes.

#![no_main]

#[path = "../support.rs"]
mod support;

use support::fuzz;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::types(data);
});
