//! Faults: what goes wrong, with which requests, and how often.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use serde_json::json;

use super::answer::{Answer, header};
use super::body::Tail;
use super::routes::{API, TOKEN};

/// A fault for requests to the simulator, to be added with
/// [`Simulator::fault`](super::Simulator::fault).
///
/// An associated function says what goes wrong, and methods change it. By default a fault happens
/// once, to the next request to the API.
///
/// ```
/// use std::time::Duration;
/// use atlas_backup::simulator::{Fault, Simulator};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let atlas = Simulator::start().await?;
/// atlas.fault(Fault::status(503).header("Retry-After", "2").times(3));
/// atlas.fault(Fault::status(502).body("text/html", "<h1>Bad Gateway</h1>"));
/// atlas.fault(Fault::cut_body(10).on_path("restoreJobs"));
/// atlas.fault(Fault::delay(Duration::from_secs(5)).on_token_endpoint());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault happens only once it is given to `Simulator::fault`"]
pub struct Fault {
    pub(super) head: Head,
    pub(super) delay: Duration,
    pub(super) tail: Option<Tail>,
    status: Option<StatusCode>,
    body: Option<(HeaderValue, Bytes)>,
    headers: HeaderMap,
    scope: Scope,
}

/// What is sent as the head of the response.
#[derive(Clone, Debug)]
pub(super) enum Head {
    Answer,
    Cut,
    Garbage(Bytes),
    Hang,
}

impl Fault {
    fn new(head: Head) -> Self {
        Self {
            head,
            delay: Duration::ZERO,
            tail: None,
            status: None,
            body: None,
            headers: HeaderMap::new(),
            scope: Scope::default(),
        }
    }

    /// Delays the normal response.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Head::Answer).after(delay)
    }

    /// Responds with this status and an Atlas error as the body, or no body for a redirect.
    /// Credentials are not checked, and `envelope=true` is ignored.
    ///
    /// # Panics
    ///
    /// Panics if the status is not between 200 and 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(known) if status >= 200 => Self {
                status: Some(known),
                ..Self::new(Head::Answer)
            },
            _ => panic!("{status} is not the status of an answer: 200 to 999 are"),
        }
    }

    /// Redirects to another URL (302).
    ///
    /// # Panics
    ///
    /// Panics if the URL has characters that are not allowed in a header.
    #[track_caller]
    pub fn redirect(url: &str) -> Self {
        Self::status(302).header(LOCATION.as_str(), url)
    }

    /// Responds to a token request with 429, as Atlas does: in the form of other Atlas errors
    /// instead of OAuth's, and without `Retry-After`.
    pub fn token_limit() -> Self {
        let detail = "Resource /api/oauth/token is limited to 10 requests every 1 minutes.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        let parameters = json!([TOKEN, 10, 1]);
        let answer = Answer::error(status, "RATE_LIMITED", detail, parameters);
        let json = HeaderValue::from_static("application/json");
        let fault = Self {
            status: Some(status),
            body: Some((json, answer.body)),
            ..Self::new(Head::Answer)
        };
        fault.on_token_endpoint()
    }

    /// Closes the connection before the response. With HTTP/2, all other requests on it fail too.
    pub fn cut() -> Self {
        Self::new(Head::Cut)
    }

    /// Closes the connection after this many bytes of the normal body.
    pub fn cut_body(after: usize) -> Self {
        Self::new(Head::Answer).cut_after(after)
    }

    /// Sends these bytes in place of an HTTP response and closes the connection.
    pub fn garbage(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Head::Garbage(Bytes::from(bytes.into())))
    }

    /// Never responds, and keeps the connection open.
    pub fn hang() -> Self {
        Self::new(Head::Hang)
    }

    /// Sends the normal body slowly: this many bytes at a time, with this pause between them.
    pub fn drip(bytes: usize, every: Duration) -> Self {
        Self::new(Head::Answer).slowly(bytes, every)
    }

    /// Sends the head of the normal response, then endless white space.
    pub fn endless_body() -> Self {
        let mut fault = Self::new(Head::Answer);
        fault.tail.get_or_insert_default().endless = true;
        fault
    }

    /// Adds this many headers to the normal response, up to 20,000.
    pub fn many_headers(count: usize) -> Self {
        let mut fault = Self::new(Head::Answer);
        for number in 0..count.min(20_000) {
            let (name, value) = header(&format!("x-filler-{number}"), "filler");
            fault.headers.insert(name, value);
        }
        fault
    }

    /// Sends this body, which need not be JSON. An empty body has no `Content-Type`.
    ///
    /// # Panics
    ///
    /// Panics if the content type is not allowed in a header.
    #[track_caller]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let (_, content_type) = header(CONTENT_TYPE.as_str(), content_type);
        self.body = Some((content_type, body.into().into()));
        self
    }

    /// Sends this header, in place of one of the same name.
    ///
    /// # Panics
    ///
    /// Panics if HTTP does not allow the name or the value.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = header(name, value);
        self.headers.insert(name, value);
        self
    }

    /// Waits this long before anything else happens.
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Closes the connection after this many bytes of the body, before `Content-Length` is reached.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.tail.get_or_insert_default().cut_after = Some(bytes);
        self
    }

    /// Sends the body this many bytes at a time, at least one, with this pause between them.
    pub fn slowly(mut self, bytes: usize, every: Duration) -> Self {
        self.tail.get_or_insert_default().pace = Some((bytes.max(1), every));
        self
    }

    /// Sends the body in chunks, without a `Content-Length`.
    pub fn chunked(mut self) -> Self {
        self.tail.get_or_insert_default().chunked = true;
        self
    }

    /// Happens to this many requests. Defaults to one.
    pub fn times(mut self, times: u32) -> Self {
        self.scope.times = Some(times);
        self
    }

    /// Happens to every request, until [`Simulator::clear_faults`](super::Simulator::clear_faults).
    pub fn always(mut self) -> Self {
        self.scope.times = None;
        self
    }

    /// Happens to each request with this probability, from 0 to 1, without end unless
    /// [`times`](Self::times) follows. The same seed gives the same pattern for the same order of
    /// requests.
    pub fn sometimes(mut self, probability: f64, seed: u64) -> Self {
        let state = seed;
        self.scope.chance = Some(Chance { probability, state });
        self.always()
    }

    /// Happens to every request that arrives within this time since the start of the simulator,
    /// such as an outage from minute 1 to minute 4. If [`times`](Self::times) follows, to that many
    /// of them.
    ///
    /// ```
    /// use std::time::Duration;
    /// use atlas_backup::simulator::Fault;
    ///
    /// let outage = Fault::status(503).during(Duration::from_secs(60)..Duration::from_secs(240));
    /// ```
    pub fn during(mut self, time: Range<Duration>) -> Self {
        self.scope.time = Some(time);
        self.always()
    }

    /// Happens to token requests instead of requests to the API.
    pub fn on_token_endpoint(mut self) -> Self {
        self.scope.place = Place::TokenEndpoint;
        self
    }

    /// Happens to requests whose path contains this text, to the API or the token endpoint; `/`
    /// matches all.
    pub fn on_path(mut self, part: &str) -> Self {
        self.scope.place = Place::Path(part.to_owned());
        self
    }

    /// Returns the response that replaces the normal one, if any.
    pub(super) fn answer(&self) -> Option<Answer> {
        let status = self.status?;
        if status.is_redirection() {
            return Some(Answer::empty(status));
        }
        if status == StatusCode::UNAUTHORIZED {
            return Some(Answer::unauthorized(None));
        }
        let (code, detail) = match status {
            StatusCode::TOO_MANY_REQUESTS => ("RATE_LIMITED", "Too many requests."),
            _ => ("UNEXPECTED_ERROR", "Unexpected error."),
        };
        Some(Answer::error(status, code, detail, json!([])))
    }

    /// Changes the body and headers of the response as the fault says.
    pub(super) fn apply(&self, answer: &mut Answer) {
        if let Some((content_type, body)) = &self.body {
            answer.body = body.clone();
            answer.headers.remove(CONTENT_TYPE);
            if !body.is_empty() {
                answer.headers.insert(CONTENT_TYPE, content_type.clone());
            }
        }
        for (name, value) in &self.headers {
            answer.headers.insert(name, value.clone());
        }
    }
}

