//! [`ApiKey`]: HTTP Digest (RFC 7616) for API keys.
//!
//! A challenge is kept and answered again with the next count, which saves the request that asks
//! for it. A server may demand counts in the order of arrival, so a kept nonce is lent to one
//! request at a time. A server may forget nonces at any time, so one that was refused is dropped.
//!
//! A server that has forgotten a nonce says `stale=true`, which means that the key is right: the
//! new challenge is answered. A server may forget that one too before the answer arrives, and
//! servers behind a load balancer may not know the nonces of each other.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::challenge::{Challenge, parameter};
use super::nonce_limit::NonceLimit;
use super::request_auth::{Acceptance, Nonce, RequestAuth};
use crate::error::{Error, ErrorKind};
use crate::http::response::RawResponse;
use crate::retry::Retries;
use crate::sync::lock;

/// More nonces than this are not kept.
const KEPT: usize = 4096;
/// How many answers of one attempt a server may refuse.
const ANSWERS: u32 = 4;

/// An API key, with the nonces that no request uses at the moment.
pub(crate) struct ApiKey {
    public: String,
    private: SecretString,
    /// Last in, first out: a server is least likely to have forgotten those that were used last.
    idle: Mutex<Vec<Nonce>>,
    limit: NonceLimit,
    /// Whether the server refused all answers of the last attempt. Then it is not likely to accept
    /// one soon, and each further attempt ends at its first refusal.
    is_forgetful: AtomicBool,
}

impl ApiKey {
    pub(super) fn new(public: String, private: SecretString, exchange: Duration) -> Self {
        ApiKey {
            public,
            private,
            idle: Mutex::default(),
            limit: NonceLimit::new(exchange),
            is_forgetful: AtomicBool::new(false),
        }
    }

    /// Takes a nonce that is kept, if there is any.
    pub(super) async fn authorize(&self, retries: &Retries) -> Result<RequestAuth<'_>, Error> {
        let slot = self.limit.slot(retries).await?;
        Ok(RequestAuth {
            nonce: lock(&self.idle).pop(),
            slot: Some(slot),
            ..RequestAuth::default()
        })
    }

    /// Takes up the challenge of a 401. Returns false if the key was refused.
    pub(super) async fn reauthorize<'a>(
        &'a self,
        auth: &mut RequestAuth<'a>,
        response: &RawResponse,
        acceptance: &Acceptance,
        retries: &Retries,
    ) -> Result<bool, Error> {
        let challenge = match Challenge::strongest(&response.headers) {
            Ok(Some(challenge)) => challenge,
            Ok(None) => return Ok(false),
            Err(reason) => {
                let mut details = response.failure(&auth.secrets());
                details.add_hint(reason);
                return Err(details.into());
            }
        };
        if let Some(slot) = &mut auth.slot {
            slot.renew(retries.deadline).await;
        }
        let is_stale = challenge.is_stale;
        let Some(refused) = auth.nonce.take() else {
            auth.nonce = self.nonce(challenge);
            return Ok(auth.nonce.is_some());
        };
        auth.refusals += 1;
        if refused.is_new() && is_stale {
            self.forgotten(&refused);
        }
        if is_stale || !refused.is_new() {
            auth.nonce = self.nonce(challenge);
        } else if acceptance.is_known() {
            // Servers behind a load balancer: the one that chose it may get the next request.
            auth.nonce = Some(refused);
        } else {
            return Ok(false);
        }
        let is_forgetful = self.is_forgetful.load(Ordering::Relaxed);
        let answers = if is_stale && is_forgetful { 1 } else { ANSWERS };
        if auth.refusals >= answers {
            if !is_stale && !acceptance.is_recent() {
                return Ok(false);
            }
            self.is_forgetful.store(is_stale, Ordering::Relaxed);
            // The next attempt answers it, which costs no more than requesting another challenge.
            self.keep(auth.nonce.take());
            return Err(forgotten(auth.refusals, is_stale, response));
        }
        if is_stale && self.limit.is_crowded() {
            // When this call gets a slot again, the server will have forgotten this challenge too.
            auth.slot = None;
            let refusals = auth.refusals;
            *auth = RequestAuth {
                refusals,
                ..self.authorize(retries).await?
            };
        }
        Ok(true)
    }

    /// Takes a nonce back that worked, or the one that the server wants next.
    pub(super) fn accepted(&self, auth: &mut RequestAuth<'_>, response: &RawResponse) {
        let Some(nonce) = auth.nonce.take() else {
            return;
        };
        self.is_forgetful.store(false, Ordering::Relaxed);
        self.limit.succeeded();
        let info = response.headers.get("authentication-info");
        let next_nonce = info.and_then(|info| parameter(info.as_bytes(), "nextnonce"));
        self.keep(match next_nonce {
            Some(next_nonce) => self.nonce(Challenge {
                quoted_nonce: next_nonce.to_owned(),
                ..nonce.challenge
            }),
            None => Some(nonce),
        });
        // After the nonce was put back, so that the next request in the queue finds it.
        auth.slot = None;
    }

    fn nonce(&self, challenge: Challenge) -> Option<Nonce> {
        Nonce::new(challenge, &self.public, self.private.expose_secret())
    }

    fn keep(&self, nonce: Option<Nonce>) {
        let mut idle = lock(&self.idle);
        if idle.len() < KEPT {
            idle.extend(nonce);
        }
    }

    /// Has fewer nonces in use, since the server has forgotten a new one.
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

/// The key is right, so the same call may succeed when the server has less to do.
fn forgotten(answers: u32, is_stale: bool, response: &RawResponse) -> Error {
    let reason = match (is_stale, answers) {
        (false, _) => "the server refuses the key, which it has just accepted".to_owned(),
        (true, 1) => "the server forgot the nonce of the answer before it arrived".to_owned(),
        (true, _) => format!(
            "the server forgot the nonce of each of {answers} answers before it arrived \
             (stale=true)"
        ),
    };
    let mut details = response.details(ErrorKind::Api, &reason);
    details.is_transient = true;
    details.into()
}
