//! Which operation a path belongs to, and the documents that are served there.
//!
//! The operations are read from the table that the build script makes from the YAML, so an
//! operation added there is served at once. A test may add others for calls of `Client::get`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use serde_json::json;
use tokio::time::Instant;

use super::answer::Answer;
use crate::generated::OPERATIONS;
use crate::operation::{PREVIEW, PathArguments, media_type, version_of};

/// What every path of the API begins with.
pub(super) const API: &str = "/api/atlas/v2/";
pub(super) const TOKEN: &str = "/api/oauth/token";
pub(super) const REVOKE: &str = "/api/oauth/revoke";

/// Returns the whole path: `groups/..` and `/api/atlas/v2/groups/..` are the same.
pub(super) fn whole(path: &str) -> String {
    let path = path.trim_start_matches('/');
    let rest = path
        .strip_prefix(API.trim_start_matches('/'))
        .unwrap_or(path);
    format!("{API}{rest}")
}

/// An operation, or a path that a test added.
#[derive(Debug)]
pub(super) struct Route {
    /// `None` for a path that a test added.
    pub(super) name: Option<&'static str>,
    template: String,
    /// The media type of its version.
    accept: String,
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
    /// Adds a path, before those that were added earlier.
    pub(super) fn add(&mut self, template: &str, version: &str) -> Result<(), String> {
        if template.contains('?') {
            return Err(format!("the path `{template}` must have no query"));
        }
        let Some(accept) = media_type(version) else {
            return Err(format!(
                "a version is a date such as 2024-08-05, not `{version}`"
            ));
        };
        let route = Route::new(None, &whole(template), &accept);
        self.0.insert(0, Arc::new(route));
        Ok(())
    }

    /// Returns the operation that serves this path: of several the one that has more literal
    /// segments, and of those the first.
    pub(super) fn find(&self, path: &str) -> Option<&Arc<Route>> {
        let serving = self.0.iter().filter(|route| route.serves(path));
        serving.rev().max_by_key(|route| route.likeness(path))
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
        let whole = whole(path);
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
            accept: accept.to_owned(),
            content_type: content_type.unwrap_or(HeaderValue::from_static("application/json")),
        }
    }

    /// Counts the literal segments that the path has too.
    fn likeness(&self, path: &str) -> usize {
        let mut alike = 0;
        for segment in self.template.split('/') {
            if path.split('/').any(|other| other == segment) {
                alike += 1;
            }
        }
        alike
    }

    fn serves(&self, path: &str) -> bool {
        self.arguments(path).is_some()
    }

    /// Returns the name and value of every parameter of the path, if the path is one of this
    /// operation's.
    fn arguments<'p>(&self, path: &'p str) -> Option<Vec<(&str, &'p str)>> {
        let template = self.template.as_str();
        let mut reader = PathArguments { template, path };
        let arguments = reader.by_ref().collect();
        (reader.path == reader.template).then_some(arguments)
    }

    /// Returns whether this version may be requested. A date stands for the newest version that is
    /// not later, so any date on or after the operation's own is accepted.
    pub(super) fn suits(&self, accept: &str) -> bool {
        let own = date(&self.accept);
        for requested in accept.split(',') {
            let media_type = requested.split(';').next().unwrap_or_default();
            let is_later = own.is_some() && date(media_type) >= own;
            if is_later || media_type.trim() == self.accept {
                return true;
            }
        }
        false
    }

    /// Returns a 404 for a path without a document. For what belongs to a cluster, Atlas names the
    /// kind of resource, which is that of the collection in the path.
    pub(super) fn not_found(&self, path: &str) -> Answer {
        let arguments = self.arguments(path).unwrap_or_default();
        let cluster = arguments.iter().find(|(name, _)| *name == "clusterName");
        let id = path.rsplit('/').next().unwrap_or_default();
        let (Some((_, cluster)), Some(kind)) = (cluster, self.kind()) else {
            return nowhere(path);
        };
        let code = kind.to_uppercase().replace(' ', "_") + "_NOT_FOUND";
        let detail = format!("No {kind} with ID {id} exists for cluster {cluster}.");
        Answer::error(StatusCode::NOT_FOUND, &code, &detail, json!([id, cluster]))
    }

    /// Returns what the last parameter is the id of: `restore job` for `restoreJobs/{jobId}`.
    fn kind(&self) -> Option<String> {
        let (parent, id) = self.template.rsplit_once('/')?;
        let (_, collection) = parent.rsplit_once('/')?;
        let singular = collection.strip_suffix('s')?;
        if !id.starts_with('{') {
            return None;
        }
        let mut words = String::new();
        for letter in singular.trim_start_matches("backup").chars() {
            if letter.is_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.extend(letter.to_lowercase());
        }
        Some(words)
    }
}

/// Returns the version in a media type, if it is a date.
fn date(media_type: &str) -> Option<&str> {
    version_of(media_type).filter(|version| *version != PREVIEW)
}

/// Returns the 404 of Atlas for a path that no operation serves.
pub(super) fn nowhere(path: &str) -> Answer {
    let detail = format!("Cannot find resource {path}.");
    Answer::error(
        StatusCode::NOT_FOUND,
        "RESOURCE_NOT_FOUND",
        &detail,
        json!([path]),
    )
}

/// Each document under its whole path, which may end in a query.
#[derive(Default)]
pub(super) struct Documents(HashMap<String, Document>);

pub(super) struct Document {
    pub(super) route: Arc<Route>,
    /// Sorted by time.
    pub(super) stages: Vec<(Instant, Bytes)>,
}

impl Documents {
    /// Returns what was put for the whole target of a request, or else for its path.
    pub(super) fn get(&self, target: &str) -> Option<&Document> {
        let path = target.split('?').next().unwrap_or_default();
        self.0.get(target).or_else(|| self.0.get(path))
    }

    pub(super) fn insert(&mut self, path: String, document: Document) {
        self.0.insert(path, document);
    }

    pub(super) fn remove(&mut self, path: &str) -> bool {
        self.0.remove(path).is_some()
    }
}

impl Document {
    /// Returns the last body whose time has come.
    pub(super) fn at(&self, now: Instant) -> Option<Bytes> {
        let mut latest = None;
        for (due, body) in &self.stages {
            if *due <= now {
                latest = Some(body.clone());
            }
        }
        latest
    }
}
