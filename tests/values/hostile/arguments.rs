//! What callers pass in.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Asked, check, for_any, text};
use crate::support::operations::OPERATIONS;

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

#[test]
fn any_argument_is_refused_or_arrives_as_the_segment_that_it_is() {
    let asked = Asked::once();
    let sent = Cell::new(0);
    let which = (0..OPERATIONS.len(), any::<Index>(), argument());
    for_any(which, |(operation, place, argument)| {
        let operation = &OPERATIONS[operation];
        let in_path: Vec<_> = operation
            .parameters
            .iter()
            .filter(|it| it.in_path)
            .collect();
        let changed = in_path[place.index(in_path.len())].api_name;
        let value = |name: &str| {
            let argument = if name == changed {
                Some(argument.clone())
            } else {
                None
            };
            argument.or_else(|| operation.example(name))
        };
        let is_in_path = |name: &str| in_path.iter().any(|it| it.api_name == name);
        let call = operation.send_with(&asked.client, |name| {
            value(name).filter(|_| is_in_path(name))
        });
        let result = asked.runtime.block_on(call);
        let requests = asked.atlas.take_requests();
        if let Err(error) = &result
            && error.is_invalid_request()
        {
            prop_assert!(requests.is_empty(), "{error} after {requests:?}");
            return check(error);
        }
        let mut segments = Vec::new();
        for segment in operation.path.split('/') {
            let name = segment
                .strip_prefix('{')
                .and_then(|it| it.strip_suffix('}'));
            segments.push(name.and_then(value).unwrap_or_else(|| segment.to_owned()));
        }
        prop_assert_eq!(requests.len(), 1);
        prop_assert_eq!(
            requests[0].target().split('/').collect::<Vec<_>>(),
            segments
        );
        sent.set(sent.get() + 1);
        Ok(())
    });
    assert!(sent.get() > 10, "only {} arguments were sent", sent.get());
}
