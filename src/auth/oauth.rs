//! [`TokenCache`]: the access token that all calls of a client share. Atlas limits the requests
//! for tokens, and how many tokens of a service account are valid at a time.
//!
//! A token is fetched by a task of the runtime, never by the call that needs it: a call that is
//! dropped or not polled delays nobody. One request to the source is in flight at a time, and it
//! ends within the time limit of an exchange and a few seconds. Calls that need a token wait for
//! it, and each decides by its own policy whether to wait for another attempt; the pause between
//! attempts is shared. Nothing runs between calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::Instrument;

use super::authorization::Authorization;
use super::token_endpoint::TokenEndpoint;
use crate::credentials::{AccessToken, Alphabet, TokenSource};
use crate::error::{Details, Error, ErrorKind};
use crate::retry::{Retries, RetryPolicy, report_retry};
use crate::sync::lock;
use crate::text::{sanitize, time_text};

const FUNCTION: &str = "the function of Credentials::from_fn";

/// How much longer than an exchange a request may take, because it waits before it is sent.
const BEFORE_IT_IS_SENT: Duration = Duration::from_secs(5);
/// A token is renewed when a tenth of its lifetime is left, but not earlier than this.
const RENEWAL: Duration = Duration::from_secs(300);
/// How long the call that starts a renewal waits for it before it uses the valid token.
const RENEWAL_WAIT: Duration = Duration::from_secs(1);
/// After a renewal that failed, the valid token is used for this long before the next attempt.
const AFTER_FAILED_RENEWAL: Duration = Duration::from_secs(30);
/// A server that counts in whole seconds ends a token up to a second early. Where a tenth of the
/// lifetime is less than that, the last second is not used.
const LAST_SECOND: Duration = Duration::from_secs(1);
/// Not every server of Atlas may know a token when it is this young.
const SETTLING: Duration = Duration::from_secs(2);
/// How long a 429 without `Retry-After` stops requests: Atlas documents ten a minute.
const TOKEN_LIMIT_PAUSE: Duration = Duration::from_secs(6);
/// No `Retry-After` stops requests for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// How often 401s of projects that have never accepted a token may cost a new one: Atlas responds
/// with 401 to a valid token too, if its service account cannot read the project.
const DOUBT: Duration = Duration::from_secs(60);

/// Where tokens come from.
pub(super) enum Source {
    Endpoint(Arc<TokenEndpoint>),
    Function(TokenSource),
}

/// The tokens of one source.
pub(crate) struct TokenCache {
    source: Source,
    /// For revocations, which belong to no call.
    retry: RetryPolicy,
    /// How long a request to the source may take.
    limit: Duration,
    state: Mutex<State>,
}

/// What is locked for a moment and never across an await.
#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The last request to the source.
    request: Option<InFlight>,
    failure: Option<Failure>,
    /// When a project that has never accepted a token may cost a new one again.
    next_doubt: Option<Instant>,
}

struct Token {
    authorization: Authorization,
    granted_at: Instant,
    renew_at: Instant,
    /// It may be valid for longer, but is not used any more.
    unused_from: Instant,
    /// It is being revoked.
    is_withdrawn: bool,
}

/// The last fetch, if it failed.
struct Failure {
    at: Instant,
    error: Error,
    in_a_row: u32,
    /// When the next fetch starts: a 429 says so, or else the first call that decides to wait.
    retry_at: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    /// A token, because there is none that can be used.
    Fetch,
    /// The next token, ahead of time.
    Renewal,
    Revocation,
}

/// A token that was granted, or why none was.
type Outcome = Result<Authorization, Error>;

/// A request that is in flight, which every call can wait for.
#[derive(Clone)]
struct InFlight {
    purpose: Purpose,
    /// What the source granted. It closes when the task ends, in whatever way.
    outcome: watch::Receiver<Option<Outcome>>,
    /// A request that has not ended by then belongs to a runtime that is stalled.
    overdue_at: Instant,
}

