//! What a test may do with a simulator: the methods of [`Simulator`].

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use serde::Serialize;
use tokio::time::Instant;

use super::access;
use super::answer::{EnvelopeForm, header};
use super::digest::{DigestAlgorithm, NoncePolicy};
use super::fault::Fault;
use super::handle::Simulator;
use super::limit::{Limits, Notice};
use super::log::{self, ReceivedRequest};
use super::routes::{self, Document, Route};
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
        let whole = routes::whole(path);
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
        let whole = routes::whole(path);
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

    /// Adds a fault. Faults wait in a queue: each request gets the first one that is meant for it,
    /// and at most one.
    pub fn fault(&self, fault: Fault) {
        lock(&self.shared.state).faults.add(fault);
    }

    /// Forgets every fault that has not happened yet. Requests that hang already go on hanging.
    pub fn clear_faults(&self) {
        lock(&self.shared.state).faults.clear();
    }

    /// Returns how many faults wait in the queue. One whose time is over does not.
    pub fn faults_left(&self) -> usize {
        let now = self.shared.log.now();
        lock(&self.shared.state).faults.count(now)
    }

    /// How many requests are kept to be looked at; all are counted.
    pub const REQUESTS_KEPT: usize = log::REQUESTS_KEPT;

    /// Returns the last [`REQUESTS_KEPT`](Self::REQUESTS_KEPT) requests in order of arrival, to
    /// every path.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.log.requests()
    }

    /// Returns the same as [`requests`](Self::requests), and forgets them, so that the next look
    /// sees only what came later. The counts go on.
    pub fn take_requests(&self) -> Vec<ReceivedRequest> {
        self.shared.log.take_requests()
    }

    /// Returns how many requests arrived since the start, to every path.
    pub fn request_count(&self) -> u64 {
        self.shared.log.request_count()
    }

    /// Returns how many requests to `/api/oauth/token` arrived since the start.
    pub fn token_requests(&self) -> u64 {
        self.shared.log.token_requests()
    }

    /// Waits until `count` requests have arrived since the start, answered or not: what a test
    /// needs to act while a call is under way, without sleeping.
    pub async fn received(&self, count: u64) {
        self.shared.log.received(count).await;
    }

    /// Returns how many connections were accepted since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections.accepted()
    }

    /// Returns how many connections are open.
    pub fn open_connections(&self) -> u64 {
        self.shared.connections.open()
    }

    /// Sets what `envelope=true` does.
    pub fn set_envelope_form(&self, form: EnvelopeForm) {
        lock(&self.shared.state).envelope = form;
    }

    /// Allows each project `capacity` requests at once and `refill` more after every `per`, by
    /// tokio's clock, from now on and with full buckets. More get 429 with `Retry-After`, which is
    /// in whole seconds. Without this call nothing is limited.
    pub fn set_rate_limit(&self, capacity: u32, refill: u32, per: Duration) {
        lock(&self.shared.state).limits = Limits::new(capacity, refill, per);
    }

    /// Sends this header with every answer of the API from now on.
    ///
    /// # Panics
    ///
    /// When HTTP does not allow the name or the value.
    #[track_caller]
    pub fn add_header(&self, name: &str, value: &str) {
        let (name, value) = header(name, value);
        let notice = Notice {
            operation: None,
            name,
            value,
        };
        lock(&self.shared.state).notices.add(notice);
    }

    /// Sends this header with every answer of one operation from now on. Operations go by the name
    /// of their method: `get_backup_restore_job`.
    ///
    /// # Panics
    ///
    /// When there is no such operation, and as [`add_header`](Self::add_header).
    #[track_caller]
    pub fn add_operation_header(&self, operation: &str, name: &str, value: &str) {
        let (name, value) = header(name, value);
        let mut state = lock(&self.shared.state);
        let Some(route) = state.routes.named(operation) else {
            let names = state.routes.names();
            drop(state);
            panic!("no operation is named `{operation}`; there are {names}");
        };
        let operation = route.name;
        state.notices.add(Notice {
            operation,
            name,
            value,
        });
    }

    /// An access token that is good from the start, whatever else is registered, until
    /// [`revoke_tokens`](Self::revoke_tokens).
    pub const ACCESS_TOKEN: &str = access::ACCESS_TOKEN;

    /// Accepts this access token too, until [`revoke_tokens`](Self::revoke_tokens).
    pub fn add_access_token(&self, token: &str) {
        let access = &mut lock(&self.shared.state).access;
        access.tokens.add(token, "", None);
        access.bearers = true;
    }

    /// Ends the life of every access token there is: those of service accounts, those added, and
    /// [`ACCESS_TOKEN`](Self::ACCESS_TOKEN). Tokens issued or added afterwards are good.
    pub fn revoke_tokens(&self) {
        lock(&self.shared.state).access.tokens.clear();
    }

    /// Answers 401 to requests for this project even when their credential is good, as Atlas does
    /// for a project of somebody else. Takes the id of a project, or the beginning of a path in
    /// whole segments, such as `groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0`.
    pub fn deny(&self, project_or_path: &str) {
        lock(&self.shared.state).access.deny(project_or_path);
    }

    /// Takes [`deny`](Self::deny) back.
    pub fn allow(&self, project_or_path: &str) {
        lock(&self.shared.state).access.allow(project_or_path);
    }

    /// Accepts this service account at `/api/oauth/token` and `/api/oauth/revoke`, and the access
    /// tokens that it gets there: at most 100 living ones, as at Atlas.
    pub fn add_service_account(&self, id: &str, secret: &str) {
        lock(&self.shared.state).access.accounts.add(id, secret);
    }

    /// Sets how long access tokens issued from now on live; one hour at first. `expires_in` tells
    /// the whole seconds of it.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        lock(&self.shared.state).access.accounts.lifetime = lifetime;
    }

    /// Accepts this API key.
    pub fn add_api_key(&self, public: &str, private: &str) {
        lock(&self.shared.state)
            .access
            .digest
            .add_key(public, private);
    }

    /// Sets the hash that challenges ask for, and the only one that is accepted.
    pub fn set_digest_algorithm(&self, algorithm: DigestAlgorithm) {
        lock(&self.shared.state).access.digest.algorithm = algorithm;
    }

    /// Sets how often a nonce is good. What was given out before keeps its counts.
    pub fn set_nonce_policy(&self, policy: NoncePolicy) {
        lock(&self.shared.state).access.digest.nonces.policy = policy;
    }

    /// Sets how many nonces are remembered; before the last so many they are stale. Servers with a
    /// small memory, such as Tomcat with a small `nonceCacheSize`, forget a nonce while other
    /// requests fetch theirs.
    pub fn set_nonce_memory(&self, nonces: usize) {
        lock(&self.shared.state).access.digest.nonces.memory = Some(nonces);
    }

    /// Makes every nonce given out so far stale.
    pub fn expire_nonces(&self) {
        lock(&self.shared.state).access.digest.nonces.expire();
    }
}

#[track_caller]
fn encoded(document: &(impl Serialize + ?Sized)) -> Bytes {
    match serde_json::to_vec(document) {
        Ok(bytes) => bytes.into(),
        Err(error) => panic!("the document cannot be written as JSON: {error}"),
    }
}
