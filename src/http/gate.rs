//! [`Gate`]: where the connections of a client are made, one at a time. HTTP/2 needs a single
//! connection for any number of requests, and reqwest would open one for each.
//!
//! A request goes over a connection of the pool if there is one. Otherwise it is sent in a task,
//! since a caller may hold a call and not poll it, and others may need the connection that is made
//! for it. One request connects. The others wait here until its connection has taken it, and then
//! look into the pool again. They wait for a second, and for two in all, whatever happens to it.

use std::collections::BTreeMap;
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

use super::causes::{causes, find, reason};
use crate::sync::lock;

/// How long others wait for the request that connects.
const HEAD_START: Duration = Duration::from_secs(1);
/// How long a request waits for others in all.
const PATIENCE: Duration = Duration::from_secs(2);

type BoxError = Box<dyn Error + Send + Sync>;

tokio::task_local! {
    /// The request that a task sends. Nothing while a request may only use a connection of the
    /// pool.
    static REQUEST: Option<Arc<Connecting>>;
}

/// The connection of a request that has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// It came from the pool.
    Pooled,
    /// It was made for this request.
    New,
    /// The request was still waiting for it.
    Pending,
}

/// The gate of a client.
pub(crate) struct Gate {
    state: Mutex<State>,
    /// Whether the user's client has no [`GateLayer`]. Its connections cannot be seen, so requests
    /// wait for the first response instead.
    is_plain: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Whether requests connect without waiting: over HTTP/1.1 each needs its own connection.
    is_open: bool,
    /// The request that connects, and how long the others wait for it.
    leader: Option<(u64, Instant)>,
    waiting: BTreeMap<u64, Waiting>,
    /// Why the last connection failed.
    cause: Option<String>,
}

struct Waiting {
    since: Instant,
    woken: Arc<Notify>,
}

impl Gate {
    pub(crate) fn new(is_brought: bool) -> Arc<Self> {
        Arc::new(Gate {
            state: Mutex::default(),
            is_plain: AtomicBool::new(is_brought),
        })
    }

    /// Sends a request until the head of the response is there, or nothing if the runtime shut down.
    /// Calls with lower numbers connect first. `is_watched` says whether to note that a connection
    /// of the pool takes the request, which costs an allocation.
    pub(crate) async fn send(
        self: &Arc<Self>,
        client: &Client,
        connecting: &Arc<Connecting>,
        is_watched: bool,
        deadline: Instant,
        new_request: impl Fn() -> Request,
    ) -> Option<(reqwest::Result<Response>, Link)> {
        let patience = deadline.min(Instant::now() + PATIENCE);
        let mut turn = None;
        if self.is_plain.load(Ordering::Relaxed) {
            turn = self.turn(connecting.number, patience).await;
        }
        loop {
            let mut request = new_request();
            if is_watched {
                connecting.watch(&mut request);
            }
            let result = REQUEST.scope(None, client.execute(request)).await;
            if !is_unconnected(&result) {
                return Some((result, Link::Pooled));
            }
            self.is_plain.store(false, Ordering::Relaxed);
            drop(turn);
            turn = self.turn(connecting.number, patience).await;
            // Without any time left, the request ends as one that was waiting for a connection.
            if turn.is_some() || Instant::now() >= deadline {
                break;
            }
        }
        *lock(&connecting.phase) = Phase::Pending(turn);
        let mut request = new_request();
        connecting.watch(&mut request);
        let sending = REQUEST.scope(Some(connecting.clone()), client.execute(request));
        // Aborted when it is dropped.
        let mut task = JoinSet::new();
        task.spawn(sending.in_current_span());
        let result = task.join_next().await?.ok()?;
        let link = match std::mem::take(&mut *lock(&connecting.phase)) {
            Phase::Pooled => Link::Pooled,
            Phase::Pending(_) => Link::Pending,
            Phase::Connected(_) => Link::New,
        };
        Some((result, link))
    }

    /// Returns the right to connect, or nothing if the pool may have a connection by now.
    async fn turn(self: &Arc<Self>, number: u64, patience: Instant) -> Option<Turn> {
        let turn = Turn {
            gate: self.clone(),
            number,
        };
        let woken = Arc::new(Notify::new());
        let waiting = Waiting {
            since: Instant::now(),
            woken: woken.clone(),
        };
        lock(&self.state).waiting.insert(number, waiting);
        // Requests that lost the same connection come together, and the first of them connects.
        tokio::task::yield_now().await;
        let Some(until) = lock(&self.state).enter(number, patience) else {
            return Some(turn);
        };
        // Woken or not, the request looks into the pool.
        let _ = timeout_at(until, woken.notified()).await;
        None
    }

    /// Notes whether the last request had a response.
    pub(crate) fn note(&self, has_response: bool) {
        if self.is_plain.load(Ordering::Relaxed) {
            let mut state = lock(&self.state);
            state.is_open = has_response;
            state.wake();
        }
    }

