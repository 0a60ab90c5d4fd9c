//! What stops the build: sentences, each with its place and line in the document. They are
//! collected, so that one build reports all mistakes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// A place in the document, such as `paths > /things > get`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place(Vec<String>);

impl Place {
    pub fn inside(&self, key: impl fmt::Display) -> Place {
        let mut steps = self.0.clone();
        steps.push(key.to_string());
        Place(steps)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        f.write_str(&self.0.join(" > "))
    }
}

/// Returns how a place names an item of a list: by its `name`, which is found sooner than a number.
pub fn item_name(item: &Value, index: usize) -> String {
    match item["name"].as_str() {
        Some(name) => name.to_owned(),
        None => index.to_string(),
    }
}

/// The line of a value of the document, and of all that stands in it.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub line: usize,
    inside: BTreeMap<String, Lines>,
}

impl Lines {
    pub fn new(line: usize) -> Lines {
        Lines {
            line,
            inside: BTreeMap::new(),
        }
    }

    pub fn insert(&mut self, key: String, lines: Lines) {
        self.inside.insert(key, lines);
    }

    pub fn get(&self, key: &str) -> Option<&Lines> {
        self.inside.get(key)
    }

    /// Returns how many values there are.
    pub fn count(&self) -> usize {
        1 + self.inside.values().map(Lines::count).sum::<usize>()
    }

    /// Returns the line of a place, or of as much of it as there is.
    fn of(&self, place: &Place) -> usize {
        let mut lines = self;
        for step in &place.0 {
            match lines.inside.get(step) {
                Some(inside) => lines = inside,
                None => break,
            }
        }
        lines.line
    }
}

/// Why the document is refused.
#[derive(Debug, PartialEq)]
struct Refusal {
    /// Line and place are unknown if the generator wrote something unexpected.
    line: Option<usize>,
    place: Option<Place>,
    why: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

/// Refusals in the order in which they were found. `Display` writes each on a line of its own.
#[derive(Debug, Default)]
pub struct Refusals {
    lines: Lines,
    found: RefCell<Vec<Refusal>>,
}

impl Refusals {
    pub fn new(lines: Lines) -> Refusals {
        Refusals {
            lines,
            found: RefCell::default(),
        }
    }

    /// Refuses the document for one line of it.
    pub fn in_line(line: usize, why: String) -> Refusals {
        let refusals = Refusals::default();
        refusals.add(Some(line), None, why);
        refusals
    }

    /// Adds a refusal of what stands at this place.
    pub fn refuse(&self, place: &Place, why: impl fmt::Display) {
        let line = self.lines.of(place);
        self.add(Some(line), Some(place.clone()), why.to_string());
    }

    fn add(&self, line: Option<usize>, place: Option<Place>, why: String) {
        let mut found = self.found.borrow_mut();
        let refusal = Refusal { line, place, why };
        // Two operations may share the part that is refused.
        if !found.contains(&refusal) {
            found.push(refusal);
        }
    }

    /// Fails if anything has been refused so far.
    pub fn stop_if_any(&self) -> Result<(), Refusals> {
        let found = self.found.take();
        if found.is_empty() {
            return Ok(());
        }
        Err(Refusals {
            lines: Lines::default(),
            found: found.into(),
        })
    }

    /// Returns the sentences with the file and the line in front, as compilers write them.
    #[allow(dead_code)] // Not all tests call it.
    pub fn in_file(&self, file: &str) -> Vec<String> {
        let mut sentences = Vec::new();
        for refusal in self.found.borrow().iter() {
            sentences.push(match refusal.line {
                Some(line) => format!("{file}:{line}: {refusal}"),
                None => format!("{file}: {refusal}"),
            });
        }
        sentences
    }
}

impl From<String> for Refusals {
    fn from(why: String) -> Refusals {
        let refusals = Refusals::default();
        refusals.add(None, None, why);
        refusals
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentences = Vec::new();
        for refusal in self.found.borrow().iter() {
            sentences.push(match refusal.line {
                Some(line) => format!("line {line}: {refusal}"),
                None => refusal.to_string(),
            });
        }
        f.write_str(&sentences.join("\n"))
    }
}
