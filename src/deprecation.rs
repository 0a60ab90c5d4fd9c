//! What Atlas says of operations that it will withdraw: a warning, once for each.

use std::collections::HashSet;
use std::sync::Mutex;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::auth::Grant;
use crate::operation::Operation;
use crate::sync::lock;
use crate::text::{redact, sanitize};

// Made once: a name that is text would be looked at in each answer.
static DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
static SUNSET: HeaderName = HeaderName::from_static("sunset");

/// How many paths are remembered, about. Of what comes beyond, nothing is told: there may be any
/// number of paths that differ in a name.
const TOLD_AT_MOST: usize = 100;

/// What stands before the name of a cluster or an instance.
const COLLECTIONS_OF_NAMES: [&str; 3] = ["clusters", "serverless", "flexClusters"];

/// What a client and its clones have told.
#[derive(Default)]
pub(crate) struct Deprecations {
    told: Mutex<HashSet<String>>,
}

/// What an answer says of the end of its operation.
pub(crate) struct Notice {
    deprecation: Option<String>,
    sunset: Option<String>,
}

impl Notice {
    pub(crate) fn read(headers: &HeaderMap, grant: &Grant) -> Option<Notice> {
        let text = |name: &HeaderName| {
            let text = headers.get(name)?.to_str().ok()?;
            Some(sanitize(&redact(text, &grant.secrets())))
        };
        let deprecation = text(&DEPRECATION);
        let sunset = text(&SUNSET);
        if deprecation.is_none() && sunset.is_none() {
            return None;
        }
        Some(Notice {
            deprecation,
            sunset,
        })
    }
}

impl Deprecations {
    /// Warns of the end of an operation, unless that was told before.
    pub(crate) fn tell(&self, notice: Notice, operation: &Operation) {
        let operation = operation.name;
        if !lock(&self.told).insert(operation.to_owned()) {
            return;
        }
        tracing::warn!(
            operation,
            deprecation = notice.deprecation,
            sunset = notice.sunset,
            "Atlas is withdrawing this operation"
        );
    }

    /// Warns of the end of what is read by its path, unless that was told of this kind of path and
    /// this version before.
    pub(crate) fn tell_path(&self, notice: Notice, url: &Url, accept: &HeaderValue) {
        let path = kind_of(url.path());
        let accept = accept.to_str().unwrap_or_default();
        if !self.remember(format!("{path} {accept}")) {
            return;
        }
        tracing::warn!(
            path,
            accept,
            deprecation = notice.deprecation,
            sunset = notice.sunset,
            "Atlas is withdrawing what is read by this path"
        );
    }

    /// Whether it is new, and there is room for it.
    fn remember(&self, path: String) -> bool {
        let mut told = lock(&self.told);
        told.len() < TOLD_AT_MOST && told.insert(path)
    }
}

/// Returns the path with `*` in place of ids, and of the names of clusters.
fn kind_of(path: &str) -> String {
    let mut segments = Vec::new();
    let mut before = "";
    for segment in path.split('/') {
        let is_name = COLLECTIONS_OF_NAMES.contains(&before);
        segments.push(if is_name || is_id(segment) {
            "*"
        } else {
            segment
        });
        before = segment;
    }
    segments.join("/")
}

fn is_id(segment: &str) -> bool {
    segment.len() == 24 && segment.bytes().all(|byte| byte.is_ascii_hexdigit())
}
