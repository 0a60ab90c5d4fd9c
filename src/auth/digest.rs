//! HTTP Digest (RFC 7616) for API keys: challenges go in, `Authorization` headers come out.
//!
//! A challenge is kept and answered again with the next count, which saves the request that asks for it. Since a
//! server may demand counts in the order of arrival, a kept nonce is lent to one request at a time; since it may
//! forget nonces at any time, one that was refused is dropped, and one that is lost with its request is not missed.
//!
//! http-auth reads the challenges; the answers are made here. Measured for one more answer to a kept challenge: 1.0 us,
//! 1.6 us by http-auth's own client and 3.5 us by digest_auth. Either would bring a second, older set of hashes and
//! random numbers, and neither keeps the key of a `-sess` algorithm from one request to the next.

use std::sync::{Mutex, PoisonError};

use digest::Digest;
use http_auth::{ChallengeRef, parse_challenges};
use md5::Md5;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// More nonces than this are not kept: so many calls in flight are rare, and each further one costs a request.
const KEPT: usize = 4096;

/// The nonces of an API key that no request uses at the moment.
pub(crate) struct Nonces {
    public: String,
    private: SecretString,
    /// Last in, first out: those that have served lately are least likely to be forgotten by the server.
    idle: Mutex<Vec<Nonce>>,
}

/// A challenge with what its answers have in common.
pub(crate) struct Nonce {
    hash: fn(&[&str]) -> String,
    /// Hash of user, realm and password.
    secret: String,
    nonce: String,
    /// Ours, one for the life of the nonce; `None` for a server of before RFC 2617, which knows no counts.
    cnonce: Option<String>,
    count: u32,
    /// The header up to the parts that change.
    prefix: String,
}

impl Nonces {
    pub(crate) fn new(public: String, private: SecretString) -> Self {
        Nonces { public, private, idle: Mutex::default() }
    }

    /// A header for a new request, if there is a nonce to lend.
    pub(crate) fn lend(&self, url: &Url) -> Option<(HeaderValue, Nonce)> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept?.respond(url)
    }

    /// Takes a nonce back that worked.
    pub(crate) fn keep(&self, nonce: Nonce) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT && nonce.cnonce.is_some() {
            idle.push(nonce);
        }
    }

    /// The answer to the best challenge among the headers of a 401; `None` if there is none that can be answered.
    pub(crate) fn answer(&self, url: &Url, headers: &HeaderMap) -> Option<(HeaderValue, Nonce)> {
        let lines = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|line| line.to_str().ok());
        let challenges: Vec<_> = lines.filter_map(|line| parse_challenges(line).ok()).flatten().collect();
        let nonces = challenges.iter().filter_map(|challenge| self.accept(challenge));
        nonces.max_by_key(|(strength, _)| *strength)?.1.respond(url)
    }

    /// A challenge that can be answered, with the strength of its hash.
    fn accept(&self, challenge: &ChallengeRef) -> Option<(usize, Nonce)> {
        let value = |name: &str| {
            let found = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value)
        };
        // As it came, so that it can go back between quotes again.
        let parameter = |name: &str| value(name).map(|value| value.as_escaped());
        // What is hashed is what the quoted string stands for: the RFC can be read either way, Apache reads it so.
        let (realm, nonce) = (value("realm")?.to_unescaped(), value("nonce")?.to_unescaped());
        let algorithm = parameter("algorithm").unwrap_or("MD5");
        let (name, session) = match algorithm.to_ascii_uppercase().strip_suffix("-SESS") {
            Some(name) => (name.to_owned(), true),
            None => (algorithm.to_ascii_uppercase(), false),
        };
        let hash: fn(&[&str]) -> String = match name.as_str() {
            "MD5" => hash::<Md5>,
            "SHA-256" => hash::<Sha256>,
            _ => return None,
        };
        let cnonce = match parameter("qop") {
            Some(qop) if qop.split(',').any(|it| it.trim().eq_ignore_ascii_case("auth")) => Some(client_nonce()?),
            Some(_) => return None,
            None => None,
        };
        if !challenge.scheme.eq_ignore_ascii_case("digest") || (session && cnonce.is_none()) {
            return None;
        }
        let mut secret = hash(&[&self.public, &realm, self.private.expose_secret()]);
        if session {
            secret = hash(&[&secret, &nonce, cnonce.as_deref().unwrap_or_default()]);
        }
        let mut prefix = format!("Digest username=\"{}\"", self.public);
        for name in ["realm", "nonce", "opaque"] {
            prefix.extend(parameter(name).map(|value| format!(", {name}=\"{value}\"")));
        }
        if parameter("algorithm").is_some() {
            prefix.push_str(&format!(", algorithm={algorithm}"));
        }
        let strength = if name == "MD5" { 0 } else { 1 };
        Some((strength, Nonce { hash, secret, nonce, cnonce, count: 0, prefix }))
    }
}

impl Nonce {
    /// The next answer for a GET of this URL.
    fn respond(mut self, url: &Url) -> Option<(HeaderValue, Nonce)> {
        let uri = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        self.count = self.count.checked_add(1)?;
        let request = (self.hash)(&["GET", &uri]);
        let header = match &self.cnonce {
            Some(cnonce) => {
                let count = format!("{:08x}", self.count);
                let response = (self.hash)(&[&self.secret, &self.nonce, &count, cnonce, "auth", &request]);
                let counted = format!("qop=auth, nc={count}, cnonce=\"{cnonce}\"");
                format!("{}, uri=\"{uri}\", {counted}, response=\"{response}\"", self.prefix)
            }
            None => {
                let response = (self.hash)(&[&self.secret, &self.nonce, &request]);
                format!("{}, uri=\"{uri}\", response=\"{response}\"", self.prefix)
            }
        };
        let mut header = HeaderValue::try_from(header).ok()?;
        header.set_sensitive(true);
        Some((header, self))
    }
}

/// The hash of the parts, joined by colons, in hexadecimal.
fn hash<D: Digest>(parts: &[&str]) -> String {
    let mut state = D::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            state.update(":");
        }
        state.update(part);
    }
    hex(&state.finalize())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn client_nonce() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}
