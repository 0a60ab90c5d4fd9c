//! Names in Rust, derived from names in the document as progenitor derives them.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Types that the code of types names without a path.
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

/// Returns whether Rust can have it.
pub fn is_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
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
