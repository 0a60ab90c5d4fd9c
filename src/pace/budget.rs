//! [`Budget`]: what is known of the rate limit of a project, and when the next poll may be sent.
//!
//! Atlas reports with each response how many requests it allows and how many of them are left.
//! Responses overtake each other and other clients take from the same number, so it is an upper
//! bound that ages.
//!
//! All clients of a project see the same number, and each makes its gap between two polls from it.
//! So clients that have not heard of each other end up with equal shares.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::time::Instant;

use crate::retry::{random, retry_after};
use crate::text::header_number;

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
/// No `Retry-After` holds polls for longer. Some are a date or a number that cannot be meant.
pub(crate) const LONGEST_HOLD: Duration = Duration::from_secs(600);

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

#[derive(Debug, Default)]
pub(super) struct Budget {
    rate_limit: Option<RateLimit>,
    /// Counts requests and responses, to decide which came first.
    order: u64,
    /// When the rate limit was reported.
    reported_at: u64,
    /// The requests in flight by their number.
    in_flight: BTreeMap<u64, Request>,
    last_poll: Option<Instant>,
    /// The gap that the rate limit asked for before the last poll.
    last_gap: Duration,
    /// Keeps clients apart that see the same rate limit: between 0.5 and 1.
    jitter: f64,
    /// No poll is sent before this: a 429 asked for it.
    held_until: Option<Instant>,
    throttled_gap: Duration,
    /// Since when the gap after a 429 has been what it is.
    recovering_since: Option<Instant>,
}

#[derive(Debug)]
struct Request {
    is_poll: bool,
    counts_until: Instant,
}

impl Budget {
    /// Counts a request that is sent now, and returns its number. It is in flight until
    /// [`Budget::end`].
    pub(super) fn begin(&mut self, is_poll: bool, now: Instant) -> u64 {
        if is_poll {
            self.last_gap = self.gap();
            self.jitter = 0.5 + random() / 2.0;
            self.last_poll = Some(now);
        }
        let request = Request {
            is_poll,
            counts_until: now + LONGEST_REQUEST,
        };
        self.order += 1;
        self.in_flight.insert(self.order, request);
        self.order
    }

    pub(super) fn end(&mut self, number: u64) {
        self.in_flight.remove(&number);
    }

    /// Returns what Atlas reported last, as far as it is known which response was the last.
    pub(super) fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
    }

    /// Returns when the next poll may be sent, or when to ask again.
    pub(super) fn next_poll(&mut self, now: Instant) -> Instant {
        match self.is_full_until(now) {
            Some(until) => until,
            None => self.next_allowed(now),
        }
    }

    /// Returns whether it is the rate limit that lets no poll go now.
    pub(super) fn is_limiting(&mut self, now: Instant) -> bool {
        self.is_full_until(now).is_none() && self.next_allowed(now) > now
    }

    /// Returns whether a 429 has asked to send nothing yet.
    pub(super) fn is_held(&self, now: Instant) -> bool {
        self.held_until.is_some_and(|until| now < until)
    }

    /// Returns when the first of the polls in flight stops to count, if there are as many as may
    /// be.
    fn is_full_until(&mut self, now: Instant) -> Option<Instant> {
        self.in_flight
            .retain(|_, request| now < request.counts_until);
        let polls = || self.in_flight.values().filter(|request| request.is_poll);
        if polls().count() < POLLS_IN_FLIGHT {
            return None;
        }
        Some(polls().next()?.counts_until)
    }

    fn next_allowed(&mut self, now: Instant) -> Instant {
        self.recover(now);
        let mut next = now;
        if let Some(held_until) = self.held_until {
            next = next.max(held_until);
        }
        if let Some(last_poll) = self.last_poll {
            let gap = self.gap().mul_f64(self.jitter).max(self.throttled_gap);
            next = next.max(last_poll + gap);
        }
        next
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

    /// Takes in what a response reports. `sent` is the number of its request. Returns the pause
    /// that a 429 asks for.
    pub(super) fn learn(
        &mut self,
        sent: u64,
        status: StatusCode,
        headers: &HeaderMap,
        now: Instant,
    ) -> Option<Duration> {
        if let Some(rate_limit) = read_rate_limit(headers) {
            self.learn_rate_limit(sent, rate_limit);
        }
        if status != StatusCode::TOO_MANY_REQUESTS {
            return None;
        }
        Some(self.throttle(retry_after(headers), now))
    }

    /// A lower number counts at once. A higher one is news only if its request was sent after the
    /// present one had been reported; else the response was overtaken.
    fn learn_rate_limit(&mut self, sent: u64, reported: RateLimit) {
        let is_news = match self.rate_limit {
            None => true,
            Some(known) => {
                let is_lower = reported.remaining <= known.remaining;
                is_lower || sent > self.reported_at || reported.limit != known.limit
            }
        };
        if is_news {
            self.order += 1;
            self.reported_at = self.order;
            self.rate_limit = Some(reported);
        }
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
        self.recovering_since = self.held_until;
        pause
    }

    /// Shrinks the gap after a 429 as time goes on without another. By count of responses it would
    /// take longest where polls are rarest.
    fn recover(&mut self, now: Instant) {
        while let Some(since) = self.recovering_since {
            let half_life = (self.throttled_gap * GAPS_TO_HALF).min(LONGEST_HALF_LIFE);
            if now < since + half_life {
                return;
            }
            self.recovering_since = Some(since + half_life);
            self.throttled_gap /= 2;
            if self.throttled_gap < SHORTEST_GAP {
                self.throttled_gap = Duration::ZERO;
                self.recovering_since = None;
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
    let number = header_number(headers.get(name)?.to_str().ok()?)?;
    Some(number.max(0.0) as u64)
}
