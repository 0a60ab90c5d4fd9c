//! API keys: HTTP Digest as RFC 7616 has it, with challenges in exactly the form of Atlas, and how
//! often each nonce is valid. What Atlas itself allows is not known, which is why there are several
//! policies.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hyper::header::HeaderValue;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::log::ReceivedRequest;

const REALM: &str = "MMS Public API";

/// The hash that a challenge names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// `MD5`, as Atlas does.
    #[default]
    Md5,
    /// `SHA-256`.
    Sha256,
}

#[derive(Default)]
pub(super) struct Digest {
    keys: HashMap<String, String>,
    pub(super) algorithm: DigestAlgorithm,
    pub(super) nonces: Nonces,
}

/// The fields of an `Authorization` header.
type Fields<'a> = HashMap<&'a str, String>;

impl Digest {
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    pub(super) fn add_key(&mut self, public: &str, private: &str) {
        self.keys.insert(public.to_owned(), private.to_owned());
    }

    pub(super) fn challenge(&mut self, stale: bool, now: Instant) -> HeaderValue {
        let nonce = self.nonces.give(now);
        let algorithm = self.algorithm.name();
        let mut text = format!(r#"Digest realm="{REALM}", domain="", nonce="{nonce}", "#);
        text.push_str(&format!(
            r#"algorithm={algorithm}, qop="auth", stale={stale}"#
        ));
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Digest"))
    }

    /// Fails unless the credentials are right and the nonce may be used.
    pub(super) fn check(
        &mut self,
        answer: &str,
        request: &ReceivedRequest,
        now: Instant,
    ) -> Result<(), Stale> {
        let Some(fields) = fields(answer) else {
            return Err(Stale(false));
        };
        if !self.is_right(&fields, request) {
            return Err(Stale(false));
        }
        let Some(count) = count(field(&fields, "nc")) else {
            return Err(Stale(false));
        };
        self.nonces.spend(field(&fields, "nonce"), count, now)
    }

    fn is_right(&self, fields: &Fields<'_>, request: &ReceivedRequest) -> bool {
        let public = field(fields, "username");
        let Some(private) = self.keys.get(public) else {
            return false;
        };
        let cnonce = field(fields, "cnonce");
        let who = [public, REALM, private];
        let what = [request.method(), request.target()];
        let nonce = [field(fields, "nonce"), field(fields, "nc"), cnonce, "auth"];
        // RFC 7616: MD5 is the default.
        let algorithm = match field(fields, "algorithm") {
            "" => "MD5",
            algorithm => algorithm,
        };
        field(fields, "realm") == REALM
            && field(fields, "uri") == request.target()
            && field(fields, "qop") == "auth"
            && algorithm == self.algorithm.name()
            && !cnonce.is_empty()
            && field(fields, "response") == self.algorithm.response(&who, &what, &nonce)
    }
}

impl DigestAlgorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// Returns the hash of the parts with colons between them, in hexadecimal.
    fn hash(self, parts: &[&str]) -> String {
        let text = parts.join(":");
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }

    fn response(self, who: &[&str], what: &[&str], nonce: &[&str]) -> String {
        let who = self.hash(who);
        let what = self.hash(what);
        self.hash(&[&who, &nonce.join(":"), &what])
    }
}

/// Returns the value of a field, or an empty text if there is none.
fn field<'a>(fields: &'a Fields<'_>, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

/// Reads a nonce count: eight digits. Atlas rejects 0.
fn count(text: &str) -> Option<u32> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match u32::from_str_radix(text, 16) {
        Ok(0) | Err(_) => None,
        Ok(count) => Some(count),
    }
}

/// Reads `name=token, name="quoted text"`, in which a backslash stands before what is meant
/// literally.
fn fields(answer: &str) -> Option<Fields<'_>> {
    let mut fields = HashMap::new();
    let mut rest = answer.trim();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=')?;
        let Some(quoted) = value.strip_prefix('"') else {
            let (value, after) = value.split_once(',').unwrap_or((value, ""));
            fields.insert(name.trim(), value.trim().to_owned());
            rest = after.trim_start();
            continue;
        };
        let mut text = String::new();
        let mut characters = quoted.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => text.push(characters.next()?),
                other => text.push(other),
            }
        }
        fields.insert(name.trim(), text);
        rest = characters
            .as_str()
            .trim_start()
            .trim_start_matches(',')
            .trim_start();
    }
    Some(fields)
}

/// Which nonce counts (`nc`) the simulator accepts with a nonce that it issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoncePolicy {
    /// Every count once, in any order; after the limits the nonce is stale.
    AnyUnseen {
        /// How many requests may use a nonce; `None` for any number.
        max_uses: Option<u32>,
        /// How long a nonce is valid on tokio's clock; `None` for ever.
        max_age: Option<Duration>,
    },
    /// Every count that is higher than the one before, as Apache's `mod_auth_digest` requires.
    /// Requests that overtake each other are rejected.
    StrictlyRising,
    /// Each nonce once.
    SingleUse,
}

