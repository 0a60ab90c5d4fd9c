//! Text for errors and logs. What a server wrote becomes one line of bounded length, without URLs
//! and without the secrets of the request.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};

/// Longer texts are cut.
const LIMIT: usize = 300;
/// Shorter texts are no secrets, and replacing them would make words unreadable.
const SHORTEST_SECRET: usize = 8;

/// Returns `404 Not Found`, or only the number of a status that HTTP does not name.
pub(crate) fn status_text(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// Returns a duration as exactly as a reader needs it: `30s`, `2.5s`, `350ms`.
pub(crate) fn time_text(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        return format!("{}ms", time.as_millis());
    }
    let seconds = (time.as_secs_f64() * 10.0).round() / 10.0;
    format!("{seconds}s")
}

/// Returns a time as a number of milliseconds, for a log.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Returns how long a call took: `120 s`, `2.5 s`, `350 ms`.
pub(crate) fn elapsed_text(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 {
        return format!("{} ms", time.as_millis());
    }
    let digits = if seconds < 10.0 { 1 } else { 0 };
    format!("{seconds:.digits$} s")
}

/// Returns the value of a header, if it is text.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.trim())
}

/// Reads a number as servers write it in headers: `7`, `7.0`, or the first of `7, 7;w=60`.
pub(crate) fn header_number(text: &str) -> Option<f64> {
    let first = text.split([',', ';']).next()?;
    let number: f64 = first.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// Returns the text as one line of at most 300 characters, without control characters and URLs.
pub(crate) fn sanitize(text: &str) -> String {
    let line = text.trim().replace(is_deceptive, " ");
    let mut words = Vec::new();
    for word in line.split(' ') {
        words.push(if word.contains("://") { "[URL]" } else { word });
    }
    let mut line = words.join(" ");
    if let Some((end, _)) = line.char_indices().nth(LIMIT) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Returns the text without the secrets, in case a server repeats what it was sent.
pub(crate) fn redact(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        if secret.len() >= SHORTEST_SECRET {
            text = text.replace(secret, "[hidden]");
        }
    }
    text
}

/// Returns whether a terminal would break the line at the character, show nothing for it, or show
/// the line in another order.
pub(crate) fn is_deceptive(character: char) -> bool {
    match character {
        '\u{ad}' | '\u{61c}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        other => other.is_control(),
    }
}