#[derive(Clone, Debug)]
struct Scope {
    place: Place,
    /// `None` for any number of times.
    times: Option<u32>,
    chance: Option<Chance>,
    /// Counted from the start of the simulator; `None` for any time.
    pub(super) time: Option<Range<Duration>>,
}

#[derive(Clone, Debug)]
enum Place {
    Api,
    TokenEndpoint,
    Path(String),
}

/// A probability, and the state of a random number generator (SplitMix64, which gives the same
/// numbers everywhere).
#[derive(Clone, Debug)]
struct Chance {
    probability: f64,
    pub(super) state: u64,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            place: Place::Api,
            times: Some(1),
            chance: None,
            time: None,
        }
    }
}

impl Scope {
    /// Returns whether it may still happen at this time or later.
    fn is_left(&self, now: Duration) -> bool {
        self.time.as_ref().is_none_or(|time| now < time.end)
    }

    fn holds(&mut self, path: &str, now: Duration) -> bool {
        if let Some(time) = &self.time
            && !time.contains(&now)
        {
            return false;
        }
        let is_here = match &self.place {
            Place::Api => path.starts_with(API),
            Place::TokenEndpoint => path == TOKEN,
            Place::Path(part) => path.contains(part),
        };
        match &mut self.chance {
            Some(chance) if is_here => chance.comes(),
            _ => is_here,
        }
    }
}

impl Chance {
    fn comes(&mut self) -> bool {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The upper 53 bits are as many as a float holds.
        let drawn = (mixed >> 11) as f64 / (1u64 << 53) as f64;
        drawn < self.probability
    }
}

#[derive(Default)]
pub(super) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        if fault.scope.times != Some(0) {
            self.0.push_back(fault);
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn count(&mut self, now: Duration) -> usize {
        self.forget_past(now);
        self.0.len()
    }

    fn forget_past(&mut self, now: Duration) {
        self.0.retain(|fault| fault.scope.is_left(now));
    }

    /// Removes the fault for a request to this path at this time, unless more requests are to meet
    /// it.
    pub(super) fn take(&mut self, path: &str, now: Duration) -> Option<Fault> {
        self.forget_past(now);
        let mut faults = self.0.iter_mut();
        let at = faults.position(|fault| fault.scope.holds(path, now))?;
        if let Some(times) = &mut self.0[at].scope.times {
            *times -= 1;
            if *times == 0 {
                return self.0.remove(at);
            }
        }
        Some(self.0[at].clone())
    }
}
