//! Reads the text of the document: its value as JSON, and the line of each part of it.

use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::{Map, Number, Value};

use super::refusals::{Lines, Refusals, item_name};

/// The deepest nesting of values. Deeper ones would overflow the stack in the passes that follow.
const DEPTH: usize = 128;

/// How many values all aliases may expand to, since aliases of aliases grow exponentially.
const ALIASED: usize = 1_000_000;

type Result<T> = std::result::Result<T, Refusals>;

/// A value of the document.
#[derive(Clone)]
pub struct Part {
    pub value: Value,
    pub lines: Lines,
}

/// Reads the text, which holds one value.
pub fn read(text: &str) -> Result<Part> {
    if let Some(line) = conflict(text) {
        return Err(slip(line, "git left a conflict marker here"));
    }
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        text,
        anchors: BTreeMap::new(),
        aliased: 0,
    };
    let mut document = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(..) if document.is_some() => {
                let why = "--- begins a second document; write one only";
                return Err(slip(line_of(span), why));
            }
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            event => document = Some(reader.part(event, span, 0)?),
        }
    }
    Ok(document.unwrap_or_else(|| leaf(Value::Null, 1)))
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    text: &'a str,
    /// The values that aliases refer to.
    anchors: BTreeMap<usize, Part>,
    /// How many values aliases have expanded to so far.
    aliased: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span)> {
        loop {
            match self.parser.next() {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok(next)) => return Ok(next),
                Some(Err(error)) => return Err(explain(&error)),
                None => return Ok((Event::StreamEnd, Span::default())),
            }
        }
    }

    fn part(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Part> {
        let line = line_of(span);
        if depth > DEPTH {
            return Err(slip(line, &format!("nested deeper than {DEPTH} levels")));
        }
        let (part, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                check_tag(tag.as_deref(), line)?;
                (leaf(scalar(&text, style, tag.as_deref()), line), anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                check_tag(tag.as_deref(), line)?;
                (self.sequence(line, depth)?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                check_tag(tag.as_deref(), line)?;
                (self.mapping(line, depth)?, anchor)
            }
            Event::Alias(anchor) => (self.alias(anchor, line)?, 0),
            _ => return Err(slip(line, "not valid YAML")),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, part.clone());
        }
        Ok(part)
    }

    fn sequence(&mut self, line: usize, depth: usize) -> Result<Part> {
        let mut items = Vec::new();
        let mut lines = Lines::new(line);
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                break;
            }
            let item = self.part(event, span, depth + 1)?;
            lines.insert(item_name(&item.value, items.len()), item.lines);
            items.push(item.value);
        }
        let value = items.into();
        Ok(Part { value, lines })
    }

    fn mapping(&mut self, line: usize, depth: usize) -> Result<Part> {
        let mut entries = Map::new();
        let mut lines = Lines::new(line);
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let line = line_of(span);
            self.check_indent(span)?;
            let Some(key) = key(&event) else {
                let why = "a key must be text; put it in quotes";
                return Err(slip(line, why));
            };
            if let Some(first) = lines.get(&key) {
                let first = first.line;
                let why = format!("the key {key} stands here again, after line {first}");
                return Err(slip(line, &why));
            }
            let (event, span) = self.next()?;
            let mut entry = self.part(event, span, depth + 1)?;
            entry.lines.line = line;
            lines.insert(key.clone(), entry.lines);
            entries.insert(key, entry.value);
        }
        let value = entries.into();
        Ok(Part { value, lines })
    }

    /// Refuses a tab before a key, which the parser takes for a space behind the dash of an item.
    fn check_indent(&self, span: Span) -> Result<()> {
        let start = span.start.byte_offset().unwrap_or_default();
        let before = self.text.get(..start).unwrap_or_default();
        let indent = before.rsplit('\n').next().unwrap_or_default();
        let text = indent.trim_start();
        let text = text.trim_matches('-');
        if indent.contains('\t') && text.trim().is_empty() {
            return Err(slip(line_of(span), "a tab; YAML allows only spaces there"));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<Part> {
        let Some(part) = self.anchors.get(&anchor) else {
            return Err(slip(line, "an alias within the value that it stands for"));
        };
        self.aliased += part.lines.count();
        if self.aliased > ALIASED {
            return Err(slip(line, "the aliases stand for too many values"));
        }
        Ok(part.clone())
    }
}

fn line_of(span: Span) -> usize {
    span.start.line()
}

fn leaf(value: Value, line: usize) -> Part {
    let lines = Lines::new(line);
    Part { value, lines }
}

fn slip(line: usize, why: &str) -> Refusals {
    Refusals::in_line(line, why.to_owned())
}

/// Returns the text of a key. An empty key and null are mistakes.
fn key(event: &Event) -> Option<String> {
    let Event::Scalar(text, style, ..) = event else {
        return None;
    };
    let is_null = *style == ScalarStyle::Plain && plain(text).is_null();
    (!is_null).then(|| text.to_string())
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let is_text = match tag {
        Some(tag) => tag.suffix() == "str",
        None => style != ScalarStyle::Plain,
    };
    if is_text { text.into() } else { plain(text) }
}

/// Refuses tags other than YAML's own.
fn check_tag(tag: Option<&Tag>, line: usize) -> Result<()> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() => {
            Err(slip(line, "a text that begins with ! must be in quotes"))
        }
        _ => Ok(()),
    }
}

/// Returns the value of a scalar without quotes, by the core schema of YAML 1.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|first: char| first == '.' || first.is_ascii_digit()) {
        return None;
    }
    // An id such as 0042 keeps its zeros.
    let is_padded = unsigned.len() > 1 && unsigned.starts_with('0');
    if is_padded && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix).ok().map(Number::from);
        }
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    Number::from_f64(text.parse().ok()?)
}

fn conflict(text: &str) -> Option<usize> {
    let marks = ["<<<<<<< ", ">>>>>>> "];
    let is_mark = |line: &str| marks.iter().any(|mark| line.starts_with(mark));
    let index = text.lines().position(is_mark)?;
    Some(index + 1)
}

/// Returns what the parser reports, with a hint for mistakes that it detects one line late.
fn explain(error: &ScanError) -> Refusals {
    let hint = match error.kind() {
        ErrorKind::MappingValueNotAllowed | ErrorKind::SimpleKeyExpected => {
            "; is a colon, or the space behind one, missing here or in the line above, or a text \
             with a colon without quotes?"
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "; is a quote not closed in a line above, or part of the text?"
        }
        _ => "",
    };
    let why = format!("not valid YAML: {}{hint}", error.info());
    slip(error.marker().line(), &why)
}
