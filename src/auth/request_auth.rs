//! [`RequestAuth`]: what one request is authorized with: a token, or the answer to a challenge of
//! HTTP Digest (RFC 7616), which [`Nonce`] computes.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::time::Instant;
use url::Position;

use super::challenge::{Challenge, parameter, unquoted};
use crate::http::permits::Permit;
use crate::sync::lock;

/// A project that accepted the credentials this recently refuses them for another reason.
const RECENT: Duration = Duration::from_secs(10);

/// What one request is authorized with.
#[derive(Default)]
pub(crate) struct RequestAuth<'a> {
    /// Its `Authorization` header: nothing if only the server can say what it takes.
    pub authorization: Option<HeaderValue>,
    /// The nonce that the request has borrowed, to be given back if it worked.
    pub nonce: Option<Nonce>,
    /// It may use a nonce.
    pub slot: Option<Permit<'a>>,
    /// How many authorizations were refused in this attempt.
    pub refusals: u32,
}

/// When a project last accepted the credentials. Atlas responds with 401 both to credentials that
/// are not valid (any more) and to valid ones that do not cover the project.
#[derive(Default)]
pub(crate) struct Acceptance(Mutex<Option<Instant>>);

/// A challenge that is answered, any number of times.
pub(crate) struct Nonce {
    pub challenge: Challenge,
    /// What the hashes of all answers begin with: that of user, realm and password, and the nonce.
    key: Vec<u8>,
    /// Unpredictable for the server that chose the nonce, which is what it is for.
    cnonce: String,
    /// What all answers begin with.
    head: Vec<u8>,
    count: u32,
    pub received_at: Instant,
}

impl RequestAuth<'_> {
    /// Returns the header for a request to this URL, each time that it is sent: no count of a nonce
    /// is sent twice.
    pub(crate) fn header(&mut self, url: &Url) -> Option<HeaderValue> {
        if let Some(nonce) = &mut self.nonce {
            self.authorization = Some(nonce.answer(url));
        }
        self.authorization.clone()
    }

    /// Returns what no text of the server may show, which may repeat what it was sent.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let Some(header) = &self.authorization else {
            return Vec::new();
        };
        let token = header.as_bytes().strip_prefix(b"Bearer ");
        let answer = ["username", "nonce", "cnonce", "response"];
        let answer = answer.map(|name| parameter(header.as_bytes(), name));
        let secrets = answer.into_iter().chain([token]).flatten();
        secrets.flat_map(str::from_utf8).collect()
    }
}

/// Makes the header of an access token.
pub(super) fn bearer(token: &str) -> HeaderValue {
    authorization(format!("Bearer {token}").into())
}

/// Makes an `Authorization` header, which logs do not show. A header can carry its text: credentials
/// were checked, and what a server has chosen came in a header.
pub(super) fn authorization(text: Vec<u8>) -> HeaderValue {
    let header = HeaderValue::try_from(text);
    let mut header = header.unwrap_or(HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}

impl Acceptance {
    pub(super) fn set(&self, at: Option<Instant>) {
        *lock(&self.0) = at;
    }

    /// Returns whether the credentials were good for the project.
    pub(super) fn is_known(&self) -> bool {
        lock(&self.0).is_some()
    }

    /// Returns whether they were good a moment ago.
    pub(super) fn is_recent(&self) -> bool {
        lock(&self.0).is_some_and(|at| at.elapsed() < RECENT)
    }
}

impl Nonce {
    /// Takes up a challenge. Returns nothing if the system has no random numbers.
    pub(super) fn new(challenge: Challenge, public: &str, private: &str) -> Option<Self> {
        let cnonce = format!("{:016x}", getrandom::u64().ok()?);
        let realm = unquoted(&challenge.quoted_realm);
        let key = [public.as_bytes(), b":", &realm, b":", private.as_bytes()];
        let key = (challenge.algorithm.hash)(&key);
        let nonce = unquoted(&challenge.quoted_nonce);
        Some(Nonce {
            key: [key.as_bytes(), b":", &nonce, b":"].concat(),
            head: head(&challenge, public, &cnonce),
            challenge,
            cnonce,
            count: 0,
            received_at: Instant::now(),
        })
    }

    /// Returns whether it has been answered once and no more.
    pub(super) fn is_new(&self) -> bool {
        self.count <= 1
    }

    /// Answers the challenge for a GET of this URL, with the next count (RFC 7616, section 3.4.1).
    fn answer(&mut self, url: &Url) -> HeaderValue {
        self.count += 1;
        let count = format!("{:08x}", self.count);
        let uri = url[Position::BeforePath..Position::AfterQuery].as_bytes();
        let hash = self.challenge.algorithm.hash;
        let request = hash(&[b"GET:", uri]);
        let response = hash(&[
            &self.key,
            count.as_bytes(),
            b":",
            self.cnonce.as_bytes(),
            b":auth:",
            request.as_bytes(),
        ]);
        let header = [
            self.head.as_slice(),
            b", uri=\"",
            uri,
            b"\", nc=",
            count.as_bytes(),
            b", response=\"",
            response.as_bytes(),
            b"\"",
        ];
        authorization(header.concat())
    }
}

/// Writes what all answers to a challenge begin with, quoted values as they came.
fn head(challenge: &Challenge, public: &str, cnonce: &str) -> Vec<u8> {
    let mut head = [
        b"Digest username=\"",
        public.as_bytes(),
        b"\", realm=\"",
        &challenge.quoted_realm,
        b"\", nonce=\"",
        &challenge.quoted_nonce,
        b"\", cnonce=\"",
        cnonce.as_bytes(),
        b"\", algorithm=",
        challenge.algorithm.name.as_bytes(),
        b", qop=auth",
    ]
    .concat();
    if let Some(opaque) = &challenge.quoted_opaque {
        head.extend([b", opaque=\"", opaque.as_slice(), b"\""].concat());
    }
    head
}
