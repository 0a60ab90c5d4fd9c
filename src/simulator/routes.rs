//! Which operation a path belongs to.
//!
//! All of it is read from the table of operations that the build script makes from the YAML, so an operation added
//! there is served at once.

use std::sync::LazyLock;

use hyper::StatusCode;
use hyper::header::HeaderValue;
use serde_json::json;

use super::answer::Answer;
use super::paths::{self, API};
use crate::generated::OPERATIONS;

/// One operation, taken apart once for all simulators of the process.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) name: &'static str,
    template: &'static str,
    version: &'static str,
    pub(super) content_type: HeaderValue,
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let table = OPERATIONS.iter().map(|operation| Route {
        name: operation.name,
        template: operation.path,
        version: version(operation.accept).unwrap_or(operation.accept),
        content_type: HeaderValue::from_str(&format!("{};charset=utf-8", operation.accept))
            .unwrap_or(HeaderValue::from_static("application/json")),
    });
    table.collect()
});

/// The operation that serves this path.
pub(super) fn find(path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.arguments(path).is_some())
}

/// The operation of this name.
pub(super) fn named(name: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.name == name)
}

/// The names of all operations, for a sentence that says which there are.
pub(super) fn names() -> String {
    ROUTES
        .iter()
        .map(|route| route.name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The whole path and its operation, or a sentence that names the templates nearest to it.
pub(super) fn resolve(path: &str) -> Result<(String, &'static Route), String> {
    let whole = paths::whole(path);
    if let Some(route) = find(&whole) {
        return Ok((whole, route));
    }
    let alike = |route: &Route| {
        let known = route
            .template
            .split('/')
            .filter(|segment| !segment.starts_with('{'));
        known
            .filter(|segment| whole.split('/').any(|other| other == *segment))
            .count()
    };
    let best = ROUTES.iter().map(alike).max();
    let nearest = ROUTES.iter().filter(|route| Some(alike(route)) == best);
    let nearest: Vec<_> = nearest
        .map(|route| route.template.strip_prefix(API).unwrap_or(route.template))
        .collect();
    Err(format!(
        "no operation serves the path `{path}`; nearest: {}",
        nearest.join(", ")
    ))
}

impl Route {
    /// The name and value of every path parameter, if the path is one of this operation's.
    fn arguments<'p>(&self, path: &'p str) -> Option<Vec<(&'static str, &'p str)>> {
        let mut given = path.split('/');
        let mut arguments = Vec::new();
        for expected in self.template.split('/') {
            let segment = given.next()?;
            match expected
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            {
                Some(_) if segment.is_empty() || segment.contains('?') => return None,
                Some(name) => arguments.push((name, segment)),
                None if expected != segment => return None,
                None => {}
            }
        }
        given.next().is_none().then_some(arguments)
    }

    /// A version asked for stands for the newest one that is not later, so any date on or after the operation's suits.
    pub(super) fn suits(&self, accept: &str) -> bool {
        accept
            .split(',')
            .filter_map(version)
            .any(|asked| asked >= self.version)
    }

    /// Nothing under this path, in the documented words where they are known.
    pub(super) fn not_found(&self, path: &str) -> Answer {
        let arguments = self.arguments(path).unwrap_or_default();
        let cluster = arguments
            .iter()
            .find(|(name, _)| *name == "clusterName")
            .map(|(_, value)| *value);
        let (code, noun) = match arguments.last().map(|(name, _)| *name) {
            Some("checkpointId") => ("CHECKPOINT_NOT_FOUND", "checkpoint"),
            Some("restoreJobId" | "jobId") => ("RESTORE_JOB_NOT_FOUND", "restore job"),
            Some("snapshotId") => ("SNAPSHOT_NOT_FOUND", "snapshot"),
            _ => return nowhere(path),
        };
        match (arguments.last(), cluster) {
            (Some((_, id)), Some(cluster)) => {
                let detail = format!("No {noun} with ID {id} exists for cluster {cluster}.");
                Answer::error(StatusCode::NOT_FOUND, code, &detail, json!([id, cluster]))
            }
            _ => nowhere(path),
        }
    }
}

/// A path that no operation serves.
pub(super) fn nowhere(path: &str) -> Answer {
    let detail = format!("Cannot find resource {path}.");
    Answer::error(
        StatusCode::NOT_FOUND,
        "RESOURCE_NOT_FOUND",
        &detail,
        json!([path]),
    )
}

/// The date in `application/vnd.atlas.DATE+json`; of one form, so that dates compare as text.
fn version(media_type: &str) -> Option<&str> {
    let essence = media_type.split(';').next()?.trim();
    let date = essence
        .strip_prefix("application/vnd.atlas.")?
        .strip_suffix("+json")?;
    let shape = |(at, byte): (usize, u8)| {
        if at == 4 || at == 7 {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    (date.len() == 10 && date.bytes().enumerate().all(shape)).then_some(date)
}
