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
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use hyper_util::client::legacy::connect::Connection;
use reqwest::{Client, Request, Response};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Instrument;

use super::causes::reason;
use crate::sync::lock;

/// How long others wait for the request that connects.
const HEAD_START: Duration = Duration::from_secs(1);
/// How long a request waits for others in all.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a request may wait for its connection to take it.
///
/// hyper hands requests to an HTTP/2 connection through a channel of tokio. A request that one
/// thread puts in while another drops the receiver stays in the channel until the last sender is
/// gone (`Rx::drop` in tokio 1.54), and the request itself holds a sender. It is never written and
/// never fails: behind a server that ends connections all the time, one of 10,000.
const STRANDED_AFTER: Duration = Duration::from_secs(2);

type BoxError = Box<dyn Error + Send + Sync>;

tokio::task_local! {
    /// The request that is being sent.
    static REQUEST: Arc<Connecting>;
}

/// The connection of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Link {
    /// It comes from the pool, and from nowhere else.
    Pooled,
    /// It comes from the pool, or is made if there is none.
    Any,
    /// The request is waiting for it.
    Pending,
    /// It was made for this request.
    New,
}

/// All of them, in their order.
const LINKS: [Link; 4] = [Link::Pooled, Link::Any, Link::Pending, Link::New];

/// The gate of a client.
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Notify,
    /// Whether the user's client has no [`GateLayer`]. Its connections cannot be seen, so requests
    /// wait for the first response instead.
    is_plain: AtomicBool,
    /// How many responses there were, and how many connections were lost.
    responses: AtomicU64,
    losses: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Whether requests connect without waiting: over HTTP/1.1 each needs its own connection.
    is_open: bool,
    /// The request that connects, and how long the others wait for it.
    leader: Option<(u64, Instant)>,
    /// The requests that wait, and since when.
    waiting: BTreeMap<u64, Instant>,
    /// Why the last connection failed.
    cause: Option<String>,
}

impl Gate {
    pub(crate) fn new(is_brought: bool) -> Arc<Self> {
        Arc::new(Gate {
            state: Mutex::default(),
            changed: Notify::new(),
            is_plain: AtomicBool::new(is_brought),
            responses: AtomicU64::new(0),
            losses: AtomicU64::new(0),
        })
    }

    pub(crate) fn responses(&self) -> u64 {
        self.responses.load(Ordering::Relaxed)
    }

    fn losses(&self) -> u64 {
        self.losses.load(Ordering::Relaxed)
    }

    /// Counts a response, or a connection that was lost.
    pub(crate) fn count(&self, has_response: bool) {
        let counter = match has_response {
            true => &self.responses,
            false => &self.losses,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        if self.is_plain.load(Ordering::Relaxed) {
            lock(&self.state).is_open = has_response;
            self.changed.notify_waiters();
        }
    }

    /// Returns whether requests connect without waiting, as they do over HTTP/1.1.
    pub(crate) fn is_open(&self) -> bool {
        lock(&self.state).is_open
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
        if !self.is_open && now < patience {
            if let Some((_, until)) = self.leader
                && now < until
            {
                return Some(until.min(patience));
            }
            for (_, since) in self.waiting.range(..number) {
                let until = *since + HEAD_START;
                if now < until {
                    return Some(until.min(patience));
                }
            }
            self.leader = Some((number, now + HEAD_START));
        }
        self.waiting.remove(&number);
        None
    }
}

/// A request on its way to a connection. When it is dropped, it leaves the gate.
pub(crate) struct Connecting {
    pub gate: Arc<Gate>,
    number: u64,
    pub began: Instant,
    deadline: Instant,
    /// A [`Link`]. Each call looks at it several times, so it has no lock.
    link: AtomicU8,
    /// Whether it waits at the gate, or connects while others wait.
    is_at_gate: AtomicBool,
    /// How many responses there had been, and how many connections had been lost, when it began.
    responses: u64,
    losses: u64,
    /// Whether no connection has taken the request yet.
    is_queued: AtomicBool,
}

impl Connecting {
    pub(crate) fn new(gate: &Arc<Gate>, number: u64, deadline: Instant) -> Arc<Self> {
        Arc::new(Connecting {
            gate: gate.clone(),
            number,
            began: Instant::now(),
            deadline,
            link: AtomicU8::new(Link::Pooled as u8),
            is_at_gate: AtomicBool::new(false),
            responses: gate.responses(),
            losses: gate.losses(),
            is_queued: AtomicBool::new(false),
        })
    }

    /// Sends the request until the head of the response is there, or nothing if no connection took
    /// the request.
    pub(crate) async fn send(
        self: &Arc<Self>,
        client: &Client,
        new_request: impl Fn() -> Request,
    ) -> Option<reqwest::Result<Response>> {
        let mut sending = pin!(self.execute(client, new_request));
        loop {
            if let Ok(sent) = timeout(STRANDED_AFTER, sending.as_mut()).await {
                return sent;
            }
            let is_stranded =
                self.link() != Link::Pending && self.is_queued.load(Ordering::Relaxed);
            if is_stranded && self.gate.losses() > self.losses {
                return None;
            }
        }
    }

