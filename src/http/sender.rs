//! [`Sender`]: one exchange over HTTP, from a request to the whole response, or an error that says
//! why there is none. It limits how many are in flight and how long each takes.
//!
//! A request may be sent more than once in an exchange, when the server did not process it or may
//! not have: [`resend`](super::resend) decides. All else is another attempt, which the retry policy
//! makes.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Request, Response, Url, Version};
use tokio::time::{Instant, timeout};

use super::client::{Current, HttpClient, Protocol};
use super::failure::{FailedExchange, local_address, refusal};
use super::gate::{Connecting, Gate, Link};
use super::permits::{Permit, Permits};
use super::proxy::Proxy;
use super::resend::{Delivery, Resends};
use super::response::{Body, RawResponse};
use crate::error::{Circumstance, Details, Error, ErrorKind};
use crate::text::millis;

/// How long a request may wait for its connection to take it.
///
/// hyper hands requests to an HTTP/2 connection through a channel of tokio. A request that one
/// thread puts in while another drops the receiver stays in the channel until the last sender is
/// gone (`Rx::drop` in tokio 1.54), and the request itself holds a sender. It is never written and
/// never fails: behind a server that ends connections all the time, one of 10,000.
const STRANDED_AFTER: Duration = Duration::from_secs(2);

/// What all exchanges of a client have in common.
pub(crate) struct Sender {
    http: HttpClient,
    settings: Settings,
    permits: Permits,
    /// How many responses there were, and how many connections were lost.
    responses: AtomicU64,
    losses: AtomicU64,
    speaks_http1: AtomicBool,
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

/// One request on its way.
struct Exchange<'a> {
    url: &'a Url,
    http: Current,
    began: Instant,
    responses: u64,
    losses: u64,
    link: Link,
}

/// An exchange without a whole response.
struct Failure {
    details: Details,
    delivery: Delivery,
    /// Whether a connection was made for it.
    is_new: bool,
}