/// What a call that needs a token does next.
enum Step {
    Take(Authorization),
    Wait(InFlight),
    Pause(Instant),
    Fail(Error),
}

/// What a call does whose token was refused.
enum Replacement {
    /// It takes the token that has replaced the refused one meanwhile.
    Other(Authorization),
    /// It sends the same token again at this time, when every server knows it.
    Settling(Instant),
    /// It fetches another, or joins those who wait for one.
    Fetch,
    /// It fails: another token would be refused as well.
    Nothing,
}

impl TokenCache {
    pub(super) fn new(source: Source, retry: RetryPolicy, exchange: Duration) -> Self {
        // A longer one could not be added to the clock of every platform.
        let longest = Duration::from_secs(u32::MAX.into());
        TokenCache {
            source,
            retry,
            limit: exchange.min(longest) + BEFORE_IT_IS_SENT,
            state: Mutex::default(),
        }
    }

    /// Returns the valid token, or waits for another.
    pub(super) async fn token(self: &Arc<Self>, retries: &Retries) -> Result<Authorization, Error> {
        let renewal = {
            let mut state = lock(&self.state);
            match state.valid() {
                Some(token) if Instant::now() < token.renew_at => {
                    return Ok(token.authorization.clone());
                }
                Some(_) if state.may_ask() => Some(self.begin_fetch(&mut state, Purpose::Renewal)),
                _ => None,
            }
        };
        // A renewal that fails is no failure of a call: the valid token does.
        if let Some(renewal) = renewal {
            let left = retries.deadline.duration_since(Instant::now());
            let wait = RENEWAL_WAIT.min(left / 2);
            renewal.wait(Instant::now() + wait).await;
        }
        if let Some(token) = lock(&self.state).valid() {
            return Ok(token.authorization.clone());
        }
        self.wait_for_token(None, retries).await
    }

    /// Returns the valid token with the rest of its lifetime.
    pub(super) async fn access_token(
        self: &Arc<Self>,
        retries: &Retries,
    ) -> Result<AccessToken, Error> {
        let authorization = self.token(retries).await?;
        let state = lock(&self.state);
        let expires_in = match &state.token {
            Some(token) if token.is(&authorization) => token.expires_in(),
            _ => None,
        };
        Ok(AccessToken::new(authorization.token(), expires_in))
    }

    /// Returns what a call sends after this token was refused, or nothing if the refusal is final.
    /// A project is proven if it has accepted a token before.
    pub(super) async fn replace(
        self: &Arc<Self>,
        refused: &Authorization,
        is_proven: bool,
        retries: &Retries,
    ) -> Result<Option<Authorization>, Error> {
        if let Source::Function(_) = self.source {
            let token = self.wait_for_token(Some(refused), retries).await?;
            return Ok((token.header != refused.header).then_some(token));
        }
        let replacement = lock(&self.state).replacement(refused, is_proven);
        match replacement {
            Replacement::Other(token) => Ok(Some(token)),
            Replacement::Settling(until) if until < retries.deadline => {
                sleep_until(until).await;
                self.token(retries).await.map(Some)
            }
            Replacement::Fetch => {
                let token = self.wait_for_token(Some(refused), retries).await;
                token.map(Some)
            }
            Replacement::Settling(_) | Replacement::Nothing => Ok(None),
        }
    }

    /// Revokes the token, if there is one. It is out of use meanwhile, and used again if the
    /// revocation fails.
    pub(super) async fn revoke(self: &Arc<Self>) -> Result<(), Error> {
        let Source::Endpoint(endpoint) = &self.source else {
            return Ok(());
        };
        let retries = self.retry.start();
        let deadline = retries.deadline;
        let revocation = loop {
            let request = {
                let mut state = lock(&self.state);
                match state.in_flight() {
                    Some(request) => request,
                    None => break self.begin_revocation(endpoint, &mut state, deadline),
                }
            };
            if Instant::now() >= deadline {
                return Err(endpoint.not_revoked(retries.elapsed()));
            }
            request.wait(deadline).await;
        };
        let Some(revocation) = revocation else {
            return Ok(());
        };
        match revocation.await {
            Ok(result) => result,
            // Its runtime was shut down.
            Err(_) => Err(endpoint.not_revoked(retries.elapsed())),
        }
    }

