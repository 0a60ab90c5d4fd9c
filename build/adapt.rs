//! Before generation: the document goes in as read; out come the operations, and a document that progenitor can work
//! with. What progenitor would ignore, decode wrongly or panic at is taken out because the crate's own code does it
//! (media types, errors, patterns of parameters), or is refused with its place and a sentence.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};

use super::document::resolve;
use super::schemas::{Types, relax, rust_name, settle};

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
    pub docs: String,
    /// A required one with its example.
    pub example: Option<String>,
    /// A closure that passes an argument on or complains about it.
    pub check: Option<TokenStream>,
}

/// The operations, and the document for progenitor; the types that the operations bring along go into `types`.
pub fn adapt(document: &Value, types: &mut Types) -> Result<(Vec<Operation>, Value), String> {
    let mut operations = Vec::new();
    let mut paths = Map::new();
    let mut schemas = document["components"]["schemas"].clone();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        if let Some(operation) = item.get("get") {
            let place = format!("paths > {path} > get");
            let (operation, adapted) = adapt_operation(document, path, operation, &place, types)?;
            operations.push(operation);
            paths.insert(path.clone(), json!({ "get": adapted }));
        }
    }
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        settle(document, schema, name, "", &mut Types::new())?;
        relax(schema);
    }
    let info = json!({ "title": document["info"]["title"], "version": document["info"]["version"] });
    let components = json!({ "schemas": schemas });
    Ok((operations, json!({ "openapi": "3.0.3", "info": info, "paths": paths, "components": components })))
}

fn adapt_operation(
    document: &Value,
    path: &str,
    operation: &Value,
    place: &str,
    types: &mut Types,
) -> Result<(Operation, Value), String> {
    let id = operation["operationId"].as_str().filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| format!("{place}: operationId is missing; the method is named after it"))?;
    let (mut parameters, mut adapted): (Vec<Parameter>, Vec<Value>) = Default::default();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolve(document, parameter);
        let place = format!("{place} > parameters > {}", text(&parameter["name"]));
        let name = rust_name(&text(&parameter["name"]));
        if ["send", "new"].contains(&name.as_str()) || parameters.iter().any(|other| other.name == name) {
            return Err(format!("{place}: the setter's name {name} is taken"));
        }
        let mut schema = parameter["schema"].clone();
        let type_name = format!("{id}-{name}").to_upper_camel_case();
        settle(document, &mut schema, &type_name, &format!("{place} > schema"), types)?;
        let check = check(parameter, &schema, &name).map_err(|sentence| format!("{place}{sentence}"))?;
        let example = (parameter["in"] == "path").then(|| text(parameter.get("example").unwrap_or(&schema["example"])));
        relax(&mut schema);
        let (api_name, location) = (&parameter["name"], &parameter["in"]);
        adapted.push(json!({ "name": api_name, "in": location, "required": location == "path", "schema": schema }));
        parameters.push(Parameter { name, docs: text(&parameter["description"]), example, check });
    }
    let in_path = path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    let given = adapted.iter().filter(|it| it["in"] == "path").filter_map(|it| it["name"].as_str());
    let mut names: Vec<_> = in_path.chain(given).collect();
    names.sort_unstable();
    if let Some([name]) = names.chunk_by(|one, other| one == other).find(|same| same.len() == 1) {
        return Err(format!("{place} > parameters: {name} must be in the path and among the parameters"));
    }
    let (status, media_types, content) = success(document, &operation["responses"], &format!("{place} > responses"))?;
    let place = format!("{place} > responses > {status} > content > {} > schema", media_types[0]);
    let mut schema = content.get("schema").ok_or_else(|| format!("{place}: is missing"))?.clone();
    settle(document, &mut schema, &format!("{id}-response").to_upper_camel_case(), &place, types)?;
    relax(&mut schema);
    let bare = json!({
        "operationId": id,
        "parameters": adapted,
        "responses": { status: { "description": "", "content": { "application/json": { "schema": schema } } } },
    });
    let (name, accept) = (id.to_snake_case(), media_types[0].clone());
    let docs = method_docs(operation, &name, path, &media_types, &parameters);
    let deprecated = deprecation(operation, content);
    Ok((Operation { name, docs, path: path.to_owned(), accept, deprecated, parameters }, bare))
}

