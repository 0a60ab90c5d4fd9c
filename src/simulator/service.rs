//! One request from its head to its answer.
//!
//! In comes a request and the line it came over; out goes an answer. Every request takes the same way: a fault if one
//! was asked for, the rate limit, authentication, `Accept`, the operation, its document.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_LENGTH;
use hyper::{Request, Response, StatusCode};
use tokio::time::Instant;

use super::access::Access;
use super::answer::{Answer, EnvelopeForm};
use super::body::{Body, Tail};
use super::documents::Documents;
use super::fault::{Fault, Head};
use super::limit::Limits;
use super::notices::Notices;
use super::requests::{Log, ReceivedRequest};
use super::scope::Faults;
use super::server::Connections;
use super::wire::Line;
use super::{lock, oauth, routes};

/// What the handles of a simulator and its connections have in common.
pub(super) struct Shared {
    pub(super) state: Mutex<State>,
    pub(super) log: Log,
    pub(super) connections: Connections,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) documents: Documents,
    pub(super) access: Access,
    pub(super) limits: Limits,
    pub(super) notices: Notices,
    pub(super) faults: Faults,
    pub(super) envelope: EnvelopeForm,
}

pub(super) async fn serve(
    shared: Arc<Shared>,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let received = shared.log.receive(&head, line.number);
    let fault = lock(&shared.state).faults.take(received.path());
    let (answer, tail) = match fault {
        None => (shared.answer(&received, body).await, None),
        Some(mut fault) => (
            shared.spoilt(&fault, &line, &received, body).await,
            fault.tail.take(),
        ),
    };
    let Answer {
        status,
        mut headers,
        body,
    } = answer;
    // A length that a test made up: hyper must not see the true one, and ends the connection when the body is shorter.
    let made_up = || Tail {
        cut_after: Some(usize::MAX),
        ..Tail::default()
    };
    let tail = tail.or_else(|| headers.contains_key(CONTENT_LENGTH).then(made_up));
    let body = match tail {
        None => Body::whole(body),
        Some(tail) => {
            if let Some(length) = tail.declared(body.len()) {
                headers.entry(CONTENT_LENGTH).or_insert(length.into());
            }
            Body::faulty(body, tail, line)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

impl Shared {
    pub(super) fn new() -> Self {
        let (state, connections) = (Mutex::default(), Connections::default());
        Self {
            state,
            log: Log::new(),
            connections,
        }
    }

    async fn answer(&self, request: &ReceivedRequest, body: Incoming) -> Answer {
        let answer = if oauth::serves(request.path()) {
            // A body too long or cut off leaves an empty form, which is refused like any wrong one.
            let form = Limited::new(body, 64 * 1024).collect().await;
            let form = form.map(|form| form.to_bytes()).unwrap_or_default();
            request.keep_form(String::from_utf8_lossy(&form).into_owned());
            oauth::answer(&mut lock(&self.state).access, request)
        } else {
            lock(&self.state).answer(request)
        };
        request.answered(answer.status);
        answer
    }

    async fn spoilt(
        &self,
        fault: &Fault,
        line: &Line,
        request: &ReceivedRequest,
        body: Incoming,
    ) -> Answer {
        if !fault.delay.is_zero() {
            tokio::time::sleep(fault.delay).await;
        }
        match &fault.head {
            Head::Answer => {}
            Head::Garbage(bytes) => {
                line.spoil(bytes.clone());
                return Answer::empty(StatusCode::OK);
            }
            Head::Hang => return pending().await,
            Head::Cut => {
                line.cut();
                return pending().await;
            }
        }
        let mut answer = match fault.answer() {
            Some(answer) => answer,
            None => self.answer(request, body).await,
        };
        fault.apply(&mut answer);
        request.answered(answer.status);
        answer
    }
}

impl State {
    fn answer(&mut self, request: &ReceivedRequest) -> Answer {
        let (path, now) = (request.path(), Instant::now());
        let mut quota = self.limits.take(path, now);
        let refused = quota.refused.take();
        let mut answer = refused.unwrap_or_else(|| self.decide(request, now));
        quota.tell(&mut answer.headers);
        self.notices.tell(path, &mut answer.headers);
        answer.dress(request.query(), self.envelope)
    }

    fn decide(&mut self, request: &ReceivedRequest, now: Instant) -> Answer {
        if let Some(refused) = self.access.refuse(request, now) {
            return refused;
        }
        let path = request.path();
        let document = self.documents.get(path);
        let route = document
            .map(|document| document.route)
            .or_else(|| routes::find(path));
        let Some(route) = route else {
            return routes::nowhere(path);
        };
        if request.method() != "GET" {
            return Answer::not_allowed("GET");
        }
        if !request
            .header("accept")
            .is_some_and(|accept| route.suits(accept))
        {
            return Answer::not_acceptable();
        }
        match document.and_then(|document| document.at(now)) {
            Some(body) => Answer::new(StatusCode::OK, route.content_type.clone(), body),
            None => route.not_found(path),
        }
    }
}
