//! The docs of a setter: what the document says, whether the argument is required, its form, and an
//! example.

use std::fmt::Display;

use serde_json::Value;

use super::super::pattern;
use super::expected::Parameter;

/// Writes the docs.
pub fn write(parameter: &Parameter) -> String {
    let api_name = &parameter.api_name;
    let need = match parameter.required {
        true => "is required",
        false => "may be left out",
    };
    let mut facts = format!("Sets `{api_name}`, which {need}");
    let details = details(parameter);
    if !details.is_empty() {
        facts += &format!(": {details}");
    }
    match parameter.docs.as_str() {
        "" => format!("{facts}."),
        docs => format!("{docs}\n\n{facts}."),
    }
}

/// Returns the form and the example, such as "24 hexadecimal digits, such as `32b6..`".
fn details(parameter: &Parameter) -> String {
    let mut details = Vec::new();
    if let Some(form) = form(parameter) {
        details.push(form);
    }
    if parameter.required {
        details.push(format!("such as `{}`", parameter.example.trim_matches('"')));
    }
    details.join(", ")
}

fn form(parameter: &Parameter) -> Option<String> {
    let schema = &parameter.schema;
    if let Some(pattern) = &schema.pattern {
        return Some(pattern::describe(pattern));
    }
    let limits = &schema.limits;
    let number = range(limits.minimum, limits.maximum);
    let length = range(limits.min_length, limits.max_length);
    let count = range(limits.min_items, limits.max_items);
    match (number, length, count) {
        (Some(number), _, _) => Some(number),
        (_, Some(length), _) => Some(format!("{length} characters")),
        (_, _, Some(count)) => Some(format!("{count} items")),
        _ => values(&schema.values),
    }
}

fn range<T: Display>(least: Option<T>, most: Option<T>) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("{least} or more")),
        (None, Some(most)) => Some(format!("{most} or less")),
        (None, None) => None,
    }
}

/// Returns the values of an enum, in a sentence.
fn values(values: &[Value]) -> Option<String> {
    let texts: Vec<String> = values
        .iter()
        .filter_map(Value::as_str)
        .map(|text| format!("`{text}`"))
        .collect();
    match texts.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [others @ .., last] => Some(format!("{} or {last}", others.join(", "))),
    }
}
