//! What there is to ask for: each document under the path that it is asked for with, and when its
//! time comes.

use std::collections::HashMap;
use std::sync::Arc;

use hyper::body::Bytes;
use tokio::time::Instant;

use super::requests::ReceivedRequest;
use super::routes::Route;

/// Each document under its whole path, which may end in a query.
#[derive(Default)]
pub(super) struct Documents(HashMap<String, Document>);

pub(super) struct Document {
    pub(super) route: Arc<Route>,
    /// Sorted by time.
    pub(super) stages: Vec<(Instant, Bytes)>,
}

impl Documents {
    /// Returns what this request asks for: what was put for just its query, or else for its path.
    pub(super) fn get(&self, request: &ReceivedRequest) -> Option<&Document> {
        match self.0.get(request.target()) {
            Some(document) => Some(document),
            None => self.0.get(request.path()),
        }
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
