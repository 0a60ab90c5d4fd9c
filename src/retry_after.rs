//! The `Retry-After` header (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// Returns the pause that the server asks for, given in seconds or as a date. A date that is past
/// asks for no pause.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, RETRY_AFTER)?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = parse_date(text)?;
    let now = server_time(headers);
    Some(date.duration_since(now).unwrap_or_default())
}

/// Returns what the clock of the server said when it answered. It need not agree with the clock
/// here, which counts only if the server did not say.
fn server_time(headers: &HeaderMap) -> SystemTime {
    let date = text(headers, DATE).and_then(parse_date);
    date.unwrap_or_else(SystemTime::now)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.trim())
}

fn parse_date(text: &str) -> Option<SystemTime> {
    if let Ok(date) = httpdate::parse_http_date(text) {
        return Some(date);
    }
    // Atlas writes a day of one digit without the zero that the standard asks for.
    let (weekday, rest) = text.split_once(", ")?;
    httpdate::parse_http_date(&format!("{weekday}, {rest:0>24}")).ok()
}
