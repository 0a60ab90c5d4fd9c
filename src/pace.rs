//! Whose turn it is to poll.
//!
//! Atlas limits the requests to a project, whoever sends them. [`Pacer`] keeps what it has said of
//! that limit, and lets the polls of waits take turns within it. Calls of users never queue, but
//! what they learn counts.

mod budget;
mod project;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub(crate) use project::{Asking, Project, Turn};

use crate::sync::lock;

/// Projects beyond this number are looked through for those that nobody uses.
const FEW: usize = 256;

/// What clones of a client know of the rate limits of projects.
#[derive(Default)]
pub(crate) struct Pacer {
    projects: Mutex<HashMap<Box<str>, Arc<Project>>>,
}

impl Pacer {
    /// Returns the project that a path belongs to: the part up to its first parameter, or all of
    /// it if it has none. `template` is the path with the names of its parameters.
    pub(crate) fn project(&self, template: &str, path: &str) -> Arc<Project> {
        let name = shared_part(template, path);
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

fn shared_part<'p>(template: &str, path: &'p str) -> &'p str {
    let Some(parameter) = template.find('{') else {
        return path;
    };
    let before = template[..parameter].bytes();
    let mut slashes_left = before.filter(|byte| *byte == b'/').count();
    for (index, byte) in path.bytes().enumerate() {
        if byte != b'/' {
            continue;
        }
        // The slash after the parameter.
        if slashes_left == 0 {
            return &path[..index];
        }
        slashes_left -= 1;
    }
    path
}
