//! Serves one request: the fault that applies to it or else the response of Atlas.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_LENGTH;
use hyper::{Request, Response, StatusCode};

use super::answer::Answer;
use super::body::{Body, Tail};
use super::fault::{Fault, Head};
use super::log::ReceivedRequest;
use super::oauth;
use super::state::Shared;
use super::wire::Line;
use crate::sync::lock;

/// Forms are short; a longer body is none.
const FORM_LIMIT: usize = 64 * 1024;

pub(super) async fn serve(
    shared: Arc<Shared>,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let received = shared.log.receive(&head, line.number);
    let fault = shared.fault_for(&received);
    let Some(mut fault) = fault else {
        let answer = shared.answer(&received, body).await;
        return Ok(response(answer, None, line));
    };
    let answer = shared.spoilt(&fault, &line, &received, body).await;
    Ok(response(answer, fault.tail.take(), line))
}

/// Returns the response as hyper sends it.
fn response(answer: Answer, tail: Option<Tail>, line: Arc<Line>) -> Response<Body> {
    let mut headers = answer.headers;
    let tail = match tail {
        None if headers.contains_key(CONTENT_LENGTH) => Some(Tail::of_made_up_length()),
        tail => tail,
    };
    let body = match tail {
        None => Body::whole(answer.body),
        Some(tail) => {
            if let Some(length) = tail.declared(answer.body.len()) {
                headers.entry(CONTENT_LENGTH).or_insert(length.into());
            }
            Body::faulty(answer.body, tail, line)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = headers;
    response
}

impl Shared {
    fn fault_for(&self, request: &ReceivedRequest) -> Option<Fault> {
        let faults = &mut lock(&self.state).faults;
        faults.take(request.path(), request.at())
    }

    async fn answer(&self, request: &ReceivedRequest, body: Incoming) -> Answer {
        let answer = if oauth::serves(request.path()) {
            // A body that is too long or cut off leaves an empty form, which is rejected like any
            // wrong one.
            let form = Limited::new(body, FORM_LIMIT).collect().await;
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
