//! [`Grant`]: what one request is authorized with.

use reqwest::Url;
use reqwest::header::HeaderValue;

use super::nonce::Nonce;
use super::nonce_limit::Place;
use crate::error::Error;
use crate::http::authorization::Authorization;

pub(crate) struct Grant {
    /// Nothing if only the server can say what it takes.
    pub authorization: Option<Authorization>,
    /// The nonce that the request has borrowed, to be given back if it worked.
    pub(super) nonce: Option<Nonce>,
    pub(super) place: Option<Place>,
    /// How many authorizations were refused before in the same attempt.
    pub(super) refusals: u32,
    /// Whether the authorization has been sent.
    pub(super) is_sent: bool,
}

impl Grant {
    /// Grants with what is not used up.
    pub(super) fn lasting(authorization: Authorization) -> Self {
        Grant {
            authorization: Some(authorization),
            nonce: None,
            place: None,
            refusals: 0,
            is_sent: false,
        }
    }

    /// Returns the header for a request to this URL, each time that it is sent. No count of a nonce
    /// goes out twice.
    pub(crate) fn header(&mut self, url: &Url) -> Result<Option<HeaderValue>, Error> {
        if let Some(nonce) = &mut self.nonce
            && self.is_sent
        {
            self.authorization = Some(nonce.answer(url)?);
        }
        self.is_sent = true;
        let authorization = self.authorization.as_ref();
        Ok(authorization.map(|authorization| authorization.header.clone()))
    }

    /// Says that others were refused before.
    pub(super) fn after(self, refusals: u32) -> Self {
        Grant { refusals, ..self }
    }

    /// Returns what no text of the server may show.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        match &self.authorization {
            Some(authorization) => authorization.secrets(),
            None => Vec::new(),
        }
    }
}
