//! The values of an enum and their names in Rust.

use std::collections::BTreeSet;

use super::name::{is_name, type_name};
use super::refusals::Refusals;
use super::schema_object::Schema;

pub struct Variant {
    /// The value as Atlas writes it.
    pub value: String,
    /// Its name in Rust.
    pub name: String,
}

/// Finds a name for each value of an enum. Null is not one: it is read whether it stands among the
/// values or not.
pub fn of_enum(schema: &Schema, refusals: &Refusals) -> Vec<Variant> {
    let place = schema.place.inside("enum");
    let mut taken = BTreeSet::from(["Unknown".to_owned()]);
    let mut variants: Vec<Variant> = Vec::new();
    for value in &schema.values {
        if value.is_null() {
            continue;
        }
        let Some(text) = value.as_str() else {
            refusals.refuse(&place, format!("{value} is no text; put it in quotes"));
            continue;
        };
        let is_again = variants.iter().any(|known| known.value == text);
        if is_again {
            refusals.refuse(&place, format!("{value} is listed twice"));
            continue;
        }
        let name = free_name(text, &taken);
        taken.insert(name.clone());
        variants.push(Variant {
            value: text.to_owned(),
            name,
        });
    }
    variants
}

/// Returns the name of a value. If another value has it, since their letters are the same, the
/// value keeps its capitals or gets a number. `Unknown` is what all values are that are not listed.
fn free_name(value: &str, taken: &BTreeSet<String>) -> String {
    let usual = match type_name(value) {
        name if is_name(&name) => name,
        _ => type_name(&name_of_symbols(value)),
    };
    if !taken.contains(&usual) {
        return usual;
    }
    let letters: String = value
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    let has_capitals = letters.starts_with(char::is_uppercase);
    if has_capitals && !taken.contains(&letters) {
        return letters;
    }
    let mut number = 2;
    while taken.contains(&format!("{usual}{number}")) {
        number += 1;
    }
    format!("{usual}{number}")
}

/// Returns words for a value without a letter or a digit.
fn name_of_symbols(value: &str) -> String {
    if value.is_empty() {
        return "empty".to_owned();
    }
    let words: Vec<_> = value.chars().map(name_of_symbol).collect();
    words.join("-")
}

fn name_of_symbol(symbol: char) -> &'static str {
    match symbol {
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '%' => "percent",
        '.' => "dot",
        _ => "symbol",
    }
}
