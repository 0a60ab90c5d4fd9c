//! An argument for the example in the docs of a method, written as Rust: the one of the document if
//! it fits, or one that is made up so that it does.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::document::{Location, ParameterObject};
use super::schema::{Kind, Schema};

/// Stands where an argument would, if none is known that fits.
pub const NONE: &str = "...";

/// The most items of an example.
const ITEMS: u64 = 100;

/// The most characters of a text that is made up.
const CHARACTERS: usize = 1000;

/// The time limit for matching a pattern, which a busy machine does not exceed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes an argument for a parameter. `item` is the Rust type of its items if it is an array of
/// enums.
pub fn of(parameter: &ParameterObject, schema: &Schema, item: Option<&str>) -> String {
    let is_text = parameter.location == Location::Path;
    match (schema.kind, schema.format.as_deref()) {
        (Some(Kind::String), Some("date-time")) if !is_text => {
            return "chrono::DateTime::UNIX_EPOCH".to_owned();
        }
        (Some(Kind::String), Some("date")) if !is_text => {
            return "chrono::NaiveDate::default()".to_owned();
        }
        _ => {}
    }
    let documented = parameter.example.as_ref().or(schema.example.as_ref());
    match &schema.items {
        Some(of_item) => list(documented, schema, of_item, item),
        None => one(documented, schema),
    }
}

/// Writes the least number of items that is allowed, but at least one.
fn list(documented: Option<&Value>, schema: &Schema, item: &Schema, name: Option<&str>) -> String {
    let documented = documented
        .and_then(|example| example.get(0))
        .or(item.example.as_ref());
    let count = schema.count("minItems").unwrap_or(1).clamp(1, ITEMS);
    let mut items = Vec::new();
    for index in 0..count {
        let text = match item.values.get(index as usize) {
            Some(value) => one(Some(value), item),
            None => one(documented, item),
        };
        items.push(match (item.kind, name) {
            (Some(Kind::String), Some(name)) => {
                format!("atlas_backup::types::{name}::from({text})")
            }
            (Some(Kind::String), None) => format!("{text}.to_owned()"),
            _ => text,
        });
    }
    format!("vec![{}]", items.join(", "))
}

fn one(documented: Option<&Value>, schema: &Schema) -> String {
    match schema.kind {
        Some(Kind::Integer) => integer(documented, schema),
        Some(Kind::Number) => format!("{:?}", number(documented, schema)),
        Some(Kind::Boolean) => (documented != Some(&Value::Bool(false))).to_string(),
        _ => format!("{:?}", text(documented, schema)),
    }
}

fn integer(documented: Option<&Value>, schema: &Schema) -> String {
    let integer = number(documented, schema) as i64;
    // An integer without a type is an `i32`.
    match i32::try_from(integer) {
        Ok(small) => small.to_string(),
        Err(_) => format!("{integer}_i64"),
    }
}

fn number(documented: Option<&Value>, schema: &Schema) -> f64 {
    let least = schema.number("minimum").unwrap_or(f64::MIN);
    let most = schema.number("maximum").unwrap_or(f64::MAX);
    let first = documented.or(schema.values.first());
    first
        .and_then(Value::as_f64)
        .unwrap_or(1.0)
        .max(least)
        .min(most)
}

