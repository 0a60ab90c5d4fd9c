//! Names in Rust, derived from the names and the enum values of the document.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::refusals::{Place, Refusals};
use super::schema::Schema;

/// Names that would be confusing for a type, since the prelude or the module has them.
const NAMED: [&str; 6] = ["Box", "Option", "Result", "String", "UnknownValue", "Vec"];

/// Returns the name of a field, a setter or a method.
pub fn field_name(name: &str) -> String {
    let snake = name.replace('\'', "").to_snake_case();
    free_of_keywords(after_a_letter(snake, "x"))
}

/// Returns the name of a type that is made of a schema.
pub fn schema_name(name: &str) -> String {
    let name = type_name(name);
    if NAMED.contains(&name.as_str()) {
        return format!("{name}_");
    }
    name
}

/// Returns the name of a type or of a value of an enum.
pub fn type_name(name: &str) -> String {
    let camel = name.replace('\'', "").to_upper_camel_case();
    free_of_keywords(after_a_letter(camel, "X"))
}

/// Returns the name of a type that stands inside another and has none of its own.
pub fn part_name(whole: &str, part: &str) -> String {
    format!("{whole}{}", part.to_upper_camel_case())
}

/// Returns whether Rust allows the name. syn does not know `gen`, a keyword of edition 2024.
pub fn is_name(name: &str) -> bool {
    name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Takes a name for what stands at this place. Refuses a name that Rust does not allow or that is
/// taken.
pub fn take(name: &str, taken: &mut BTreeSet<String>, place: &Place, refusals: &Refusals) {
    if !is_name(name) {
        refusals.refuse(place, "no Rust name can be made of it");
    } else if !taken.insert(name.to_owned()) {
        refusals.refuse(place, format!("its Rust name {name} is taken"));
    }
}

fn after_a_letter(name: String, letter: &str) -> String {
    if name.starts_with(|first: char| first.is_numeric()) {
        return format!("{letter}{name}");
    }
    name
}

fn free_of_keywords(name: String) -> String {
    if name.is_empty() || is_name(&name) {
        return name;
    }
    format!("{name}_")
}

/// A value of an enum.
pub struct Variant {
    /// The value as Atlas writes it.
    pub value: String,
    /// Its name in Rust.
    pub name: String,
}

/// Returns a name for each value of a schema that is an enum. Null is no value: a property may be
/// null in any case.
pub fn of_enum(schema: &Schema, refusals: &Refusals) -> Vec<Variant> {
    if !schema.is_enum() {
        return Vec::new();
    }
    let place = schema.place.inside("enum");
    let mut taken = BTreeSet::from(["Unknown".to_owned()]);
    let mut variants = Vec::new();
    for value in &schema.values {
        if value.is_null() {
            continue;
        }
        let Some(text) = value.as_str() else {
            refusals.refuse(&place, format!("{value} is no text; put it in quotes"));
            continue;
        };
        let name = free_name(text, &taken);
        taken.insert(name.clone());
        variants.push(Variant {
            value: text.to_owned(),
            name,
        });
    }
    variants
}

/// Returns the name of a value. If another value with the same letters has it, the value keeps its
/// capitals or gets a number. `Unknown` is reserved for values that are not listed.
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
    if has_capitals && is_name(&letters) && !taken.contains(&letters) {
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
