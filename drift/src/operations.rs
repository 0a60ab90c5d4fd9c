//! Operations: which there are, and their names, parameters, statuses, versions and ends.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::difference::Difference;
use super::document::Document;
use super::listed::Listed;
use super::schemas::Comparison;

/// Compares all operations that are here, or that are published and in scope.
pub fn compare(curated: &Document, published: &Document, listed: &Listed) -> Vec<Difference> {
    let mut comparison = Comparison::new(curated, published, listed);
    for (path, here) in curated.operations() {
        match published.operation(path) {
            Some(published) => compare_operation(&mut comparison, here, published),
            None => {
                let place = format!("GET {path}");
                comparison
                    .found
                    .push(Difference::new(place, None, Some(name(here))));
            }
        }
    }
    for (path, operation) in published.operations() {
        let is_here = curated.operation(path).is_some();
        let is_left_out = listed.left_out.iter().any(|left_out| left_out == path);
        if !is_here && !is_left_out && listed.is_in_scope(path) {
            let place = format!("GET {path}");
            comparison
                .found
                .push(Difference::new(place, Some(name(operation)), None));
        }
    }
    for path in &listed.left_out {
        if published.operation(path).is_none() || curated.operation(path).is_some() {
            let place = format!("GET {path}");
            let here = "left out, though it is not, or is no longer published";
            comparison
                .found
                .push(Difference::new(place, None, Some(here)));
        }
    }
    comparison.found
}

fn name(operation: &Value) -> &str {
    operation["operationId"].as_str().unwrap_or("an operation")
}

fn compare_operation(comparison: &mut Comparison<'_>, here: &Value, published: &Value) {
    let place = name(here).to_owned();
    let known = comparison.listed.operations.get(&place);
    let expected = known.map_or(place.as_str(), String::as_str);
    if name(published) != expected {
        let place = format!("{place} > operationId");
        let here = Some(expected);
        comparison
            .found
            .push(Difference::new(place, Some(name(published)), here));
    }
    compare_parameters(comparison, &place, here, published);
    compare_responses(comparison, &place, here, published);
    comparison.flag(
        &format!("{place} > deprecated"),
        &here["deprecated"],
        &published["deprecated"],
    );
    let here = sunset(comparison.curated, here);
    let published = sunset(comparison.published, published);
    comparison.flag(&format!("{place} > x-sunset"), here, published);
}

/// Returns the date after which an operation is gone. It stands at the operation, or at the newest
/// media type of its success.
fn sunset<'a>(document: &'a Document, operation: &'a Value) -> &'a Value {
    let own = &operation["x-sunset"];
    if !own.is_null() {
        return own;
    }
    for (status, response) in responses(document, operation) {
        if status.starts_with("status 2")
            && let Some((_, newest)) = newest(response)
        {
            return &newest["x-sunset"];
        }
    }
    own
}

/// Returns the parameters by where they are sent and their name.
fn parameters<'a>(document: &'a Document, operation: &'a Value) -> BTreeMap<String, &'a Value> {
    let mut parameters = BTreeMap::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = document.resolve(parameter);
        let location = parameter["in"].as_str().unwrap_or_default();
        let name = parameter["name"].as_str().unwrap_or_default();
        parameters.insert(format!("{location} parameter {name}"), parameter);
    }
    parameters
}

fn compare_parameters(
    comparison: &mut Comparison<'_>,
    operation: &str,
    here: &Value,
    published: &Value,
) {
    let here = parameters(comparison.curated, here);
    let published = parameters(comparison.published, published);
    let names: BTreeSet<&String> = here.keys().chain(published.keys()).collect();
    for name in names {
        let place = format!("{operation} > {name}");
        match (here.get(name), published.get(name)) {
            (Some(here), Some(published)) => {
                for key in ["required", "deprecated"] {
                    comparison.flag(&format!("{place} > {key}"), &here[key], &published[key]);
                }
                comparison.schemas(&place, &here["schema"], &published["schema"]);
            }
            (here, published) => comparison.presence(&place, here.is_some(), published.is_some()),
        }
    }
}

fn compare_responses(
    comparison: &mut Comparison<'_>,
    operation: &str,
    here: &Value,
    published: &Value,
) {
    let here = responses(comparison.curated, here);
    let published = responses(comparison.published, published);
    let statuses: BTreeSet<&String> = here.keys().chain(published.keys()).collect();
    for status in statuses {
        let place = format!("{operation} > {status}");
        match (here.get(status), published.get(status)) {
            (Some(here), Some(published)) => {
                compare_content(comparison, &place, here, published);
            }
            (here, published) => comparison.presence(&place, here.is_some(), published.is_some()),
        }
    }
}

fn responses<'a>(document: &'a Document, operation: &'a Value) -> BTreeMap<String, &'a Value> {
    let mut responses = BTreeMap::new();
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        responses.insert(format!("status {status}"), document.resolve(response));
    }
    responses
}

fn compare_content(comparison: &mut Comparison<'_>, place: &str, here: &Value, published: &Value) {
    let here = newest(here);
    let published = newest(published);
    let (Some((here_name, here)), Some((published_name, published))) = (here, published) else {
        comparison.presence(
            &format!("{place} > content"),
            here.is_some(),
            published.is_some(),
        );
        return;
    };
    if here_name != published_name {
        let place = format!("{place} > media type");
        let found = Difference::new(place, Some(published_name), Some(here_name));
        comparison.found.push(found);
    }
    comparison.schemas(place, &here["schema"], &published["schema"]);
}

/// Returns the newest media type. Their dates sort as text.
fn newest(response: &Value) -> Option<(&str, &Value)> {
    let content = response["content"].as_object()?;
    let newest = content.iter().max_by_key(|(name, _)| name.as_str())?;
    Some((newest.0.as_str(), newest.1))
}
