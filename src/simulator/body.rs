//! The body of a response as it is sent: all at once or, with a [`Tail`], slowly, endlessly or not
//! to the end.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::Sleep;

use super::wire::Line;

/// What is wrong with a body.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    /// The connection closes after this many bytes.
    pub(super) cut_after: Option<usize>,
    /// How many bytes are sent at a time, and the pause between them.
    pub(super) pace: Option<(usize, Duration)>,
    pub(super) endless: bool,
    pub(super) chunked: bool,
}

/// A body without a fault has no course.
pub(super) struct Body {
    left: Bytes,
    course: Option<Box<Course>>,
}

struct Course {
    tail: Tail,
    line: Arc<Line>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Tail {
    /// For a `Content-Length` that a test made up: hyper must not see the true length, and closes
    /// the connection if the body is shorter.
    pub(super) fn of_made_up_length() -> Self {
        Self {
            cut_after: Some(usize::MAX),
            ..Self::default()
        }
    }

    /// Returns what `Content-Length` says: more than is sent if the body is to be cut.
    pub(super) fn declared(&self, length: usize) -> Option<usize> {
        if self.chunked || self.endless {
            return None;
        }
        match self.cut_after {
            Some(cut) => Some(length.max(cut.min(length) + 1)),
            None => Some(length),
        }
    }
}

impl Body {
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self {
            left: bytes,
            course: None,
        }
    }

    pub(super) fn faulty(mut bytes: Bytes, tail: Tail, line: Arc<Line>) -> Self {
        if tail.endless {
            // White space may stand before any JSON, so no parser can tell that nothing will
            // follow.
            bytes = Bytes::from_static(&[b' '; 16 * 1024]);
        } else if let Some(cut) = tail.cut_after {
            bytes.truncate(cut);
        }
        Self {
            left: bytes,
            course: Some(Box::new(Course {
                tail,
                line,
                pause: None,
            })),
        }
    }
}

impl Course {
    /// Returns what is sent next, and sets the pause after it.
    fn next_part(&mut self, left: &mut Bytes) -> Bytes {
        let mut length = left.len();
        if let Some((most, every)) = self.tail.pace
            && (self.tail.endless || most < length)
        {
            length = length.min(most);
            self.pause = Some(Box::pin(tokio::time::sleep(every)));
        }
        if self.tail.endless {
            return left.slice(..length);
        }
        left.split_to(length)
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Body { left, course } = &mut *self;
        let Some(course) = course else {
            let whole = std::mem::take(left);
            return Poll::Ready((!whole.is_empty()).then(|| Ok(Frame::data(whole))));
        };
        if let Some(pause) = &mut course.pause {
            ready!(pause.as_mut().poll(cx));
            course.pause = None;
        }
        if left.is_empty() {
            if course.tail.cut_after.is_none() {
                return Poll::Ready(None);
            }
            // Pending, so that hyper sends what it has; then the connection is dropped.
            course.line.cut();
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(course.next_part(left)))))
    }

    fn is_end_stream(&self) -> bool {
        self.course.is_none() && self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.course {
            None => SizeHint::with_exact(self.left.len() as u64),
            Some(_) => SizeHint::new(),
        }
    }
}
