//! Headers that go with every response: the rate limit, one bucket of tokens for each project, and
//! headers that a test adds, such as `Deprecation` and `Sunset`. As at Atlas they come with errors,
//! too.

use std::collections::HashMap;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::json;
use tokio::time::Instant;

use super::answer::Answer;
use super::routes::{API, Routes};

#[derive(Default)]
pub(super) struct Limits {
    rule: Option<Rule>,
    buckets: HashMap<String, Bucket>,
}

#[derive(Clone, Copy)]
struct Rule {
    capacity: u32,
    refill: u32,
    per: Duration,
}

struct Bucket {
    left: u32,
    /// The last time that it was refilled.
    filled: Instant,
}

/// What was left in the bucket for a request.
pub(super) struct Quota {
    limit: u32,
    left: u32,
    pub(super) refused: Option<Answer>,
}

impl Limits {
    pub(super) fn new(capacity: u32, refill: u32, per: Duration) -> Self {
        let rule = Rule {
            capacity,
            refill,
            per: per.max(Duration::from_millis(1)),
        };
        Self {
            rule: Some(rule),
            buckets: HashMap::new(),
        }
    }

    pub(super) fn take(&mut self, path: &str, now: Instant) -> Quota {
        let Some(rule) = self.rule else {
            // As recorded: far from any limit.
            return Quota {
                limit: 1200,
                left: 1191,
                refused: None,
            };
        };
        let full = Bucket {
            left: rule.capacity,
            filled: now,
        };
        let bucket = self.buckets.entry(project(path).to_owned()).or_insert(full);
        let mut quota = Quota {
            limit: rule.capacity,
            left: 0,
            refused: None,
        };
        match bucket.take(rule, now) {
            Ok(left) => quota.left = left,
            Err(wait) => quota.refused = Some(rule.refusal(path, wait)),
        }
        quota
    }
}

/// Returns the id of the project that a path is about: of `groups/ID/..`, the second segment.
fn project(path: &str) -> &str {
    let rest = path.strip_prefix(API).unwrap_or_default();
    rest.split('/').nth(1).unwrap_or_default()
}

impl Bucket {
    /// Takes one. Returns how many are left, or how long it takes until there are some.
    fn take(&mut self, rule: Rule, now: Instant) -> Result<u32, Duration> {
        let passed = now.duration_since(self.filled).as_nanos() / rule.per.as_nanos();
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        if passed > 0 {
            let more = rule.refill.saturating_mul(passed);
            self.left = self.left.saturating_add(more).min(rule.capacity);
            self.filled += rule.per.saturating_mul(passed);
        }
        if self.left == 0 {
            return Err(rule.per.saturating_sub(now.duration_since(self.filled)));
        }
        self.left -= 1;
        Ok(self.left)
    }
}

impl Rule {
    fn refusal(self, path: &str, wait: Duration) -> Answer {
        let path = path.trim_start_matches('/');
        let Rule {
            capacity, refill, ..
        } = self;
        let per = self.per.as_secs().max(1);
        // Rounded up, so that a request after this pause is accepted.
        let wait = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1);
        let detail = format!(
            "Rate limit exceeded for {path}. Please retry after {wait} seconds. \
             Request capacity: {capacity}. Refill rate: {refill} per {per} seconds."
        );
        let parameters = json!([path, wait, capacity, refill, per]);
        let status = StatusCode::TOO_MANY_REQUESTS;
        let code = "RATE_LIMITED_TOKEN_BUCKET";
        let mut answer = Answer::error(status, code, &detail, parameters);
        answer.headers.insert(RETRY_AFTER, HeaderValue::from(wait));
        answer
    }
}

impl Quota {
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(self.left));
    }
}

#[derive(Default)]
pub(super) struct Notices(Vec<Notice>);

pub(super) struct Notice {
    /// The only operation that sends it; `None` for all.
    pub(super) operation: Option<&'static str>,
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

impl Notices {
    pub(super) fn add(&mut self, notice: Notice) {
        self.0.push(notice);
    }

    pub(super) fn tell(&self, path: &str, routes: &Routes, headers: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        let operation = routes.find(path).and_then(|route| route.name);
        for notice in &self.0 {
            if notice.operation.is_none() || notice.operation == operation {
                headers.insert(notice.name.clone(), notice.value.clone());
            }
        }
    }
}
