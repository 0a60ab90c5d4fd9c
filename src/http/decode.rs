//! What JSON goes through before it is decoded: an estimate of the memory that its values take, and
//! the removal of nulls that no type reads.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

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

/// Returns the answer without them, or nothing if there are none.
pub(crate) fn left_out(body: &[u8]) -> Option<String> {
    let kept: Kept = serde_json::from_slice(body).ok()?;
    kept.lacks_some.then_some(kept.json)
}

/// JSON of an array or an object, without what is null in it.
struct Kept {
    json: String,
    lacks_some: bool,
}

impl Kept {
    fn begin(bracket: char) -> Self {
        Kept {
            json: bracket.into(),
            lacks_some: false,
        }
    }

    fn end(mut self, bracket: char) -> Self {
        self.json.push(bracket);
        self
    }

    /// Adds an item, or an entry, of which `name` is the beginning.
    fn add(&mut self, name: &str, value: &RawValue) {
        let value = value.get();
        if value == "null" {
            self.lacks_some = true;
            return;
        }
        if self.json.len() > 1 {
            self.json.push(',');
        }
        self.json.push_str(name);
        match left_out_of_array(value) {
            Some(array) => {
                self.lacks_some = true;
                self.json.push_str(&array);
            }
            None => self.json.push_str(value),
        }
    }
}

/// Objects within are left alone: they read null themselves.
fn left_out_of_array(json: &str) -> Option<String> {
    if !json.starts_with('[') {
        return None;
    }
    left_out(json.as_bytes())
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Kept, D::Error> {
        json.deserialize_any(KeptVisitor)
    }
}

struct KeptVisitor;

impl<'de> Visitor<'de> for KeptVisitor {
    type Value = Kept;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array or an object")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut json: S) -> Result<Kept, S::Error> {
        let mut kept = Kept::begin('[');
        while let Some(item) = json.next_element()? {
            kept.add("", item);
        }
        Ok(kept.end(']'))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut json: M) -> Result<Kept, M::Error> {
        let mut kept = Kept::begin('{');
        while let Some((name, value)) = json.next_entry::<String, &RawValue>()? {
            let name = serde_json::Value::from(name);
            kept.add(&format!("{name}:"), value);
        }
        Ok(kept.end('}'))
    }
}
