//! [`Exchange`]: one request on its way, until the head of the response is there. It goes over a
//! connection that was kept, or has one made.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use reqwest::{Request, Response, Url};
use tokio::time::{Instant, timeout};

use super::connect_watch::Connecting;
use super::head_start::Turn;
use super::http_client::Current;

/// So long a request may wait over a kept connection before it is asked whether that was lost.
///
/// hyper hands requests to an HTTP/2 connection through a channel of tokio. What one thread is
/// putting in while another drops the receiver stays in the channel until the last sender is gone
/// (`Rx::drop` in tokio 1.54), and each request that waits holds a sender. Such a request is never
/// written and never fails: behind a server that ends connections all the time, one to twenty of
/// 10,000. Nothing tells from outside that it happened, but others then find the connection gone.
const STRANDED_AFTER: Duration = Duration::from_secs(2);

/// An exchange that is going on.
pub(crate) struct Exchange<'a> {
    pub url: &'a Url,
    pub began: Instant,
    /// How long it may take.
    pub limit: Duration,
    /// When the call is to be over that it belongs to.
    pub deadline: Instant,
    /// What is seen of a connection that is made for it.
    pub connecting: Arc<Connecting>,
    /// The client that it goes through.
    pub http: Current,
}

impl<'a> Exchange<'a> {
    /// Begins an exchange, if there is any time left for it.
    pub(crate) fn begin(
        url: &'a Url,
        limit: Duration,
        deadline: Instant,
        http: Current,
    ) -> Option<Self> {
        let began = Instant::now();
        let limit = limit.min(deadline - began);
        if limit.is_zero() {
            return None;
        }
        Some(Exchange {
            url,
            began,
            limit,
            deadline,
            connecting: Arc::default(),
            http,
        })
    }

    /// Sends the request until the head of the response is there. Returns nothing if it should wait
    /// for the connection that another is about to make.
    pub(crate) async fn head(
        &self,
        new_request: &impl Fn(Duration) -> Request,
        turn: &mut Turn<'_>,
    ) -> Option<reqwest::Result<Response>> {
        let sending = self.http.client.execute(new_request(self.limit));
        let mut sending = pin!(self.connecting.watch(sending));
        // The first look at it tells whether a connection has to be made.
        let first_look = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        if let Poll::Ready(result) = first_look {
            return Some(result);
        }
        self.connecting.close();
        let sending = pin!(once_woken(sending));
        if !self.connecting.has_begun() {
            turn.uses_kept_connection();
            return Some(self.head_over_kept(sending, new_request, turn).await);
        }
        if turn.may_connect(&self.connecting) {
            return Some(sending.await);
        }
        None
    }

    /// Waits for a request that was handed to a kept connection. When others have found a
    /// connection gone, and it is still without an answer, it goes out once more beside the first.
    async fn head_over_kept(
        &self,
        mut sending: Pin<&mut impl Future<Output = reqwest::Result<Response>>>,
        new_request: &impl Fn(Duration) -> Request,
        turn: &Turn<'_>,
    ) -> reqwest::Result<Response> {
        loop {
            if let Ok(result) = timeout(STRANDED_AFTER, sending.as_mut()).await {
                return result;
            }
            if turn.has_seen_loss() {
                break;
            }
        }
        tracing::debug!("a connection was lost: a request without an answer is sent once more");
        let left = self.limit.saturating_sub(self.began.elapsed());
        let again = pin!(self.http.client.execute(new_request(left)));
        first_of(sending, again).await
    }
}

/// Goes on with a future that has been polled: when it is woken, not at once.
async fn once_woken<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    let mut is_woken = false;
    poll_fn(|context| {
        if is_woken {
            return future.as_mut().poll(context);
        }
        is_woken = true;
        Poll::Pending
    })
    .await
}

/// Returns what the one or the other comes to, whichever is first.
async fn first_of<T>(
    mut one: Pin<&mut impl Future<Output = T>>,
    mut other: Pin<&mut impl Future<Output = T>>,
) -> T {
    poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(result),
        Poll::Pending => other.as_mut().poll(context),
    })
    .await
}
