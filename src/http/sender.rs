//! [`Sender`]: one exchange over HTTP, from a request to the whole response, or an error that says
//! why there is none. It limits how many are in flight and how long each takes.
//!
//! A request may be sent more than once in an exchange, when the server did not process it or may
//! not have: [`resend`](super::resend) decides. All else is another attempt, which the retry policy
//! makes.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Request, Response, Url};
use tokio::time::Instant;

use super::client::{Current, HttpClient, Protocol};
use super::failure::{Exchange, local_address, refusal};
use super::gate::{Connecting, Gate, Link};
use super::permits::{Permit, Permits};
use super::proxy::Proxy;
use super::resend::{Delivery, Resends};
use super::response::{Body, RawResponse};
use crate::error::{Circumstance, Details, Error, ErrorKind};
use crate::text::millis;

/// What all exchanges of a client have in common.
pub(crate) struct Sender {
    http: HttpClient,
    settings: Settings,
    permits: Permits,
    gate: Arc<Gate>,
}

/// What a sender is set to.
pub(crate) struct Settings {
    pub user_agent: HeaderValue,
    /// How long an exchange may take.
    pub timeout: Duration,
    /// How many exchanges may go on at a time.
    pub max_in_flight: usize,
    /// The proxy that the client goes through, if it is known.
    pub proxy: Option<Proxy>,
}

/// Why there is no whole response, and what became of the request.
struct Failure {
    error: Error,
    delivery: Delivery,
}

impl Sender {
    pub(crate) fn new(http: HttpClient, settings: Settings) -> Self {
        Sender {
            gate: Gate::new(http.is_brought()),
            http,
            permits: Permits::new(settings.max_in_flight, settings.timeout),
            settings,
        }
    }

    /// Waits for the permission to have a request in flight.
    pub(crate) async fn permit(&self, deadline: Instant) -> Result<Permit<'_>, Error> {
        let began = Instant::now();
        let permit = self.permits.acquire(deadline).await;
        permit.ok_or_else(|| self.no_permit(began))
    }

    fn no_permit(&self, began: Instant) -> Error {
        let limit = self.settings.max_in_flight;
        let reason =
            format!("as many calls as .max_in_flight({limit}) allows were in flight all the time");
        Error::unsent(began.elapsed(), &reason)
    }

    /// Sends a request to the URL and reads the response, before the deadline and within the time
    /// limit of an exchange. `new_request` makes the request each time that it is sent, `authorize`
    /// its `Authorization` header.
    ///
    /// A request without a permit is sent beside those that have one, and not again.
    pub(crate) async fn send(
        &self,
        permit: Option<&Permit<'_>>,
        url: &Url,
        new_request: impl Fn() -> Request,
        mut authorize: impl FnMut() -> Option<HeaderValue>,
        deadline: Instant,
    ) -> Result<RawResponse, Error> {
        let began = Instant::now();
        let mut resends = Resends::default();
        loop {
            if let Some(permit) = permit
                && !permit.renew(deadline).await
            {
                return Err(self.no_permit(began));
            }
            if Instant::now() >= deadline {
                let reason = "the time of the call was up";
                return Err(Error::unsent(began.elapsed(), reason));
            }
            let authorization = authorize();
            let request = || self.complete(new_request(), authorization.clone(), deadline);
            let number = permit.map_or(0, |permit| permit.number);
            let exchange = Exchange {
                url,
                proxy: self.settings.proxy.as_ref(),
                connecting: Connecting::new(&self.gate, number, deadline),
            };
            let failure = match self.exchange(&exchange, request).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let pause = resends.pause(failure.delivery, self.gate.responses());
            let Some(pause) = pause.filter(|_| permit.is_some()) else {
                return Err(failure.error);
            };
            if Instant::now() + pause >= deadline {
                return Err(failure.error);
            }
            let pause_ms = millis(pause);
            tracing::debug!(pause_ms, reason = %failure.error, "sending again");
            tokio::time::sleep(pause).await;
        }
    }

    /// Adds what all requests have, and the time that the exchange may take.
    fn complete(
        &self,
        mut request: Request,
        authorization: Option<HeaderValue>,
        deadline: Instant,
    ) -> Request {
        let headers = request.headers_mut();
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        let limit = self.settings.timeout.min(deadline - Instant::now());
        // A limit of its own costs a request three allocations, and most have the usual one.
        if self.http.timeout() != Some(limit) {
            *request.timeout_mut() = Some(limit);
        }
        request
    }

    async fn exchange(
        &self,
        exchange: &Exchange<'_>,
        new_request: impl Fn() -> Request,
    ) -> Result<RawResponse, Failure> {
        let connecting = &exchange.connecting;
        let http = self.http.current();
        match connecting.send(&http.client, new_request).await {
            Some(Ok(response)) => {
                self.note_response(&response, &http, connecting.link());
                self.read(response, exchange).await
            }
            Some(Err(error)) => {
                let mut delivery = Delivery::of(&error);
                self.note_failure(&error, delivery, &http, connecting);
                // The server closes new connections, and the policy decides.
                if connecting.link() == Link::New && delivery == Delivery::Closed {
                    delivery = Delivery::Unknown;
                }
                Err(Failure::new(exchange.no_answer(error), delivery))
            }
            None => {
                let details = exchange.broken("the connection closed");
                Err(Failure::new(details, Delivery::Unwritten))
            }
        }
    }

    fn note_response(&self, response: &Response, http: &Current, link: Link) {
        self.gate.count(true);
        let is_refusal = matches!(response.status().as_u16(), 421 | 502..=504);
        let connection = response.extensions().get().map(HttpInfo::local_addr);
        if !is_refusal {
            self.http.accepted(connection);
        } else if link != Link::New {
            self.http.refused(http, connection, Protocol::Any);
        }
    }

    /// Sees to it that the next request does not go over a connection that is dead.
    fn note_failure(
        &self,
        error: &reqwest::Error,
        delivery: Delivery,
        http: &Current,
        connecting: &Connecting,
    ) {
        let is_pending = error.is_connect() || connecting.link() == Link::Pending;
        let is_silence = error.is_timeout() && !is_pending;
        if delivery != Delivery::Unknown || is_silence {
            self.gate.count(false);
        }
        if let Some(protocol) = refusal(error) {
            self.http.refused(http, local_address(error), protocol);
        }
        // HTTP/2 has one connection, which works if others had responses meanwhile.
        if is_silence && (self.gate.is_open() || !connecting.saw_responses()) {
            self.http.replace(http, Protocol::Any);
        }
    }

    /// Reads the response to its end.
    async fn read(
        &self,
        mut response: Response,
        exchange: &Exchange<'_>,
    ) -> Result<RawResponse, Failure> {
        let body = Body::read(&mut response).await;
        let raw = RawResponse {
            status: response.status(),
            is_direct: response.url() == exchange.url,
            headers: std::mem::take(response.headers_mut()),
            body: String::new(),
        };
        let details = match body {
            Body::Whole(body) => return Ok(RawResponse { body, ..raw }),
            // An error is one without its body, too.
            _ if !raw.status.is_success() => return Ok(raw),
            Body::TooLarge => raw.details(ErrorKind::TooLarge, "the body is larger than 8 MiB"),
            Body::CutOff(error) => raw.complete(exchange.cut_off(error, raw.status)),
        };
        Err(Failure::new(details, Delivery::Unknown))
    }
}

impl Failure {
    fn new(mut details: Details, delivery: Delivery) -> Self {
        if delivery == Delivery::Unwritten {
            details.circumstance = Some(Circumstance::Untaken);
        }
        let error = details.into();
        Failure { error, delivery }
    }
}
