//! Operations: which there are, and their names, parameters, statuses, versions and ends.

use std::collections::BTreeMap;

use super::build::document::{
    Location, MediaType, OperationObject, ParameterObject, ResponseObject,
};
use super::difference::Difference;
use super::listed::Listed;
use super::read::Read;
use super::schemas::{Comparison, in_either};

/// Compares all operations that are here, or that are published and in scope.
pub fn compare(curated: &Read, published: &Read, listed: &Listed) -> Vec<Difference> {
    let mut comparison = Comparison::new(curated, published, listed);
    let here = by_path(curated);
    let there = by_path(published);
    for (path, operation) in &here {
        match there.get(path) {
            Some(published) => compare_operation(&mut comparison, operation, published),
            None => comparison.texts(&format!("GET {path}"), Some(&operation.id), None),
        }
    }
    for (path, operation) in &there {
        let is_left_out = listed.left_out.iter().any(|left_out| left_out == path);
        if !here.contains_key(path) && !is_left_out && listed.is_in_scope(path) {
            comparison.texts(&format!("GET {path}"), None, Some(&operation.id));
        }
    }
    for path in &listed.left_out {
        if !there.contains_key(path.as_str()) || here.contains_key(path.as_str()) {
            let words = "left out, though it is not, or is no longer published";
            comparison.texts(&format!("GET {path}"), Some(words), None);
        }
    }
    comparison.found
}

fn by_path(read: &Read) -> BTreeMap<&str, &OperationObject> {
    let operations = read.document.operations.iter();
    operations.map(|it| (it.path.as_str(), it)).collect()
}

fn compare_operation(
    comparison: &mut Comparison<'_>,
    here: &OperationObject,
    published: &OperationObject,
) {
    let place = &here.id;
    let expected = comparison.listed.operations.get(place).unwrap_or(place);
    let name = format!("{place} > operationId");
    comparison.texts(&name, Some(expected), Some(&published.id));
    compare_parameters(comparison, place, here, published);
    compare_responses(comparison, place, here, published);
    let deprecated = format!("{place} > deprecated");
    let is_published = published.deprecation.deprecated;
    let (here_says, published_says) = (flag(here.deprecation.deprecated), flag(is_published));
    comparison.texts(&deprecated, here_says, published_says);
    let sunset_of_here = sunset(here);
    comparison.texts(
        &format!("{place} > x-sunset"),
        sunset_of_here,
        sunset(published),
    );
}

fn flag(is_set: bool) -> Option<&'static str> {
    is_set.then_some("true")
}

/// Returns the date after which an operation is gone. It stands at the operation, or at the newest
/// media type of its success.
fn sunset(operation: &OperationObject) -> Option<&str> {
    let success = operation.responses.iter().find(|it| it.is_success());
    let newest = success.and_then(newest);
    let of_newest = newest.and_then(|newest| newest.deprecation.sunset.as_deref());
    operation.deprecation.sunset.as_deref().or(of_newest)
}

/// Returns the parameters of an operation and of its path, by where they are sent and their name.
fn parameters(operation: &OperationObject) -> BTreeMap<String, &ParameterObject> {
    let mut parameters = BTreeMap::new();
    for parameter in &operation.parameters {
        let location = match parameter.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
        };
        let name = format!("{location} parameter {}", parameter.name);
        parameters.insert(name, parameter);
    }
    parameters
}

fn compare_parameters(
    comparison: &mut Comparison<'_>,
    operation: &str,
    here: &OperationObject,
    published: &OperationObject,
) {
    let here = parameters(here);
    let published = parameters(published);
    for name in in_either(&here, &published) {
        let place = format!("{operation} > {name}");
        match (here.get(name), published.get(name)) {
            (Some(here), Some(published)) => {
                compare_parameter(comparison, &place, here, published);
            }
            (here, published) => {
                let here = here.map(|it| kind(it));
                comparison.texts(&place, here, published.map(|it| kind(it)));
            }
        }
    }
}

/// Says what a parameter is that the other document does not have.
fn kind(parameter: &ParameterObject) -> &'static str {
    match parameter.required {
        true => "a required parameter",
        false => "there",
    }
}

fn compare_parameter(
    comparison: &mut Comparison<'_>,
    place: &str,
    here: &ParameterObject,
    published: &ParameterObject,
) {
    let sends_items_alone = |it: &ParameterObject| it.schema.items.is_some() && it.repeats_name;
    let flags = [
        ("required", here.required, published.required),
        (
            "deprecated",
            here.deprecation.deprecated,
            published.deprecation.deprecated,
        ),
        (
            "explode",
            sends_items_alone(here),
            sends_items_alone(published),
        ),
    ];
    for (key, here, published) in flags {
        let place = format!("{place} > {key}");
        comparison.texts(&place, flag(here), flag(published));
    }
    comparison.schemas(place, &here.schema, &published.schema);
}

fn compare_responses(
    comparison: &mut Comparison<'_>,
    operation: &str,
    here: &OperationObject,
    published: &OperationObject,
) {
    let here = by_status(here);
    let published = by_status(published);
    for status in in_either(&here, &published) {
        let place = format!("{operation} > status {status}");
        match (here.get(status), published.get(status)) {
            (Some(here), Some(published)) => {
                compare_content(comparison, &place, here, published);
            }
            (here, published) => comparison.presence(&place, here.is_some(), published.is_some()),
        }
    }
}

fn by_status(operation: &OperationObject) -> BTreeMap<&str, &ResponseObject> {
    let responses = operation.responses.iter();
    responses.map(|it| (it.status.as_str(), it)).collect()
}

fn compare_content(
    comparison: &mut Comparison<'_>,
    place: &str,
    here: &ResponseObject,
    published: &ResponseObject,
) {
    let (Some(here), Some(published)) = (newest(here), newest(published)) else {
        let place = format!("{place} > content");
        let is_published = newest(published).is_some();
        comparison.presence(&place, newest(here).is_some(), is_published);
        return;
    };
    let media_type = format!("{place} > media type");
    comparison.texts(&media_type, Some(&here.name), Some(&published.name));
    comparison.schemas(place, &here.schema, &published.schema);
}

/// Returns the newest version of a response that the client can read.
fn newest(response: &ResponseObject) -> Option<&MediaType> {
    response.versions().pop()
}
