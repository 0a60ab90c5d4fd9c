//! What goes wrong on request: what it does, to which requests, how often.

use std::ops::Range;
use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use serde_json::json;

use super::answer::Answer;
use super::body::Tail;
use super::headers::header;
use super::paths;
use super::scope::{Chance, Place, Scope};

/// Something that goes wrong with a request to the simulator: see [`Simulator::fault`](super::Simulator::fault).
///
/// It starts with one of the functions that say what goes wrong; the methods say more about it. Unless they say
/// otherwise, a fault happens to the next request to the API, once.
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
    pub(super) scope: Scope,
}

/// What happens in place of the head of an answer.
#[derive(Clone, Debug)]
pub(super) enum Head {
    Answer,
    Cut,
    Garbage(Bytes),
    Hang,
}

impl Fault {
    fn new(head: Head) -> Self {
        let (delay, headers, scope) = (Duration::ZERO, HeaderMap::new(), Scope::default());
        Self {
            head,
            delay,
            tail: None,
            status: None,
            body: None,
            headers,
            scope,
        }
    }

    /// The true answer, but so much later.
    pub fn delay(delay: Duration) -> Self {
        Self::new(Head::Answer).after(delay)
    }

    /// An answer with this status and an error of Atlas as its body; a redirect without a body. It comes before
    /// authentication and goes into no envelope.
    ///
    /// # Panics
    ///
    /// When the status is not between 200 and 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let valid = StatusCode::from_u16(status)
            .ok()
            .filter(|status| status.as_u16() >= 200);
        let Some(status) = valid else {
            panic!("{status} is not the status of an answer: 200 to 999 are");
        };
        Self {
            status: Some(status),
            ..Self::new(Head::Answer)
        }
    }

    /// A 302 to another place.
    ///
    /// # Panics
    ///
    /// When the URL has characters that no header can hold.
    #[track_caller]
    pub fn redirect(url: &str) -> Self {
        Self::status(302).header(LOCATION.as_str(), url)
    }

    /// The 429 of the token endpoint, at the token endpoint. It has the form of other Atlas errors, not of OAuth, and
    /// no `Retry-After`.
    pub fn token_limit() -> Self {
        let detail = "Resource /api/oauth/token is limited to 10 requests every 1 minutes.";
        let (status, parameters) = (StatusCode::TOO_MANY_REQUESTS, json!([paths::TOKEN, 10, 1]));
        let Answer { body, .. } = Answer::error(status, "RATE_LIMITED", detail, parameters);
        let body = Some((HeaderValue::from_static("application/json"), body));
        Self {
            status: Some(status),
            body,
            ..Self::new(Head::Answer)
        }
        .on_token_endpoint()
    }

    /// The connection ends before any answer. With HTTP/2 it ends for everything else that is under way on it, too.
    pub fn cut() -> Self {
        Self::new(Head::Cut)
    }

    /// The connection ends after so many bytes of the true answer's body.
    pub fn cut_body(after: usize) -> Self {
        Self::new(Head::Answer).cut_after(after)
    }

    /// These bytes instead of anything that is HTTP; then the connection ends.
    pub fn garbage(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(Head::Garbage(Bytes::from(bytes.into())))
    }

    /// No answer, ever, on a connection that stays open.
    pub fn hang() -> Self {
        Self::new(Head::Hang)
    }

    /// The true answer, its body so many bytes at a time and with so much time between.
    pub fn drip(bytes: usize, every: Duration) -> Self {
        Self::new(Head::Answer).slowly(bytes, every)
    }

    /// The head of the true answer, and then white space without end.
    pub fn endless_body() -> Self {
        Self {
            tail: Some(Tail {
                endless: true,
                ..Tail::default()
            }),
            ..Self::new(Head::Answer)
        }
    }

    /// The true answer with so many more headers, at most 20,000.
    pub fn many_headers(count: usize) -> Self {
        let fillers = (0..count.min(20_000)).map(|n| header(&format!("x-filler-{n}"), "filler"));
        Self {
            headers: fillers.collect(),
            ..Self::new(Head::Answer)
        }
    }

    /// With this body instead, which need not be JSON; an empty one has no `Content-Type`.
    ///
    /// # Panics
    ///
    /// When no header can hold the content type.
    #[track_caller]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let (_, content_type) = header(CONTENT_TYPE.as_str(), content_type);
        self.body = Some((content_type, body.into().into()));
        self
    }

    /// With this header, in place of one of the same name.
    ///
    /// # Panics
    ///
    /// When HTTP does not allow the name or the value.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = header(name, value);
        self.headers.insert(name, value);
        self
    }

    /// So much later.
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// With the connection ending after so many bytes of the body, fewer than `Content-Length` says.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.tail.get_or_insert_default().cut_after = Some(bytes);
        self
    }

    /// With so many bytes of the body at a time, at least one, and so much time between.
    pub fn slowly(mut self, bytes: usize, every: Duration) -> Self {
        self.tail.get_or_insert_default().pace = Some((bytes.max(1), every));
        self
    }

    /// With a body of unknown length, in chunks instead of with `Content-Length`.
    pub fn chunked(mut self) -> Self {
        self.tail.get_or_insert_default().chunked = true;
        self
    }

    /// To this many requests instead of one.
    pub fn times(mut self, times: u32) -> Self {
        self.scope.times = Some(times);
        self
    }

    /// To every request, until [`Simulator::clear_faults`](super::Simulator::clear_faults).
    pub fn always(mut self) -> Self {
        self.scope.times = None;
        self
    }

    /// To each request with this probability, from 0 to 1, and without end unless followed by [`times`](Self::times).
    /// The same seed gives the same pattern for the same order of requests.
    pub fn sometimes(mut self, probability: f64, seed: u64) -> Self {
        self.scope.chance = Some(Chance(probability, seed));
        self.always()
    }

    /// To every request that arrives within this time, counted from the start of the simulator: an outage from minute
    /// 1 to minute 4, for instance. Followed by [`times`](Self::times), to the first of them only.
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

    /// To requests for an access token, instead of those to the API.
    pub fn on_token_endpoint(mut self) -> Self {
        self.scope.place = Place::TokenEndpoint;
        self
    }

    /// To requests whose path has this in it, wherever they go: `/` stands for all.
    pub fn on_path(mut self, part: &str) -> Self {
        self.scope.place = Place::Path(part.to_owned());
        self
    }

    /// The answer that stands in for the true one, if any does.
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

    /// What is different about the answer, whichever it is.
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
