//! Headers as tests write them.

use hyper::header::{HeaderName, HeaderValue};

/// Makes a header of text.
#[track_caller]
pub(super) fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    match (name.parse(), HeaderValue::from_bytes(value.as_bytes())) {
        (Ok(name), Ok(value)) => (name, value),
        _ => panic!("`{name}: {value}` is no HTTP header"),
    }
}
