//! [`Challenge`]: a challenge of HTTP Digest in `WWW-Authenticate` (RFC 9110, RFC 7616). It is read
//! leniently, since not all servers and proxies keep to the grammar.

use std::fmt::LowerHex;

use md5::Md5;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use sha2::Sha256;
use sha2::digest::{Digest, Output};

/// A challenge of HTTP Digest that can be answered. Values are the bytes that came: a realm may be
/// in UTF-8 or in latin-1. Quoted ones keep their escapes, because they are sent back like that.
pub(crate) struct Challenge {
    pub algorithm: &'static Algorithm,
    pub quoted_realm: Vec<u8>,
    pub quoted_nonce: Vec<u8>,
    pub quoted_opaque: Option<Vec<u8>>,
    /// Whether the server accepted the key and refused only the nonce, as too old.
    pub is_stale: bool,
}

/// A hash that challenges ask for.
pub(crate) struct Algorithm {
    pub name: &'static str,
    bits: u32,
    /// Returns the hash of these parts, one after the other, as hexadecimal digits.
    pub hash: fn(&[&[u8]]) -> String,
}

static ALGORITHMS: [Algorithm; 2] = [
    Algorithm {
        name: "MD5",
        bits: 128,
        hash: hex_digest::<Md5>,
    },
    Algorithm {
        name: "SHA-256",
        bits: 256,
        hash: hex_digest::<Sha256>,
    },
];

const NOT_SUPPORTED: &str = "the server asks for a form of HTTP Digest that is not supported: MD5 \
                             and SHA-256 with qop=auth are";
const NOT_READABLE: &str = "the server's challenge for HTTP Digest cannot be read: it has no realm \
                            or no nonce";

/// One challenge of any scheme, with its parameters of the form `name=value`.
#[derive(Default)]
struct Offer<'a> {
    scheme: &'a [u8],
    parameters: Vec<(&'a [u8], &'a [u8])>,
}

impl Challenge {
    /// Returns the strongest challenge of HTTP Digest that can be answered. If there are challenges
    /// of Digest, and none can be answered, the error says why.
    pub(super) fn strongest(headers: &HeaderMap) -> Result<Option<Self>, &'static str> {
        let mut answerable = Vec::new();
        let mut objection = None;
        for line in headers.get_all(WWW_AUTHENTICATE) {
            for offer in offers(line.as_bytes()) {
                if !offer.scheme.eq_ignore_ascii_case(b"digest") {
                    continue;
                }
                match Challenge::new(&offer) {
                    Ok(challenge) => answerable.push(challenge),
                    Err(reason) => objection = objection.or(Some(reason)),
                }
            }
        }
        let strongest = answerable.into_iter().max_by_key(|it| it.algorithm.bits);
        match objection {
            Some(reason) if strongest.is_none() => Err(reason),
            _ => Ok(strongest),
        }
    }

    fn new(offer: &Offer<'_>) -> Result<Self, &'static str> {
        let (Some(realm), Some(nonce)) = (offer.value("realm"), offer.value("nonce")) else {
            return Err(NOT_READABLE);
        };
        let name = offer.value("algorithm").unwrap_or(b"MD5");
        let is_named = |it: &&Algorithm| name.eq_ignore_ascii_case(it.name.as_bytes());
        let algorithm = ALGORITHMS.iter().find(is_named).ok_or(NOT_SUPPORTED)?;
        let qop = offer.value("qop").unwrap_or_default();
        let mut options = qop.split(|byte| *byte == b',');
        if !options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"auth")) {
            return Err(NOT_SUPPORTED);
        }
        let stale = offer.value("stale").unwrap_or_default();
        Ok(Challenge {
            algorithm,
            quoted_realm: realm.to_owned(),
            quoted_nonce: nonce.to_owned(),
            quoted_opaque: offer.value("opaque").map(<[u8]>::to_owned),
            is_stale: stale.eq_ignore_ascii_case(b"true"),
        })
    }
}

impl<'a> Offer<'a> {
    fn value(&self, name: &str) -> Option<&'a [u8]> {
        for (key, value) in &self.parameters {
            if key.eq_ignore_ascii_case(name.as_bytes()) {
                return Some(value);
            }
        }
        None
    }
}

/// Returns the value of a parameter in a header, such as `nextnonce` in `Authentication-Info` (RFC
/// 7616, section 3.5).
pub(super) fn parameter<'a>(line: &'a [u8], name: &str) -> Option<&'a [u8]> {
    offers(line).iter().find_map(|offer| offer.value(name))
}

fn hex_digest<H: Digest>(parts: &[&[u8]]) -> String
where
    Output<H>: LowerHex,
{
    let mut hash = H::new();
    for part in parts {
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

/// Removes the backslashes that quote characters in a quoted text.
pub(super) fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let is_escape = *byte == b'\\';
        plain.extend(if is_escape { bytes.next() } else { Some(byte) });
    }
    plain
}

