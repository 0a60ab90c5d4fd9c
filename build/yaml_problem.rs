//! What the parser of YAML says of a text that is none. It tells the places in its words only.

/// What the parser says, and where.
pub struct Problem {
    pub words: String,
    /// Where the parser could not go on. That is often behind the slip.
    pub at: Mark,
    /// Where that begins which the parser could not end: a mapping, a text in quotes.
    pub since: Option<Mark>,
}

/// A place in the text. Both numbers begin with 1.
#[derive(Clone, Copy)]
pub struct Mark {
    pub line: usize,
    pub column: usize,
}

/// The parser names no place if it is this one.
const BEGIN: Mark = Mark { line: 1, column: 1 };

impl Problem {
    pub fn read(error: &serde_yaml_ng::Error, text: &str) -> Problem {
        let told = error.to_string();
        let words = told.split(" at ").next().unwrap_or_default();
        let words = words.split(", while ").next().unwrap_or_default();
        let words = words.to_owned();
        if let Some(offset) = told.split(" at position ").nth(1) {
            return Problem {
                words,
                at: mark_of_offset(text, offset),
                since: None,
            };
        }
        // Such as "no colon at line 3 column 4, while scanning a key at line 2 column 1".
        let mut marks = told.split(" at line ").skip(1).filter_map(mark);
        Problem {
            words,
            at: marks.next().unwrap_or(BEGIN),
            since: marks.next(),
        }
    }

    /// Returns where the slip begins, as far as the parser knows.
    pub fn begin(&self) -> Mark {
        self.since.unwrap_or(self.at)
    }
}

/// Reads `3 column 4, while scanning ..`.
fn mark(text: &str) -> Option<Mark> {
    let (line, rest) = text.split_once(" column ")?;
    let column = rest.split(',').next()?;
    Some(Mark {
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}

fn mark_of_offset(text: &str, offset: &str) -> Mark {
    let offset = offset.parse().unwrap_or_default();
    let before = text.get(..offset).unwrap_or_default();
    Mark {
        line: before.matches('\n').count() + 1,
        column: 1,
    }
}
