//! The body of an answer on its way out: all at once, or, as a [`Tail`] says, slowly, without an end, or not to the end.

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
    /// The connection ends after so many bytes.
    pub(super) cut_after: Option<usize>,
    /// So many bytes at a time, and so long between them.
    pub(super) pace: Option<(usize, Duration)>,
    pub(super) endless: bool,
    pub(super) chunked: bool,
}

/// An answer without a fault has no course.
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
    /// For a length that a test made up: hyper must not see the true one, and ends the connection when the body is
    /// shorter.
    pub(super) fn of_made_up_length() -> Self {
        Self {
            cut_after: Some(usize::MAX),
            ..Self::default()
        }
    }

    /// What `Content-Length` says: more than is sent if the body is to be cut.
    pub(super) fn declared(&self, length: usize) -> Option<usize> {
        let more_than_sent = self.cut_after.map_or(0, |cut| cut.min(length) + 1);
        (!self.chunked && !self.endless).then(|| length.max(more_than_sent))
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
            // White space may stand before any JSON, so no parser can tell that nothing will follow.
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
        let pace = course
            .tail
            .pace
            .filter(|(most, _)| course.tail.endless || *most < left.len());
        let length = pace.map_or(left.len(), |(most, _)| most.min(left.len()));
        course.pause = pace.map(|(_, every)| Box::pin(tokio::time::sleep(every)));
        let next = if course.tail.endless {
            left.slice(..length)
        } else {
            left.split_to(length)
        };
        Poll::Ready(Some(Ok(Frame::data(next))))
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
