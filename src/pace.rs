//! When polls may be sent.
//!
//! Atlas limits the requests to a project, whichever client sends them. [`Pacer`] keeps what it has
//! reported of that limit, and spaces the polls of waits within it. Calls of users never queue, but
//! their responses count.

mod budget;
mod project;

pub use budget::RateLimit;
pub(crate) use project::{InFlightRequest, Pacer, Project};
