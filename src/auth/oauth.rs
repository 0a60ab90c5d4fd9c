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

use reqwest::header::HeaderValue;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::Instrument;

use super::request_auth::{RequestAuth, bearer};
use super::token_endpoint::TokenEndpoint;
use crate::credentials::{AccessToken, Alphabet, TOKEN_OF_FUNCTION, TokenSource};
use crate::error::{Details, Error, ErrorKind};
use crate::retry::{LONGEST_HOLD, LONGEST_TIME, Retries, report_retry};
use crate::sync::lock;
use crate::text::{sanitize, time_text};

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
/// How often 401s of projects that have never accepted a token may cost a new one: Atlas responds
/// with 401 to a valid token too, if its service account cannot read the project.
const DOUBT: Duration = Duration::from_secs(60);

/// How many tokens of one attempt may be refused.
const REFUSALS: u32 = 4;

/// Where tokens come from.
pub(super) enum Source {
    Endpoint(Arc<TokenEndpoint>),
    Function(TokenSource),
}

/// The tokens of one source.
pub(crate) struct TokenCache {
    source: Source,
    /// How long a request to the source may take.
    limit: Duration,
    state: Mutex<State>,
}

/// What is locked for a moment and never across an await.
#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    /// The last request to the source.
    request: Option<InFlight>,
    failure: Option<Failure>,
    /// When a project that has never accepted a token may cost a new one again.
    next_doubt: Option<Instant>,
}

pub(super) struct Token {
    pub header: HeaderValue,
    granted: AccessToken,
    granted_at: Instant,
    renew_at: Instant,
    /// It may be valid for longer, but is not used any more.
    unused_from: Instant,
}

/// The last fetch, if it failed.
struct Failure {
    at: Instant,
    error: Error,
    /// When the next fetch starts: a 429 says so, or else the first call that decides to wait.
    retry_at: Option<Instant>,
    /// A call has reported that it waits for the next fetch.
    is_reported: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    /// A token, because there is none that can be used.
    Fetch,
    /// The next token, ahead of time.
    Renewal,
    Revocation,
}

/// The token that was granted or revoked, or why none was.
type Outcome = Result<Arc<Token>, Error>;

/// A request to the source, which every call can wait for.
#[derive(Clone)]
struct InFlight {
    purpose: Purpose,
    /// It closes when the task ends, in whatever way.
    outcome: watch::Receiver<Option<Outcome>>,
    /// A request that has not ended by then belongs to a runtime that is stalled.
    overdue_at: Instant,
}

/// What a call that needs a token does next.
enum Step {
    Take(Arc<Token>),
    /// It waits for the request, until this time.
    Wait(InFlight, Instant),
    Pause(Instant),
}

impl TokenCache {
    pub(super) fn new(source: Source, exchange: Duration) -> Self {
        TokenCache {
            source,
            limit: exchange + BEFORE_IT_IS_SENT,
            state: Mutex::default(),
        }
    }

    /// Returns a valid token other than the refused one, or waits for one.
    pub(super) async fn token(
        self: &Arc<Self>,
        refused: Option<&HeaderValue>,
        retries: &Retries,
    ) -> Outcome {
        let mut attempts = 0;
        loop {
            let (request, until) = match self.next_step(refused, retries.deadline)? {
                Step::Take(token) => return Ok(token),
                Step::Wait(request, until) => (request, until),
                Step::Pause(until) => {
                    sleep_until(until).await;
                    continue;
                }
            };
            let purpose = request.purpose;
            match request.wait(until).await {
                // Even if it is the refused one, or has hardly any lifetime: another request would
                // not change that.
                Some(Ok(token)) if purpose != Purpose::Revocation => return Ok(token),
                // No other failure is one of this call.
                Some(Err(error)) if purpose == Purpose::Fetch => {
                    attempts += 1;
                    self.decide(error, attempts, retries)?;
                }
                _ if Instant::now() < retries.deadline => {}
                _ => return Err(self.source.no_token(retries.elapsed(), purpose)),
            }
        }
    }

    fn next_step(
        self: &Arc<Self>,
        refused: Option<&HeaderValue>,
        deadline: Instant,
    ) -> Result<Step, Error> {
        let mut state = lock(&self.state);
        let valid = state.valid().filter(|token| !token.is(refused));
        if let Some(token) = valid
            && !(state.is_due(token) && state.may_ask())
        {
            return Ok(Step::Take(token.clone()));
        }
        if let Some(request) = state.in_flight() {
            return Ok(Step::Wait(request.clone(), deadline));
        }
        if let Some((until, error)) = state.pause() {
            return match until < deadline {
                true => Ok(Step::Pause(until)),
                // The caller learns at once what does not fit into its time.
                false => Err(error.clone().exhausted()),
            };
        }
        let now = Instant::now();
        let (purpose, until) = match valid {
            None => (Purpose::Fetch, deadline),
            // If the renewal takes longer, or fails, the valid token does.
            Some(_) => {
                let wait = RENEWAL_WAIT.min(deadline.duration_since(now) / 2);
                (Purpose::Renewal, now + wait)
            }
        };
        let request = self.begin(&mut state, purpose, self.clone().fetch(purpose));
        Ok(Step::Wait(request, until))
    }

