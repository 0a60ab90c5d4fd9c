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
#[derive(Default)]
struct Offer<'a> {
    scheme: &'a [u8],
    parameters: Vec<(&'a [u8], &'a [u8])>,
}

impl Challenges {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut found = Challenges::None;
        let mut offers = Vec::new();
        for line in headers.get_all(WWW_AUTHENTICATE) {
            read(line.as_bytes(), &mut offers);
        }
        for offer in offers {
            if offer.scheme.eq_ignore_ascii_case(b"digest") {
                found = found.or_stronger(Challenge::new(&offer));
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
    let mut info = vec![Offer::default()];
    read(line.as_bytes(), &mut info);
    info[0].value("nextnonce").map(<[u8]>::to_owned)
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

/// Adds the challenges in a header. `Digest realm="r", nonce="n", NTLM abc==` holds two.
fn read<'a>(line: &'a [u8], offers: &mut Vec<Offer<'a>>) {
    let mut rest = line;
    loop {
        rest = skip(rest, b" \t,;");
        if rest.is_empty() {
            return;
        }
        let (word, after) = split_at_any(rest, b" \t,;=");
        rest = skip(after, b" \t");
        let Some(value) = rest.strip_prefix(b"=") else {
            // These belong to a list of qop that is not quoted.
            if !matches!(word, b"auth" | b"auth-int") {
                let scheme = word;
                let parameters = Vec::new();
                offers.push(Offer { scheme, parameters });
            }
            continue;
        };
        let (value, after) = read_value(skip(value, b" \t"));
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
        let (value, rest) = split_at_any(text, b" \t,;");
        let is_plain = !value.iter().any(|byte| b"\"\\".contains(byte));
        return (is_plain.then_some(value), rest);
    };
    let mut is_escaped = false;
    for (index, byte) in quoted.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (Some(&quoted[..index]), &quoted[index + 1..]),
            _ => {}
        }
    }
    (None, b"")
}

fn skip<'a>(text: &'a [u8], bytes: &[u8]) -> &'a [u8] {
    let start = text.iter().position(|byte| !bytes.contains(byte));
    &text[start.unwrap_or(text.len())..]
}

fn split_at_any<'a>(text: &'a [u8], bytes: &[u8]) -> (&'a [u8], &'a [u8]) {
    let end = text.iter().position(|byte| bytes.contains(byte));
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn challenges(line: &[u8]) -> Challenges {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes(line).unwrap_or(HeaderValue::from_static(""));
        headers.insert(WWW_AUTHENTICATE, value);
        Challenges::read(&headers)
    }

    #[track_caller]
    fn assert_read(line: &[u8], realm: &[u8], nonce: &[u8]) {
        let Challenges::Strongest(challenge) = challenges(line) else {
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
            let read = challenges(line.as_bytes());
            assert!(
                matches!(read, Challenges::Unanswerable(NOT_READABLE)),
                "{line}"
            );
        }
        for line in ["", "Basic realm=\"r\"", "Negotiate", "NTLM abc==", ",,;"] {
            assert!(
                matches!(challenges(line.as_bytes()), Challenges::None),
                "{line}"
            );
        }
    }

    #[test]
    fn escapes_are_removed_once() {
        assert_eq!(unquoted(br#"a\"b\\c\\\"d"#), br#"a"b\c\"d"#);
        assert_eq!(unquoted(b"plain"), b"plain");
    }
}
