//! What stops the build: sentences that each begin with the place in the document they are about.
//! They are collected, so that whoever edits the document learns of all its slips in one build.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use super::lines;

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
    sentences: RefCell<Vec<Sentence>>,
}

#[derive(Debug, PartialEq)]
struct Sentence {
    /// The line that it is about, if that is known.
    line: Option<usize>,
    text: String,
}

impl Refusals {
    /// Refuses the document for one line of it.
    pub fn in_line(line: usize, text: String) -> Refusals {
        let line = Some(line);
        Refusals {
            sentences: RefCell::new(vec![Sentence { line, text }]),
        }
    }

    /// Notes why the document cannot be honoured in this place.
    pub fn refuse(&self, place: &Place, why: impl fmt::Display) {
        self.add(format!("{place}: {why}"));
    }

    /// Takes a name for what stands in this place, unless Rust has none for it or something else
    /// has taken it.
    pub fn unless_free(&self, name: &str, taken: &mut BTreeSet<String>, place: &Place) {
        if name.is_empty() {
            self.refuse(place, "no Rust name can be made of it");
        } else if !taken.insert(name.to_owned()) {
            self.refuse(place, format!("its Rust name {name} is taken"));
        }
    }

    /// Notes a sentence that has no place.
    pub fn add(&self, text: String) {
        let mut sentences = self.sentences.borrow_mut();
        let sentence = Sentence { line: None, text };
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

    /// The sentences with the file and the line in front, as compilers write them. `yaml` is what
    /// is in the file.
    #[allow(dead_code)] // Not all tests call it.
    pub fn in_file(&self, file: &str, yaml: &str) -> Vec<String> {
        let mut told = Vec::new();
        for Sentence { line, text } in self.sentences.borrow().iter() {
            let place = text.split(": ").next().unwrap_or_default();
            told.push(match line.or_else(|| lines::of_place(yaml, place)) {
                Some(line) => format!("{file}:{line}: {text}"),
                None => format!("{file}: {text}"),
            });
        }
        told
    }
}

impl From<String> for Refusals {
    fn from(sentences: String) -> Refusals {
        let refusals = Refusals::default();
        // The passes over progenitor's code put theirs together.
        for sentence in sentences.lines() {
            refusals.add(sentence.to_owned());
        }
        refusals
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for Sentence { line, text } in self.sentences.borrow().iter() {
            lines.push(match line {
                Some(line) => format!("line {line}: {text}"),
                None => text.clone(),
            });
        }
        f.write_str(&lines.join("\n"))
    }
}
