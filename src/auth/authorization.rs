//! [`Authorization`]: a header that lets a request in, and what of it must never be shown. A server
//! may repeat what it was sent, so the secrets of a header are kept with it.

use std::sync::Arc;

use reqwest::header::HeaderValue;

use crate::error::Error;

/// An `Authorization` header with its secrets.
#[derive(Clone)]
pub(crate) struct Authorization {
    pub header: HeaderValue,
    /// What stays secret for longer than this request.
    lasting: Arc<[String]>,
    /// What is secret of this request alone.
    passing: Option<String>,
}

impl Authorization {
    /// Makes the header of an access token.
    pub(crate) fn bearer(token: &str) -> Result<Self, Error> {
        Ok(Authorization {
            header: sensitive_header(format!("Bearer {token}").into())?,
            lasting: Arc::new([token.to_owned()]),
            passing: None,
        })
    }

    /// Returns the token that [`bearer`](Self::bearer) was made of.
    pub(crate) fn token(&self) -> &str {
        self.lasting.first().map_or("", String::as_str)
    }

    /// Makes the header with this text.
    pub(crate) fn new(
        header: Vec<u8>,
        lasting: Arc<[String]>,
        passing: Option<String>,
    ) -> Result<Self, Error> {
        Ok(Authorization {
            header: sensitive_header(header)?,
            lasting,
            passing,
        })
    }

    /// Returns what no text of the server may show.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let mut secrets: Vec<&str> = self.lasting.iter().map(String::as_str).collect();
        secrets.extend(self.passing.as_deref());
        secrets
    }
}

/// Makes a header that logs do not show.
fn sensitive_header(text: Vec<u8>) -> Result<HeaderValue, Error> {
    let Ok(mut header) = HeaderValue::try_from(text) else {
        return Err(Error::invalid(
            "the credentials have a character that no HTTP header can carry",
        ));
    };
    header.set_sensitive(true);
    Ok(header)
}
