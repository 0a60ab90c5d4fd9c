//! What callers pass in.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Asked, check, for_any, text};
use crate::support::operations::{Operation, callable};

/// Arguments that fit, that nearly do, and that do not.
fn argument() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-f0-9]{24}".boxed(),
        1 => "[a-fA-F0-9]{22,26}\n?".boxed(),
        2 => "[a-zA-Z0-9][a-zA-Z0-9-]{0,70}".boxed(),
        1 => "[a-z0-9./%?#\\\\ -]{0,30}".boxed(),
        1 => "\\.{0,3}|%2e%2e|\\.\\./|/|".boxed(),
        1 => text().boxed(),
    ]
}

/// The parameters in the path of an operation that take any text.
fn in_path(operation: &'static Operation) -> Vec<(&'static Operation, &'static str)> {
    let in_path = operation
        .parameters
        .iter()
        .filter(|it| it.in_path && it.is_text);
    in_path.map(|it| (operation, it.api_name)).collect()
}

#[test]
fn any_argument_is_refused_or_arrives_as_the_segment_that_it_is() {
    let asked = Asked::once();
    let sent = Cell::new(0);
    let parameters: Vec<_> = callable().flat_map(in_path).collect();
    for_any((any::<Index>(), argument()), |(place, argument)| {
        let (operation, changed) = parameters[place.index(parameters.len())];
        let value = |name: &str| match name == changed {
            true => Some(argument.clone()),
            false => operation.example(name),
        };
        let call = operation.send_with(&asked.client, |name| {
            value(name).filter(|_| operation.is_required(name))
        });
        let result = asked.runtime.block_on(call);
        let requests = asked.atlas.take_requests();
        if let Err(error) = &result
            && error.is_invalid_request()
        {
            prop_assert!(requests.is_empty(), "{error} after {requests:?}");
            return check(error);
        }
        let path = operation.path_with(|name| value(name).unwrap_or_default());
        prop_assert_eq!(requests.len(), 1);
        prop_assert_eq!(requests[0].path(), path.as_str());
        prop_assert_eq!(path.split('/').count(), operation.path.split('/').count());
        sent.set(sent.get() + 1);
        Ok(())
    });
    assert!(sent.get() > 10, "only {} arguments were sent", sent.get());
}