impl Default for NoncePolicy {
    /// Accepts every unseen count, without limits.
    fn default() -> Self {
        Self::AnyUnseen {
            max_uses: None,
            max_age: None,
        }
    }
}

/// Why a request was rejected: whether only its nonce was stale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stale(pub(super) bool);

#[derive(Default)]
pub(super) struct Nonces {
    pub(super) policy: NoncePolicy,
    /// How many nonces are remembered, if a test set it.
    pub(super) memory: Option<usize>,
    given: HashMap<String, Nonce>,
    order: VecDeque<String>,
}

struct Nonce {
    born: Instant,
    uses: u32,
    /// All counts up to this one have been seen.
    seen: u32,
    /// These above it have been seen as well.
    ahead: BTreeSet<u32>,
}

/// Only this many nonces are remembered; older ones are stale.
const REMEMBERED: usize = 65_536;

impl Nonces {
    fn give(&mut self, now: Instant) -> String {
        let memory = self.memory.unwrap_or(REMEMBERED).max(1);
        while self.order.len() >= memory {
            let oldest = self.order.pop_front();
            oldest.and_then(|oldest| self.given.remove(&oldest));
        }
        let nonce = random_text();
        self.order.push_back(nonce.clone());
        let fresh = Nonce {
            born: now,
            uses: 0,
            seen: 0,
            ahead: BTreeSet::new(),
        };
        self.given.insert(nonce.clone(), fresh);
        nonce
    }

    /// Makes all of them stale.
    pub(super) fn expire(&mut self) {
        self.given.clear();
        self.order.clear();
    }

    /// Fails unless this use is allowed.
    fn spend(&mut self, nonce: &str, count: u32, now: Instant) -> Result<(), Stale> {
        let known = self.given.get_mut(nonce).ok_or(Stale(true))?;
        let (max_uses, max_age) = match self.policy {
            NoncePolicy::AnyUnseen { max_uses, max_age } => (max_uses, max_age),
            NoncePolicy::StrictlyRising => (None, None),
            NoncePolicy::SingleUse => (Some(1), None),
        };
        let is_too_old = max_age.is_some_and(|age| now.duration_since(known.born) >= age);
        let is_used_up = max_uses.is_some_and(|uses| known.uses >= uses);
        if is_too_old || is_used_up {
            return Err(Stale(true));
        }
        let is_allowed = match self.policy {
            NoncePolicy::StrictlyRising => known.rise(count),
            _ => known.see(count),
        };
        if !is_allowed {
            return Err(Stale(false));
        }
        known.uses += 1;
        Ok(())
    }
}

impl Nonce {
    /// Accepts a count that is higher than all before it.
    fn rise(&mut self, count: u32) -> bool {
        let is_higher = count > self.seen;
        self.seen = self.seen.max(count);
        is_higher
    }

    /// Accepts a count that has not been seen.
    fn see(&mut self, count: u32) -> bool {
        if count <= self.seen || !self.ahead.insert(count) {
            return false;
        }
        // Counts mostly come in a row: keep one number for those instead of all of them.
        while let Some(next) = self.seen.checked_add(1)
            && self.ahead.remove(&next)
        {
            self.seen = next;
        }
        true
    }
}

/// Returns 32 random characters, for tokens and nonces.
pub(super) fn random_text() -> String {
    let mut bytes = [0; 24];
    for part in bytes.chunks_exact_mut(8) {
        let random = RandomState::new().build_hasher().finish();
        part.copy_from_slice(&random.to_ne_bytes());
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616 section 3.9.1.
    #[test]
    fn the_examples_of_the_rfc_come_out() {
        let answer = |algorithm: DigestAlgorithm| {
            algorithm.response(
                &["Mufasa", "http-auth@example.org", "Circle of Life"],
                &["GET", "/dir/index.html"],
                &[
                    "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                    "00000001",
                    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                    "auth",
                ],
            )
        };
        assert_eq!(
            answer(DigestAlgorithm::Md5),
            "8ca523f5e9506fed4657c9700eebdbec"
        );
        let sha256 = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";
        assert_eq!(answer(DigestAlgorithm::Sha256), sha256);
    }

    #[test]
    fn fields_are_read_quoted_or_not() {
        let fields = fields(r#"username="a\"b\\,c", nc=00000001 ,qop=auth"#).unwrap_or_default();
        assert_eq!(fields["username"], r#"a"b\,c"#);
        assert_eq!((&*fields["nc"], &*fields["qop"]), ("00000001", "auth"));
        assert_eq!(super::fields(r#"username="never ends"#), None);
    }
}
