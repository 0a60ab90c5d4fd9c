//! [`Resends`]: when a request is sent again that is no new attempt, because the server did not look
//! at it, or may not have.

use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::time::Duration;

use h2::Reason;
use hyper_util::client::legacy;

use super::causes::{causes, find};
use super::connect_watch::NotConnected;
use crate::retry::random;

/// So often a request that nobody looked at goes out again at once.
const AT_ONCE: u32 = 3;
/// The first pause after that, which doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Where doubling ends.
const LONGEST_PAUSE: Duration = Duration::from_millis(95);

/// So many new connections may be gone before they take a request. A server that closes all of them
/// at once is down, and is asked again after pauses as long as those between attempts.
const NEW_CONNECTIONS: u32 = 3;

/// What became of a request that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The server has not looked at it, and said so.
    NeverSeen,
    /// It was never written, since its connection was gone.
    NeverTaken,
    /// The connection was closed before the head of an answer was whole. Over HTTP/1.1 nobody can
    /// tell whether the request was seen; nor does hyper tell a head that was cut from none: it
    /// says that the message is incomplete when it reads nothing more, whatever it read before.
    Closed,
    /// Anything else.
    Other,
}

impl Fate {
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        if was_left_over(&causes) || find::<NotConnected>(&causes).is_some() {
            return Fate::NeverTaken;
        }
        if let Some(error) = find::<h2::Error>(&causes) {
            return Fate::over_http2(error);
        }
        if let Some(error) = find::<hyper::Error>(&causes) {
            // Still in the queue of a connection that closed.
            if error.is_canceled() {
                return Fate::NeverTaken;
            }
            // Taken from the queue by a task that ended before it could be written. The only other
            // errors of this kind are about bodies that are streamed, and no body here is.
            if error.is_user() {
                return Fate::NeverTaken;
            }
            if error.is_incomplete_message() {
                return Fate::Closed;
            }
        }
        match find::<io::Error>(&causes).map(io::Error::kind) {
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => Fate::Closed,
            Some(ErrorKind::BrokenPipe | ErrorKind::NotConnected) => Fate::Closed,
            // TLS that ends without saying so.
            Some(ErrorKind::UnexpectedEof) => Fate::Closed,
            _ => Fate::Other,
        }
    }

    fn over_http2(error: &h2::Error) -> Self {
        if !error.is_remote() {
            return Fate::Other;
        }
        match error.reason() {
            // Those that the server did take are answered before it closes (RFC 9113, section 6.8).
            Some(Reason::NO_ERROR) if error.is_go_away() => Fate::NeverSeen,
            // RFC 9113, section 8.7.
            Some(Reason::REFUSED_STREAM) => Fate::NeverSeen,
            _ => Fate::Other,
        }
    }
}

/// Returns whether the request had no connection: it waited for that of another request, which was
/// gone before it could be taken. hyper-util tells of a connection in all errors that come after.
fn was_left_over(causes: &[&(dyn StdError + 'static)]) -> bool {
    match find::<legacy::Error>(causes) {
        Some(error) => !error.is_connect() && error.connect_info().is_none(),
        None => false,
    }
}

/// How often a request has been sent again within an attempt.
#[derive(Default)]
pub(crate) struct Resends {
    unseen: u32,
    /// How many of these found a connection that had just been made.
    on_new_connections: u32,
    was_closed: bool,
}

impl Resends {
    /// Returns the pause before the request is sent again, or nothing if that is up to the policy.
    /// `was_kept` says whether its connection had answered before.
    pub(crate) fn pause(&mut self, fate: Fate, was_kept: bool) -> Option<Duration> {
        match fate {
            Fate::NeverSeen => Some(self.next_pause()),
            Fate::NeverTaken if was_kept => Some(self.next_pause()),
            Fate::NeverTaken if self.on_new_connections < NEW_CONNECTIONS => {
                self.on_new_connections += 1;
                Some(self.next_pause())
            }
            Fate::Closed if was_kept && !self.was_closed => {
                self.was_closed = true;
                Some(Duration::ZERO)
            }
            Fate::NeverTaken | Fate::Closed | Fate::Other => None,
        }
    }

    fn next_pause(&mut self) -> Duration {
        self.unseen += 1;
        pause_before(self.unseen)
    }
}

/// Returns the pause before the resend of this number, counted from 1.
fn pause_before(number: u32) -> Duration {
    if number <= AT_ONCE {
        return Duration::ZERO;
    }
    let doublings = (number - AT_ONCE - 1).min(10);
    let pause = (FIRST_PAUSE * (1 << doublings)).min(LONGEST_PAUSE);
    // From half of it on, so that those who were turned away together spread.
    pause.mul_f64(0.5 + random() / 2.0)
}