/// Returns the challenges in a header: `Digest realm="r", nonce="n", NTLM abc==` holds two. The
/// first one has no scheme, for parameters before any.
fn offers(line: &[u8]) -> Vec<Offer<'_>> {
    let mut offers = vec![Offer::default()];
    let mut rest = line;
    loop {
        (_, rest) = split(rest, |byte| !b" \t,;".contains(&byte));
        if rest.is_empty() {
            return offers;
        }
        let (word, after) = split(rest, |byte| b" \t,;=".contains(&byte));
        rest = after.trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else {
            // These belong to a list of qop that is not quoted.
            if !matches!(word, b"auth" | b"auth-int") {
                offers.push(Offer {
                    scheme: word,
                    ..Offer::default()
                });
            }
            continue;
        };
        let (value, after) = read_value(value.trim_ascii_start());
        rest = after;
        if let (Some(offer), Some(value)) = (offers.last_mut(), value) {
            offer.parameters.push((word, value));
        }
    }
}

/// Reads a value, quoted or not. A quoted one must end, since it may have swallowed anything else.
/// One that is not quoted must have nothing to quote, since it is sent back in quotes.
fn read_value(text: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let (value, rest) = split(text, |byte| b" \t,;".contains(&byte));
        let is_plain = !value.iter().any(|byte| b"\"\\".contains(byte));
        return (is_plain.then_some(value), rest);
    };
    let mut is_escaped = false;
    let (value, rest) = split(quoted, |byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    match rest.strip_prefix(b"\"") {
        Some(rest) => (Some(value), rest),
        None => (None, rest),
    }
}

/// Splits a text before the first byte that is an end.
fn split(text: &[u8], mut is_end: impl FnMut(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| is_end(*byte));
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn strongest(line: &[u8]) -> Result<Option<Challenge>, &'static str> {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes(line).unwrap_or(HeaderValue::from_static(""));
        headers.insert(WWW_AUTHENTICATE, value);
        Challenge::strongest(&headers)
    }

    #[track_caller]
    fn assert_read(line: &[u8], realm: &[u8], nonce: &[u8]) {
        let Ok(Some(challenge)) = strongest(line) else {
            panic!("{:?} is not read", String::from_utf8_lossy(line));
        };
        assert_eq!(challenge.quoted_realm, realm);
        assert_eq!(challenge.quoted_nonce, nonce);
    }

    #[test]
    fn a_challenge_is_read_beside_others_in_its_line() {
        let digest = r#"Digest realm="r", nonce="n", qop="auth""#;
        for line in [
            digest.to_owned(),
            format!("NTLM TlRMTVNTUAACAAAADAAMADgAAAA=, {digest}"),
            format!("{digest}, NTLM TlRMTVNTUAAC=="),
            format!("Negotiate, {digest}, Basic realm=\"other\", charset=\"UTF-8\""),
            format!("Basic realm=\"a, Digest realm=\\\"x\\\"\", {digest}"),
            format!(", {digest},"),
            format!("{digest};"),
        ] {
            assert_read(line.as_bytes(), b"r", b"n");
        }
    }

    #[test]
    fn spaces_and_quotes_may_stand_where_the_standard_has_none() {
        for line in [
            "Digest  realm=\"r\", nonce=\"n\", qop=\"auth\"",
            "Digest\trealm=\"r\",\tnonce=\"n\",\tqop=\"auth\"",
            "Digest realm = \"r\" , nonce= \"n\" , qop =\"auth\" ",
            "Digest realm=r, nonce=n, qop=auth",
            "Digest realm=r, nonce=n, qop=auth,auth-int",
            "Digest realm=\"r\"; nonce=\"n\"; qop=\"auth\"",
            "Digest realm=\"r\" nonce=\"n\" qop=\"auth\"",
            "DIGEST nonce=n,realm=r,QOP=\"auth-int, auth\"",
        ] {
            assert_read(line.as_bytes(), b"r", b"n");
        }
    }

    #[test]
    fn values_are_kept_as_the_bytes_that_came() {
        for realm in [
            &b"Zo\xeb"[..],
            "Zoë 密码".as_bytes(),
            br#"a \"b\", c"#,
            b"dGVzdA==",
        ] {
            let line = [b"Digest nonce=n==, qop=auth, realm=\"", realm, b"\""].concat();
            assert_read(&line, realm, b"n==");
        }
    }

    #[test]
    fn a_challenge_that_cannot_be_read_is_told_from_none() {
        for line in [
            "Digest",
            "Digest realm=\"r\"",
            "Digest nonce=\"n\", qop=\"auth\"",
            "Digest realm=\"r, nonce=\"n\", qop=\"auth\"",
            "Digest realm=\"r\\\", nonce=\"n\", qop=\"auth\"",
            "Digest realm=a\"b, nonce=\"n\", qop=\"auth\"",
        ] {
            let read = strongest(line.as_bytes());
            assert!(matches!(read, Err(NOT_READABLE)), "{line}");
        }
        for line in ["", "Basic realm=\"r\"", "Negotiate", "NTLM abc==", ",,;"] {
            assert!(matches!(strongest(line.as_bytes()), Ok(None)), "{line}");
        }
    }

    #[test]
    fn escapes_are_removed_once() {
        assert_eq!(unquoted(br#"a\"b\\c\\\"d"#), br#"a"b\c\"d"#);
        assert_eq!(unquoted(b"plain"), b"plain");
    }
}
