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

/// The fields of an answer.
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

    /// Fails unless the answer is right.
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
        // RFC 7616 has MD5 for an answer that does not say.
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

/// Reads a count: eight digits. Atlas refuses a count of 0.
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
