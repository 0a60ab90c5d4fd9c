//! [`RequestAuth`]: what one request is authorized with: a token, or the answer to a challenge of
//! HTTP Digest (RFC 7616), which [`Nonce`] computes.

use std::fmt::LowerHex;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use md5::Md5;
use reqwest::Url;
use reqwest::header::HeaderValue;
use sha2::Sha256;
use sha2::digest::{Digest, Output};
use tokio::time::Instant;
use url::Position;

use super::authorization::Authorization;
use super::challenge::{Algorithm, Challenge, unquoted};
use crate::error::Error;
use crate::http::permits::Permit;
use crate::sync::lock;

/// A project that accepted the credentials this recently refuses them for another reason.
const RECENT: Duration = Duration::from_secs(10);

/// What one request is authorized with.
#[derive(Default)]
pub(crate) struct RequestAuth<'a> {
    /// Nothing if only the server can say what it takes.
    pub authorization: Option<Authorization>,
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
    secrets: Arc<[String]>,
    count: u32,
    pub received_at: Instant,
}

impl RequestAuth<'_> {
    /// Returns the header for a request to this URL, each time that it is sent: no count of a nonce
    /// is sent twice.
    pub(crate) fn header(&mut self, url: &Url) -> Result<Option<HeaderValue>, Error> {
        if let Some(nonce) = &mut self.nonce {
            self.authorization = Some(nonce.answer(url)?);
        }
        let authorization = self.authorization.as_ref();
        Ok(authorization.map(|authorization| authorization.header.clone()))
    }

    /// Returns what no text of the server may show.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        match &self.authorization {
            Some(authorization) => authorization.secrets(),
            None => Vec::new(),
        }
    }
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
        let key = [public.as_bytes(), &realm, private.as_bytes()].join(&b':');
        let key = challenge.algorithm.hash(&key);
        let nonce = unquoted(&challenge.quoted_nonce);
        let quoted_nonce = String::from_utf8_lossy(&challenge.quoted_nonce);
        let secrets = [public, &quoted_nonce, &cnonce];
        Some(Nonce {
            key: [key.as_bytes(), b":", &nonce, b":"].concat(),
            head: head(&challenge, public, &cnonce),
            secrets: secrets.map(str::to_owned).into(),
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

    /// Answers the challenge for a GET of this URL, with the next count.
    pub(super) fn answer(&mut self, url: &Url) -> Result<Authorization, Error> {
        self.count += 1;
        let count = format!("{:08x}", self.count);
        let uri = &url[Position::BeforePath..Position::AfterQuery];
        let response = self.response(&count, uri);
        let tail = format!(r#", uri="{uri}", nc={count}, response="{response}""#);
        let header = [self.head.as_slice(), tail.as_bytes()].concat();
        Authorization::new(header, self.secrets.clone(), Some(response))
    }

    /// Computes the response of RFC 7616, section 3.4.1.
    fn response(&self, count: &str, uri: &str) -> String {
        let algorithm = self.challenge.algorithm;
        let request = algorithm.hash(["GET:", uri].concat().as_bytes());
        let rest = format!("{count}:{}:auth:{request}", self.cnonce);
        algorithm.hash(&[self.key.as_slice(), rest.as_bytes()].concat())
    }
}

impl Algorithm {
    fn hash(self, text: &[u8]) -> String {
        match self {
            Algorithm::Md5 => hex_digest::<Md5>(text),
            Algorithm::Sha256 => hex_digest::<Sha256>(text),
        }
    }
}

fn hex_digest<H: Digest>(text: &[u8]) -> String
where
    Output<H>: LowerHex,
{
    format!("{:x}", H::digest(text))
}

/// Writes what all answers to a challenge begin with, quoted values as they came.
fn head(challenge: &Challenge, public: &str, cnonce: &str) -> Vec<u8> {
    let algorithm = challenge.algorithm.name();
    let start = format!(r#"Digest username="{public}", realm=""#);
    let rest = format!(r#"", cnonce="{cnonce}", algorithm={algorithm}, qop=auth"#);
    let mut head = [
        start.as_bytes(),
        &challenge.quoted_realm,
        b"\", nonce=\"",
        &challenge.quoted_nonce,
        rest.as_bytes(),
    ]
    .concat();
    if let Some(opaque) = &challenge.quoted_opaque {
        head.extend([b", opaque=\"", opaque.as_slice(), b"\""].concat());
    }
    head
}
