//! Which operation a path belongs to.
//!
//! All of it is read from the table of operations that the build script makes from the YAML, so an
//! operation added there is served at once. A test may add others, for what it reads by path.

use std::sync::{Arc, LazyLock};

use hyper::StatusCode;
use hyper::header::HeaderValue;
use serde_json::json;

use super::answer::Answer;
use super::paths::{self, API};
use crate::generated::OPERATIONS;
use crate::operation::{PREVIEW, PathArguments, media_type, version_of};

/// One operation, taken apart once for all simulators of the process.
#[derive(Debug)]
pub(super) struct Route {
    /// `None` for one that a test has added.
    pub(super) name: Option<&'static str>,
    template: String,
    version: String,
    pub(super) content_type: HeaderValue,
}

static OPERATION_ROUTES: LazyLock<Vec<Arc<Route>>> = LazyLock::new(|| {
    let mut routes = Vec::new();
    for operation in &OPERATIONS {
        let accept = operation.accept.to_str().unwrap_or_default();
        let route = Route::new(Some(operation.name), operation.path, accept);
        routes.push(Arc::new(route));
    }
    routes
});

/// The paths that a simulator serves.
pub(super) struct Routes(Vec<Arc<Route>>);

impl Default for Routes {
    fn default() -> Self {
        Self(OPERATION_ROUTES.clone())
    }
}

impl Routes {
    /// Serves another path, before those that were there.
    pub(super) fn add(&mut self, template: &str, version: &str) -> Result<(), String> {
        if template.contains('?') {
            return Err(format!("the path `{template}` must have no query"));
        }
        let Some(accept) = media_type(version) else {
            return Err(format!(
                "a version is a date such as 2024-08-05, not `{version}`"
            ));
        };
        let route = Route::new(None, &paths::whole(template), &accept);
        self.0.insert(0, Arc::new(route));
        Ok(())
    }

    /// Returns the operation that serves this path.
    pub(super) fn find(&self, path: &str) -> Option<&Arc<Route>> {
        self.0.iter().find(|route| route.arguments(path).is_some())
    }

    /// Returns the operation of this name.
    pub(super) fn named(&self, name: &str) -> Option<&Route> {
        let route = self.0.iter().find(|route| route.name == Some(name));
        route.map(Arc::as_ref)
    }

    /// Returns the names of all operations, for a sentence that says which there are.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.0.iter().filter_map(|route| route.name).collect();
        names.join(", ")
    }

    /// Returns the operation that serves this path, or a sentence that names the templates nearest
    /// to it.
    pub(super) fn resolve(&self, path: &str) -> Result<Arc<Route>, String> {
        let whole = paths::whole(path);
        if let Some(route) = self.find(&whole) {
            return Ok(route.clone());
        }
        let best = self.0.iter().map(|route| route.likeness(&whole)).max();
        let mut nearest = Vec::new();
        for route in &self.0 {
            if Some(route.likeness(&whole)) == best {
                let template = route.template.as_str();
                nearest.push(template.strip_prefix(API).unwrap_or(template));
            }
        }
        Err(format!(
            "no operation serves the path `{path}`; nearest: {}; `add_path` adds another",
            nearest.join(", ")
        ))
    }
}

impl Route {
    fn new(name: Option<&'static str>, template: &str, accept: &str) -> Self {
        let content_type = HeaderValue::from_str(&format!("{accept};charset=utf-8"));
        Self {
            name,
            template: template.to_owned(),
            version: version_of(accept).unwrap_or(accept).to_owned(),
            content_type: content_type.unwrap_or(HeaderValue::from_static("application/json")),
        }
    }

    /// Counts the segments that the path has as well, parameters aside.
    fn likeness(&self, path: &str) -> usize {
        let mut alike = 0;
        for segment in self.template.split('/') {
            if path.split('/').any(|other| other == segment) {
                alike += 1;
            }
        }
        alike
    }

    /// Returns the name and value of every parameter of the path, if the path is one of this
    /// operation's.
    fn arguments<'p>(&self, path: &'p str) -> Option<Vec<(&str, &'p str)>> {
        let mut reader = PathArguments::new(&self.template, path);
        let arguments = reader.by_ref().collect();
        reader.is_at_end().then_some(arguments)
    }

    /// Returns whether this version may be asked for. A date stands for the newest version that is
    /// not later, so any date on or after the operation's suits.
    pub(super) fn suits(&self, accept: &str) -> bool {
        for asked in accept.split(',').filter_map(version_of) {
            let suits = match asked {
                PREVIEW => self.version == PREVIEW,
                date => date >= self.version.as_str(),
            };
            if suits {
                return true;
            }
        }
        false
    }

    /// Says that there is nothing under this path, in the documented words where they are known.
    pub(super) fn not_found(&self, path: &str) -> Answer {
        let arguments = self.arguments(path).unwrap_or_default();
        let Some((id_name, id)) = arguments.last() else {
            return nowhere(path);
        };
        let (code, noun) = match *id_name {
            "checkpointId" => ("CHECKPOINT_NOT_FOUND", "checkpoint"),
            "restoreJobId" | "jobId" => ("RESTORE_JOB_NOT_FOUND", "restore job"),
            "snapshotId" => ("SNAPSHOT_NOT_FOUND", "snapshot"),
            _ => return nowhere(path),
        };
        for (name, cluster) in &arguments {
            if *name == "clusterName" {
                let detail = format!("No {noun} with ID {id} exists for cluster {cluster}.");
                return Answer::error(StatusCode::NOT_FOUND, code, &detail, json!([id, cluster]));
            }
        }
        nowhere(path)
    }
}

/// Says that no operation serves this path.
pub(super) fn nowhere(path: &str) -> Answer {
    let detail = format!("Cannot find resource {path}.");
    Answer::error(
        StatusCode::NOT_FOUND,
        "RESOURCE_NOT_FOUND",
        &detail,
        json!([path]),
    )
}
