//! The `Retry-After` header (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Returns the pause that the server asks for, given in seconds or as a date. A date that is past
/// asks for no pause.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = parse_date(text)?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

fn parse_date(text: &str) -> Option<SystemTime> {
    if let Ok(date) = httpdate::parse_http_date(text) {
        return Some(date);
    }
    // Atlas writes a day of one digit without the zero that the standard asks for.
    let (weekday, rest) = text.split_once(", ")?;
    httpdate::parse_http_date(&format!("{weekday}, {rest:0>24}")).ok()
}
