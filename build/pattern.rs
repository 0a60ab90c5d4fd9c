//! The patterns that nearly all parameters of Atlas have.

#[derive(Debug, PartialEq)]
pub enum Pattern {
    /// So many, in lower case.
    HexDigits(usize),
    /// Letters, digits and hyphens, the first not a hyphen.
    Name,
    Other,
}

/// Recognizes a pattern.
pub fn read(pattern: &str) -> Pattern {
    if pattern == "^[a-zA-Z0-9][a-zA-Z0-9-]*$" {
        return Pattern::Name;
    }
    match hex_digits(pattern) {
        Some(count) => Pattern::HexDigits(count),
        None => Pattern::Other,
    }
}

/// Returns how many digits `^([a-f0-9]{24})$` and its like ask for.
fn hex_digits(pattern: &str) -> Option<usize> {
    let whole = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let group = whole
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let digits = group.unwrap_or(whole).strip_prefix("[a-f0-9]{")?;
    digits.strip_suffix('}')?.parse().ok()
}

/// Says what text the pattern wants.
pub fn describe(pattern: &str) -> String {
    match read(pattern) {
        Pattern::HexDigits(count) => format!("{count} hexadecimal digits"),
        Pattern::Name => "letters, digits and hyphens, the first not a hyphen".to_owned(),
        Pattern::Other => format!("text that matches `{pattern}`"),
    }
}
