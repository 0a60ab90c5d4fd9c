//! [`Challenge`]: what a server asks of an API key in `WWW-Authenticate`. http-auth parses the
//! header; this picks out the challenges that can be answered for a request without a body.

use http_auth::{ChallengeRef, ParamValue, parse_challenges};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// A challenge of HTTP Digest that can be answered. Quoted values are kept as they came, escapes
/// included, because they are sent back like that.
pub(super) struct Challenge {
    pub algorithm: Algorithm,
    pub realm: String,
    pub quoted_realm: String,
    pub nonce: String,
    pub quoted_nonce: String,
    pub quoted_opaque: Option<String>,
    /// Whether the answer was right, but its nonce too old.
    pub is_stale: bool,
}

/// The hash of a challenge, the weaker one first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    Md5,
    Sha256,
}

impl Challenge {
    /// Returns the strongest challenge that can be answered.
    pub(super) fn strongest(headers: &HeaderMap) -> Option<Self> {
        let mut strongest: Option<Challenge> = None;
        for line in headers.get_all(WWW_AUTHENTICATE) {
            let Ok(line) = line.to_str() else { continue };
            let Ok(offered) = parse_challenges(line) else {
                continue;
            };
            for challenge in offered.iter().filter_map(Challenge::new) {
                let best = strongest.as_ref().map(|strongest| strongest.algorithm);
                if best.is_none_or(|best| challenge.algorithm >= best) {
                    strongest = Some(challenge);
                }
            }
        }
        strongest
    }

    /// Returns whether a challenge of Digest is there, whether it can be answered or not.
    pub(super) fn is_digest(headers: &HeaderMap) -> bool {
        for line in headers.get_all(WWW_AUTHENTICATE) {
            let Ok(line) = line.to_str() else { continue };
            let Ok(offered) = parse_challenges(line) else {
                continue;
            };
            if offered.iter().any(is_digest) {
                return true;
            }
        }
        false
    }

    /// Returns nothing for what is not Digest, or cannot be answered.
    fn new(offered: &ChallengeRef<'_>) -> Option<Self> {
        if !is_digest(offered) || !offers_auth(offered) {
            return None;
        }
        let realm = parameter(offered, "realm")?;
        let nonce = parameter(offered, "nonce")?;
        let opaque = parameter(offered, "opaque");
        let stale = parameter(offered, "stale");
        Some(Challenge {
            algorithm: Algorithm::of(offered)?,
            realm: realm.to_unescaped(),
            quoted_realm: realm.as_escaped().to_owned(),
            nonce: nonce.to_unescaped(),
            quoted_nonce: nonce.as_escaped().to_owned(),
            quoted_opaque: opaque.map(|value| value.as_escaped().to_owned()),
            is_stale: stale.is_some_and(|value| value.to_unescaped().eq_ignore_ascii_case("true")),
        })
    }
}

impl Algorithm {
    fn of(offered: &ChallengeRef<'_>) -> Option<Self> {
        let Some(name) = parameter(offered, "algorithm") else {
            return Some(Algorithm::Md5);
        };
        match name.to_unescaped().to_ascii_uppercase().as_str() {
            "MD5" => Some(Algorithm::Md5),
            "SHA-256" => Some(Algorithm::Sha256),
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

fn is_digest(offered: &ChallengeRef<'_>) -> bool {
    offered.scheme.eq_ignore_ascii_case("digest")
}

fn offers_auth(offered: &ChallengeRef<'_>) -> bool {
    let Some(qop) = parameter(offered, "qop") else {
        return false;
    };
    let qop = qop.to_unescaped();
    qop.split(',')
        .any(|option| option.trim().eq_ignore_ascii_case("auth"))
}

fn parameter<'a>(offered: &'a ChallengeRef<'_>, name: &str) -> Option<&'a ParamValue<'a>> {
    for (key, value) in &offered.params {
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
    }
    None
}
