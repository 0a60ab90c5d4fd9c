//! What JSON goes through before it is decoded: an estimate of the memory that its values take, and
//! the removal of nulls that no type reads.

use serde_json::Value;

/// What an object takes: as a struct, or as a map with one property, which has room for eleven.
const OBJECT: usize = 950;
/// What an array takes that is not empty: it has room for four.
const ARRAY: usize = 256;
/// What any value takes where it stands, read once in passing and once to stay.
const VALUE: usize = 72;

/// Returns whether the values may take more than `limit` bytes.
pub(crate) fn may_take_more_than(limit: usize, json: &str) -> bool {
    // Each byte adds no more than that, so nearly all bodies are too short to be looked at.
    let most_for_a_byte = OBJECT + 1;
    json.len() > limit / most_for_a_byte && estimated_memory(json) > limit
}

/// Returns an estimate in bytes, without reading the values: by the marks between them.
fn estimated_memory(json: &str) -> usize {
    let mut memory = json.len();
    let mut rest = json.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => skip_text(&mut rest),
            b',' => memory += VALUE,
            b'{' => memory += OBJECT,
            b'[' if rest.peek() != Some(&b']') => memory += ARRAY,
            _ => {}
        }
    }
    memory
}

/// Skips what is left of a text, its last quote included.
fn skip_text(rest: &mut impl Iterator<Item = u8>) {
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return,
            // What is escaped ends no text.
            b'\\' => {
                rest.next();
            }
            _ => {}
        }
    }
}

/// Returns the JSON without the nulls of an array or a map, or nothing if there are none.
pub(crate) fn without_nulls(json: &str) -> Option<String> {
    let mut value: Value = serde_json::from_str(json).ok()?;
    let with_nulls = value.to_string();
    match &mut value {
        Value::Object(entries) => entries.retain(|_, value| is_kept(value)),
        other => _ = is_kept(other),
    }
    let without_nulls = value.to_string();
    (without_nulls != with_nulls).then_some(without_nulls)
}

/// Returns whether the value is there, after removing the nulls of an array. Objects are left alone:
/// they read null themselves.
fn is_kept(value: &mut Value) -> bool {
    if let Value::Array(items) = value {
        items.retain_mut(is_kept);
    }
    !value.is_null()
}
