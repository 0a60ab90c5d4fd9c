//! [`Resends`]: when a request is sent again within an attempt, because the server did not process
//! it, or may not have.

use std::io::{self, ErrorKind};
use std::time::Duration;

use h2::Reason;
use hyper_util::client::legacy;

use super::causes::{Causes, causes, find};
use crate::retry::random;

/// How often a request that was not processed is sent again at once. If as many connections were gone
/// before they took it, while no request got a response, the server may be down, and the pauses are
/// those between attempts.
const AT_ONCE: u32 = 3;
/// By how much each pause after that is longer.
const STEP: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(95);
/// How long other connections of the pool may take to close, where a server shuts down.
const CLOSING: Duration = Duration::from_millis(50);

/// What became of a request that got no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// The server said that it did not process it, and goes on with the connection.
    Refused,
    /// The server closed the connection, and said that it did not process it.
    Unprocessed,
    /// It was never written, since its connection was gone.
    Unwritten,
    /// The connection closed before the head of a response was whole. Over HTTP/1.1 a client
    /// cannot know whether the request was processed; nor does hyper tell a head that was cut from none.
    Closed,
    Unknown,
}

impl Delivery {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        if had_no_connection(&causes) {
            return Delivery::Unwritten;
        }
        if let Some(error) = find::<h2::Error>(&causes) {
            return Delivery::over_http2(error);
        }
        if let Some(error) = find::<hyper::Error>(&causes) {
            // It was in the queue of a connection that closed, or had been taken from there by a
            // task that ended. Other errors of the user are about bodies that are streamed.
            if error.is_canceled() || error.is_user() {
                return Delivery::Unwritten;
            }
            if error.is_incomplete_message() {
                return Delivery::Closed;
            }
        }
        match find::<io::Error>(&causes).map(io::Error::kind) {
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => Delivery::Closed,
            Some(ErrorKind::BrokenPipe | ErrorKind::NotConnected) => Delivery::Closed,
            // TLS that ends without saying so.
            Some(ErrorKind::UnexpectedEof) => Delivery::Closed,
            _ => Delivery::Unknown,
        }
    }

    fn over_http2(error: &h2::Error) -> Self {
        if !error.is_remote() {
            return Delivery::Unknown;
        }
        match error.reason() {
            // Requests that the server did process are answered before it closes (RFC 9113,
            // section 6.8).
            Some(Reason::NO_ERROR) if error.is_go_away() => Delivery::Unprocessed,
            // RFC 9113, section 8.7.
            Some(Reason::REFUSED_STREAM) => Delivery::Refused,
            _ => Delivery::Unknown,
        }
    }
}

/// Returns whether the request was waiting for the connection of another, which failed or was gone
/// at once. hyper-util names a connection in all errors that come later.
fn had_no_connection(causes: &Causes<'_>) -> bool {
    let Some(error) = find::<legacy::Error>(causes) else {
        return false;
    };
    if error.is_connect() {
        // The type of this cause is private.
        return causes
            .iter()
            .any(|cause| cause.to_string() == "request was canceled");
    }
    error.connect_info().is_none()
}

/// How often a request has been sent again within an attempt.
#[derive(Default)]
pub(crate) struct Resends {
    unprocessed: u32,
    /// How often it was not written while no request got a response.
    without_response: u32,
    responses: u64,
    was_closed: bool,
}

impl Resends {
    /// Returns the pause before the request is sent again, or nothing if that is up to the policy.
    /// `responses` says how many responses the client has seen: while others have some, the server
    /// is there.
    pub(crate) fn pause(&mut self, delivery: Delivery, responses: u64) -> Option<Duration> {
        let has_progress = responses > self.responses;
        self.responses = responses;
        match delivery {
            // Connections are made one at a time, so that no storm comes of it.
            Delivery::Unprocessed | Delivery::Unwritten if has_progress => {
                self.without_response = 0;
                Some(Duration::ZERO)
            }
            Delivery::Unwritten => {
                self.without_response += 1;
                (self.without_response <= AT_ONCE).then(|| self.next_pause())
            }
            Delivery::Refused | Delivery::Unprocessed => Some(self.next_pause()),
            Delivery::Closed if !self.was_closed => {
                self.was_closed = true;
                Some(CLOSING)
            }
            Delivery::Closed | Delivery::Unknown => None,
        }
    }

    /// Returns nothing for the first resends, then longer and longer pauses.
    fn next_pause(&mut self) -> Duration {
        let steps = (self.unprocessed + 1).saturating_sub(AT_ONCE);
        self.unprocessed += 1;
        // At least half of it: requests that failed together spread.
        let pause = LONGEST_PAUSE.min(STEP * steps);
        pause.mul_f64(0.5 + random() / 2.0)
    }
}
