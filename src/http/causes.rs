//! What an error of reqwest is made of. It is a chain of errors of the crates below, and those that
//! matter are recognised by their type.

use std::error::Error as StdError;
use std::io;

type Cause = dyn StdError + 'static;

/// Returns the error and all that it was caused by, the innermost last.
pub(crate) fn causes(error: &reqwest::Error) -> Vec<&Cause> {
    let mut causes: Vec<&Cause> = Vec::new();
    let mut next: Option<&Cause> = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        next = cause_of(cause);
    }
    causes
}

/// Returns the first cause of this type.
pub(crate) fn find<'a, T: StdError + 'static>(causes: &[&'a Cause]) -> Option<&'a T> {
    for cause in causes {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
    }
    None
}

fn cause_of(error: &Cause) -> Option<&Cause> {
    // An `io::Error` around another error does not name that one as its source, but the source of
    // that one.
    if let Some(io) = error.downcast_ref::<io::Error>()
        && let Some(inner) = io.get_ref()
    {
        return Some(inner);
    }
    error.source()
}
