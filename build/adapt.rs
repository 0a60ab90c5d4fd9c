//! Before generation: the document goes in as read; out come the operations, and a document that progenitor can work
//! with. What progenitor would ignore, decode wrongly or panic at is taken out because the crate's own code does it
//! (media types, errors, patterns of parameters), or is refused with its place and a sentence.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use serde_json::{Value, json};

use super::document::{ensure, resolve};
use super::schemas::{Schemas, is_name, is_type, relax, rust_name};

/// Names that the generated code has for itself.
const OWN: [&str; 6] = ["client", "gen", "new", "operation", "send", "url"];

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
    /// Rust name of the type of the answer.
    pub answer: String,
}

pub struct Parameter {
    /// Name of the setter.
    pub name: String,
    pub api_name: String,
    pub in_path: bool,
    pub required: bool,
    pub docs: String,
    pub deprecated: Option<String>,
    /// A line of the example in the docs of the method.
    pub call: String,
    /// Passes `value` on or complains about it.
    pub check: Option<TokenStream>,
}

/// The operations, and the document for progenitor; the types that the operations bring along go into `schemas`.
pub fn adapt(schemas: &mut Schemas) -> Result<(Vec<Operation>, Value), String> {
    let mut operations = Vec::new();
    let mut adapted =
        json!({ "openapi": "3.0.3", "info": { "title": "", "version": "" }, "paths": {} });
    let paths = schemas.document["paths"].as_object().into_iter().flatten();
    for (path, operation) in paths
        .map(|(path, item)| (path, &item["get"]))
        .filter(|(_, it)| it.is_object())
    {
        let (operation, bare) =
            adapt_operation(path, operation, &format!("paths > {path} > get"), schemas)?;
        operations.push(operation);
        adapted["paths"][path]["get"] = bare;
    }
    adapted["components"]["schemas"] = schemas.relaxed.clone().into();
    Ok((operations, adapted))
}

fn adapt_operation(
    path: &str,
    it: &Value,
    place: &str,
    schemas: &mut Schemas,
) -> Result<(Operation, Value), String> {
    let (id, document) = (text(&it["operationId"]), schemas.document);
    ensure(is_name(&rust_name(&id)), || {
        format!("{place}: operationId is missing or no name for a method: {id:?}")
    })?;
    let (mut parameters, mut bare_parameters) = (Vec::<Parameter>::new(), Vec::new());
    for parameter in it["parameters"].as_array().into_iter().flatten() {
        let (new, bare) = adapt_parameter(resolve(document, parameter), &id, place, schemas)?;
        let is_free = is_name(&new.name)
            && parameters
                .iter()
                .map(|it| &*it.name)
                .chain(OWN)
                .all(|it| it != new.name);
        ensure(is_free, || {
            format!(
                "{place} > parameters > {}: its Rust name is taken or none",
                new.api_name
            )
        })?;
        parameters.push(new);
        bare_parameters.push(bare);
    }
    let mut names: Vec<_> = path.split(['{', '}']).skip(1).step_by(2).collect();
    names.extend(
        parameters
            .iter()
            .filter(|it| it.in_path)
            .map(|it| it.api_name.as_str()),
    );
    names.sort_unstable();
    let odd = names
        .chunk_by(PartialEq::eq)
        .find(|same| same.len() == 1)
        .map(|same| same[0]);
    ensure(odd.is_none(), || {
        format!(
            "{place}: {:?} must be in the path and a parameter",
            odd.unwrap_or_default()
        )
    })?;
    let successes = success(document, &it["responses"], &format!("{place} > responses"))?;
    let ((status, accept, content), name) = (successes[0], rust_name(&id));
    let (deprecated, schema) = (deprecation(it, content), &content["schema"]);
    let found = schema["$ref"]
        .as_str()
        .and_then(|target| schemas.relaxed.get(target.rsplit('/').next()?))
        .is_some();
    ensure(found, || {
        format!("{place} > responses > {status}: its schema must be a $ref to one with properties")
    })?;
    let responses = json!({ status: { "description": "", "content": { "application/json": { "schema": schema } } } });
    let answer = text(&schema["$ref"]);
    let answer = answer.rsplit('/').next().unwrap_or_default().to_owned();
    let bare = json!({ "operationId": id, "parameters": bare_parameters, "responses": responses });
    let newest = if successes.len() > 1 {
        ", the newest version that is documented"
    } else {
        ""
    };
    let arguments: String = parameters
        .iter()
        .filter(|it| it.required)
        .map(|it| it.call.as_str())
        .collect();
    let (summary, description) = (text(&it["summary"]), text(&it["description"]));
    let docs = format!(
        "{summary}\n\n{description}\n\nSends `GET {path}` and asks for `{accept}`{newest}.\n\n```no_run\n\
         # async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {{\n\
         let answer = client\n    .{name}()\n{arguments}    .send()\n    .await?;\n\
         println!(\"{{:#?}}\", *answer);\n# Ok(())\n# }}\n```"
    );
    Ok((
        Operation {
            name,
            docs,
            path: path.to_owned(),
            accept: accept.to_owned(),
            deprecated,
            parameters,
            answer,
        },
        bare,
    ))
}

