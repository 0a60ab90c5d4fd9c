//! [`TokenCache`]: the access token of a service account, one for all calls of a client. Tokens are
//! rationed at Atlas, by the minute and by how many live at a time.
//!
//! A token is fetched by the client, not by the call that needs it: each request for one is a task
//! that ends with its answer, and calls wait for that. A call that gives up leaves the answer to
//! the next. Whether to ask once more is decided by the calls that still wait, each by its own
//! policy; the pause is shared. Nothing runs while nobody calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Url;
use tokio::time::{Instant, sleep_until};
use tracing::Instrument;

use super::in_flight::{InFlight, Purpose, Running};
use super::token_endpoint::TokenEndpoint;
use super::token_state::{Cached, Failure, Replacement, TokenState};
use crate::error::{Details, Error, Kind};
use crate::http::authorization::Authorization;
use crate::retry::{RetryPolicy, report_retry};
use crate::sync::lock;
use crate::text::time_text;

/// How long a call that has a living token may be held up by renewing it.
const HOLD_UP: Duration = Duration::from_secs(10);
/// How much longer than an exchange a request may take, because it waits before it is sent.
const BEFORE_IT_IS_SENT: Duration = Duration::from_secs(5);

/// The tokens of a service account.
pub(crate) struct TokenCache {
    endpoint: TokenEndpoint,
    /// For revocations, which belong to no call.
    retry: RetryPolicy,
    /// After so long a request to the endpoint is over, if its runtime goes on.
    limit: Duration,
    state: Mutex<TokenState>,
}

/// A call that waits for a token.
struct Waiting<'a> {
    refused: Option<&'a Authorization>,
    retry: &'a RetryPolicy,
    deadline: Instant,
    begun: Instant,
    /// How many tokens had been granted when it began to wait.
    known_grants: u64,
    /// How many failures it has looked at, of all that the client has seen.
    known_failures: u32,
    /// How many of them came while it waited.
    attempts: u32,
}

/// What a call that waits does next.
enum Step {
    Done(Result<Authorization, Error>),
    Wait(InFlight),
    Pause(Instant),
}

impl TokenCache {
    pub(super) fn new(endpoint: TokenEndpoint, retry: RetryPolicy, exchange: Duration) -> Self {
        // A longer one could not be added to the clock of every platform.
        let longest = Duration::from_secs(u32::MAX.into());
        TokenCache {
            endpoint,
            retry,
            limit: exchange.min(longest) + BEFORE_IT_IS_SENT,
            state: Mutex::default(),
        }
    }

    /// Returns the living token, or waits for another.
    pub(crate) async fn token(
        self: &Arc<Self>,
        retry: &RetryPolicy,
        deadline: Instant,
    ) -> Result<Authorization, Error> {
        let cached = lock(&self.state).cached();
        match cached {
            Cached::Fresh(token) => return Ok(token),
            Cached::DueForRenewal => self.renew(deadline).await,
            Cached::Missing => {}
        }
        self.wait_for_token(None, retry, deadline).await
    }

    /// Returns another token than the one that was refused, or nothing if it is too early for
    /// another.
    pub(crate) async fn replace(
        self: &Arc<Self>,
        refused: &Authorization,
        retry: &RetryPolicy,
        deadline: Instant,
    ) -> Result<Option<Authorization>, Error> {
        let refused_at = Instant::now();
        let replacement = lock(&self.state).replacement(refused);
        let is_early = match replacement {
            Replacement::Other(token) => return Ok(Some(token)),
            Replacement::TooEarly => return Ok(None),
            Replacement::RefusedEarly => true,
            Replacement::RefusedLate => false,
        };
        let token = self.wait_for_token(Some(refused), retry, deadline).await?;
        if is_early {
            lock(&self.state).ration(refused_at);
        }
        Ok(Some(token))
    }

    /// Ends the token, if there is one: out of use from the beginning, and back if the endpoint
    /// does not end it. Where this is dropped, it stays out of use, for another revocation to end.
    pub(crate) async fn revoke(&self) -> Result<(), Error> {
        let begun = Instant::now();
        let deadline = self.retry.deadline();
        let running = loop {
            let request = match self.begin_revocation(deadline) {
                Ok(running) => break running,
                Err(request) => request,
            };
            if Instant::now() >= deadline {
                return Err(self.not_revoked(begun));
            }
            request.wait(deadline).await;
        };
        let Some(authorization) = lock(&self.state).withdraw() else {
            return Ok(());
        };
        let header = authorization.header.to_str().unwrap_or_default();
        let token = header.trim_start_matches("Bearer ");
        let result = self.endpoint.revoke(token, deadline).await;
        let mut state = lock(&self.state);
        match result {
            Ok(()) => state.forget(&authorization),
            Err(_) => state.restore(&authorization),
        }
        drop(state);
        drop(running);
        result
    }

    /// Takes the one place for a request to the endpoint, or returns the request that has it.
    fn begin_revocation(&self, deadline: Instant) -> Result<Running, InFlight> {
        let mut state = lock(&self.state);
        if let Some(request) = state.under_way() {
            return Err(request);
        }
        let left = deadline.duration_since(Instant::now());
        let (running, request) = InFlight::begin(Purpose::Revocation, left + BEFORE_IT_IS_SENT);
        state.request = Some(request);
        Ok(running)
    }

