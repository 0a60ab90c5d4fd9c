//! [`Budget`]: what is known of the rate limit of a project, and when the next poll may be sent.
//!
//! Atlas reports with each response how many requests it allows and how many of them are left.
//! Responses overtake each other and other clients take from the same number, so it is an upper
//! bound that ages.
//!
//! All clients of a project see the same number, and each makes its gap between two polls from it.
//! So clients that have not heard of each other end up with equal shares.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::time::Instant;

use crate::retry::{LONGEST_HOLD, random, retry_after};
use crate::text::{header_number, header_text};

// Made once: a name that is text would be looked up in each response.
static LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// The requests at once that Atlas publishes for a project, for responses without the header.
const PUBLISHED_LIMIT: u64 = 1200;

/// The more polls are in flight, the less is known of what is left.
const POLLS_IN_FLIGHT: usize = 8;
/// A request that takes longer is no longer counted: it was kept without being polled, or its
/// runtime is stalled.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// The gap between two polls when nothing is left.
const LONGEST_GAP: Duration = Duration::from_secs(32);
/// The gap is the longest up to this part of the limit, and each further part halves it.
const HALVING_PART: f64 = 1.0 / 14.0;
/// Polls need not be kept apart by less.
const SHORTEST_GAP: Duration = Duration::from_millis(100);

/// The gap after a 429. It doubles with each further one.
const THROTTLED_GAP: Duration = Duration::from_secs(1);
const LONGEST_THROTTLED_GAP: Duration = Duration::from_secs(64);
/// It halves after the time of this many gaps without a 429.
const GAPS_TO_HALF: u32 = 16;
/// It halves after this time at the latest.
const LONGEST_HALF_LIFE: Duration = Duration::from_secs(16);

/// The rate limit of a project as Atlas last reported it, from
/// [`Poll::rate_limit`](crate::Poll::rate_limit).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests that Atlas allows at once.
    pub limit: u64,
    /// The number of requests that were left of them.
    pub remaining: u64,
}

#[derive(Default)]
pub(super) struct Budget {
    /// What Atlas reported last, as far as it is known which response was the last.
    pub(super) rate_limit: Option<RateLimit>,
    reported_at: Option<Instant>,
    /// In the order in which they were sent.
    in_flight: Vec<Request>,
    last_poll: Option<Instant>,
    /// The gap that the rate limit asked for before the last poll.
    last_gap: Duration,
    /// Keeps clients apart that see the same rate limit: between 0.5 and 1.
    jitter: f64,
    /// No poll is sent before this: a 429 asked for it. Later, the time since which the gap after
    /// a 429 has been what it is.
    held_until: Option<Instant>,
    throttled_gap: Duration,
}

/// A request that was sent. Those of the same time need not be told apart.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Request {
    is_poll: bool,
    sent_at: Instant,
}

impl Budget {
    /// Counts a request that is sent now. It is in flight until [`Budget::end`].
    pub(super) fn begin(&mut self, is_poll: bool, now: Instant) -> Request {
        if is_poll {
            self.last_gap = self.gap();
            self.jitter = 0.5 + random() / 2.0;
            self.last_poll = Some(now);
        }
        let request = Request {
            is_poll,
            sent_at: now,
        };
        self.in_flight.push(request);
        request
    }

    pub(super) fn end(&mut self, request: Request) {
        if let Some(at) = self.in_flight.iter().position(|it| *it == request) {
            self.in_flight.remove(at);
        }
    }

    /// Returns when the next poll may be sent, or when to ask again.
    pub(super) fn next_poll(&mut self, now: Instant) -> Instant {
        self.in_flight
            .retain(|request| now < request.sent_at + LONGEST_REQUEST);
        let mut polls = self.in_flight.iter().rev().filter(|it| it.is_poll);
        match polls.nth(POLLS_IN_FLIGHT - 1) {
            // The slot comes when it stops to count, unless one ends before.
            Some(poll) => poll.sent_at + LONGEST_REQUEST,
            None => self.next_allowed(now),
        }
    }

