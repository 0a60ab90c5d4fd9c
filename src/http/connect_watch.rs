//! [`ConnectWatch`]: looks on while reqwest connects, which it does not tell otherwise.
//!
//! A request for which no connection is made goes over one that was kept, so that others may follow
//! at once; and when time is up while one is being made, it was the connection that was waited for.
//! Only clients of this crate's making are watched.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// The request for which a connection may be made.
    static REQUEST: Arc<Connecting>;
}

/// Whether a connection is being made for a request.
#[derive(Default)]
pub(crate) struct Connecting {
    has_begun: AtomicBool,
    has_ended: AtomicBool,
}

impl Connecting {
    /// Sends the request, and looks on.
    pub(crate) fn watch<F: Future>(
        self: &Arc<Self>,
        request: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        REQUEST.scope(self.clone(), request)
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

/// What makes connections, watched.
#[derive(Clone)]
pub(crate) struct Watched<S>(S);

impl<S> Layer<S> for ConnectWatch {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched(connector)
    }
}

impl<S, Target> Service<Target> for Watched<S>
where
    S: Service<Target>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let connect = self.0.call(target);
        let Ok(request) = REQUEST.try_with(Arc::clone) else {
            return Box::pin(connect);
        };
        request.has_begun.store(true, Ordering::Relaxed);
        Box::pin(async move {
            // Whoever looks on may want to wait for the connection of another instead.
            tokio::task::yield_now().await;
            let connection = connect.await;
            request.has_ended.store(true, Ordering::Relaxed);
            connection
        })
    }
}
