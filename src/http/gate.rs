//! [`Gate`]: where the connections of a client are made, one at a time. HTTP/2 needs a single
//! connection for any number of requests, and reqwest would open one for each.
//!
//! A request goes over a connection of the pool if there is one. Otherwise it is sent in a task,
//! since a caller may hold a call and not poll it, and others may need the connection that is made
//! for it. The first task connects. The others wait here, while reqwest hands each the connection
//! as soon as it is in the pool. The wait is short whatever happens to the first.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::connect::Connection;
use reqwest::{Client, Request, Response};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Instrument;

use super::failure::{causes, find, reason};
use crate::sync::lock;

/// How long others wait for the request that connects.
const HEAD_START: Duration = Duration::from_secs(1);
/// How long a request waits for others in all.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a new connection may take from the handshake of TLS to the pool.
const HAND_OVER: Duration = Duration::from_millis(100);

type BoxError = Box<dyn Error + Send + Sync>;

tokio::task_local! {
    /// The request that a task sends. Nothing while a request may only use a connection of the
    /// pool.
    static REQUEST: Option<Arc<Connecting>>;
}

/// The connection of a request that has ended.
pub(crate) enum Link {
    /// It came from the pool.
    Pooled,
    /// It was made for this request.
    New,
    /// The request was still waiting for it. If others failed to connect, this is why.
    Pending(Option<String>),
}

/// Sends a request until the head of the response is there, or nothing if the runtime shut down.
/// Calls with lower numbers connect first.
pub(crate) async fn send(
    client: &Client,
    request: &Arc<Connecting>,
    plain: &PlainGate,
    new_request: impl Fn() -> Request,
) -> (Option<reqwest::Result<Response>>, Link) {
    let result = REQUEST.scope(None, client.execute(new_request())).await;
    if !is_unconnected(&result) {
        return (Some(result), Link::Pooled);
    }
    plain.is_needed.store(false, Ordering::Relaxed);
    let sending = REQUEST.scope(Some(request.clone()), client.execute(new_request()));
    // Aborted when it is dropped.
    let mut task = JoinSet::new();
    task.spawn(sending.in_current_span());
    let result = task.join_next().await.and_then(Result::ok);
    let link = match std::mem::take(&mut *lock(&request.phase)) {
        Phase::Pooled => Link::Pooled,
        Phase::Pending(gate) => Link::Pending(lock(&gate.state).cause.clone()),
        Phase::Connected(_) => Link::New,
    };
    (result, link)
}

fn is_unconnected(result: &reqwest::Result<Response>) -> bool {
    match result {
        Ok(_) => false,
        Err(error) => find::<NotConnected>(&causes(error)).is_some(),
    }
}

/// No connection of the pool was free.
#[derive(Debug)]
struct NotConnected;

impl fmt::Display for NotConnected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is no connection")
    }
}

impl Error for NotConnected {}

/// A request on its way to a connection.
pub(crate) struct Connecting {
    number: u64,
    phase: Mutex<Phase>,
    /// Whether a connection has taken the request.
    is_taken: AtomicBool,
}

#[derive(Default)]
enum Phase {
    /// It needs no connection of its own, or not yet.
    #[default]
    Pooled,
    /// It waits at the gate, or connects.
    Pending(Arc<Gate>),
    /// The others wait until its connection is in the pool.
    Connected(#[allow(dead_code)] Option<Turn>),
}

impl Connecting {
    pub(crate) fn new(number: u64) -> Arc<Self> {
        Arc::new(Connecting {
            number,
            phase: Mutex::default(),
            is_taken: AtomicBool::new(false),
        })
    }

    /// Returns an empty body for the request, which is dropped when a connection takes it.
    pub(crate) fn body(self: &Arc<Self>) -> reqwest::Body {
        self.is_taken.store(false, Ordering::Relaxed);
        reqwest::Body::wrap(EmptyBody(self.clone()))
    }

    /// Returns whether the request has a connection, which has not taken it.
    pub(crate) fn is_queued(&self) -> bool {
        let is_pending = matches!(*lock(&self.phase), Phase::Pending(_));
        !is_pending && !self.is_taken.load(Ordering::Relaxed)
    }

    fn enter(&self, phase: Phase) {
        *lock(&self.phase) = phase;
    }
}

struct EmptyBody(Arc<Connecting>);

impl Body for EmptyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

impl Drop for EmptyBody {
    fn drop(&mut self) {
        self.0.is_taken.store(true, Ordering::Relaxed);
    }
}

/// A gate before a client that was brought without one. Its connections cannot be seen, so requests
/// wait for the first response instead.
pub(crate) struct PlainGate {
    gate: Arc<Gate>,
    is_needed: AtomicBool,
}

impl PlainGate {
    pub(crate) fn new(is_needed: bool) -> Self {
        PlainGate {
            gate: Arc::default(),
            is_needed: AtomicBool::new(is_needed),
        }
    }

    /// Waits for the first response, but not for long.
    pub(crate) async fn turn(&self, number: u64, deadline: Instant) -> Option<Turn> {
        if !self.is_needed.load(Ordering::Relaxed) {
            return None;
        }
        timeout_at(deadline, self.gate.turn(number)).await.ok()
    }

    /// Notes whether the last request had a response.
    pub(crate) fn note(&self, has_response: bool) {
        if self.is_needed.load(Ordering::Relaxed) {
            lock(&self.gate.state).is_open = has_response;
            self.gate.changed.notify_waiters();
        }
    }
}

/// The gate of a client.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Whether nobody waits: over HTTP/1.1 each request needs a connection of its own.
    is_open: bool,
    leader: Option<Leader>,
    /// The numbers of the requests that wait.
    waiting: BTreeSet<u64>,
    /// Why the last connection failed.
    cause: Option<String>,
}

