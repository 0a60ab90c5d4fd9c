//! How much memory the values of a JSON text may take. A text of eight mebibytes can hold millions
//! of values, each of which takes many times its length.

/// What an object takes: as a struct, or as a map with one property, which has room for eleven.
const OBJECT: usize = 950;
/// What an array takes that is not empty: it has room for four.
const ARRAY: usize = 256;
/// What any value takes where it stands, read once in passing and once to stay.
const VALUE: usize = 72;

/// Returns whether the values may take more than `limit` bytes.
pub(crate) fn may_take_more_than(limit: usize, json: &[u8]) -> bool {
    // Each byte adds no more than that, so nearly all bodies are too short to be looked at.
    let most_for_a_byte = OBJECT + 1;
    json.len() > limit / most_for_a_byte && estimated_memory(json) > limit
}

/// Returns an estimate in bytes, without reading the values: by the marks between them.
fn estimated_memory(json: &[u8]) -> usize {
    let mut memory = json.len();
    let mut rest = json.iter().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => skip_text(&mut rest),
            b',' => memory += VALUE,
            b'{' => memory += OBJECT,
            b'[' if rest.peek() != Some(&&b']') => memory += ARRAY,
            _ => {}
        }
    }
    memory
}

/// Skips what is left of a text, its last quote included.
fn skip_text<'a>(rest: &mut impl Iterator<Item = &'a u8>) {
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
