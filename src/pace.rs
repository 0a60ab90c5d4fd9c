//! Whose turn it is to poll.
//!
//! Atlas limits the requests to a project, whoever sends them. [`Pacer`] keeps what it has said of
//! that limit, and lets the polls of waits take turns within it. Calls of users never queue, but
//! what they learn counts.

mod budget;
mod project;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub(crate) use project::{Asking, Project, Turn};

use crate::operation::Operation;
use crate::sync::lock;

/// Projects beyond this number are looked through for those that nobody uses.
const FEW: usize = 256;

/// What clones of a client know of the rate limits of projects.
#[derive(Default)]
pub(crate) struct Pacer {
    /// Of few projects one is found sooner than it could be hashed.
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