impl Sender {
    pub(crate) fn new(http: HttpClient, settings: Settings) -> Self {
        Sender {
            gate: Gate::new(http.is_brought()),
            http,
            permits: Permits::new(settings.max_in_flight, settings.timeout),
            settings,
            responses: AtomicU64::new(0),
            losses: AtomicU64::new(0),
            speaks_http1: AtomicBool::new(false),
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
        mut permit: Option<&mut Permit<'_>>,
        url: &Url,
        new_request: impl Fn() -> Request,
        mut authorize: impl FnMut() -> Option<HeaderValue>,
        deadline: Instant,
    ) -> Result<RawResponse, Error> {
        let begun = Instant::now();
        let mut resends = Resends::default();
        loop {
            let mut number = 0;
            if let Some(permit) = &mut permit {
                number = permit.number;
                if !permit.renew(deadline).await {
                    return Err(self.no_permit(begun));
                }
            }
            if Instant::now() >= deadline {
                let reason = "the time of the call was up";
                return Err(Error::unsent(begun.elapsed(), reason));
            }
            let authorization = authorize();
            let request = || self.prepare(new_request(), authorization.clone(), deadline);
            let failure = match self.exchange(number, url, deadline, request).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let responses = self.responses.load(Ordering::Relaxed);
            let pause = resends.pause(failure.delivery, failure.is_new, responses);
            let Some(pause) = pause.filter(|_| permit.is_some()) else {
                return Err(failure.into());
            };
            if Instant::now() + pause >= deadline {
                return Err(failure.into());
            }
            let pause_ms = millis(pause);
            tracing::debug!(pause_ms, reason = %failure.details.message, "sending again");
            tokio::time::sleep(pause).await;
        }
    }

    /// Adds what all requests have, and the time that the exchange may take.
    fn prepare(
        &self,
        mut request: Request,
        authorization: Option<HeaderValue>,
        deadline: Instant,
    ) -> Request {
        let limit = self.settings.timeout.min(deadline - Instant::now());
        let headers = request.headers_mut();
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        // A limit of its own costs a request three allocations, and most have the usual one.
        if self.http.timeout() != Some(limit) {
            *request.timeout_mut() = Some(limit);
        }
        request
    }

    async fn exchange(
        &self,
        number: u64,
        url: &Url,
        deadline: Instant,
        new_request: impl Fn() -> Request,
    ) -> Result<RawResponse, Failure> {
        let mut exchange = Exchange {
            url,
            http: self.http.current(),
            began: Instant::now(),
            responses: self.responses.load(Ordering::Relaxed),
            losses: self.losses.load(Ordering::Relaxed),
            link: Link::Pooled,
        };
        let client = &exchange.http.client;
        let connecting = Connecting::new(number);
        // Before a connection was lost no request can be stranded.
        let is_watched = exchange.losses > 0;
        let sending = self
            .gate
            .send(client, &connecting, is_watched, deadline, new_request);
        let mut sending = pin!(sending);
        let sent = loop {
            if let Ok(sent) = timeout(STRANDED_AFTER, sending.as_mut()).await {
                break sent;
            }
            let was_lost = self.losses.load(Ordering::Relaxed) > exchange.losses;
            if was_lost && connecting.is_queued() {
                return Err(Failure {
                    details: self.failed(&exchange).broken("the connection closed"),
                    delivery: Delivery::Unwritten,
                    is_new: false,
                });
            }
        };
        let Some((result, link)) = sent else {
            let details = self.failed(&exchange).broken("the runtime was shut down");
            return Err(details.into());
        };
        exchange.link = link;
        match result {
            Ok(response) => {
                self.note_response(&response, &exchange);
                self.read(response, &exchange).await
            }
            Err(error) => {
                self.note_failure(&error, &exchange);
                Err(Failure {
                    delivery: Delivery::of(&error),
                    is_new: link == Link::New,
                    details: self.failed(&exchange).no_answer(error),
                })
            }
        }
    }

    fn note_response(&self, response: &Response, exchange: &Exchange<'_>) {
        self.responses.fetch_add(1, Ordering::Relaxed);
        self.gate.note(true);
        let is_http1 = response.version() <= Version::HTTP_11;
        self.speaks_http1.store(is_http1, Ordering::Relaxed);
        let is_refusal = matches!(response.status().as_u16(), 421 | 502..=504);
        let connection = response.extensions().get().map(HttpInfo::local_addr);
        if !is_refusal {
            self.http.accepted(connection);
        } else if exchange.link != Link::New {
            self.http.refused(&exchange.http, connection, Protocol::Any);
        }
    }

    /// Sees to it that the next request does not go over a connection that is dead.
    fn note_failure(&self, error: &reqwest::Error, exchange: &Exchange<'_>) {
        let delivery = Delivery::of(error);
        let is_pending = error.is_connect() || exchange.link == Link::Pending;
        let is_silence = error.is_timeout() && !is_pending;
        let responses = self.responses.load(Ordering::Relaxed);
        if delivery != Delivery::Unknown || is_silence {
            self.losses.fetch_add(1, Ordering::Relaxed);
            self.gate.note(false);
        }
        if let Some(protocol) = refusal(error) {
            let connection = local_address(error);
            self.http.refused(&exchange.http, connection, protocol);
        }
        // HTTP/2 has one connection, which works if others had responses meanwhile.
        let speaks_http1 = self.speaks_http1.load(Ordering::Relaxed);
        if is_silence && (speaks_http1 || responses == exchange.responses) {
            self.http.replace(&exchange.http, Protocol::Any);
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
            Body::CutOff(error) => raw.complete(self.failed(exchange).cut_off(error, raw.status)),
        };
        Err(details.into())
    }

    fn failed<'a>(&'a self, exchange: &'a Exchange<'_>) -> FailedExchange<'a> {
        FailedExchange {
            url: exchange.url,
            proxy: self.settings.proxy.as_ref(),
            waited: exchange.began.elapsed(),
            link: exchange.link,
            gate: &self.gate,
            has_answered: self.responses.load(Ordering::Relaxed) > 0,
        }
    }
}

impl From<Details> for Failure {
    fn from(details: Details) -> Self {
        Failure {
            details,
            delivery: Delivery::Unknown,
            is_new: false,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let mut details = failure.details;
        if failure.delivery == Delivery::Unwritten {
            details.circumstance = Some(Circumstance::Untaken);
        }
        details.into()
    }
}
