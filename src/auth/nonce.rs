//! [`Nonce`]: a challenge that was taken up, and its answers (RFC 7616).
//!
//! Answers are computed here, from all that stays the same for a nonce: with less than half of the
//! instructions that http-auth's own answers take, and without the random numbers and zero-copy
//! views that come along with those.

use std::sync::Arc;

use reqwest::Url;
use tokio::time::Instant;
use url::Position;

use super::challenge::{Algorithm, Challenge};
use super::hash::{Hash, hexadecimal};
use crate::error::Error;
use crate::http::authorization::Authorization;

/// A challenge that was taken up, with how often it has been answered.
pub(super) struct Nonce {
    algorithm: Algorithm,
    /// What the hashes of all answers begin with: that of user, realm and password, and the nonce.
    response_begun: Hash,
    /// Unpredictable for the server that chose the nonce, which is what it is for.
    cnonce: String,
    /// What all answers begin with.
    head: String,
    secrets: Arc<[String]>,
    count: u32,
    pub received_at: Instant,
}

impl Nonce {
    /// Returns nothing if the system has no random numbers.
    pub(super) fn new(challenge: Challenge, public: &str, private: &str) -> Option<Self> {
        let cnonce = hexadecimal(&getrandom::u64().ok()?.to_be_bytes());
        let algorithm = challenge.algorithm;
        let key = Hash::new(algorithm).with(&[public, ":", &challenge.realm, ":", private]);
        let response_begun =
            Hash::new(algorithm).with(&[&key.finish(), ":", &challenge.nonce, ":"]);
        let secrets = [public, &challenge.quoted_nonce, &cnonce];
        Some(Nonce {
            algorithm,
            response_begun,
            head: head(&challenge, public, &cnonce),
            secrets: secrets.map(str::to_owned).into(),
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
        let count = hexadecimal(&self.count.to_be_bytes());
        let uri = &url[Position::BeforePath..Position::AfterQuery];
        let response = self.response(&count, uri);
        // In one piece, since a call makes one of these: `format!` would have it grow.
        let head = self.head.as_str();
        let header = [
            head,
            ", uri=\"",
            uri,
            "\", nc=",
            &count,
            ", response=\"",
            &response,
            "\"",
        ];
        Authorization::new(header.concat(), self.secrets.clone(), Some(response))
    }

    /// Computes the response of RFC 7616, section 3.4.1.
    fn response(&self, count: &str, uri: &str) -> String {
        let request = Hash::new(self.algorithm).with(&["GET:", uri]).finish();
        let response = self.response_begun.clone();
        let response = response.with(&[count, ":", &self.cnonce, ":auth:", &request]);
        response.finish()
    }
}

fn head(challenge: &Challenge, public: &str, cnonce: &str) -> String {
    let realm = &challenge.quoted_realm;
    let nonce = &challenge.quoted_nonce;
    let algorithm = challenge.algorithm.name();
    let mut head = format!(r#"Digest username="{public}", realm="{realm}", nonce="{nonce}""#);
    head.push_str(&format!(
        r#", cnonce="{cnonce}", algorithm={algorithm}, qop=auth"#
    ));
    if let Some(opaque) = &challenge.quoted_opaque {
        head.push_str(&format!(r#", opaque="{opaque}""#));
    }
    head
}