    async fn execute(
        self: &Arc<Self>,
        client: &Client,
        new_request: impl Fn() -> Request,
    ) -> Option<reqwest::Result<Response>> {
        if self.gate.is_plain.load(Ordering::Relaxed) {
            self.turn().await;
        }
        while self.link() == Link::Pooled {
            let mut request = new_request();
            // Before a connection was lost no request can be stranded.
            if self.losses > 0 {
                self.watch(&mut request);
            }
            let result = REQUEST.scope(self.clone(), client.execute(request)).await;
            if self.link() == Link::Pooled {
                return Some(result);
            }
            if !self.turn().await {
                self.set_link(Link::Pooled);
            }
        }
        // Without any time left, the request ends as one that was waiting for a connection.
        if Instant::now() < self.deadline {
            self.set_link(Link::Any);
        }
        let mut request = new_request();
        self.watch(&mut request);
        let sending = REQUEST.scope(self.clone(), client.execute(request));
        // Aborted when it is dropped.
        let mut task = JoinSet::new();
        task.spawn(sending.in_current_span());
        // Nothing if the runtime was shut down.
        task.join_next().await?.ok()
    }

    /// Gives the request an empty body, which is dropped when a connection takes it.
    fn watch(self: &Arc<Self>, request: &mut Request) {
        if request.body().is_none() {
            self.is_queued.store(true, Ordering::Relaxed);
            *request.body_mut() = Some(reqwest::Body::wrap(EmptyBody(self.clone())));
        }
    }

    pub(crate) fn link(&self) -> Link {
        LINKS[usize::from(self.link.load(Ordering::Relaxed))]
    }

    fn set_link(&self, link: Link) {
        self.link.store(link as u8, Ordering::Relaxed);
    }

    /// Returns whether other requests had responses since this one began.
    pub(crate) fn saw_responses(&self) -> bool {
        self.gate.responses() > self.responses
    }

    /// Returns whether the request may connect. If not, it has waited for others, and the pool may
    /// have a connection by now. Those with lower numbers connect first.
    async fn turn(&self) -> bool {
        self.leave();
        let gate = &self.gate;
        self.is_at_gate.store(true, Ordering::Relaxed);
        lock(&gate.state)
            .waiting
            .insert(self.number, Instant::now());
        // Requests that lost the same connection come together, and the first of them connects.
        tokio::task::yield_now().await;
        // Created before the look at the state, so that no change is missed.
        let changed = gate.changed.notified();
        let patience = self.deadline.min(self.began + PATIENCE);
        let Some(until) = lock(&gate.state).enter(self.number, patience) else {
            return true;
        };
        let _ = timeout_at(until, changed).await;
        self.leave();
        Instant::now() >= patience
    }

    /// Lets others pass the request, whether it waits or connects.
    fn leave(&self) {
        if !self.is_at_gate.swap(false, Ordering::Relaxed) {
            return;
        }
        let mut state = lock(&self.gate.state);
        state.waiting.remove(&self.number);
        if let Some((leader, _)) = state.leader
            && leader == self.number
        {
            state.leader = None;
            self.gate.changed.notify_waiters();
        }
    }

    /// Makes a connection for the request, if it may connect.
    async fn connect<T: Connection>(
        &self,
        connection: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<T, BoxError> {
        let link = self.link();
        self.set_link(Link::Pending);
        if link == Link::Pooled {
            self.gate.is_plain.store(false, Ordering::Relaxed);
            return Err("no connection of the pool is free".into());
        }
        let mut connection = pin!(connection);
        let result = poll_fn(|context| {
            // The pool had another connection first. reqwest finishes this one in a task.
            if REQUEST.try_with(|_| ()).is_err() {
                self.set_link(Link::Any);
                self.leave();
            }
            connection.as_mut().poll(context)
        });
        let result = result.await;
        let mut is_http2 = false;
        if let Ok(connection) = &result {
            is_http2 = connection.connected().is_negotiated_h2();
            lock(&self.gate.state).is_open = !is_http2;
            if self.link() == Link::Pending {
                self.set_link(Link::New);
            }
        }
        lock(&self.gate.state).cause = result.as_ref().err().map(|error| reason(error.as_ref()));
        if !is_http2 {
            // Others need not wait until the connection is in the pool.
            self.leave();
        }
        result
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The body of a request that has none. It is dropped when a connection takes the request.
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
}

impl Drop for EmptyBody {
    fn drop(&mut self) {
        self.0.is_queued.store(false, Ordering::Relaxed);
        // The connection is in the pool.
        self.0.leave();
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

/// A connector with a gate before it. reqwest clones it six times for each request, so what it
/// holds is shared.
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
        match REQUEST.try_with(Arc::clone) {
            Ok(request) => Box::pin(async move { request.connect(connection).await }),
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
