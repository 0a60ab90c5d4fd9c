//! Errors as text for snapshots.

use std::error::Error as _;
use std::fmt::Write;

use atlas_backup::Error;
use atlas_backup::simulator::Simulator;

use super::ids::SECRET;

/// Text about a server here without its port, which differs from run to run.
pub fn without_port(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let before = parts.next().unwrap_or_default().to_owned();
    let without = |part: &str| {
        part.trim_start_matches(|it: char| it.is_ascii_digit())
            .to_owned()
    };
    parts.fold(before, |text, part| {
        text + "127.0.0.1:[port]" + &without(part)
    })
}

/// All that an error reports, one line each, as text of a snapshot.
///
/// # Panics
///
/// When it reveals what no error may reveal: a secret, a token, a URL, or more than one line.
#[track_caller]
pub fn told(error: &Error) -> String {
    let mut text = format!("{error}\n\n");
    let mut line =
        |name: &str, value: &dyn std::fmt::Display| writeln!(text, "{name:<12}{value}").unwrap();
    line("debug", &format!("{error:?}"));
    line(
        "status",
        &error
            .status()
            .map_or("-".to_owned(), |status| status.as_u16().to_string()),
    );
    line("code", &error.code().unwrap_or("-"));
    line(
        "retry_after",
        &error
            .retry_after()
            .map_or("-".to_owned(), |pause| format!("{pause:?}")),
    );
    line("operation", &error.operation().unwrap_or("-"));
    let predicates = [
        ("not_found", error.is_not_found()),
        ("unauthorized", error.is_unauthorized()),
        ("rate_limited", error.is_rate_limited()),
        ("retryable", error.is_retryable()),
        ("invalid_request", error.is_invalid_request()),
        ("decode", error.is_decode()),
    ];
    let true_ones: Vec<_> = predicates
        .iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| *name)
        .collect();
    line("is", &true_ones.join(", "));
    let mut source = error.source();
    while let Some(cause) = source {
        line("source", cause);
        source = cause.source();
    }
    assert!(
        !error.to_string().contains(|it: char| it.is_control()),
        "more than one line: {error:?}"
    );
    for hidden in [SECRET, Simulator::ACCESS_TOKEN, "://"] {
        assert!(!text.contains(hidden), "shows {hidden}: {text}");
    }
    without_port(&text)
}
