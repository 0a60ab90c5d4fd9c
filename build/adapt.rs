//! Before generation: the document goes in as read; out come the operations, and a document that progenitor can work
//! with. What progenitor would ignore, decode wrongly or panic at is taken out because the crate's own code does it
//! (media types, errors, patterns of parameters), or is refused with its place and a sentence.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Value, json};

use super::document::{ensure, resolve};
use super::schemas::{Schemas, relax, rust_name};

/// What is known of an operation beyond what progenitor is told.
pub struct Operation {
    /// Name of the method.
    pub name: String,
    pub docs: String,
    pub path: String,
    /// The media type to ask for.
    pub accept: String,
    /// The note of `#[deprecated]`.
    pub deprecated: Option<String>,
    pub parameters: Vec<Parameter>,
}

pub struct Parameter {
    /// Name of the setter.
    pub name: String,
    pub api_name: String,
    pub in_path: bool,
    pub docs: String,
    pub example: String,
    /// A closure that passes an argument on or complains about it.
    pub check: Option<TokenStream>,
}

/// The operations, and the document for progenitor; the types that the operations bring along go into `schemas`.
pub fn adapt(schemas: &mut Schemas) -> Result<(Vec<Operation>, Value), String> {
    let mut operations = Vec::new();
    let mut adapted = json!({ "openapi": "3.0.3", "info": { "title": "", "version": "" }, "paths": {} });
    for (path, item) in schemas.document["paths"].as_object().into_iter().flatten() {
        if let Some(operation) = item.get("get") {
            let place = format!("paths > {path} > get");
            let (operation, bare) = adapt_operation(path, operation, &place, schemas)?;
            operations.push(operation);
            adapted["paths"][path]["get"] = bare;
        }
    }
    adapted["components"]["schemas"] = schemas.relaxed.clone().into();
    Ok((operations, adapted))
}

fn adapt_operation(path: &str, it: &Value, place: &str, schemas: &mut Schemas) -> Result<(Operation, Value), String> {
    let (id, document) = (text(&it["operationId"]), schemas.document);
    ensure(!id.is_empty(), || format!("{place}: operationId is missing; the method is named after it"))?;
    let (mut parameters, mut bare_parameters) = (Vec::<Parameter>::new(), Vec::new());
    for parameter in it["parameters"].as_array().into_iter().flatten() {
        let (parameter, bare) = adapt_parameter(resolve(document, parameter), &id, place, schemas)?;
        let is_taken = parameters.iter().any(|other| other.name == parameter.name);
        ensure(!is_taken, || format!("{place} > parameters > {}: its Rust name is taken", parameter.api_name))?;
        parameters.push(parameter);
        bare_parameters.push(bare);
    }
    let mut names: Vec<_> = path.split(['{', '}']).skip(1).step_by(2).collect();
    names.extend(parameters.iter().filter(|it| it.in_path).map(|it| it.api_name.as_str()));
    names.sort_unstable();
    let odd = names.chunk_by(|one, other| one == other).find(|same| same.len() == 1);
    ensure(odd.is_none(), || format!("{place} > parameters: {odd:?} must be in the path and among the parameters"))?;
    let (status, media_types, content) = success(document, &it["responses"], &format!("{place} > responses"))?;
    let (name, accept) = (id.to_snake_case(), media_types[0].to_owned());
    let (deprecated, schema) = (deprecation(it, content), &content["schema"]);
    let is_named = schema["$ref"]
        .as_str()
        .is_some_and(|target| schemas.relaxed.contains_key(target.rsplit('/').next().unwrap_or("")));
    ensure(is_named, || {
        format!(
            "{place} > responses > {status} > content > {accept}: needs a schema with a $ref to one with properties"
        )
    })?;
    let responses = json!({ status: { "description": "", "content": { "application/json": { "schema": schema } } } });
    let bare = json!({ "operationId": id, "parameters": bare_parameters, "responses": responses });
    let newest = if media_types.len() > 1 { ", the newest version that is documented" } else { "" };
    let arguments = parameters.iter().filter(|it| it.in_path).map(|it| format!("    .{}({:?})\n", it.name, it.example));
    let docs = format!(
        "{}\n\n{}\n\nSends `GET {path}` and asks for `{accept}`{newest}.\n\n```no_run\n\
         # async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {{\n\
         let answer = client\n    .{name}()\n{}    .send()\n    .await?;\nprintln!(\"{{:#?}}\", *answer);\n# Ok(())\n# }}\n```",
        text(&it["summary"]),
        text(&it["description"]),
        arguments.collect::<String>()
    );
    Ok((Operation { name, docs, path: path.to_owned(), accept, deprecated, parameters }, bare))
}

