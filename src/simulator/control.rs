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
    /// Serves this document under this path, in place of an earlier one.
    ///
    /// The path belongs to an operation or was added with [`add_path`](Self::add_path);
    /// `/api/atlas/v2/` in front is optional. With a query, such as `?pageNum=2`, the document is
    /// served to requests with exactly this query.
    ///
    /// # Panics
    ///
    /// Panics if no operation serves the path, with a message that names the nearest ones, or if
    /// the document cannot be written as JSON. Either mistake would otherwise show as a 404 later
    /// in the test.
    #[track_caller]
    pub fn put(&self, path: &str, document: &(impl Serialize + ?Sized)) {
        self.keep(path, vec![(Instant::now(), encoded(document))]);
    }

    /// Serves documents that change over time: each from its `Duration` after now, on tokio's
    /// clock, until the next. Before the first, the path answers 404.
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
    /// Panics as [`put`](Self::put) does.
    #[track_caller]
    pub fn script(&self, path: &str, stages: impl IntoIterator<Item = (Duration, impl Serialize)>) {
        let now = Instant::now();
        let mut dated = Vec::new();
        for (after, document) in stages {
            let document = encoded(&document);
            // A time beyond the range of the clock is never reached.
            if let Some(due) = now.checked_add(after) {
                dated.push((due, document));
            }
        }
        dated.sort_by_key(|(due, _)| *due);
        self.keep(path, dated);
    }

    /// Removes the document under this path. Returns whether there was one.
    ///
    /// # Panics
    ///
    /// Panics if no operation serves the path.
    #[track_caller]
    pub fn remove(&self, path: &str) -> bool {
        self.resolve(path);
        let whole = routes::whole(path);
        lock(&self.shared.state).documents.remove(&whole)
    }

    /// Adds another path, of this version, for [`Client::get`](crate::Client::get). A name in
    /// braces matches any one segment. Add its documents with [`put`](Self::put) or
    /// [`script`](Self::script).
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
    /// Panics if the path has a query, or if the version is neither a date nor `preview`.
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

    /// Returns the operation that serves this path, whatever its query.
    #[track_caller]
    fn resolve(&self, path: &str) -> Arc<Route> {
        let path = path.split('?').next().unwrap_or_default();
        let route = lock(&self.shared.state).routes.resolve(path);
        route.unwrap_or_else(|sentence| panic!("{sentence}"))
    }

    /// Adds a fault to the queue. Each request meets the first fault that applies to it, and no
    /// other.
    pub fn fault(&self, fault: Fault) {
        lock(&self.shared.state).faults.add(fault);
    }

    /// Removes all faults from the queue. Requests that already hang keep hanging.
    pub fn clear_faults(&self) {
        lock(&self.shared.state).faults.clear();
    }

    /// Returns the number of faults in the queue, without those whose time is over.
    pub fn faults_left(&self) -> usize {
        let now = self.shared.log.now();
        lock(&self.shared.state).faults.count(now)
    }

    /// The number of requests that are kept. All are counted.
    pub const REQUESTS_KEPT: usize = log::REQUESTS_KEPT;

    /// Returns the last [`REQUESTS_KEPT`](Self::REQUESTS_KEPT) requests to any path, in the order
    /// of arrival.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.log.requests()
    }

    /// Returns the same as [`requests`](Self::requests) and removes them. The counts are not reset.
    pub fn take_requests(&self) -> Vec<ReceivedRequest> {
        self.shared.log.take_requests()
    }

    /// Returns the number of requests to any path since the start.
    pub fn request_count(&self) -> u64 {
        self.shared.log.request_count()
    }

    /// Returns the number of requests to `/api/oauth/token` since the start.
    pub fn token_requests(&self) -> u64 {
        self.shared.log.token_requests()
    }

    /// Waits until `count` requests have arrived since the start, whether or not they were
    /// answered. A test can act while a call is in flight without sleeping.
    pub async fn received(&self, count: u64) {
        self.shared.log.received(count).await;
    }

    /// Returns the number of connections accepted since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections.accepted()
    }

    /// Returns the number of open connections.
    pub fn open_connections(&self) -> u64 {
        self.shared.connections.open()
    }

    /// Sets the response to `envelope=true`. Defaults to [`EnvelopeForm::Content`].
    pub fn set_envelope_form(&self, form: EnvelopeForm) {
        lock(&self.shared.state).envelope = form;
    }

    /// Limits each project to `capacity` requests, and adds `refill` after every `per` on tokio's
    /// clock. Further requests are throttled: 429 with `Retry-After` in whole seconds. Defaults to
    /// no limit.
    pub fn set_rate_limit(&self, capacity: u32, refill: u32, per: Duration) {
        lock(&self.shared.state).limits = Limits::new(capacity, refill, per);
    }

    /// Adds this header to all further responses of the API.
    ///
    /// # Panics
    ///
    /// Panics if HTTP does not allow the name or the value.
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

    /// Adds this header to all further responses of one operation, by the name of its method, such
    /// as `get_backup_restore_job`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation, and as [`add_header`](Self::add_header).
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

    /// An access token that is valid from the start until [`revoke_tokens`](Self::revoke_tokens).
    pub const ACCESS_TOKEN: &str = access::ACCESS_TOKEN;

    /// Accepts this access token until [`revoke_tokens`](Self::revoke_tokens).
    pub fn add_access_token(&self, token: &str) {
        let access = &mut lock(&self.shared.state).access;
        access.tokens.add(token, "", None);
        access.bearers = true;
    }

    /// Revokes all access tokens: those of service accounts, those that were added, and
    /// [`ACCESS_TOKEN`](Self::ACCESS_TOKEN). Tokens issued or added afterwards are valid.
    pub fn revoke_tokens(&self) {
        lock(&self.shared.state).access.tokens.clear();
    }

    /// Answers 401 to requests for this project even if their credential is valid, as Atlas does
    /// for a project that the credential has no access to. Takes the id of a project or the first
    /// segments of a path, such as `groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0`.
    pub fn deny(&self, project_or_path: &str) {
        lock(&self.shared.state).access.deny(project_or_path);
    }

    /// Undoes [`deny`](Self::deny).
    pub fn allow(&self, project_or_path: &str) {
        lock(&self.shared.state).access.allow(project_or_path);
    }

    /// Accepts this service account at `/api/oauth/token` and `/api/oauth/revoke`, and the access
    /// tokens issued there. Up to 100 tokens are active at a time, as at Atlas.
    pub fn add_service_account(&self, id: &str, secret: &str) {
        lock(&self.shared.state).access.accounts.add(id, secret);
    }

    /// Sets the lifetime of access tokens that are issued later, whose whole seconds are sent as
    /// `expires_in`. Defaults to one hour.
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

    /// Sets the hash that challenges name, the only one accepted. Defaults to MD5.
    pub fn set_digest_algorithm(&self, algorithm: DigestAlgorithm) {
        lock(&self.shared.state).access.digest.algorithm = algorithm;
    }

    /// Sets which nonce counts are accepted. Nonces issued before keep their counts. Defaults to
    /// [`NoncePolicy::default`].
    pub fn set_nonce_policy(&self, policy: NoncePolicy) {
        lock(&self.shared.state).access.digest.nonces.policy = policy;
    }

    /// Sets how many of the last nonces are remembered; older ones are stale. Tomcat with a small
    /// `nonceCacheSize`, for example, forgets a nonce while other requests fetch theirs. Defaults
    /// to 65,536.
    pub fn set_nonce_memory(&self, nonces: usize) {
        lock(&self.shared.state).access.digest.nonces.memory = Some(nonces);
    }

    /// Makes all nonces issued so far stale.
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