    /// Returns why the last connection failed.
    pub(crate) fn cause(&self) -> Option<String> {
        lock(&self.state).cause.clone()
    }
}

impl State {
    /// Returns until when the request has to wait, or nothing if it may connect.
    fn enter(&mut self, number: u64, patience: Instant) -> Option<Instant> {
        let now = Instant::now();
        if self.is_open || now >= patience {
            self.waiting.remove(&number);
            return None;
        }
        if let Some((_, until)) = self.leader
            && now < until
        {
            return Some(until.min(patience));
        }
        for earlier in self.waiting.range(..number) {
            let until = earlier.1.since + HEAD_START;
            if now < until {
                return Some(until.min(patience));
            }
        }
        self.waiting.remove(&number);
        self.leader = Some((number, now + HEAD_START));
        None
    }

    fn wake(&self) {
        for waiting in self.waiting.values() {
            waiting.woken.notify_one();
        }
    }
}

/// A place in the queue, or the right to connect while others wait, until it is dropped.
struct Turn {
    gate: Arc<Gate>,
    number: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = lock(&self.gate.state);
        state.waiting.remove(&self.number);
        if state
            .leader
            .is_some_and(|(number, _)| number == self.number)
        {
            state.leader = None;
            state.wake();
        }
    }
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
    /// It uses a connection of the pool.
    #[default]
    Pooled,
    Pending(Option<Turn>),
    Connected(Option<Turn>),
}

impl Connecting {
    pub(crate) fn new(number: u64) -> Arc<Self> {
        Arc::new(Connecting {
            number,
            phase: Mutex::default(),
            is_taken: AtomicBool::new(true),
        })
    }

    /// Gives the request an empty body, which is dropped when a connection takes it.
    fn watch(self: &Arc<Self>, request: &mut Request) {
        if request.body().is_none() {
            self.is_taken.store(false, Ordering::Relaxed);
            *request.body_mut() = Some(reqwest::Body::wrap(EmptyBody(self.clone())));
        }
    }

    /// Returns whether the request has a connection, which has not taken it.
    pub(crate) fn is_queued(&self) -> bool {
        let is_pending = matches!(*lock(&self.phase), Phase::Pending(_));
        !is_pending && !self.is_taken.load(Ordering::Relaxed)
    }

    /// Notes whether the new connection speaks HTTP/2, or why there is none.
    fn connected(&self, outcome: Result<bool, String>) {
        let mut phase = lock(&self.phase);
        let Phase::Pending(turn) = &mut *phase else {
            return;
        };
        let mut turn = turn.take();
        if let Some(turn) = &turn {
            let mut state = lock(&turn.gate.state);
            state.is_open = match outcome {
                Ok(is_http2) => !is_http2,
                Err(_) => state.is_open,
            };
            state.cause = outcome.as_ref().err().cloned();
        }
        if outcome != Ok(true) {
            // Other requests need not wait any longer.
            turn = None;
        }
        *phase = match outcome {
            Ok(_) => Phase::Connected(turn),
            Err(_) => Phase::Pending(None),
        };
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
        // The connection is in the pool, and others may follow.
        if let Phase::Connected(turn) = &mut *lock(&self.0.phase) {
            *turn = None;
        }
    }
}

/// Stands before the connector of a client.
#[derive(Clone)]
pub(crate) struct GateLayer;

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, connector: S) -> Gated<S> {
        Gated(Arc::new(connector))
    }
}

/// A connector with a gate before it. reqwest clones it six times for each request, so what it holds
/// is shared.
#[derive(Clone)]
pub(crate) struct Gated<S>(Arc<S>);

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
        let connection = connect(S::clone(&self.0), target);
        match REQUEST.try_with(Option::clone) {
            Ok(None) => Box::pin(async { Err(NotConnected.into()) }),
            Ok(Some(request)) => Box::pin(async move {
                let mut connection = pin!(connection);
                let result = poll_fn(|context| {
                    // The pool had another connection first. reqwest finishes this one in a task
                    // of its own.
                    if REQUEST.try_with(|_| ()).is_err() {
                        *lock(&request.phase) = Phase::Pooled;
                    }
                    connection.as_mut().poll(context)
                });
                let result = result.await;
                request.connected(match &result {
                    Ok(connection) => Ok(connection.connected().is_negotiated_h2()),
                    Err(error) => Err(reason(error.as_ref())),
                });
                result
            }),
            // A request that the user sends through the same client.
            Err(_) => Box::pin(connection),
        }
    }
}

/// Makes a connection.
async fn connect<S: Service<Target>, Target>(
    mut connector: S,
    target: Target,
) -> Result<S::Response, S::Error> {
    poll_fn(|context| connector.poll_ready(context)).await?;
    connector.call(target).await
}
