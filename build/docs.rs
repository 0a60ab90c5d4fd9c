//! The docs of what is generated: of a method with its example, of a builder and of its setters.

use std::fmt::Display;

use serde_json::Value;

use super::checks::Pattern;
use super::operation::Operation;
use super::parameter::Parameter;
use super::schema::{Kind, Schema};
use super::types::{Property, Type, Types};

/// Returns text of the document with its code marked as text, which rustdoc would run as a test.
pub fn harmless(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence = None;
    for line in text.lines() {
        let marks = ["```", "~~~"];
        let mark = marks.into_iter().find(|mark| line.trim().starts_with(mark));
        lines.push(match (fence, mark) {
            (None, None) => without_indent(line),
            (None, Some(mark)) => format!("{mark}text"),
            (Some(_), _) => line.to_owned(),
        });
        if fence.is_none() {
            fence = mark;
        } else if fence == Some(line.trim()) {
            fence = None;
        }
    }
    lines.extend(fence.map(str::to_owned));
    lines.join("\n")
}

/// Removes an indentation of four spaces, which makes a code block, even after a list marker.
fn without_indent(line: &str) -> String {
    let text = line.trim_start();
    let indent = (line.len() - text.len()).min(2);
    let text = match text.split_once([' ', '\t']) {
        Some((mark @ ("-" | "*" | "+"), rest)) => format!("{mark} {}", rest.trim_start()),
        _ => text.to_owned(),
    };
    format!("{}{text}", " ".repeat(indent))
}

/// Writes the docs of the method of an operation: what the document says, what is sent, and an
/// example.
pub fn of_method(operation: &Operation, types: &Types) -> String {
    let summary = harmless(&operation.summary);
    let description = harmless(&operation.description);
    let path = &operation.path;
    let accept = &operation.accept;
    let newest = match operation.has_older {
        true => ", the newest documented version",
        false => "",
    };
    let page = match &operation.page {
        Some(url) => format!(" See its [page in MongoDB's reference]({url})."),
        None => String::new(),
    };
    let example = example(operation, types);
    format!(
        "{summary}\n\n{description}\n\nSends `GET {path}` with `Accept: {accept}`{newest}.{page}\n\n\
         {example}"
    )
}

/// Writes the docs of a builder: what it requires, and the example of its method.
pub fn of_builder(operation: &Operation, types: &Types) -> String {
    let method = &operation.name;
    let mut docs = format!("A request of [`Client::{method}`](super::Client::{method})");
    let mut separator = ", which requires ";
    for parameter in &operation.parameters {
        if parameter.required {
            docs += &format!("{separator}`{}`", parameter.name);
            separator = ", ";
        }
    }
    format!("{docs}.\n\n{}", example(operation, types))
}

/// Writes an example as a block of code that compiles: a call with the arguments that it needs, and
/// a use of the response that prints no secret, such as the URL of a download.
fn example(operation: &Operation, types: &Types) -> String {
    let response = types.get(&operation.response);
    let is_job = response.is_some_and(Type::is_job);
    let import = if is_job {
        "use atlas_backup::Job;\n\n"
    } else {
        ""
    };
    let mut call = format!("let response = client\n    .{}()\n", operation.name);
    for parameter in &operation.parameters {
        if parameter.required {
            call += &format!("    .{}({})\n", parameter.name, parameter.example);
        }
    }
    let shown = match response {
        _ if is_job => USE_OF_JOB.to_owned(),
        Some(response) => use_of_struct(response, types),
        None => "println!(\"{}\", response.status());\n".to_owned(),
    };
    format!(
        "```no_run\n{import}\
         # async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {{\n\
         {call}    .send()\n    .await?;\n{shown}# Ok(())\n# }}\n```"
    )
}

const USE_OF_JOB: &str = "match response.outcome() {
    Some(outcome) => println!(\"finished: {outcome}\"),
    None => println!(\"not finished yet\"),
}
";

/// Shows the first property that cannot be a secret.
fn use_of_struct(response: &Type, types: &Types) -> String {
    for property in &response.properties {
        let schema = &response.schema.properties[&property.json_name];
        if let Some(shown) = shown(property, schema, types) {
            return format!("println!({shown});\n");
        }
    }
    "println!(\"{}\", response.status());\n".to_owned()
}

fn shown(property: &Property, schema: &Schema, types: &Types) -> Option<String> {
    let field = &property.field;
    if property.deprecated.is_some() {
        return None;
    }
    let named = schema.type_name().and_then(|name| types.get(name));
    let is_enum = named.is_some_and(|it| it.schema.is_enum());
    if schema.kind == Some(Kind::Array) {
        return Some(format!("\"{{}}\", response.{field}.len()"));
    }
    let is_plain = matches!(schema.kind, Some(Kind::Integer | Kind::Boolean));
    if is_plain || is_enum || schema.is_moment() {
        return Some(format!("\"{{:?}}\", response.{field}"));
    }
    None
}

/// Writes the docs of a setter: what the document says, whether the argument is required, its form,
/// and an example.
pub fn of_setter(parameter: &Parameter) -> String {
    let api_name = &parameter.api_name;
    let need = match parameter.required {
        true => "required",
        false => "optional",
    };
    let mut facts = format!("Sets the {need} parameter `{api_name}`");
    let mut separator = ": ";
    if let Some(form) = form(parameter) {
        facts += &format!("{separator}{form}");
        separator = ", ";
    }
    let example = parameter.example.trim_matches('"');
    if parameter.required && example != super::example::NONE {
        facts += &format!("{separator}such as `{example}`");
    }
    match harmless(&parameter.docs).as_str() {
        "" => format!("{facts}."),
        docs => format!("{docs}\n\n{facts}."),
    }
}

fn form(parameter: &Parameter) -> Option<String> {
    let schema = &parameter.schema;
    if let Some(pattern) = &schema.pattern {
        return Some(Pattern::read(pattern).describe(pattern));
    }
    if let Some(number) = range(schema.number("minimum"), schema.number("maximum")) {
        return Some(number);
    }
    if let Some(length) = range(schema.count("minLength"), schema.count("maxLength")) {
        return Some(format!("{length} characters"));
    }
    if let Some(count) = range(schema.count("minItems"), schema.count("maxItems")) {
        return Some(format!("{count} items"));
    }
    values(&schema.values)
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
    let mut texts = Vec::new();
    for text in values.iter().filter_map(Value::as_str) {
        texts.push(format!("`{text}`"));
    }
    let last = texts.pop()?;
    if texts.is_empty() {
        return Some(last);
    }
    Some(format!("{} or {last}", texts.join(", ")))
}
