//! The OpenAPI document as read: YAML text goes in, a plain JSON value comes out, or a sentence that names the place.
//!
//! `shapes.txt` lists, for each kind of object, the keys that the build honours or that are documentation. Whatever else
//! stands in the document would be ignored silently further on, so it is refused here, unless it says nothing anyway:
//! `false`, `null`, `[]` and `{}` pass. Extensions (`x-`) are free.

use serde_json::Value;

/// A line a kind: its keys, each with what it holds: `text`, `flag`, `any`, one of some
/// words, a kind, `[kind]` or `{kind}`.
const SHAPES: &str = include_str!("shapes.txt");

/// Reads the document and makes sure that nothing in it will be ignored.
pub fn read(yaml: &str) -> Result<Value, String> {
    // The detour over YAML's own value refuses a key that stands twice; JSON's would keep the last.
    let yaml: serde_yaml_ng::Value =
        serde_yaml_ng::from_str(yaml).map_err(|error| format!("not valid YAML: {error}"))?;
    let document =
        serde_json::to_value(yaml).map_err(|error| format!("not an OpenAPI document: {error}"))?;
    let is_3_0 = document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.0."));
    ensure(is_3_0, || {
        "openapi: must say which OpenAPI 3.0 the document follows, such as 3.0.3".to_owned()
    })?;
    fits(&document, &document, "document", "")?;
    Ok(document)
}

/// Goes on if it holds, else stops the build with the sentence.
pub fn ensure(holds: bool, sentence: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(sentence()) }
}

/// The place of `key` inside `place`, as the sentences name it.
pub fn inside(place: &str, key: impl std::fmt::Display) -> String {
    if place.is_empty() {
        key.to_string()
    } else {
        format!("{place} > {key}")
    }
}

/// What a `$ref` points to, or the value itself if it is none. `read` has made sure that every `$ref` leads somewhere.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|target| document.pointer(target.strip_prefix('#')?));
    target.unwrap_or(value)
}

fn fits(document: &Value, value: &Value, shape: &str, place: &str) -> Result<(), String> {
    let part_shape = shape.trim_matches(['[', ']', '{', '}']);
    match (shape, value) {
        ("any", _) | ("rest" | "flag", Value::Bool(_)) | ("text", Value::String(_)) => Ok(()),
        ("rest", _) => fits(document, value, "schema", place),
        (_, Value::Array(parts)) if shape.starts_with('[') => (0..parts.len())
            .try_for_each(|index| fits(document, &parts[index], part_shape, &inside(place, index))),
        (_, Value::Object(parts)) if shape.starts_with('{') => parts
            .iter()
            .try_for_each(|(name, part)| fits(document, part, part_shape, &inside(place, name))),
        (_, Value::String(text)) if shape.split('|').any(|known| known == text) => Ok(()),
        _ if shape.contains('|') => Err(format!(
            "{place}: {value} is none of {}",
            shape.replace('|', ", ")
        )),
        ("text" | "flag", _) => Err(format!("{place}: must be a {shape}")),
        (_, Value::Object(map)) if map.contains_key("$ref") => {
            let (target, is_alone) = (resolve(document, value), map.len() == 1);
            ensure(is_alone, || {
                format!("{place}: what stands beside a $ref is ignored; put the $ref into an allOf")
            })?;
            let section = format!("#/components/{}s/", shape.replace("argument", "schema"));
            let leads = map["$ref"]
                .as_str()
                .is_some_and(|it| it.starts_with(&section) && it.matches('/').count() == 3);
            ensure(leads && target != value, || {
                format!("{place}: the $ref leads to no {shape}: {}", map["$ref"])
            })?;
            // What limits a parameter has to be checked, wherever it stands; schemas are looked at in their own place.
            let leads_on = shape == "argument" && target.get("$ref").is_none();
            if leads_on {
                fits(document, target, shape, place)
            } else {
                Ok(())
            }
        }
        (_, Value::Object(map)) => map
            .iter()
            .filter(|(key, _)| !key.starts_with("x-"))
            .try_for_each(|(key, part)| {
                let line = SHAPES
                    .lines()
                    .find_map(|line| line.strip_prefix(shape)?.strip_prefix(' '));
                let mut keys = line.into_iter().flat_map(|line| line.split(' '));
                let says_nothing = [
                    Value::Null,
                    false.into(),
                    Value::Array(Vec::new()),
                    Value::Object(Default::default()),
                ];
                match keys.find_map(|it| it.strip_prefix(key)?.strip_prefix(':')) {
                    _ if says_nothing.contains(part) => Ok(()),
                    Some(part_shape) => fits(document, part, part_shape, &inside(place, key)),
                    None => Err(format!("{}: {}", inside(place, key), refusal(key))),
                }
            }),
        _ => Err(format!(
            "{place}: must be a {}",
            if shape.starts_with('[') {
                "list"
            } else {
                "mapping"
            }
        )),
    }
}

fn refusal(key: &str) -> &'static str {
    let known = SHAPES
        .lines()
        .filter_map(|line| line.strip_prefix("! ")?.split_once(": "));
    let mut of_key = known
        .filter(|(_, keys)| keys.split(' ').any(|it| it == key))
        .map(|(sentence, _)| sentence);
    of_key
        .next()
        .unwrap_or("this key is unknown here or misspelt")
}
