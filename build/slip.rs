//! Slips in YAML, in the words of whoever edits the document. The parser speaks of scalars, simple
//! keys and tokens, and mostly of a place behind the slip.

use super::lines::{begins_with_key, indent, is_key, is_silent, opens_a_quote};
use super::yaml_problem::{Mark, Problem};

/// The line of a slip, and what is wrong there.
pub type Told = (usize, String);

const TAB: &str = "a tab in the indentation; YAML allows only spaces there";

/// Finds out what was meant.
pub fn explain(problem: &Problem, text: &str) -> Told {
    let page = Page {
        lines: text.lines().collect(),
    };
    if let Some(line) = page.conflict() {
        return (line, "git left a mark of a conflict here".to_owned());
    }
    let words = problem.words.as_str();
    if let Some(why) = simple(words) {
        return (problem.at.line, why.to_owned());
    }
    if let Some((_, key)) = words.split_once("duplicate entry with key ") {
        return page.key_twice(problem, key.trim_matches('"'));
    }
    match words {
        "found character that cannot start any token" | "did not find expected node content" => {
            page.odd_beginning(problem)
        }
        "could not find expected ':'" => page.no_colon(problem.begin().line),
        "mapping values are not allowed in this context" => page.second_colon(problem),
        "did not find expected key" | "did not find expected '-' indicator" => {
            page.out_of_place(problem)
        }
        "did not find expected ',' or ']'"
        | "did not find expected ',' or '}'"
        | "found unexpected end of stream" => page.not_closed(problem),
        "deserializing from YAML containing more than one document is not supported" => {
            page.second_document()
        }
        _ => (problem.at.line, format!("not valid YAML: {words}")),
    }
}

/// Tells of a key that is no text, which JSON cannot have.
pub fn explain_key(text: &str) -> Told {
    let is_odd = |line: &str| line.trim_start().starts_with(['&', '?', ':', '[', '{']);
    let index = text.lines().position(is_odd);
    let why = "a key that is empty or begins with a mark must be in quotes";
    (index.map_or(1, |index| index + 1), why.to_owned())
}

/// Returns what is told of the line in which the parser stopped, whatever stands there.
fn simple(words: &str) -> Option<&'static str> {
    match words {
        "found a tab character that violates indentation"
        | "found a tab character where an indentation space is expected" => Some(TAB),
        "found unknown escape character" => {
            Some("a backslash in double quotes begins an escape; put the text in single quotes")
        }
        "unknown anchor" | "did not find expected alphabetic or numeric character" => {
            Some("a text that begins with * or & must be in quotes")
        }
        "block sequence entries are not allowed in this context" => Some(
            "a list begins in a line of its own; a text that begins with a dash must be in quotes",
        ),
        "did not find expected comment or line break" => {
            Some("a text that begins with | or > must be in quotes")
        }
        "did not find expected whitespace or line break" => {
            Some("a text that begins with ! must be in quotes")
        }
        "could not find expected directive name"
        | "found unknown directive name"
        | "found unexpected non-alphabetical character" => {
            Some("a line that begins with % must be in quotes")
        }
        "found unexpected ':'" => Some("a colon within braces; put the text in quotes"),
        "control characters are not allowed" => Some("a control character in the text"),
        _ => None,
    }
}

fn is_mark_of_conflict(line: &str) -> bool {
    let marks = ["<<<<<<< ", ">>>>>>> "];
    line == "=======" || marks.iter().any(|mark| line.starts_with(mark))
}

/// The lines of the document. They are numbered from 1.
struct Page<'a> {
    lines: Vec<&'a str>,
}

