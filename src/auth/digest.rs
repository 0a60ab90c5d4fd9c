//! [`ApiKey`]: HTTP Digest (RFC 7616) for API keys.
//!
//! A challenge is kept and answered again with the next count, which saves the request that asks
//! for it. Since a server may demand counts in the order of arrival, a kept nonce is lent to one
//! request at a time; since it may forget nonces at any time, one that was refused is dropped, and
//! one that is lost with its request is not missed.
//!
//! A server that has forgotten a nonce says `stale=true`, which means that the key is right: the
//! new challenge is answered. A server may even forget that one before the answer arrives.

use std::sync::Mutex;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::challenge::Challenge;
use super::grant::Grant;
use super::nonce::Nonce;
use super::nonce_limit::{NonceLimit, Place};
use crate::error::{Error, Kind};
use crate::http::response::RawResponse;
use crate::sync::lock;

/// More nonces than this are not kept: so many calls in flight are rare, and each further one costs
/// a request.
const KEPT: usize = 4096;
/// How many answers may be refused in one attempt.
const ANSWERS: u32 = 4;

/// An API key, with the nonces that no request uses at the moment.
pub(crate) struct ApiKey {
    public: String,
    private: SecretString,
    /// Last in, first out: those that have served lately are least likely to be forgotten by the
    /// server.
    idle: Mutex<Vec<Nonce>>,
    limit: NonceLimit,
}

impl ApiKey {
    pub(super) fn new(public: String, private: SecretString) -> Self {
        ApiKey {
            public,
            private,
            idle: Mutex::default(),
            limit: NonceLimit::new(),
        }
    }

    /// Answers a challenge that is kept, if there is any.
    pub(super) async fn authorize(&self, url: &Url, deadline: Instant) -> Result<Grant, Error> {
        let place = self.limit.place(deadline).await?;
        let kept = lock(&self.idle).pop();
        grant(kept, Some(place), url)
    }

    /// Answers the challenge of a 401. Returns nothing if the key was refused.
    pub(super) async fn reauthorize(
        &self,
        refused: &mut Grant,
        response: &RawResponse,
        url: &Url,
        deadline: Instant,
    ) -> Result<Option<Grant>, Error> {
        let Some(challenge) = Challenge::strongest(&response.headers) else {
            return no_answer(refused, response);
        };
        let Some(nonce) = refused.nonce.take() else {
            return self.take_up(challenge, refused, url);
        };
        let is_new = nonce.is_new();
        // A server that forgets nonces which have served for long may not say so.
        if is_new && !challenge.is_stale {
            return Ok(None);
        }
        refused.refusals += 1;
        if refused.refusals >= ANSWERS {
            return Err(forgotten_each_time(response));
        }
        if is_new {
            self.forgotten(&nonce);
        }
        if challenge.is_stale && self.limit.is_crowded() {
            // Others wait: by the time it is the turn of this call again, this challenge is
            // forgotten as well.
            refused.place = None;
            let grant = self.authorize(url, deadline).await?;
            return Ok(Some(grant.after(refused.refusals)));
        }
        self.take_up(challenge, refused, url)
    }

    /// Answers a challenge in the place of the request that was refused.
    fn take_up(
        &self,
        challenge: Challenge,
        refused: &mut Grant,
        url: &Url,
    ) -> Result<Option<Grant>, Error> {
        let nonce = Nonce::new(challenge, &self.public, self.private.expose_secret());
        if nonce.is_none() {
            return Ok(None);
        }
        let grant = grant(nonce, refused.place.take(), url)?;
        Ok(Some(grant.after(refused.refusals)))
    }

    /// Takes a nonce back that worked.
    pub(super) fn accepted(&self, mut grant: Grant) {
        if let Some(nonce) = grant.nonce.take() {
            let mut idle = lock(&self.idle);
            if idle.len() < KEPT {
                idle.push(nonce);
            }
        }
        // Only now its place is free, so that the next request finds the nonce.
        drop(grant);
    }

    /// Has fewer nonces about, since the server has forgotten a new one.
    fn forgotten(&self, nonce: &Nonce) {
        let Some(limit) = self.limit.lower(nonce.received_at) else {
            return;
        };
        tracing::debug!(limit, "the server forgets nonces: fewer requests at a time");
        let mut idle = lock(&self.idle);
        let older = idle.len().saturating_sub(limit);
        idle.drain(..older);
    }
}

/// Answers the challenge of the nonce, if there is one.
fn grant(mut nonce: Option<Nonce>, place: Option<Place>, url: &Url) -> Result<Grant, Error> {
    let authorization = match &mut nonce {
        Some(nonce) => Some(nonce.answer(url)?),
        None => None,
    };
    Ok(Grant {
        authorization,
        nonce,
        place,
        refusals: 0,
        is_sent: false,
    })
}

/// Says so if the server asks for Digest, but for one that cannot be answered.
fn no_answer(refused: &Grant, response: &RawResponse) -> Result<Option<Grant>, Error> {
    if !Challenge::is_digest(&response.headers) {
        return Ok(None);
    }
    let mut details = response.failure(&refused.secrets());
    let message = details.message.trim_end_matches('.');
    details.message = format!(
        "{message}; the server asks for a form of HTTP Digest that is not supported: MD5 and \
         SHA-256 with qop=auth are"
    );
    Err(details.into())
}

/// The key is right, so the same call may succeed when the server has less to do.
fn forgotten_each_time(response: &RawResponse) -> Error {
    let message = format!(
        "401 Unauthorized: the server forgot the nonce of each of {ANSWERS} answers before it \
         arrived (stale=true)"
    );
    response.details(Kind::Stale, message).into()
}