    /// Starts a task that revokes the token, if there is one.
    fn begin_revocation(
        self: &Arc<Self>,
        endpoint: &Arc<TokenEndpoint>,
        state: &mut State,
        deadline: Instant,
    ) -> Option<JoinHandle<Result<(), Error>>> {
        let token = state.token.as_mut()?;
        token.is_withdrawn = true;
        let withdrawn = token.authorization.clone();
        let deadline = deadline.min(Instant::now() + self.limit);
        let (cache, endpoint) = (self.clone(), endpoint.clone());
        let (running, _) = self.begin(state, Purpose::Revocation);
        let revocation = async move {
            let result = endpoint.revoke(withdrawn.token(), deadline).await;
            lock(&cache.state).revoked(&withdrawn, result.is_ok());
            drop(running);
            result
        };
        Some(tokio::spawn(revocation.in_current_span()))
    }

    /// Waits for a token that can be used and is not the refused one.
    async fn wait_for_token(
        self: &Arc<Self>,
        refused: Option<&Authorization>,
        retries: &Retries,
    ) -> Result<Authorization, Error> {
        let mut attempts = 0;
        loop {
            let request = match self.next_step(refused, retries.deadline) {
                Step::Take(token) => return Ok(token),
                Step::Fail(error) => return Err(error),
                Step::Pause(until) => {
                    sleep_until(until).await;
                    continue;
                }
                Step::Wait(request) => request,
            };
            let purpose = request.purpose;
            match request.wait(retries.deadline).await {
                // Even if it is the refused one, or has hardly any lifetime: another request would
                // not change that.
                Some(Ok(token)) => return Ok(token),
                Some(Err(error)) if purpose == Purpose::Fetch => {
                    attempts += 1;
                    self.decide(error, attempts, retries)?;
                }
                _ if Instant::now() < retries.deadline => {}
                _ => return Err(self.source.no_token(retries.elapsed(), purpose)),
            }
        }
    }

    fn next_step(self: &Arc<Self>, refused: Option<&Authorization>, deadline: Instant) -> Step {
        let mut state = lock(&self.state);
        if let Some(token) = state.valid()
            && !refused.is_some_and(|refused| token.is(refused))
        {
            return Step::Take(token.authorization.clone());
        }
        if let Some(request) = state.in_flight() {
            return Step::Wait(request);
        }
        match state.pause() {
            None => Step::Wait(self.begin_fetch(&mut state, Purpose::Fetch)),
            Some((until, _)) if until < deadline => Step::Pause(until),
            // The caller learns at once what does not fit into its time.
            Some((_, error)) => Step::Fail(error.clone().exhausted()),
        }
    }

    /// Returns the failure of a fetch if the policy of this call allows no further one. Otherwise
    /// the first call that gets here decides when the next one starts.
    fn decide(&self, error: Error, attempts: u32, retries: &Retries) -> Result<(), Error> {
        let Some(pause) = retries.pause_after(&error, attempts) else {
            return Err(error.after(attempts, retries.elapsed()).exhausted());
        };
        let mut state = lock(&self.state);
        if let Some(failure) = &mut state.failure
            && failure.retry_at.is_none()
        {
            report_retry(attempts, pause, &error);
            failure.retry_at = Some(failure.at + pause);
        }
        Ok(())
    }

    /// Starts a task that fetches a token.
    fn begin_fetch(self: &Arc<Self>, state: &mut State, purpose: Purpose) -> InFlight {
        let cache = self.clone();
        let (sender, request) = self.begin(state, purpose);
        let fetch = async move {
            let outcome = cache.fetch(purpose).await;
            // Nobody may wait for it any more.
            let _ = sender.send(Some(outcome));
        };
        tokio::spawn(fetch.in_current_span());
        request
    }

