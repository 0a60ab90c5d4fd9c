//! What is served.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use serde::Serialize;
use tokio::time::Instant;

use crate::simulator::documents::Document;
use crate::simulator::handle::Simulator;
use crate::simulator::paths;
use crate::simulator::routes::Route;
use crate::sync::lock;

impl Simulator {
    /// Serves this document under this path from now on, instead of what was there.
    ///
    /// The path is that of an operation, or of one of [`add_path`](Self::add_path), with or without
    /// `/api/atlas/v2/` in front. With a query behind it, such as `?pageNum=2`, the document is for
    /// requests with just this query.
    ///
    /// # Panics
    ///
    /// When no operation serves the path, with a sentence that names the nearest ones, and when the
    /// document cannot be written as JSON. Both are slips in a test, which should end there and not
    /// as a puzzling 404 later.
    #[track_caller]
    pub fn put(&self, path: &str, document: &(impl Serialize + ?Sized)) {
        self.keep(path, vec![(Instant::now(), encoded(document))]);
    }

    /// Serves the life of a job: of these documents the last one whose time has come, by tokio's
    /// clock and counted from now. Before the first one's time there is nothing under this path.
    ///
    /// ```
    /// use std::time::Duration;
    /// use atlas_backup::simulator::Simulator;
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let atlas = Simulator::start().await?;
    /// let path = "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/restoreJobs/6a794733c0eb9e7a17740663";
    /// atlas.script(path, [
    ///     (Duration::ZERO, json!({"statusName": "IN_PROGRESS"})),
    ///     (Duration::from_secs(60), json!({"statusName": "FINISHED"})),
    /// ]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As [`put`](Self::put) does.
    #[track_caller]
    pub fn script(&self, path: &str, stages: impl IntoIterator<Item = (Duration, impl Serialize)>) {
        let now = Instant::now();
        let mut dated = Vec::new();
        for (after, document) in stages {
            let document = encoded(&document);
            // What is too late for the clock never comes.
            if let Some(due) = now.checked_add(after) {
                dated.push((due, document));
            }
        }
        dated.sort_by_key(|(due, _)| *due);
        self.keep(path, dated);
    }

    /// Takes away what is served under this path. Returns whether there was something.
    ///
    /// # Panics
    ///
    /// When no operation serves the path.
    #[track_caller]
    pub fn remove(&self, path: &str) -> bool {
        self.resolve(path);
        let whole = paths::whole(path);
        lock(&self.shared.state).documents.remove(&whole)
    }

    /// Lets the simulator serve another path, of this version, which
    /// [`Client::get`](crate::Client::get) can read. A name in braces stands for any one segment.
    /// What is served there, [`put`](Self::put) or [`script`](Self::script) says.
    ///
    /// ```
    /// use atlas_backup::simulator::Simulator;
    /// use serde_json::{Value, json};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let atlas = Simulator::start().await?;
    /// let client = atlas.client_builder().build()?;
    /// atlas.add_path("groups/{groupId}/clusters", "2024-08-05");
    ///
    /// let path = "groups/32b6e34b3d91647abb20e7b8/clusters";
    /// atlas.put(path, &json!({"results": [{"name": "Cluster0"}]}));
    /// let clusters = client.get::<Value>(path, "2024-08-05").send().await?;
    /// assert_eq!(clusters["results"][0]["name"], "Cluster0");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When the path has a query, or the version is neither a date nor `preview`.
    #[track_caller]
    pub fn add_path(&self, path: &str, version: &str) {
        let added = lock(&self.shared.state).routes.add(path, version);
        added.unwrap_or_else(|sentence| panic!("{sentence}"));
    }

    #[track_caller]
    fn keep(&self, path: &str, stages: Vec<(Instant, Bytes)>) {
        let route = self.resolve(path);
        let whole = paths::whole(path);
        lock(&self.shared.state)
            .documents
            .insert(whole, Document { route, stages });
    }

    /// Returns the operation of this path. What follows a question mark is no part of it.
    #[track_caller]
    fn resolve(&self, path: &str) -> Arc<Route> {
        let path = path.split('?').next().unwrap_or_default();
        let route = lock(&self.shared.state).routes.resolve(path);
        route.unwrap_or_else(|sentence| panic!("{sentence}"))
    }
}

#[track_caller]
fn encoded(document: &(impl Serialize + ?Sized)) -> Bytes {
    match serde_json::to_vec(document) {
        Ok(bytes) => bytes.into(),
        Err(error) => panic!("the document cannot be written as JSON: {error}"),
    }
}
