//! Reading a body, up to a limit that depends on the status.

use bytes::Bytes;
use reqwest::{Response, StatusCode};

/// Documents of Atlas have a few kilobytes.
const SUCCESS_LIMIT: u64 = 8 << 20;
/// Errors of Atlas have less than one. What is longer is a page for people.
pub(crate) const ERROR_LIMIT: u64 = 64 << 10;

/// What became of a body.
pub(crate) enum Body {
    Whole(Bytes),
    TooLarge,
    CutOff(reqwest::Error),
}

impl Body {
    /// Reads the body to its end, or until it is too large.
    pub(crate) async fn read(response: &mut Response) -> Body {
        let limit = limit(response.status());
        let length = response.content_length().unwrap_or(0);
        if length > limit {
            return Body::TooLarge;
        }
        // Most bodies come in one piece, which need not be copied.
        let mut first = Bytes::new();
        let mut body = Vec::new();
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) if body.is_empty() => return Body::Whole(first),
                Ok(None) => return Body::Whole(body.into()),
                Err(error) => return Body::CutOff(error),
            };
            let read = first.len().max(body.len());
            if (read + chunk.len()) as u64 > limit {
                return Body::TooLarge;
            }
            if read == 0 {
                first = chunk;
                continue;
            }
            if body.is_empty() {
                // As long as it says, since a buffer that grows has up to twice the length.
                body.reserve_exact(read.max(length as usize));
                body.extend_from_slice(&std::mem::take(&mut first));
            }
            body.extend_from_slice(&chunk);
        }
    }
}

fn limit(status: StatusCode) -> u64 {
    if status.is_success() {
        SUCCESS_LIMIT
    } else {
        ERROR_LIMIT
    }
}