/// The request that connects while the others wait.
struct Leader {
    number: u64,
    /// How long the others wait for it.
    until: Instant,
    is_connected: bool,
}

/// The right to connect while others wait, until it is dropped.
pub(crate) struct Turn {
    gate: Arc<Gate>,
    number: u64,
}

impl Gate {
    /// Waits until the request may connect.
    async fn turn(self: &Arc<Self>, number: u64) -> Turn {
        let patience = Instant::now() + PATIENCE;
        let turn = Turn {
            gate: self.clone(),
            number,
        };
        lock(&self.state).waiting.insert(number);
        loop {
            // Created before the look at the state, so that no change is missed.
            let changed = self.changed.notified();
            let Some(until) = lock(&self.state).wait(number, patience) else {
                return turn;
            };
            // Woken or not, the request looks again.
            let _ = timeout_at(until, changed).await;
        }
    }

    /// Notes whether a new connection speaks HTTP/2, or why there is none.
    fn connected(&self, number: u64, outcome: &Result<bool, String>) {
        let mut state = lock(&self.state);
        state.cause = outcome.as_ref().err().cloned();
        let Ok(is_http2) = outcome else {
            return;
        };
        state.is_open = !is_http2;
        if let Some(leader) = &mut state.leader
            && leader.number == number
        {
            leader.is_connected = true;
            leader.until = leader.until.min(Instant::now() + HAND_OVER);
        }
    }

    /// Notes that a request has a connection from the pool.
    fn served(&self) {
        let mut state = lock(&self.state);
        if state
            .leader
            .as_ref()
            .is_some_and(|leader| leader.is_connected)
        {
            state.leader = None;
            self.changed.notify_waiters();
        }
    }
}

impl State {
    /// Returns until when the request has to wait, or nothing if it may connect.
    fn wait(&mut self, number: u64, patience: Instant) -> Option<Instant> {
        let now = Instant::now();
        if self.is_open || now >= patience {
            self.waiting.remove(&number);
            return None;
        }
        if let Some(leader) = &self.leader
            && now < leader.until
        {
            return Some(leader.until.min(patience));
        }
        if self.waiting.first() != Some(&number) {
            return Some(patience);
        }
        self.waiting.remove(&number);
        self.leader = Some(Leader {
            number,
            until: now + HEAD_START,
            is_connected: false,
        });
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = lock(&self.gate.state);
        state.waiting.remove(&self.number);
        if state
            .leader
            .as_ref()
            .is_some_and(|leader| leader.number == self.number)
        {
            state.leader = None;
        }
        self.gate.changed.notify_waiters();
    }
}

/// Puts a gate before the connector of a client.
#[derive(Clone)]
pub(crate) struct GateLayer;

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, connector: S) -> Gated<S> {
        Gated(Arc::new((connector, Arc::default())))
    }
}

/// A connector with a gate before it. reqwest clones it six times for each request, so what it holds
/// is shared.
#[derive(Clone)]
pub(crate) struct Gated<S>(Arc<(S, Arc<Gate>)>);

impl<S, Target> Service<Target> for Gated<S>
where
    S: Service<Target, Error = BoxError> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Response: Connection + Send,
    Target: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The connector that is called is asked then.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let (connector, gate) = &*self.0;
        match REQUEST.try_with(Option::clone) {
            Ok(None) => Box::pin(async { Err(NotConnected.into()) }),
            Ok(Some(request)) => {
                let connection = connect(connector.clone(), target);
                Box::pin(pass(gate.clone(), request, connection))
            }
            // A request of whoever brought the client.
            Err(_) => Box::pin(connect(connector.clone(), target)),
        }
    }
}

/// Makes a connection when it is the turn of the request.
async fn pass<T: Connection>(
    gate: Arc<Gate>,
    request: Arc<Connecting>,
    connection: impl Future<Output = Result<T, BoxError>>,
) -> Result<T, BoxError> {
    request.enter(Phase::Pending(gate.clone()));
    let Some(turn) = while_needed(gate.turn(request.number)).await else {
        gate.served();
        request.enter(Phase::Pooled);
        return Err(NotConnected.into());
    };
    let mut connection = pin!(connection);
    let result = match while_needed(connection.as_mut()).await {
        Some(result) => result,
        None => {
            // Another connection was faster. reqwest finishes this one, too.
            drop(turn);
            request.enter(Phase::Pooled);
            return connection.await;
        }
    };
    let outcome = match &result {
        Ok(connection) => Ok(connection.connected().is_negotiated_h2()),
        Err(error) => Err(reason(error.as_ref())),
    };
    gate.connected(turn.number, &outcome);
    if let Ok(is_http2) = outcome {
        // Over HTTP/1.1 nobody waits for the connection of another.
        request.enter(Phase::Connected(is_http2.then_some(turn)));
    }
    result
}

/// Goes on until reqwest has another connection for the request: from then on it polls what connects
/// in a task of its own.
async fn while_needed<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match REQUEST.try_with(|_| ()) {
        Ok(()) => future.as_mut().poll(context).map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Makes a connection.
async fn connect<S: Service<Target>, Target>(
    mut connector: S,
    target: Target,
) -> Result<S::Response, S::Error> {
    poll_fn(|context| connector.poll_ready(context)).await?;
    connector.call(target).await
}
