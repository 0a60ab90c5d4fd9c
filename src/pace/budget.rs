//! [`Budget`]: what is known of the rate limit of a project, and when the next poll may go.
//!
//! Atlas says with each answer how many requests it allows and how many of them are left. Answers
//! overtake each other, and others take from the same number, so it is an upper bound that ages.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::time::Instant;

use crate::retry::retry_after;

// Made once: a name that is text would be looked at in each answer.
static LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
static LEFT: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// Between polls while little is left, and after a refusal.
const SLOW: Duration = Duration::from_secs(1);
/// Where refusals go on and on.
const SLOWEST: Duration = Duration::from_secs(64);
/// Below this gap, polls need not be kept apart.
const SHORTEST_GAP: Duration = Duration::from_millis(30);
/// After so many answers in a row without a refusal, polls go twice as fast.
const GOOD_ANSWERS: u32 = 16;

/// How many requests a project allows, and how many of them are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub limit: u64,
    pub left: u64,
}

#[derive(Debug, Default)]
pub(super) struct Budget {
    numbers: Option<Numbers>,
    /// Counts requests and answers, to tell which came first.
    order: u64,
    /// When the numbers were learnt.
    learnt_at: u64,
    in_flight: u64,
    last_poll: Option<Instant>,
    /// No poll before this: a refusal asked for it.
    held_until: Option<Instant>,
    /// At least so long between polls, after refusals.
    gap: Duration,
    good_answers: u32,
}

impl Budget {
    /// Counts a request that is about to be sent. It is in flight until [`Budget::end`].
    pub(super) fn begin(&mut self) {
        self.in_flight += 1;
    }

    pub(super) fn end(&mut self) {
        self.in_flight -= 1;
    }

    /// Returns the number of a request that is sent now, for [`Budget::learn`].
    pub(super) fn sent(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    /// Returns what Atlas said last, as far as it is known which answer was the last.
    pub(super) fn numbers(&self) -> Option<Numbers> {
        self.numbers
    }

    /// Returns when the next poll may go.
    pub(super) fn next_poll(&self, now: Instant) -> Instant {
        let mut next = now;
        if let Some(held_until) = self.held_until {
            next = next.max(held_until);
        }
        let mut gap = self.gap;
        if self.is_scarce() {
            gap = gap.max(SLOW);
        }
        if let Some(last_poll) = self.last_poll {
            next = next.max(last_poll + gap);
        }
        next
    }

    /// Counts a poll that is about to be sent.
    pub(super) fn begin_poll(&mut self, now: Instant) {
        self.last_poll = Some(now);
        self.begin();
    }

    /// Whether a refusal has asked to send nothing yet.
    pub(super) fn is_held(&self, now: Instant) -> bool {
        self.held_until.is_some_and(|until| now < until)
    }

    /// Whether no more than a tenth is left, which is for others. What is in flight is taken.
    fn is_scarce(&self) -> bool {
        let Some(Numbers { limit, left }) = self.numbers else {
            return false;
        };
        let available = left.saturating_sub(self.in_flight);
        available.saturating_mul(10) <= limit
    }

    /// Takes in what an answer says. `sent` is the number of its request. Returns the pause that a
    /// refusal asks for.
    pub(super) fn learn(
        &mut self,
        sent: u64,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Option<Duration> {
        if let Some(numbers) = numbers(headers) {
            self.learn_numbers(sent, numbers);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Some(self.refused(retry_after(headers), Instant::now()));
        }
        self.good_answers += 1;
        if self.good_answers >= GOOD_ANSWERS {
            self.speed_up();
        }
        None
    }

    /// A lower number counts at once. A higher one is news only if its request was sent after the
    /// present one had been learnt; else the answer was overtaken.
    fn learn_numbers(&mut self, sent: u64, numbers: Numbers) {
        let is_news = match self.numbers {
            None => true,
            Some(known) => {
                let is_lower = numbers.left <= known.left;
                is_lower || sent > self.learnt_at || numbers.limit != known.limit
            }
        };
        if is_news {
            self.order += 1;
            self.learnt_at = self.order;
            self.numbers = Some(numbers);
        }
    }

    fn refused(&mut self, asked_for: Option<Duration>, now: Instant) -> Duration {
        self.good_answers = 0;
        // What was sent together is refused together: that is one reason to slow down, not eight.
        if !self.is_held(now) {
            self.gap = (self.gap * 2).clamp(SLOW, SLOWEST);
        }
        let pause = asked_for.unwrap_or(self.gap);
        // A clock has an end.
        let held_until = now.checked_add(pause).unwrap_or(now + SLOWEST);
        self.held_until = self.held_until.max(Some(held_until));
        pause
    }

    fn speed_up(&mut self) {
        self.good_answers = 0;
        self.gap /= 2;
        if self.gap < SHORTEST_GAP {
            self.gap = Duration::ZERO;
        }
    }
}

/// Reads what Atlas says of the rate limit. Headers that are missing or odd say nothing.
fn numbers(headers: &HeaderMap) -> Option<Numbers> {
    let limit = number(headers, &LIMIT)?;
    let left = number(headers, &LEFT)?;
    (limit > 0).then_some(Numbers { limit, left })
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