fn text(documented: Option<&Value>, schema: &Schema) -> String {
    // YAML reads some ids as numbers.
    let documented = match documented {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let known = schema
        .values
        .iter()
        .find_map(Value::as_str)
        .map(str::to_owned);
    let pattern = schema.pattern.as_deref().and_then(of_pattern);
    let length = schema
        .count("minLength")
        .unwrap_or(1)
        .clamp(1, CHARACTERS as u64);
    let letters = "a".repeat(length as usize);
    for text in [documented, known, pattern, Some(letters)]
        .into_iter()
        .flatten()
    {
        if fits(&text, schema) {
            return text;
        }
    }
    NONE.to_owned()
}

/// Returns whether a text is within the limits of its schema.
fn fits(text: &str, schema: &Schema) -> bool {
    if schema.is_enum() {
        return schema.values.iter().any(|value| value == text);
    }
    let length = text.chars().count() as u64;
    let is_long_enough = length >= schema.count("minLength").unwrap_or(1);
    let is_short_enough = length <= schema.count("maxLength").unwrap_or(u64::MAX);
    is_long_enough && is_short_enough && matches(text, schema)
}

/// Returns whether a text matches, if that can be found out in time. Some patterns backtrack for
/// ever and cannot be stopped: their thread ends with the build script.
fn matches(text: &str, schema: &Schema) -> bool {
    let Some(pattern) = schema.pattern.clone() else {
        return true;
    };
    let text = text.to_owned();
    let (found, is_found) = mpsc::channel();
    thread::spawn(move || {
        let regex = regress::Regex::new(&pattern);
        let is_match = regex.is_ok_and(|regex| regex.find(&text).is_some());
        let _nobody_waits = found.send(is_match);
    });
    is_found.recv_timeout(PATIENCE).unwrap_or(false)
}

/// Makes a text for a pattern of ECMA 262, if its parts are common ones. The caller checks that the
/// text matches.
pub fn of_pattern(pattern: &str) -> Option<String> {
    let mut parser = Parser {
        rest: pattern.chars().collect(),
        at: 0,
    };
    let text = parser.alternatives()?;
    (parser.at == parser.rest.len()).then_some(text)
}

struct Parser {
    rest: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    /// Returns the first of several that are divided by `|`.
    fn alternatives(&mut self) -> Option<String> {
        let text = self.sequence()?;
        while self.take_if('|') {
            self.sequence()?;
        }
        Some(text)
    }

    fn sequence(&mut self) -> Option<String> {
        let mut text = String::new();
        while let Some(next) = self.peek() {
            if next == '|' || next == ')' {
                break;
            }
            let part = self.part()?;
            let repeats = self.repeats()?;
            if text.len() + part.len() * repeats > CHARACTERS {
                return None;
            }
            text += &part.repeat(repeats);
        }
        Some(text)
    }

    fn part(&mut self) -> Option<String> {
        match self.take()? {
            '^' | '$' => Some(String::new()),
            '(' => self.group(),
            '[' => self.class(),
            '.' => Some("a".to_owned()),
            '\\' => Some(escaped(self.take()?)?.to_string()),
            plain => Some(plain.to_string()),
        }
    }

    fn group(&mut self) -> Option<String> {
        if self.take_if('?') && !self.take_if(':') {
            // A lookahead or a lookbehind.
            return None;
        }
        let text = self.alternatives()?;
        self.take_if(')').then_some(text)
    }

    /// Returns the first character of a class that is a letter or a digit, or else its first.
    fn class(&mut self) -> Option<String> {
        if self.peek()? == '^' {
            return None;
        }
        let mut chosen = None;
        while !self.take_if(']') {
            let letter = match self.take()? {
                '\\' => escaped(self.take()?)?,
                letter => letter,
            };
            let has_better = chosen.is_some_and(char::is_alphanumeric);
            let is_better = letter.is_alphanumeric() && !has_better;
            if chosen.is_none() || is_better {
                chosen = Some(letter);
            }
        }
        chosen.map(String::from)
    }

    /// Returns how often to repeat the part before: the least number allowed, or once if possible.
    fn repeats(&mut self) -> Option<usize> {
        if self.take_if('*') || self.take_if('+') || self.take_if('?') {
            return Some(1);
        }
        if !self.take_if('{') {
            return Some(1);
        }
        let mut digits = String::new();
        let mut is_first = true;
        while !self.take_if('}') {
            let next = self.take()?;
            is_first = is_first && next != ',';
            if is_first {
                digits.push(next);
            }
        }
        digits.parse().ok().filter(|least| *least <= CHARACTERS)
    }
}

fn escaped(letter: char) -> Option<char> {
    match letter {
        'd' => Some('1'),
        'w' => Some('a'),
        's' => Some(' '),
        'D' | 'W' | 'S' | 'b' | 'B' => None,
        plain if plain.is_alphanumeric() => None,
        plain => Some(plain),
    }
}