    /// Takes note of the one request to the source. It has ended when the sender is dropped.
    fn begin(
        &self,
        state: &mut State,
        purpose: Purpose,
    ) -> (watch::Sender<Option<Outcome>>, InFlight) {
        let (sender, outcome) = watch::channel(None);
        let request = InFlight {
            purpose,
            outcome,
            overdue_at: Instant::now() + self.limit,
        };
        state.request = Some(request.clone());
        (sender, request)
    }

    async fn fetch(&self, purpose: Purpose) -> Outcome {
        let asked_at = Instant::now();
        let granted = self.source.fetch(asked_at + self.limit).await;
        let token = granted.and_then(|granted| Token::new(granted, asked_at));
        let mut state = lock(&self.state);
        match token {
            Ok(token) => {
                tracing::debug!("access token fetched");
                let authorization = token.authorization.clone();
                state.token = Some(token);
                state.failure = None;
                Ok(authorization)
            }
            Err(error) => {
                if purpose == Purpose::Renewal {
                    tracing::warn!(%error, "access token not renewed");
                }
                state.failed(error.clone());
                Err(error)
            }
        }
    }
}

impl State {
    fn valid(&self) -> Option<&Token> {
        let token = self.token.as_ref()?;
        let is_valid = !token.is_withdrawn && Instant::now() < token.unused_from;
        is_valid.then_some(token)
    }

    fn in_flight(&self) -> Option<InFlight> {
        let request = self.request.as_ref()?;
        (!request.has_ended()).then(|| request.clone())
    }

    fn may_ask(&self) -> bool {
        self.in_flight().is_none() && self.pause().is_none()
    }

    /// Returns until when no fetch starts, and why.
    fn pause(&self) -> Option<(Instant, &Error)> {
        let failure = self.failure.as_ref()?;
        let until = failure.retry_at?;
        (Instant::now() < until).then_some((until, &failure.error))
    }

    fn replacement(&mut self, refused: &Authorization, is_proven: bool) -> Replacement {
        let Some(token) = self.valid() else {
            return Replacement::Fetch;
        };
        if !token.is(refused) {
            return Replacement::Other(token.authorization.clone());
        }
        if !self.may_ask() {
            return Replacement::Fetch;
        }
        let now = Instant::now();
        let settled_at = token.granted_at + SETTLING;
        if is_proven && now < settled_at {
            return Replacement::Settling(settled_at);
        }
        if is_proven || now >= token.renew_at {
            return Replacement::Fetch;
        }
        if self.next_doubt.is_some_and(|next| now < next) {
            return Replacement::Nothing;
        }
        self.next_doubt = Some(now + DOUBT);
        Replacement::Fetch
    }

    fn failed(&mut self, error: Error) {
        let now = Instant::now();
        if let Some(token) = &mut self.token {
            token.renew_at = now + AFTER_FAILED_RENEWAL;
        }
        let in_a_row = self.failure.as_ref().map_or(1, |last| last.in_a_row + 1);
        let mut retry_at = None;
        if error.is_rate_limited() {
            let pause = error.retry_after().unwrap_or(TOKEN_LIMIT_PAUSE);
            let pause = pause.clamp(TOKEN_LIMIT_PAUSE, LONGEST_PAUSE);
            report_retry(in_a_row, pause, &error);
            retry_at = Some(now + pause);
        }
        self.failure = Some(Failure {
            at: now,
            error,
            in_a_row,
            retry_at,
        });
    }

    fn revoked(&mut self, withdrawn: &Authorization, is_revoked: bool) {
        match &mut self.token {
            Some(token) if !token.is(withdrawn) => {}
            Some(_) if is_revoked => self.token = None,
            Some(token) => token.is_withdrawn = false,
            None => {}
        }
    }
}