/// Splits a parameter into what progenitor is told and what the setter checks, since progenitor's would not in words.
fn adapt_parameter(it: &Value, id: &str, place: &str, schemas: &mut Schemas) -> Result<(Parameter, Value), String> {
    let (api_name, location) = (text(&it["name"]), text(&it["in"]));
    let (name, place) = (rust_name(&api_name), format!("{place} > parameters > {api_name}"));
    let mut schema = it["schema"].clone();
    schemas.settle(&mut schema, &format!("{id}-{name}").to_upper_camel_case(), &format!("{place} > schema"))?;
    let unchecked =
        ["minimum", "maximum", "minLength", "maxLength", "multipleOf"].iter().find(|key| schema.get(key).is_some());
    ensure(unchecked.is_none(), || {
        format!("{place} > schema > {}: not supported for a parameter; a pattern is", unchecked.unwrap_or(&""))
    })?;
    let kind = schema["type"].as_str().unwrap_or("string");
    let check = match (location.as_str(), kind, schema["pattern"].as_str()) {
        (_, "string", Some(pattern)) => {
            regress::Regex::new(pattern).map_err(|error| format!("{place} > schema > pattern: {error}"))?;
            let check = quote!({
                static PATTERN: crate::argument::Pattern = crate::argument::Pattern::new(#pattern);
                PATTERN.check(#name, value)
            });
            let optional = quote!(|value| value.map(|value| #check).transpose());
            Some(if location == "path" { quote!(|value| #check) } else { optional })
        }
        ("path", "string", None) => Some(quote!(|value| crate::argument::segment(#name, value))),
        (_, "string" | "integer" | "boolean", _) => None,
        _ => return Err(format!("{place} > schema > type: {kind} is not supported for a parameter")),
    };
    let (docs, example, in_path) =
        (text(&it["description"]), text(it.get("example").unwrap_or(&schema["example"])), location == "path");
    relax(&mut schema);
    let bare = json!({ "name": api_name, "in": location, "required": in_path, "schema": schema });
    Ok((Parameter { name, api_name, in_path, docs, example, check }, bare))
}

type Success<'a> = (&'a str, Vec<&'a str>, &'a Value);

/// The one success status, its media types with the newest first, and what stands under that one.
fn success<'a>(document: &'a Value, responses: &'a Value, place: &str) -> Result<Success<'a>, String> {
    let mut found = Vec::new();
    for (status, response) in responses.as_object().into_iter().flatten() {
        let content = &resolve(document, response)["content"];
        let mut media_types: Vec<_> =
            content.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let odd = media_types.iter().find(|it| **it != "application/json" && version(it).is_none());
        let sentence = || {
            format!("{place} > {status} > content > {}: not a media type that this client can read", odd.unwrap_or(&""))
        };
        ensure(odd.is_none(), sentence)?;
        // Dates sort as text; an undated type is older than all.
        media_types.sort_by_key(|it| std::cmp::Reverse(version(it)));
        match (status.parse::<u16>(), media_types.first()) {
            (Err(_), _) => return Err(format!("{place} > {status}: not supported; list each status by its number")),
            (Ok(200..=299), Some(newest)) => found.push((status.as_str(), media_types.clone(), &content[newest])),
            _ => {}
        }
    }
    let one = found.pop().filter(|_| found.is_empty());
    one.ok_or_else(|| format!("{place}: there must be one success status with content, and no other"))
}

/// The date in `application/vnd.atlas.DATE+json`.
fn version(media_type: &str) -> Option<&str> {
    let date = media_type.strip_prefix("application/vnd.atlas.")?.strip_suffix("+json")?;
    (date.replace(|it: char| it.is_ascii_digit(), "0") == "0000-00-00").then_some(date)
}

/// The note of a `#[deprecated]`. The sunset date stands at the operation or, as Atlas writes it, beside the schema.
pub fn deprecation(part: &Value, content: &Value) -> Option<String> {
    let text = |key: &str| part.get(key).or(content.get(key)).and_then(Value::as_str);
    let since = match text("x-sunset") {
        Some(date) => format!("Atlas announced its end for {date}"),
        None if part["deprecated"] == true => "deprecated by Atlas".to_owned(),
        None => return None,
    };
    Some(text("x-successor").map_or(since.clone(), |successor| format!("{since}; use {successor}")))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}
