//! [`Challenge`]: a challenge of HTTP Digest in `WWW-Authenticate` (RFC 9110, RFC 7616). It is read
//! leniently, since not all servers and proxies keep to the grammar.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// A challenge of HTTP Digest that can be answered. Values are the bytes that came: a realm may be
/// in UTF-8 or in latin-1. Quoted ones keep their escapes, because they are sent back like that.
#[derive(Clone, Default)]
pub(crate) struct Challenge {
    pub algorithm: Algorithm,
    pub quoted_realm: Vec<u8>,
    pub quoted_nonce: Vec<u8>,
    pub quoted_opaque: Option<Vec<u8>>,
    /// Whether the server accepted the key and refused only the nonce, as too old.
    pub is_stale: bool,
}

/// The hash of a challenge, the weaker one first.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Algorithm {
    #[default]
    Md5,
    Sha256,
}

/// What the challenges of a response come to.
pub(super) enum Challenges {
    /// The strongest one that can be answered.
    Strongest(Challenge),
    /// There are challenges of Digest, and none can be answered, for this reason.
    Unanswerable(&'static str),
    None,
}

const NOT_SUPPORTED: &str = "the server asks for a form of HTTP Digest that is not supported: MD5 \
                             and SHA-256 with qop=auth are";
const NOT_READABLE: &str = "the server's challenge for HTTP Digest cannot be read: it has no realm \
                            or no nonce";

/// One challenge of any scheme, with its parameters of the form `name=value`.
struct Offer<'a> {
    scheme: &'a [u8],
    parameters: Vec<(&'a [u8], &'a [u8])>,
}

impl Challenges {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut found = Challenges::None;
        for line in headers.get_all(WWW_AUTHENTICATE) {
            for offer in offers(line.as_bytes()) {
                if offer.scheme.eq_ignore_ascii_case(b"digest") {
                    found = found.or_stronger(Challenge::new(&offer));
                }
            }
        }
        found
    }

    fn or_stronger(self, other: Result<Challenge, &'static str>) -> Self {
        match (self, other) {
            (Challenges::Strongest(best), Ok(other)) if best.algorithm > other.algorithm => {
                Challenges::Strongest(best)
            }
            (_, Ok(other)) => Challenges::Strongest(other),
            (Challenges::None, Err(reason)) => Challenges::Unanswerable(reason),
            (found, Err(_)) => found,
        }
    }
}

impl Challenge {
    fn new(offer: &Offer<'_>) -> Result<Self, &'static str> {
        let (Some(realm), Some(nonce)) = (offer.value("realm"), offer.value("nonce")) else {
            return Err(NOT_READABLE);
        };
        let algorithm = match offer.value("algorithm") {
            None => Algorithm::Md5,
            Some(name) => Algorithm::named(name).ok_or(NOT_SUPPORTED)?,
        };
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

impl Algorithm {
    fn named(name: &[u8]) -> Option<Self> {
        match name.to_ascii_uppercase().as_slice() {
            b"MD5" => Some(Algorithm::Md5),
            b"SHA-256" => Some(Algorithm::Sha256),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
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

/// Returns the `nextnonce` of `Authentication-Info` (RFC 7616, section 3.5).
pub(super) fn next_nonce(headers: &HeaderMap) -> Option<Vec<u8>> {
    let line = headers.get("authentication-info")?;
    for item in items(line.as_bytes()) {
        match parameter(item) {
            Some((name, value)) if name.eq_ignore_ascii_case(b"nextnonce") => {
                return Some(value.to_owned());
            }
            _ => {}
        }
    }
    None
}

/// Removes the backslashes that quote characters in a quoted text.
pub(super) fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut is_escaped = false;
    for byte in text {
        is_escaped = *byte == b'\\' && !is_escaped;
        if !is_escaped {
            plain.push(*byte);
        }
    }
    plain
}

/// Reads the challenges in a header. `Digest realm="r", nonce="n", NTLM abc==` holds two.
fn offers(line: &[u8]) -> Vec<Offer<'_>> {
    let mut offers: Vec<Offer<'_>> = Vec::new();
    for item in items(line) {
        let (scheme, rest) = split_scheme(item);
        match scheme {
            // They belong to a list of qop that is not quoted.
            Some(b"auth" | b"auth-int") | None => {}
            Some(scheme) => offers.push(Offer {
                scheme,
                parameters: Vec::new(),
            }),
        }
        if let Some(offer) = offers.last_mut() {
            offer.parameters.extend(parameter(rest));
        }
    }
    offers
}

/// Splits a header at its commas. Some servers end it with a semicolon.
fn items(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let items = line.split(move |byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_quoted,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        !is_quoted && matches!(byte, b',' | b';')
    });
    items.map(<[u8]>::trim_ascii)
}

/// Splits off the scheme of an item that begins a challenge: a word that no `=` follows.
fn split_scheme(item: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let end = item.iter().position(|byte| b" \t=".contains(byte));
    let (word, rest) = item.split_at(end.unwrap_or(item.len()));
    let rest = rest.trim_ascii_start();
    match word.is_empty() || rest.starts_with(b"=") {
        true => (None, item),
        false => (Some(word), rest),
    }
}

/// Reads `name=value`, whose value may be quoted.
fn parameter(item: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = item.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (item[..equals].trim_ascii(), item[equals + 1..].trim_ascii());
    let value = match value.strip_prefix(b"\"") {
        Some(rest) => quoted(rest)?,
        // It is sent back in quotes.
        None if value.iter().any(|byte| b"\"\\".contains(byte)) => return None,
        None => value,
    };
    Some((name, value))
}

/// Returns the text before the closing quote, if nothing follows after that.
fn quoted(rest: &[u8]) -> Option<&[u8]> {
    let mut is_escaped = false;
    for (index, byte) in rest.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (index + 1 == rest.len()).then_some(&rest[..index]),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(line: &[u8]) -> Challenges {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes(line).unwrap_or(HeaderValue::from_static(""));
        headers.insert(WWW_AUTHENTICATE, value);
        Challenges::read(&headers)
    }

    #[track_caller]
    fn assert_read(line: &[u8], realm: &[u8], nonce: &[u8]) {
        let Challenges::Strongest(challenge) = read(line) else {
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
            "Digest realm=\"r\" nonce=\"n\" qop=\"auth\"",
            "Digest realm=\"r\\\", nonce=\"n\", qop=\"auth\"",
            "Digest realm=a\"b, nonce=\"n\", qop=\"auth\"",
        ] {
            let read = read(line.as_bytes());
            assert!(
                matches!(read, Challenges::Unanswerable(NOT_READABLE)),
                "{line}"
            );
        }
        for line in ["", "Basic realm=\"r\"", "Negotiate", "NTLM abc==", ",,;"] {
            assert!(matches!(read(line.as_bytes()), Challenges::None), "{line}");
        }
    }

    #[test]
    fn escapes_are_removed_once() {
        assert_eq!(unquoted(br#"a\"b\\c\\\"d"#), br#"a"b\c\"d"#);
        assert_eq!(unquoted(b"plain"), b"plain");
    }
}