impl Token {
    /// Makes a token that was requested at this time. Its lifetime began at an unknown time after
    /// that.
    fn new(granted: AccessToken, asked_at: Instant) -> Result<Self, Error> {
        let now = Instant::now();
        // One without a lifetime is not kept: it is for the calls that wait for it.
        let lifetime = granted.expires_in().unwrap_or_default();
        let early = (lifetime / 10).min(RENEWAL);
        let mut unused_from = asked_at + lifetime;
        if early < LAST_SECOND {
            unused_from -= lifetime.min(LAST_SECOND);
        }
        // A token that takes longer to arrive than it is valid is used nevertheless, or no call
        // would ever be sent.
        let shortest_use = (lifetime / 4).min(LAST_SECOND);
        unused_from = unused_from.max(now + shortest_use);
        Ok(Token {
            authorization: Authorization::bearer(granted.secret())?,
            granted_at: now,
            renew_at: unused_from - early,
            unused_from,
            is_withdrawn: false,
        })
    }

    /// Returns the rest of its lifetime, if its source has said how long it is valid.
    fn expires_in(&self) -> Option<Duration> {
        let is_known = self.unused_from > self.granted_at;
        is_known.then(|| self.unused_from.duration_since(Instant::now()))
    }

    fn is(&self, authorization: &Authorization) -> bool {
        self.authorization.header == authorization.header
    }
}

impl InFlight {
    fn has_ended(&self) -> bool {
        let is_closed = self.outcome.has_changed().is_err();
        is_closed || self.outcome.borrow().is_some() || Instant::now() >= self.overdue_at
    }

    /// Waits until the request has ended, but not beyond the deadline. Returns nothing if the time
    /// was up, or its runtime was shut down.
    async fn wait(mut self, deadline: Instant) -> Option<Outcome> {
        let latest = deadline.min(self.overdue_at);
        // It ends with the outcome, or without one.
        let _ = timeout_at(latest, self.outcome.wait_for(Option::is_some)).await;
        self.outcome.borrow().clone()
    }
}

impl Source {
    async fn fetch(&self, deadline: Instant) -> Result<AccessToken, Error> {
        let function = match self {
            Source::Endpoint(endpoint) => return endpoint.fetch(deadline).await,
            Source::Function(function) => function,
        };
        let begun = Instant::now();
        let function = function.clone();
        // In a task of its own, so that a panic is a failure like others.
        let mut call = tokio::spawn(async move { function.token().await });
        let Ok(result) = timeout_at(deadline, &mut call).await else {
            call.abort();
            return Err(self.no_token(begun.elapsed(), Purpose::Fetch));
        };
        let provided = result.unwrap_or_else(|panic| Err(panic.into()));
        let token = provided.map_err(function_failed)?;
        let name = format!("the access token of {FUNCTION}");
        Alphabet::Token.check(&name, token.secret())?;
        Ok(token)
    }

    /// Says that the time of a call was up before there was a token.
    fn no_token(&self, waited: Duration, purpose: Purpose) -> Error {
        let waited = time_text(waited);
        let message = match self {
            Source::Function(_) => format!("no access token from {FUNCTION} within {waited}"),
            Source::Endpoint(endpoint) => match purpose {
                Purpose::Revocation => {
                    let url = &endpoint.revocation_url;
                    format!("{url}: no access token within {waited}, the old one is being revoked")
                }
                _ => format!("{}: no access token within {waited}", endpoint.token_url),
            },
        };
        Details::new(ErrorKind::Timeout, message).into()
    }
}

/// Wraps the error of the user's function. One of this crate's own stays what it is: the function
/// may ask another client for its token.
fn function_failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    let error = match error.downcast::<Error>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    let reason = sanitize(&error.to_string());
    let message = format!("no access token from {FUNCTION}: {reason}");
    let mut details = Details::new(ErrorKind::Interrupted, message);
    details.source = Some(error);
    details.into()
}
