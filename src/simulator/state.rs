//! The state that handles and connections of a simulator share, and the response to a request: the
//! rate limit, authentication, the operation, `Accept`, the document.

use std::sync::Mutex;

use hyper::StatusCode;
use tokio::time::Instant;

use super::access::Access;
use super::answer::{Answer, EnvelopeForm};
use super::fault::Faults;
use super::limit::{Limits, Notices};
use super::log::{Log, ReceivedRequest};
use super::routes::{self, Documents, Routes};
use super::wire::Connections;

/// What handles and connections of a simulator share.
pub(super) struct Shared {
    pub(super) state: Mutex<State>,
    pub(super) log: Log,
    pub(super) connections: Connections,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) routes: Routes,
    pub(super) documents: Documents,
    pub(super) access: Access,
    pub(super) limits: Limits,
    pub(super) notices: Notices,
    pub(super) faults: Faults,
    pub(super) envelope: EnvelopeForm,
}

impl Shared {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::default(),
            log: Log::new(),
            connections: Connections::default(),
        }
    }
}

impl State {
    pub(super) fn answer(&mut self, request: &ReceivedRequest) -> Answer {
        let path = request.path();
        let now = Instant::now();
        let mut quota = self.limits.take(path, now);
        let mut answer = match quota.refused.take() {
            Some(refused) => refused,
            None => self.decide(request, now),
        };
        quota.tell(&mut answer.headers);
        self.notices.tell(path, &self.routes, &mut answer.headers);
        answer.dress(request.query(), self.envelope)
    }

    fn decide(&mut self, request: &ReceivedRequest, now: Instant) -> Answer {
        if let Some(refused) = self.access.refuse(request, now) {
            return refused;
        }
        let path = request.path();
        let document = self.documents.get(request.target());
        let route = match document {
            Some(document) => Some(&document.route),
            None => self.routes.find(path),
        };
        let Some(route) = route else {
            return routes::nowhere(path);
        };
        if request.method() != "GET" {
            return Answer::not_allowed("GET");
        }
        let accept = request.header("accept").unwrap_or_default();
        if !route.suits(accept) {
            return Answer::not_acceptable();
        }
        match document.and_then(|document| document.at(now)) {
            Some(body) => Answer::new(StatusCode::OK, route.content_type.clone(), body),
            None => route.not_found(path),
        }
    }
}
