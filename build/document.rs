//! The OpenAPI document as read: YAML text goes in, a plain JSON value comes out, or a sentence that names the place.
//!
//! `SHAPES` lists, for each kind of object, the keys that the build honours or that are documentation. Whatever else
//! stands in the document would be ignored silently further on, so it is refused here, unless it says nothing anyway:
//! `false`, `null`, `[]` and `{}` pass.

use serde_json::Value;

/// A line a kind: its keys, each with what it holds: `text`, `flag`, `number`, `any`, a kind, `[kind]` or `{kind}`.
const SHAPES: &str = "
document openapi:text info:info servers:[server] security:any tags:any externalDocs:any paths:{path} components:components
info title:text description:text termsOfService:text contact:any license:any version:text
server url:text description:text
components schemas:{schema} responses:{response} parameters:{parameter} headers:{header} securitySchemes:any examples:any
path summary:text description:text parameters:[parameter] get:operation
operation operationId:text summary:text description:text tags:any externalDocs:any deprecated:flag security:any parameters:[parameter] responses:{response}
parameter name:text in:text description:text required:flag deprecated:flag schema:schema example:any examples:any
response description:text headers:{header} content:{media}
header description:text required:flag deprecated:flag schema:schema example:any examples:any
media schema:schema example:any examples:any
schema type:text format:text title:text description:text default:any example:any externalDocs:any nullable:flag readOnly:flag writeOnly:flag deprecated:flag enum:[any] pattern:text minLength:number maxLength:number minimum:number maximum:number exclusiveMinimum:flag exclusiveMaximum:flag multipleOf:number minItems:number maxItems:number uniqueItems:flag minProperties:number maxProperties:number required:[text] properties:{schema} items:schema additionalProperties:schema allOf:[schema]
";

/// Reads the document and makes sure that nothing in it will be ignored.
pub fn read(yaml: &str) -> Result<Value, String> {
    // The detour over YAML's own value refuses a key that stands twice; JSON's would keep the last.
    let yaml: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(yaml).map_err(|error| format!("not valid YAML: {error}"))?;
    let document = serde_json::to_value(yaml).map_err(|error| format!("not an OpenAPI document: {error}"))?;
    if !document["openapi"].as_str().is_some_and(|version| version.starts_with("3.0.")) {
        return Err("openapi: must say which OpenAPI 3.0 the document follows, such as 3.0.3".to_owned());
    }
    fits(&document, &document, "document", "")?;
    Ok(document)
}

/// The place of `key` inside `place`, as the sentences name it.
pub fn inside(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place} > {key}") }
}

/// What a `$ref` points to, or the value itself if it is none. `read` has made sure that every `$ref` leads somewhere.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|target| document.pointer(target.strip_prefix('#')?));
    target.unwrap_or(value)
}

fn fits(document: &Value, value: &Value, shape: &str, place: &str) -> Result<(), String> {
    let unfit = |expected: &str| Err(format!("{place}: must be {expected}"));
    match (shape, value) {
        ("any", _) | ("text", Value::String(_)) | ("number", Value::Number(_)) | ("flag", Value::Bool(_)) => Ok(()),
        ("text", _) => unfit("text; put it in quotes"),
        ("number", _) => unfit("a number"),
        ("flag", _) => unfit("true or false"),
        // `additionalProperties` may be a flag: either way unlisted properties are kept.
        ("schema", Value::Bool(_)) if place.ends_with("additionalProperties") => Ok(()),
        _ if shape.starts_with('[') => match value.as_array() {
            Some(items) => (0..).zip(items).try_for_each(|(index, item): (usize, _)| {
                fits(document, item, shape.trim_matches(['[', ']']), &inside(place, &index.to_string()))
            }),
            None => unfit("a list"),
        },
        _ => match (value.as_object(), shape.strip_prefix('{')) {
            (None, _) => unfit("a mapping"),
            (Some(map), Some(kind)) => map
                .iter()
                .filter(|(key, _)| !key.starts_with("x-") || kind != "path}")
                .try_for_each(|(key, part)| fits(document, part, kind.trim_end_matches('}'), &inside(place, key))),
            (Some(_), None) if value.get("$ref").is_some() => reference(document, value, place),
            (Some(map), None) => map.iter().filter(|(key, _)| !key.starts_with("x-")).try_for_each(|(key, part)| {
                match child_shape(shape, key) {
                    Some(_) | None if says_nothing(part) => Ok(()),
                    Some(child) => fits(document, part, child, &inside(place, key)),
                    None => Err(format!("{}: {}", inside(place, key), refusal(key))),
                }
            }),
        },
    }
}

fn child_shape(kind: &str, key: &str) -> Option<&'static str> {
    let line = SHAPES.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(' '))?;
    line.split(' ').find_map(|entry| entry.strip_prefix(key)?.strip_prefix(':'))
}

fn says_nothing(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn reference(document: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(sibling) = value.as_object().into_iter().flatten().map(|(key, _)| key).find(|key| *key != "$ref") {
        return Err(format!("{}: ignored beside a $ref; wrap the $ref in allOf", inside(place, sibling)));
    }
    match std::ptr::eq(resolve(document, value), value) {
        true => Err(format!("{place}: the $ref leads nowhere: {}", value["$ref"])),
        false => Ok(()),
    }
}

fn refusal(key: &str) -> &'static str {
    match key {
        "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => {
            "only GET is supported; this client never writes"
        }
        "requestBody" => "a request body is not supported; this client sends GET requests",
        "oneOf" | "anyOf" | "not" | "discriminator" => {
            "not supported; list the properties of every case, none is required"
        }
        "servers" => "not supported here; the client speaks to one host",
        _ => "this key is unknown here or misspelt",
    }
}