    /// Replaces a token that was refused. Returns false if the refusal is final. A project is proven
    /// if it has accepted a token before.
    pub(super) async fn replace(
        self: &Arc<Self>,
        auth: &mut RequestAuth<'_>,
        is_proven: bool,
        retries: &Retries,
    ) -> Result<bool, Error> {
        auth.refusals += 1;
        if auth.refusals >= REFUSALS {
            return Ok(false);
        }
        let now = Instant::now();
        let refused = auth.authorization.as_ref();
        let is_function = matches!(self.source, Source::Function(_));
        let sent_at = match is_function {
            true => Some(now),
            false => lock(&self.state).sent_at(refused, is_proven, now),
        };
        let token = match sent_at {
            Some(sent_at) if sent_at <= now => self.token(refused, retries).await?,
            Some(sent_at) if sent_at < retries.deadline => {
                sleep_until(sent_at).await;
                self.token(None, retries).await?
            }
            _ => return Ok(false),
        };
        // A function may have no other token.
        let is_final = is_function && token.is(refused);
        auth.authorization = Some(token.header.clone());
        Ok(!is_final)
    }

    /// Revokes the token, if there is one. It is out of use meanwhile, and used again if the
    /// revocation fails.
    pub(super) async fn revoke(self: &Arc<Self>, retries: &Retries) -> Result<(), Error> {
        let Source::Endpoint(endpoint) = &self.source else {
            return Ok(());
        };
        let deadline = retries.deadline;
        loop {
            let (request, is_own) = {
                let mut state = lock(&self.state);
                if let Some(request) = state.in_flight() {
                    (request.clone(), false)
                } else if let Some(token) = state.token.take() {
                    let revocation = self.clone().end(endpoint.clone(), token, deadline);
                    let request = self.begin(&mut state, Purpose::Revocation, revocation);
                    (request, true)
                } else {
                    return Ok(());
                }
            };
            // Its own one ends at the deadline by itself, and says why.
            let until = if is_own { request.overdue_at } else { deadline };
            match request.wait(until).await {
                Some(result) if is_own => return result.map(drop),
                _ if !is_own && Instant::now() < deadline => {}
                _ => return Err(endpoint.not_revoked(retries.elapsed())),
            }
        }
    }

    /// Returns the failure of a fetch if the policy of this call allows no further one. Otherwise
    /// the first call that gets here decides when the next one starts.
    fn decide(&self, error: Error, attempts: u32, retries: &Retries) -> Result<(), Error> {
        let Some(pause) = retries.pause_after(&error, attempts) else {
            return Err(error.after(attempts, retries.elapsed()).exhausted());
        };
        if let Some(failure) = &mut lock(&self.state).failure
            && !failure.is_reported
        {
            let retry_at = *failure.retry_at.get_or_insert(failure.at + pause);
            report_retry(attempts, retry_at - failure.at, &error);
            failure.is_reported = true;
        }
        Ok(())
    }

    /// Starts a task that makes a request to the source.
    fn begin(
        &self,
        state: &mut State,
        purpose: Purpose,
        request: impl Future<Output = Outcome> + Send + 'static,
    ) -> InFlight {
        let (sender, outcome) = watch::channel(None);
        let task = async move {
            // Nobody may wait for it any more.
            let _ = sender.send(Some(request.await));
        };
        tokio::spawn(task.in_current_span());
        let overdue_at = Instant::now() + self.limit;
        let request = InFlight {
            purpose,
            outcome,
            overdue_at,
        };
        state.request.insert(request).clone()
    }

