//! [`Sender`]: one exchange over HTTP, from a request to the whole response, or an error that says
//! why there is none. It limits how many are in flight and how long each takes.
//!
//! A request may go out more than once in one exchange:
//!
//! - when the server did not look at it, or may not have: `resend` says so;
//! - when it is left without an answer by a connection that was lost: `exchange` sends it beside
//!   the first.
//!
//! What the connection of another would do for is not sent at all: `exchange` gives it back, and it
//! waits for its turn (`head_start`). All else is another attempt, which the retry policy makes.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::{Request, Response, StatusCode, Url, Version};
use tokio::time::Instant;

use super::body::Body;
use super::causes::causes;
use super::exchange::Exchange;
use super::failure::FailedExchange;
use super::head_start::{HeadStart, Turn};
use super::http_client::HttpClient;
use super::kept_connections::KeptConnections;
use super::permits::{Permit, Permits};
use super::proxy::Proxy;
use super::resend::{Fate, Resends};
use super::response::RawResponse;
use super::tunnel::TunnelRefusal;
use crate::error::{Details, Error, Kind};
use crate::text::{status_text, time_text};

/// What all exchanges of a client have in common.
pub(crate) struct Sender {
    http: HttpClient,
    settings: Settings,
    permits: Permits,
    head_start: HeadStart,
    kept_connections: KeptConnections,
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

/// An exchange without a whole response.
struct Failure {
    details: Details,
    fate: Fate,
    /// Whether it was sent over a connection that had answered before.
    was_kept: bool,
}

impl Sender {
    pub(crate) fn new(http: HttpClient, settings: Settings) -> Self {
        Sender {
            http,
            permits: Permits::new(settings.max_in_flight, settings.timeout),
            settings,
            head_start: HeadStart::default(),
            kept_connections: KeptConnections::default(),
        }
    }

    /// Sends a request to the URL and reads the response, before the deadline and within the time
    /// limit of an exchange. `new_request` makes the request each time that it is sent, `authorize`
    /// its `Authorization` header. A request without a permit is sent beside those that have one.
    pub(crate) async fn send(
        &self,
        mut permit: Option<&mut Permit<'_>>,
        url: &Url,
        new_request: impl Fn() -> Request,
        mut authorize: impl FnMut() -> Result<Option<HeaderValue>, Error>,
        deadline: Instant,
    ) -> Result<RawResponse, Error> {
        let asked_at = Instant::now();
        let mut resends = Resends::default();
        loop {
            if let Some(permit) = &mut permit
                && !permit.renew(deadline).await
            {
                return Err(self.no_permit(asked_at));
            }
            let authorization = authorize()?;
            let new_request = |limit| {
                let mut request = new_request();
                self.prepare(&mut request, authorization.clone(), limit);
                request
            };
            let failure = match self.exchange(url, &new_request, asked_at, deadline).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let Some(pause) = resends.pause(failure.fate, failure.was_kept) else {
                return Err(failure.into());
            };
            if Instant::now() + pause >= deadline {
                return Err(failure.into());
            }
            tracing::debug!(?pause, reason = %failure.details.message, "sending again");
            tokio::time::sleep(pause).await;
        }
    }

    /// Adds what each request has beside its own, and the time that its exchange may take.
    fn prepare(&self, request: &mut Request, authorization: Option<HeaderValue>, limit: Duration) {
        let headers = request.headers_mut();
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        // Of a request's own it costs three allocations, and most have the usual one.
        if self.http.timeout() != Some(limit) {
            *request.timeout_mut() = Some(limit);
        }
    }

    /// Waits for the permission to have a request in flight.
    pub(crate) async fn permit(&self, deadline: Instant) -> Result<Permit<'_>, Error> {
        let began = Instant::now();
        let permit = self.permits.acquire(deadline).await;
        permit.ok_or_else(|| self.no_permit(began))
    }

