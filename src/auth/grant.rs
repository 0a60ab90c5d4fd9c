//! [`Grant`]: what one request is authorized with.

use super::nonce::Nonce;
use super::nonce_limit::Place;
use crate::http::authorization::Authorization;

pub(crate) struct Grant {
    /// Nothing if only the server can say what it takes.
    pub authorization: Option<Authorization>,
    /// The nonce that the request has borrowed, to be given back if it worked.
    pub(super) nonce: Option<Nonce>,
    pub(super) place: Option<Place>,
    /// How many authorizations were refused before in the same attempt.
    pub(super) refusals: u32,
}

impl Grant {
    /// Grants with what is not used up.
    pub(super) fn lasting(authorization: Authorization) -> Self {
        Grant {
            authorization: Some(authorization),
            nonce: None,
            place: None,
            refusals: 0,
        }
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
