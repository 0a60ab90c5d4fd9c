//! [`HeadStart`]: the first exchange of a client goes ahead alone, so that a burst of first calls
//! shares one HTTP/2 connection rather than open one each.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// How long the first exchange may hold the others up.
const HEAD_START: Duration = Duration::from_secs(1);

/// One permit, for the first exchange. It is closed when the others may go.
pub(crate) struct HeadStart {
    first: Semaphore,
}

/// The right to send. If it is dropped before its exchange has come far enough, the next one goes
/// ahead.
pub(crate) struct Turn<'a> {
    first: &'a Semaphore,
    _permit: Option<SemaphorePermit<'a>>,
}

impl HeadStart {
    pub(crate) fn new() -> Self {
        HeadStart {
            first: Semaphore::new(1),
        }
    }

    /// Waits for the first exchange, if it has not come far enough yet.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        let permit = match tokio::time::timeout(HEAD_START, self.first.acquire()).await {
            Ok(permit) => permit.ok(),
            Err(_) => {
                self.first.close();
                None
            }
        };
        Turn {
            first: &self.first,
            _permit: permit,
        }
    }
}

impl Turn<'_> {
    /// Lets the others go.
    pub(crate) fn end(self) {
        self.first.close();
    }
}
