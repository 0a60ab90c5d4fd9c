//! [`ConnectWatch`]: looks on while reqwest connects, which it does not tell otherwise.
//!
//! A request for which no connection is made goes over one that was kept, so that others may follow
//! at once; and when time is up while one is being made, it was the connection that was waited for.
//! Only clients of this crate's making are watched.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn Error + Send + Sync>;

tokio::task_local! {
    /// The request for which a connection may be made.
    static REQUEST: Arc<Connecting>;
}

/// Whether a connection is being made for a request.
#[derive(Default)]
pub(crate) struct Connecting {
    has_begun: AtomicBool,
    has_ended: AtomicBool,
    /// Whether it is too late to begin.
    is_closed: AtomicBool,
}

/// A connection that was not made, because the request is better sent again.
#[derive(Debug)]
pub(crate) struct NotConnected;

impl fmt::Display for NotConnected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection that was kept is gone")
    }
}

impl Error for NotConnected {}

impl Connecting {
    /// Sends the request, and looks on.
    pub(crate) fn watch<F: Future>(
        self: &Arc<Self>,
        request: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        REQUEST.scope(self.clone(), request)
    }

    /// Lets no connection begin any more. When the connection of a request is gone before it was
    /// written, hyper makes another by itself: one for each request that finds itself so. They are
    /// to wait for each other instead.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.has_begun() && !self.has_ended.load(Ordering::Relaxed)
    }
}

/// Stands around what makes the connections of a client.
#[derive(Clone)]
pub(crate) struct ConnectWatch;

/// What makes connections, watched. reqwest clones it six times for each request, also for one that
/// goes over a connection that was kept, so what it holds is shared until a connection is made.
#[derive(Clone)]
pub(crate) struct Watched<S>(Arc<S>);

impl<S> Layer<S> for ConnectWatch {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched(Arc::new(connector))
    }
}

impl<S, Target> Service<Target> for Watched<S>
where
    S: Service<Target, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send + 'static,
    Target: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The one that connects is asked.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let connection = connect(S::clone(&self.0), target);
        let Ok(request) = REQUEST.try_with(Arc::clone) else {
            return Box::pin(connection);
        };
        if request.is_closed.load(Ordering::Relaxed) {
            return Box::pin(async { Err(BoxError::from(NotConnected)) });
        }
        request.has_begun.store(true, Ordering::Relaxed);
        Box::pin(async move {
            // Whoever looks on may want to wait for the connection of another instead.
            tokio::task::yield_now().await;
            let connection = connection.await;
            request.has_ended.store(true, Ordering::Relaxed);
            connection
        })
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