    async fn fetch(self: Arc<Self>, purpose: Purpose) -> Outcome {
        let asked_at = Instant::now();
        let granted = self.source.fetch(asked_at + self.limit).await;
        let mut state = lock(&self.state);
        match granted {
            Ok(granted) => {
                tracing::debug!("access token fetched");
                state.failure = None;
                let token = Arc::new(Token::new(granted, asked_at));
                Ok(state.token.insert(token).clone())
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

    async fn end(
        self: Arc<Self>,
        endpoint: Arc<TokenEndpoint>,
        token: Arc<Token>,
        deadline: Instant,
    ) -> Outcome {
        let deadline = deadline.min(Instant::now() + self.limit);
        let result = endpoint.revoke(token.granted.secret(), deadline).await;
        if result.is_err() {
            lock(&self.state).token.get_or_insert(token.clone());
        }
        result.map(|()| token)
    }
}

impl State {
    fn valid(&self) -> Option<&Arc<Token>> {
        let token = self.token.as_ref()?;
        (Instant::now() < token.unused_from).then_some(token)
    }

    /// Returns whether the token should be renewed. It has been tried lately if the last fetch
    /// failed.
    fn is_due(&self, token: &Token) -> bool {
        let failure = self.failure.as_ref();
        let has_failed = failure.is_some_and(|last| last.at.elapsed() < AFTER_FAILED_RENEWAL);
        Instant::now() >= token.renew_at && !has_failed
    }

    fn in_flight(&self) -> Option<&InFlight> {
        self.request.as_ref().filter(|request| !request.has_ended())
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

    /// Returns when a call whose token was refused is sent again: now, with another token, or later
    /// with the same one. Returns nothing if another token would be refused as well.
    fn sent_at(
        &mut self,
        refused: Option<&HeaderValue>,
        is_proven: bool,
        now: Instant,
    ) -> Option<Instant> {
        let refused = self.valid().filter(|token| token.is(refused));
        let Some(token) = refused.filter(|_| self.may_ask()) else {
            return Some(now);
        };
        if is_proven {
            return Some(token.granted_at + SETTLING);
        }
        if !self.is_due(token) {
            if self.next_doubt.is_some_and(|next| now < next) {
                return None;
            }
            self.next_doubt = Some(now + DOUBT);
        }
        Some(now)
    }

    fn failed(&mut self, error: Error) {
        let now = Instant::now();
        let mut retry_at = None;
        if error.is_rate_limited() {
            let pause = error.retry_after().unwrap_or_default();
            retry_at = Some(now + pause.clamp(TOKEN_LIMIT_PAUSE, LONGEST_HOLD));
        }
        self.failure = Some(Failure {
            at: now,
            error,
            retry_at,
            is_reported: false,
        });
    }
}

impl Token {
    /// Makes a token that was requested at this time. Its lifetime began at an unknown time after
    /// that.
    fn new(granted: AccessToken, asked_at: Instant) -> Self {
        let now = Instant::now();
        // One without a lifetime is not kept: it is for the calls that wait for it.
        let lifetime = granted.expires_in().unwrap_or_default().min(LONGEST_TIME);
        let early = (lifetime / 10).min(RENEWAL);
        let mut unused_from = asked_at + lifetime;
        if early < LAST_SECOND {
            unused_from -= lifetime.min(LAST_SECOND);
        }
        // A token that takes longer to arrive than it is valid is used nevertheless, or no call
        // would ever be sent.
        let shortest_use = (lifetime / 4).min(LAST_SECOND);
        unused_from = unused_from.max(now + shortest_use);
        Token {
            header: bearer(granted.secret()),
            granted,
            granted_at: now,
            renew_at: unused_from - early,
            unused_from,
        }
    }

    /// Returns the token with the rest of its lifetime, if its source has said how long it is valid.
    pub(super) fn rest(&self) -> AccessToken {
        let rest = self.unused_from.duration_since(Instant::now());
        let expires_in = self.granted.expires_in().map(|_| rest);
        AccessToken::new(self.granted.secret(), expires_in)
    }

    fn is(&self, header: Option<&HeaderValue>) -> bool {
        Some(&self.header) == header
    }
}

impl InFlight {
    fn has_ended(&self) -> bool {
        self.outcome.has_changed().is_err() || Instant::now() >= self.overdue_at
    }

    /// Waits until the request has ended, but not beyond the deadline. Returns nothing if the time
    /// was up, or its runtime was shut down.
    async fn wait(mut self, deadline: Instant) -> Option<Outcome> {
        let end = async { while self.outcome.changed().await.is_ok() {} };
        let _ = timeout_at(deadline.min(self.overdue_at), end).await;
        self.outcome.borrow().clone()
    }
}

impl Source {
    async fn fetch(&self, deadline: Instant) -> Result<AccessToken, Error> {
        let function = match self {
            Source::Endpoint(endpoint) => return endpoint.fetch(deadline).await,
            Source::Function(function) => function.clone(),
        };
        let begun = Instant::now();
        // In a task of its own, so that a panic is a failure like others.
        let call = tokio::spawn(async move { timeout_at(deadline, function()).await });
        let token = match call.await {
            Ok(Ok(provided)) => provided.map_err(function_failed)?,
            Ok(Err(_)) => return Err(self.no_token(begun.elapsed(), Purpose::Fetch)),
            Err(panic) => return Err(function_failed(panic.into())),
        };
        let name = format!("the {TOKEN_OF_FUNCTION}");
        Alphabet::Token.check(&name, token.secret())?;
        Ok(token)
    }

    /// Says that the time of a call was up before there was a token.
    fn no_token(&self, waited: Duration, purpose: Purpose) -> Error {
        let waited = time_text(waited);
        let message = match (self, purpose) {
            (Source::Function(_), _) => {
                format!("no access token from the function of Credentials::from_fn within {waited}")
            }
            (Source::Endpoint(endpoint), Purpose::Revocation) => format!(
                "{}: no access token within {waited}, the old one is being revoked",
                endpoint.revocation_url
            ),
            (Source::Endpoint(endpoint), _) => {
                format!("{}: no access token within {waited}", endpoint.token_url)
            }
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
    let message = format!("no access token from the function of Credentials::from_fn: {reason}");
    let mut details = Details::new(ErrorKind::Interrupted, message);
    details.source = Some(error);
    details.into()
}
