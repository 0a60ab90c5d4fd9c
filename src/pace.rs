//! When polls may be sent.
//!
//! Atlas limits the requests to a project, whichever client sends them. [`Pacer`] keeps what it has
//! reported of that limit, and spaces the polls of waits within it. Calls of users never queue, but
//! their responses count.

mod budget;
mod project;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub(crate) use budget::LONGEST_HOLD;
pub use budget::RateLimit;
pub(crate) use project::{InFlightRequest, Project};

use crate::operation::Operation;
use crate::sync::lock;

/// With more projects than this, those that nobody uses are looked for.
const FEW: usize = 256;

/// What a client and its clones have seen of the rate limits of projects.
#[derive(Default)]
pub(crate) struct Pacer {
    /// There are few: a lookup is cheaper than a hash.
    projects: Mutex<BTreeMap<Box<str>, Arc<Project>>>,
}

impl Pacer {
    /// Returns the project that a path of an operation belongs to.
    pub(crate) fn project(&self, operation: &Operation, path: &str) -> Arc<Project> {
        let name = operation.project_of(path);
        let mut projects = lock(&self.projects);
        if let Some(project) = projects.get(name) {
            return project.clone();
        }
        // At a power of two, so that looking costs little on average.
        if projects.len() >= FEW && projects.len().is_power_of_two() {
            projects.retain(|_, project| !project.is_idle());
        }
        let project = Arc::new(Project::new(name));
        projects.insert(name.into(), project.clone());
        project
    }
}
