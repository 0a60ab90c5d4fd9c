//! API keys: HTTP Digest as RFC 7616 has it, with challenges in exactly the form of Atlas.

use std::collections::HashMap;

use hyper::header::HeaderValue;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::nonces::{Nonces, Stale};
use super::requests::ReceivedRequest;

const REALM: &str = "MMS Public API";

/// The hash that the challenge asks for.
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

impl Digest {
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    pub(super) fn add_key(&mut self, public: &str, private: &str) {
        self.keys.insert(public.to_owned(), private.to_owned());
    }

    pub(super) fn challenge(&mut self, stale: bool, now: Instant) -> HeaderValue {
        let (nonce, algorithm) = (self.nonces.give(now), self.algorithm.name());
        let text = format!(
            r#"Digest realm="{REALM}", domain="", nonce="{nonce}", algorithm={algorithm}, qop="auth", stale={stale}"#
        );
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Digest"))
    }

    /// Whether the answer is right.
    pub(super) fn check(
        &mut self,
        answer: &str,
        request: &ReceivedRequest,
        now: Instant,
    ) -> Result<(), Stale> {
        let wrong = || Stale(false);
        let fields = fields(answer).ok_or_else(wrong)?;
        let field = |name| fields.get(name).map_or("", String::as_str);
        let (public, nonce, nc) = (field("username"), field("nonce"), field("nc"));
        let private = self.keys.get(public).ok_or_else(wrong)?;
        let (who, what) = (
            [public, REALM, private],
            [request.method(), request.target()],
        );
        let response = self
            .algorithm
            .response(&who, &what, &[nonce, nc, field("cnonce"), "auth"]);
        let right = field("realm") == REALM
            && field("uri") == request.target()
            && field("qop") == "auth"
            && fields.get("algorithm").map_or("MD5", String::as_str) == self.algorithm.name()
            && !field("cnonce").is_empty()
            && field("response") == response;
        let digits = nc.len() == 8 && nc.bytes().all(|byte| byte.is_ascii_hexdigit());
        let count = u32::from_str_radix(nc, 16)
            .ok()
            .filter(|count| right && digits && *count > 0);
        // Atlas refuses a count of 0.
        self.nonces.spend(nonce, count.ok_or_else(wrong)?, now)
    }
}

impl DigestAlgorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The hash of the parts with colons between them, in hexadecimal.
    fn hash(self, parts: &[&str]) -> String {
        let text = parts.join(":");
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }

    fn response(self, who: &[&str], what: &[&str], nonce: &[&str]) -> String {
        let (who, what) = (self.hash(who), self.hash(what));
        self.hash(&[&who, &nonce.join(":"), &what])
    }
}

/// `name=token, name="quoted text"`, in which a backslash stands before what is meant literally.
fn fields(answer: &str) -> Option<HashMap<&str, String>> {
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
        let (mut text, mut characters) = (String::new(), quoted.chars());
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
