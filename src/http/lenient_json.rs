//! JSON that a server cut in the middle of a character: half of a pair of surrogates, or bytes that
//! are no UTF-8. serde_json refuses the whole text for it.

/// How long `\ud800` is.
const ESCAPE: usize = 6;

/// Returns the text with a replacement for each half of a character.
pub(crate) fn repaired(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut repaired = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some(start) = rest.find('\\') {
        repaired.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = escape_length(rest);
        if is_lone_surrogate(rest, length) {
            repaired.push_str("\\ufffd");
        } else {
            repaired.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    repaired.push_str(rest);
    repaired
}

/// Returns how much of the text belongs to the escape that it begins with. A whole pair is one.
fn escape_length(text: &str) -> usize {
    match surrogate(text) {
        Some(0xd800..=0xdbff) => match surrogate(&text[ESCAPE..]) {
            Some(0xdc00..=0xdfff) => 2 * ESCAPE,
            _ => ESCAPE,
        },
        Some(_) => ESCAPE,
        // The backslash, and what it escapes.
        None => text.chars().take(2).map(char::len_utf8).sum(),
    }
}

fn is_lone_surrogate(text: &str, length: usize) -> bool {
    length == ESCAPE && surrogate(text).is_some()
}

/// Returns the surrogate that the text begins with, escaped as `\ud800`.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    (0xd800..=0xdfff).contains(&number).then_some(number)
}