    /// Has a token renewed ahead of time, unless somebody else is at it, and waits for it for a
    /// while. A renewal that fails is nobody's failure: the living token does.
    async fn renew(self: &Arc<Self>, deadline: Instant) {
        let now = Instant::now();
        let request = {
            let mut state = lock(&self.state);
            if state.under_way().is_some() {
                return;
            }
            self.begin_fetch(&mut state, Purpose::Renewal)
        };
        let hold_up = HOLD_UP.min(deadline.duration_since(now) / 2);
        request.wait(now + hold_up).await;
    }

    /// Waits for a token that can be used and is not the refused one. It is fetched if nobody else
    /// is at it.
    async fn wait_for_token(
        self: &Arc<Self>,
        refused: Option<&Authorization>,
        retry: &RetryPolicy,
        deadline: Instant,
    ) -> Result<Authorization, Error> {
        let mut waiting = {
            let state = lock(&self.state);
            Waiting {
                refused,
                retry,
                deadline,
                begun: Instant::now(),
                known_grants: state.grants,
                known_failures: state.failures,
                attempts: 0,
            }
        };
        loop {
            match self.next_step(&mut waiting) {
                Step::Done(result) => return result,
                Step::Wait(request) => request.wait(deadline).await,
                Step::Pause(until) => sleep_until(until).await,
            }
        }
    }

    fn next_step(self: &Arc<Self>, waiting: &mut Waiting<'_>) -> Step {
        let mut state = lock(&self.state);
        if let Some(token) = state.usable(waiting.refused, waiting.known_grants) {
            return Step::Done(Ok(token));
        }
        if let Some(error) = failed_for(waiting, &mut state) {
            return Step::Done(Err(error));
        }
        let now = Instant::now();
        let request = state.under_way();
        if now >= waiting.deadline {
            let error = self.no_token_in_time(waiting, request.as_ref());
            return Step::Done(Err(error));
        }
        if let Some(request) = request {
            return Step::Wait(request);
        }
        if let Some(failure) = &state.failure
            && let Some(retry_at) = failure.retry_at
            && now < retry_at
        {
            return pause(failure, retry_at, waiting.deadline);
        }
        Step::Wait(self.begin_fetch(&mut state, Purpose::Fetch))
    }

    /// Begins to fetch a token, in a task of its own.
    fn begin_fetch(self: &Arc<Self>, state: &mut TokenState, purpose: Purpose) -> InFlight {
        let (running, request) = InFlight::begin(purpose, self.limit);
        state.request = Some(request.clone());
        let fetch = self.clone().fetch(purpose, running);
        tokio::spawn(fetch.in_current_span());
        request
    }

    async fn fetch(self: Arc<Self>, purpose: Purpose, running: Running) {
        let asked_at = Instant::now();
        let result = self.endpoint.fetch(asked_at + self.limit).await;
        match result {
            Ok(granted) => {
                tracing::debug!("access token fetched");
                lock(&self.state).granted(granted, asked_at);
            }
            Err(error) if purpose == Purpose::Renewal => {
                tracing::warn!(%error, "no new access token");
                lock(&self.state).renewal_failed();
            }
            Err(error) => lock(&self.state).fetch_failed(error),
        }
        drop(running);
    }

    fn no_token_in_time(&self, waiting: &Waiting<'_>, request: Option<&InFlight>) -> Error {
        let waited = time_text(waiting.begun.elapsed());
        let message = format!("no access token within {waited}");
        match request.map(|request| request.purpose) {
            Some(Purpose::Revocation) => {
                let message = format!("{message}, the old one is being revoked");
                timeout(&self.endpoint.revocation_url, &message)
            }
            _ => timeout(&self.endpoint.token_url, &message),
        }
    }

    fn not_revoked(&self, begun: Instant) -> Error {
        let waited = time_text(begun.elapsed());
        let message = format!("not asked within {waited}, another request was under way");
        timeout(&self.endpoint.revocation_url, &message)
    }
}

/// Returns the last failure, if it is one too many for a call that waits. Otherwise the call
/// may have decided when the endpoint is asked again.
fn failed_for(waiting: &mut Waiting<'_>, state: &mut TokenState) -> Option<Error> {
    let new_failures = state.failures.wrapping_sub(waiting.known_failures);
    if new_failures == 0 {
        return None;
    }
    waiting.known_failures = state.failures;
    waiting.attempts = waiting.attempts.saturating_add(new_failures);
    let failure = state.failure.as_mut()?;
    let attempt = waiting.attempts;
    let error = &failure.error;
    let Some(pause) = waiting.retry.pause_after(error, attempt, waiting.deadline) else {
        return Some(error.clone().exhausted());
    };
    if failure.retry_at.is_none() {
        report_retry(attempt, pause, error);
        failure.retry_at = Some(failure.at + pause);
    }
    None
}

/// Waits for the time at which the endpoint is asked again. What does not fit into the time of the
/// call is told at once.
fn pause(failure: &Failure, retry_at: Instant, deadline: Instant) -> Step {
    if retry_at < deadline {
        return Step::Pause(retry_at);
    }
    Step::Done(Err(failure.error.clone().exhausted()))
}

fn timeout(url: &Url, message: &str) -> Error {
    Details::new(Kind::Timeout, format!("{url}: {message}")).into()
}