    fn no_permit(&self, began: Instant) -> Error {
        let waited = time_text(began.elapsed());
        let limit = self.settings.max_in_flight;
        let message = format!(
            "nothing was sent within {waited}: as many calls as .max_in_flight({limit}) allows \
             were in flight all the time"
        );
        Details::new(Kind::Unsent, message).into()
    }

    /// Makes one exchange of a request that has waited since `asked_at`.
    async fn exchange(
        &self,
        url: &Url,
        new_request: &impl Fn(Duration) -> Request,
        asked_at: Instant,
        deadline: Instant,
    ) -> Result<RawResponse, Failure> {
        let (result, exchange, mut turn) = loop {
            let mut turn = self.head_start.turn(deadline).await;
            let limit = self.settings.timeout;
            let client = self.http.current();
            let Some(exchange) = Exchange::begin(url, limit, deadline, client) else {
                return Err(no_time_left(asked_at.elapsed()).into());
            };
            if let Some(result) = exchange.head(new_request, &mut turn).await {
                break (result, exchange, turn);
            }
        };
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                self.note_loss(&error, &exchange, &mut turn);
                return Err(self.no_answer(error, &exchange).await);
            }
        };
        turn.answered(response.version() <= Version::HTTP_11);
        self.kept_connections.remember(&response);
        self.read(response, &exchange).await
    }

    /// Sees to it that the next request does not go over a connection that is dead: the others wait
    /// for a new one, and if nothing was heard in all the time of an exchange, a new client has it.
    fn note_loss(&self, error: &reqwest::Error, exchange: &Exchange<'_>, turn: &mut Turn<'_>) {
        if Fate::of(error) != Fate::Other {
            turn.lost_connection();
        }
        if !error.is_timeout() || error.is_connect() || exchange.connecting.is_under_way() {
            return;
        }
        turn.lost_connection();
        if exchange.limit == self.settings.timeout {
            self.http.replace(&exchange.http);
        }
    }

    /// Tells why no answer came.
    async fn no_answer(&self, error: reqwest::Error, exchange: &Exchange<'_>) -> Failure {
        let fate = Fate::of(&error);
        let was_kept = self.kept_connections.has_answered(&error);
        let mut refusal = TunnelRefusal::find(&causes(&error));
        if let (Some(unknown), Some(proxy)) = (refusal, &self.settings.proxy) {
            let url = exchange.url;
            refusal = Some(unknown.with_status(proxy, url, exchange.deadline).await);
        }
        Failure {
            details: self.failed(exchange).no_answer(error, refusal),
            fate,
            was_kept,
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
            body: Bytes::new(),
        };
        let details = match body {
            Body::Whole(body) => return Ok(RawResponse { body, ..raw }),
            // An error is one without its body, too.
            _ if !raw.status.is_success() => return Ok(raw),
            Body::TooLarge => too_large(raw.status),
            Body::CutOff(error) => self.failed(exchange).cut_off(error, raw.status),
        };
        Err(raw.complete(details).into())
    }

    fn failed<'a>(&'a self, exchange: &'a Exchange<'_>) -> FailedExchange<'a> {
        FailedExchange {
            url: exchange.url,
            proxy: self.settings.proxy.as_ref(),
            waited: exchange.began.elapsed(),
            was_connecting: exchange.connecting.is_under_way(),
        }
    }
}

impl From<Details> for Failure {
    fn from(details: Details) -> Self {
        Failure {
            details,
            fate: Fate::Other,
            was_kept: false,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let mut details = failure.details;
        if failure.fate == Fate::NeverTaken {
            details.kind = Kind::Untaken;
        }
        details.into()
    }
}

/// Tells of a call that waited for others until its time was up: for a place, or for the one that
/// was to make the connection.
fn no_time_left(waited: Duration) -> Details {
    let waited = time_text(waited);
    let message = format!("nothing was sent within {waited}: the time of the call was up");
    Details::new(Kind::Unsent, message)
}

fn too_large(status: StatusCode) -> Details {
    let status = status_text(status);
    let message = format!("{status}: the body is larger than 8 MiB");
    Details::new(Kind::TooLarge, message)
}