impl Page<'_> {
    fn line(&self, number: usize) -> &str {
        let index = number.saturating_sub(1);
        self.lines.get(index).copied().unwrap_or_default()
    }

    /// Returns the last line before this one that says something.
    fn line_above(&self, number: usize) -> usize {
        let mut above = number.saturating_sub(1);
        while above > 1 && is_silent(self.line(above)) {
            above -= 1;
        }
        above
    }

    fn conflict(&self) -> Option<usize> {
        let index = self.lines.iter().position(|line| is_mark_of_conflict(line));
        index.map(|index| index + 1)
    }

    /// Returns the line up to a place, and from there on.
    fn split(&self, mark: Mark) -> (String, String) {
        let mut before: String = self.line(mark.line).to_owned();
        let place = before.char_indices().nth(mark.column.saturating_sub(1));
        let behind = match place {
            Some((index, _)) => before.split_off(index),
            None => String::new(),
        };
        (before, behind)
    }

    /// Tells of a text that begins with a character that nothing may begin with.
    fn odd_beginning(&self, problem: &Problem) -> Told {
        let (before, behind) = self.split(problem.at);
        let why = match behind.chars().next() {
            Some('\t') if before.trim().is_empty() => TAB.to_owned(),
            Some('\t') => "a tab; YAML allows only a space there".to_owned(),
            Some(odd) => format!("a text that begins with {odd} must be in quotes"),
            None => "something is missing at the end of the line".to_owned(),
        };
        (problem.at.line, why)
    }

    /// Tells of a quote, a bracket or a brace without a partner.
    fn not_closed(&self, problem: &Problem) -> Told {
        let begin = problem.begin();
        let (_, behind) = self.split(begin);
        let first = behind.chars().next();
        let (opened, or) = match first {
            Some(bracket @ ('[' | '{')) => (bracket, ", or a comma is missing behind it"),
            other => (other.unwrap_or(' '), ""),
        };
        let column = begin.column;
        let why = format!("the {opened} in column {column} is not closed{or}");
        (begin.line, why)
    }

    /// Tells of a line that is no key.
    fn no_colon(&self, number: usize) -> Told {
        let line = self.line(number).trim();
        let text = line.strip_prefix("- ").unwrap_or(line);
        let why = if text.starts_with('-') {
            format!("no space behind the dash: {text}")
        } else if text.contains(':') {
            format!("no space behind the colon: {text}")
        } else {
            format!("no colon in the line: {text}")
        };
        (number, why)
    }

    /// Tells of a line that is a key in a place where none can be.
    fn second_colon(&self, problem: &Problem) -> Told {
        let number = problem.at.line;
        let (before, _) = self.split(problem.at);
        if before.contains(": ") {
            let why = "a second colon in the line; put the text in quotes";
            return (number, why.to_owned());
        }
        let above = self.line_above(number);
        if !is_key(self.line(above)) {
            return self.no_colon(above);
        }
        let why = "indented deeper than the line above, whose key has a value already";
        (number, why.to_owned())
    }

    /// Tells of something with which the mapping or the list before it cannot go on.
    fn out_of_place(&self, problem: &Problem) -> Told {
        let number = problem.at.line;
        let line = self.line(number);
        let spaces = indent(line);
        if problem.at.column > spaces + 1 {
            return self.behind_the_end(problem);
        }
        let is_in_line = problem.begin().column == problem.at.column;
        let why = if !is_in_line {
            format!("indented by {spaces} spaces, like none of the lines that it could belong to")
        } else if line.trim().starts_with("- ") {
            "an item of a list among keys".to_owned()
        } else if line.trim().starts_with(':') {
            "no key before the colon".to_owned()
        } else {
            "a key among the items of a list".to_owned()
        };
        (number, why)
    }

    /// Tells of a line that goes on behind a text in quotes, or behind a closing brace.
    fn behind_the_end(&self, problem: &Problem) -> Told {
        let number = problem.at.line;
        let first = problem.begin().line;
        let unclosed = (first..number).find(|above| opens_a_quote(self.line(*above)));
        if let Some(above) = unclosed {
            let why = format!("a quote that is not closed: {}", self.line(above).trim());
            return (above, why);
        }
        let (_, rest) = self.split(problem.at);
        let why = format!(
            "text behind the end of the value, which must be in quotes as a whole: {}",
            rest.trim()
        );
        (number, why)
    }

    fn second_document(&self) -> Told {
        let mut lines = self.lines.iter();
        let index = lines.rposition(|line| line.starts_with("---"));
        let why = "--- begins a second document; there must be one";
        (index.map_or(1, |index| index + 1), why.to_owned())
    }

    /// Tells of a mapping that has a key twice. The parser names the line in which the mapping
    /// begins.
    fn key_twice(&self, problem: &Problem, key: &str) -> Told {
        let spaces = problem.at.column - 1;
        let mut found = Vec::new();
        for number in problem.at.line..=self.lines.len() {
            let line = self.line(number);
            let text: String = line.chars().skip(spaces).collect();
            if begins_with_key(&text, key) {
                found.push(number);
            }
            let is_next_one = indent(line) < spaces && !is_silent(line);
            if is_next_one && number > problem.at.line || found.len() == 2 {
                break;
            }
        }
        match found[..] {
            [first, second] => {
                let why = format!("the key {key} stands here again, after line {first}");
                (second, why)
            }
            _ => {
                let why = format!("the key {key} stands twice in the braces");
                (problem.at.line, why)
            }
        }
    }
}
