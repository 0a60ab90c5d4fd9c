//! One request from its head to its answer.
//!
//! In comes a request and the line it came over; out goes an answer. Every request takes the same way: a fault if one was
//! asked for, the rate limit, authentication, `Accept`, the operation, its document.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::{Request, Response, StatusCode};
use tokio::time::Instant;

use super::access::Access;
use super::answer::{Answer, EnvelopeForm};
use super::documents::Documents;
use super::requests::{Log, ReceivedRequest};
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
    pub(super) envelope: EnvelopeForm,
}

pub(super) async fn serve(
    shared: Arc<Shared>,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let received = shared.log.receive(head, line.number);
    let answer = shared.answer(&received, body).await;
    received.answered(answer.status.as_u16());
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

impl Shared {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), log: Log::new(), connections: Connections::default() }
    }

    async fn answer(&self, request: &ReceivedRequest, body: Incoming) -> Answer {
        if oauth::serves(request.path()) {
            // A body too long or cut off leaves an empty form, which is refused like any other wrong one.
            let form = Limited::new(body, 64 * 1024).collect().await;
            let form = form.map(|form| form.to_bytes()).unwrap_or_default();
            request.keep_form(String::from_utf8_lossy(&form).into_owned());
            return oauth::answer(&mut lock(&self.state).access, request);
        }
        lock(&self.state).answer(request)
    }
}

impl State {
    fn answer(&mut self, request: &ReceivedRequest) -> Answer {
        let mut answer = self.decide(request);
        // As recorded: far from any limit.
        answer.headers.insert("ratelimit-limit", HeaderValue::from_static("1200"));
        answer.headers.insert("ratelimit-remaining", HeaderValue::from_static("1191"));
        answer.dress(request.query(), self.envelope)
    }

    fn decide(&mut self, request: &ReceivedRequest) -> Answer {
        let (path, now) = (request.path(), Instant::now());
        if let Err(refused) = self.access.check(request, now) {
            return refused;
        }
        let document = self.documents.get(path);
        let Some(route) = document.map(|document| document.route).or_else(|| routes::find(path)) else {
            return routes::nowhere(path);
        };
        if request.method() != "GET" {
            return Answer::not_allowed("GET");
        }
        if !request.header("accept").is_some_and(|accept| route.suits(accept)) {
            return Answer::not_acceptable();
        }
        match document.and_then(|document| document.at(now)) {
            Some(body) => Answer::new(StatusCode::OK, route.content_type.clone(), body),
            None => route.not_found(path),
        }
    }
}