/// Splits a parameter into what progenitor is told and what the setter checks, since progenitor's would not in words.
fn adapt_parameter(
    it: &Value,
    id: &str,
    place: &str,
    schemas: &mut Schemas,
) -> Result<(Parameter, Value), String> {
    let (api_name, in_path) = (text(&it["name"]), it["in"] == "path");
    let (required, name) = (in_path || it["required"] == true, rust_name(&api_name));
    let place = format!("{place} > parameters > {api_name}");
    let mut schema = it["schema"].clone();
    schemas.settle(
        &mut schema,
        &format!("{id}-{name}").to_upper_camel_case(),
        &format!("{place} > schema"),
    )?;
    let check = match schema["pattern"].as_str() {
        Some(pattern) => {
            let plain = schema["type"] == "string"
                && !is_type(&schema)
                && !text(&schema["format"]).starts_with("date");
            ensure(plain, || {
                format!("{place} > schema > pattern: stands where only plain text can have one")
            })?;
            regress::Regex::new(pattern)
                .map_err(|error| format!("{place} > schema > pattern: {error}"))?;
            Some(super::check::pattern(&name, pattern))
        }
        None => in_path.then(|| super::check::segment(&name)),
    };
    // What the setter of this type takes, where the document has no example.
    let any = json!({ "integer": 1, "boolean": true, "string": "", "": "" })[text(&schema["type"])]
        .take();
    let call = format!(
        "    .{name}({})\n",
        it.get("example").or(schema.get("example")).unwrap_or(&any)
    );
    relax(&mut schema);
    // What is no string is written into the path as Rust shows it, which is not how JSON has a date.
    schema["format"] = if in_path && schema["type"] == "string" {
        Value::Null
    } else {
        schema["format"].take()
    };
    let bare = json!({ "name": api_name, "in": it["in"], "required": required, "schema": schema });
    Ok((
        Parameter {
            name,
            api_name,
            in_path,
            required,
            docs: text(&it["description"]),
            deprecated: None,
            call,
            check,
        },
        bare,
    ))
}

/// The success status with each of its media types and what stands under that, the newest first.
fn success<'a>(
    root: &'a Value,
    answers: &'a Value,
    place: &str,
) -> Result<Vec<(&'a str, &'a str, &'a Value)>, String> {
    let mut found = Vec::<(&str, &str, &Value)>::new();
    for (status, response) in answers.as_object().into_iter().flatten() {
        let place = format!("{place} > {status}");
        ensure(status.parse::<u16>().is_ok(), || {
            format!("{place}: not supported, list each status by its number")
        })?;
        for (media_type, content) in resolve(root, response)["content"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let is_json = media_type == "application/json" || version(media_type).is_some();
            ensure(is_json, || {
                format!("{place} > content > {media_type}: not a media type that this client reads")
            })?;
            found.extend(status.starts_with('2').then_some((
                status.as_str(),
                media_type.as_str(),
                content,
            )));
        }
    }
    let is_one = found
        .first()
        .is_some_and(|first| found.iter().all(|other| other.0 == first.0));
    ensure(is_one, || {
        format!("{place}: there must be one success status with content, and no other")
    })?;
    // Dates sort as text; an undated type is older than all.
    found.sort_by_key(|(_, media_type, _)| std::cmp::Reverse(version(media_type)));
    Ok(found)
}

/// The date in `application/vnd.atlas.DATE+json`.
fn version(media_type: &str) -> Option<&str> {
    let date = media_type
        .strip_prefix("application/vnd.atlas.")?
        .strip_suffix("+json")?;
    (date.replace(|it: char| it.is_ascii_digit(), "0") == "0000-00-00").then_some(date)
}

/// The note of a `#[deprecated]`. The sunset date stands at the operation or, as Atlas writes it, beside the schema.
pub fn deprecation(part: &Value, content: &Value) -> Option<String> {
    let text = |key: &str| part.get(key).or(content.get(key)).and_then(Value::as_str);
    let sunset = text("x-sunset").map(|date| format!("Atlas announced its end for {date}"));
    let since =
        sunset.or((part["deprecated"] == true).then(|| "Atlas has deprecated it".to_owned()))?;
    Some(
        since
            + &text("x-successor")
                .map(|successor| format!("; use {successor}"))
                .unwrap_or_default(),
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}