fn method_docs(operation: &Value, name: &str, path: &str, media_types: &[String], parameters: &[Parameter]) -> String {
    let (summary, description) = (text(&operation["summary"]), text(&operation["description"]));
    let newest = if media_types.len() > 1 { ", the newest version that is documented" } else { "" };
    let examples = parameters.iter().filter_map(|it| Some(format!("    .{}({:?})\n", it.name, it.example.as_ref()?)));
    format!(
        "{summary}\n\n{description}\n\nSends `GET {path}` and asks for `{}`{newest}.\n\n```no_run\n\
         # async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {{\n\
         let answer = client\n    .{name}()\n{}    .send()\n    .await?;\nprintln!(\"{{:#?}}\", *answer);\n# Ok(())\n# }}\n```",
        media_types[0],
        examples.collect::<String>()
    )
}

/// What the setter of a parameter has to check, since progenitor's would not, or not in words.
fn check(parameter: &Value, schema: &Value, name: &str) -> Result<Option<TokenStream>, String> {
    let unchecked = ["minimum", "maximum", "minLength", "maxLength", "multipleOf"];
    if let Some(key) = unchecked.iter().find(|key| schema.get(**key).is_some()) {
        return Err(format!(" > schema > {key}: not supported for a parameter; a pattern is"));
    }
    let kind = schema["type"].as_str().unwrap_or("string");
    match (parameter["in"].as_str(), kind, schema["pattern"].as_str()) {
        (Some(location @ ("path" | "query")), "string", Some(pattern)) => {
            regress::Regex::new(pattern).map_err(|error| format!(" > schema > pattern: {error}"))?;
            let check = quote!({
                static PATTERN: crate::argument::Pattern = crate::argument::Pattern::new(#pattern);
                PATTERN.check(#name, value)
            });
            let optional = quote!(|value| value.map(|value| #check).transpose());
            Ok(Some(if location == "path" { quote!(|value| #check) } else { optional }))
        }
        (Some("path"), "string", None) => Ok(Some(quote!(|value| crate::argument::segment(#name, value)))),
        (Some("path"), "integer" | "boolean", _) | (Some("query"), "string" | "integer" | "boolean", _) => Ok(None),
        (Some("path" | "query"), ..) => Err(format!(" > schema > type: {kind} is not supported for a parameter")),
        _ => Err(" > in: must be path or query".to_owned()),
    }
}

/// The one success status, its media types with the newest first, and what stands under that one.
fn success<'a>(
    document: &'a Value,
    responses: &'a Value,
    place: &str,
) -> Result<(&'a str, Vec<String>, &'a Value), String> {
    let mut found = Vec::new();
    for (status, response) in responses.as_object().into_iter().flatten() {
        let place = format!("{place} > {status}");
        let content = &resolve(document, response)["content"];
        let mut media_types: Vec<_> = content.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        if let Some(other) = media_types.iter().find(|it| *it != "application/json" && version(it).is_none()) {
            return Err(format!("{place} > content > {other}: not a media type that this client can read"));
        }
        // Dates sort as text; an undated type is older than all.
        media_types.sort_by(|one, other| version(other).cmp(&version(one)));
        match (status.parse::<u16>(), media_types.first()) {
            (Err(_), _) => return Err(format!("{place}: not supported; list each status by its number")),
            (Ok(200..=299), None) => return Err(format!("{place}: needs content; this client reads JSON")),
            (Ok(200..=299), Some(newest)) => found.push((status.as_str(), media_types.clone(), &content[newest])),
            _ => {}
        }
    }
    if found.len() == 1 {
        Ok(found.remove(0))
    } else {
        Err(format!("{place}: needs one success status, has {}", found.len()))
    }
}

/// The date in `application/vnd.atlas.DATE+json`.
pub fn version(media_type: &str) -> Option<&str> {
    let date = media_type.strip_prefix("application/vnd.atlas.")?.strip_suffix("+json")?;
    (date.replace(|it: char| it.is_ascii_digit(), "0") == "0000-00-00").then_some(date)
}

/// The note of a `#[deprecated]`. The sunset date stands at the operation or, as Atlas writes it, beside the schema.
pub fn deprecation(part: &Value, content: &Value) -> Option<String> {
    let text = |key: &str| part.get(key).or_else(|| content.get(key)).and_then(Value::as_str);
    let since = match text("x-sunset") {
        Some(date) => format!("Atlas announced its end for {date}"),
        None if part["deprecated"] == true => "deprecated by Atlas".to_owned(),
        None => return None,
    };
    Some(text("x-successor").map_or(since.clone(), |successor| format!("{since}; use {successor}")))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}
