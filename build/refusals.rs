//! What stops the build: sentences that each begin with the place in the document they are about. They are collected,
//! so that whoever edits the document learns of all its slips in one build.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

/// A place in the document, such as `paths > /things > get`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place(String);

impl Place {
    pub fn inside(&self, key: impl fmt::Display) -> Place {
        if self.0.is_empty() {
            return Place(key.to_string());
        }
        Place(format!("{} > {key}", self.0))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        f.write_str(&self.0)
    }
}

/// Sentences, in the order in which they were found. `Display` writes each on a line of its own.
#[derive(Debug, Default)]
pub struct Refusals {
    sentences: RefCell<Vec<String>>,
}

impl Refusals {
    /// Notes why the document cannot be honoured in this place.
    pub fn refuse(&self, place: &Place, why: impl fmt::Display) {
        self.add(format!("{place}: {why}"));
    }

    /// Takes a name for what stands in this place, unless Rust has none for it or something else has taken it.
    pub fn unless_free(&self, name: &str, taken: &mut BTreeSet<String>, place: &Place) {
        if name.is_empty() {
            self.refuse(place, "no Rust name can be made of it");
        } else if !taken.insert(name.to_owned()) {
            self.refuse(place, format!("its Rust name {name} is taken"));
        }
    }

    /// Notes a sentence that has no place.
    pub fn add(&self, sentence: String) {
        let mut sentences = self.sentences.borrow_mut();
        // What two operations share is found twice.
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }

    /// Ends the build here if something has been refused so far.
    pub fn stop_if_any(&self) -> Result<(), Refusals> {
        let sentences = self.sentences.take();
        if sentences.is_empty() {
            return Ok(());
        }
        Err(Refusals {
            sentences: RefCell::new(sentences),
        })
    }
}

impl From<String> for Refusals {
    fn from(sentence: String) -> Refusals {
        let refusals = Refusals::default();
        refusals.add(sentence);
        refusals
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences.borrow().join("\n"))
    }
}
