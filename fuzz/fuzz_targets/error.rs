//! Any bytes as the body of an error.

#![no_main]

#[path = "../support.rs"]
mod support;

use support::fuzz;

thread_local!(static ASKED: fuzz::Asked = fuzz::Asked::new());

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    ASKED.with(|asked| asked.error(data));
});