    /// Returns when the rate limit allows the next poll, now or later.
    pub(super) fn next_allowed(&mut self, now: Instant) -> Instant {
        self.recover(now);
        let mut next = now.max(self.held_until.unwrap_or(now));
        if let Some(last_poll) = self.last_poll {
            let gap = self.gap().mul_f64(self.jitter).max(self.throttled_gap);
            next = next.max(last_poll + gap);
        }
        next
    }

    /// Returns whether a 429 has asked to send nothing yet.
    pub(super) fn is_held(&self, now: Instant) -> bool {
        self.held_until.is_some_and(|until| now < until)
    }

    /// Returns the gap that the rate limit asks for. It shrinks by half at most from one poll to the
    /// next: the client that sees a refill first would take all of it.
    fn gap(&self) -> Duration {
        let Some(RateLimit { limit, remaining }) = self.rate_limit else {
            return Duration::ZERO;
        };
        let available = remaining.saturating_sub(self.in_flight.len() as u64);
        let level = available as f64 / limit as f64;
        let halvings = (level / HALVING_PART - 1.0).max(0.0);
        let gap = LONGEST_GAP.mul_f64((-halvings).exp2());
        let gap = gap.max(self.last_gap / 2);
        if gap < SHORTEST_GAP {
            return Duration::ZERO;
        }
        gap
    }

    /// Takes in what the response to a request reports. Returns the pause that a 429 asks for.
    pub(super) fn learn(
        &mut self,
        request: Request,
        status: StatusCode,
        headers: &HeaderMap,
        now: Instant,
    ) -> Option<Duration> {
        if let Some(reported) = read_rate_limit(headers)
            && self.is_news(request, reported)
        {
            self.rate_limit = Some(reported);
            self.reported_at = Some(now);
        }
        if status != StatusCode::TOO_MANY_REQUESTS {
            return None;
        }
        Some(self.throttle(retry_after(headers), now))
    }

    /// A lower number counts at once. A higher one is news only if its request was sent after the
    /// present one had been reported; else the response was overtaken.
    fn is_news(&self, request: Request, reported: RateLimit) -> bool {
        self.rate_limit.is_none_or(|known| {
            reported.remaining <= known.remaining
                || reported.limit != known.limit
                || Some(request.sent_at) > self.reported_at
        })
    }

    fn throttle(&mut self, asked_for: Option<Duration>, now: Instant) -> Duration {
        self.recover(now);
        // Requests that were sent together are throttled together: that is one reason to slow down,
        // not eight.
        if !self.is_held(now) {
            let gap = self.throttled_gap * 2;
            self.throttled_gap = gap.clamp(THROTTLED_GAP, LONGEST_THROTTLED_GAP);
        }
        let pause = asked_for.unwrap_or(self.throttled_gap).min(LONGEST_HOLD);
        self.held_until = self.held_until.max(Some(now + pause));
        pause
    }

    /// Shrinks the gap after a 429 as time goes on without another. By count of responses it would
    /// take longest where polls are rarest.
    fn recover(&mut self, now: Instant) {
        while let Some(since) = self.held_until {
            let half_life = (self.throttled_gap * GAPS_TO_HALF).min(LONGEST_HALF_LIFE);
            if now < since + half_life {
                return;
            }
            self.held_until = Some(since + half_life);
            self.throttled_gap /= 2;
            if self.throttled_gap < SHORTEST_GAP {
                self.throttled_gap = Duration::ZERO;
                self.held_until = None;
            }
        }
    }
}

/// Reads what Atlas reports of the rate limit. Headers that are missing or odd report nothing, but
/// for the limit, which is published.
fn read_rate_limit(headers: &HeaderMap) -> Option<RateLimit> {
    let remaining = number(headers, &REMAINING)?;
    let limit = match headers.contains_key(&LIMIT) {
        true => number(headers, &LIMIT)?,
        false => PUBLISHED_LIMIT,
    };
    (limit > 0).then_some(RateLimit { limit, remaining })
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let number = header_number(header_text(headers, name)?)?;
    // A number below zero becomes zero.
    Some(number as u64)
}
