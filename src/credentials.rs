//! [`Credentials`]: who the client is, checked before anything is sent. Nothing here prints a
//! secret.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::text::is_deceptive;
use crate::token_function::{ProvidedToken, TokenFunction};

/// How the client proves to Atlas who it is.
///
/// `Debug` shows the kind and nothing else.
#[derive(Clone)]
pub struct Credentials(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    ServiceAccount {
        id: String,
        secret: SecretString,
    },
    ApiKey {
        public: String,
        private: SecretString,
    },
    AccessToken(SecretString),
    TokenFunction(TokenFunction),
}

/// Which characters a part of the credentials may have.
#[derive(Clone, Copy)]
pub(crate) enum Alphabet {
    /// All that is text. The id and the secret of a service account are encoded (RFC 6749), and a
    /// private key is only hashed: there a line break would be sent, and be refused as a wrong
    /// secret.
    Text,
    /// A public key is the user name of HTTP Digest (RFC 7616), and sent as it is.
    UserName,
    /// A token (RFC 6750) is sent as it is.
    Token,
}

impl Credentials {
    /// Uses a service account: the client fetches access tokens with its id and secret, and renews
    /// them.
    ///
    /// See <https://www.mongodb.com/docs/atlas/api/service-accounts-overview/>.
    pub fn service_account(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Credentials(Kind::ServiceAccount {
            id: id.into(),
            secret: secret.into().into(),
        })
    }

    /// Uses a programmatic API key, its public and its private part, for HTTP Digest.
    ///
    /// See <https://www.mongodb.com/docs/atlas/api/api-authentication/>.
    pub fn api_key(public: impl Into<String>, private: impl Into<String>) -> Self {
        Credentials(Kind::ApiKey {
            public: public.into(),
            private: private.into().into(),
        })
    }

    /// Uses an access token that somebody else has fetched. It is sent as it is, and not renewed: a
    /// wait may outlast it. For a token that somebody else renews, see [`from_fn`](Self::from_fn).
    pub fn access_token(token: impl Into<String>) -> Self {
        Credentials(Kind::AccessToken(token.into().into()))
    }

    /// Uses access tokens that somebody else fetches and renews: a sidecar, a vault, a file. The
    /// function is asked before each request, so it should keep its token while that lives. It is
    /// asked once more when Atlas refuses a token, in case there is another by then.
    ///
    /// It returns a token, or a `Result`: an error counts as one that may pass, like a token
    /// endpoint that is down. Its text becomes part of the [`Error`], so it should hold no secret.
    ///
    /// ```
    /// use atlas_backup::Credentials;
    ///
    /// // A file that a sidecar writes anew whenever the token changes.
    /// let credentials = Credentials::from_fn(async || {
    ///     let token = std::fs::read_to_string("/var/run/atlas/token")?;
    ///     Ok::<_, std::io::Error>(token.trim_end().to_owned())
    /// });
    /// # drop(credentials);
    /// ```
    pub fn from_fn<F, T>(function: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output: ProvidedToken> + Send + 'static,
    {
        Credentials(Kind::TokenFunction(TokenFunction::new(function)))
    }

    /// Refuses what would not survive the way to Atlas, in words that name the part and not its
    /// value.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Kind::ServiceAccount { id, secret } => {
                Alphabet::Text.check("the client id", id)?;
                Alphabet::Text.check("the client secret", secret.expose_secret())
            }
            Kind::ApiKey { public, private } => {
                Alphabet::UserName.check("the public API key", public)?;
                Alphabet::Text.check("the private API key", private.expose_secret())
            }
            Kind::AccessToken(token) => {
                Alphabet::Token.check("the access token", token.expose_secret())
            }
            Kind::TokenFunction(_) => Ok(()),
        }
    }
}

impl Alphabet {
    /// Refuses a value that cannot be right, with the name of the argument or the variable.
    pub(crate) fn check(self, name: &str, value: &str) -> Result<(), Error> {
        if value.is_empty() {
            return Err(Error::invalid(format!("{name} is empty")));
        }
        for (index, character) in value.chars().enumerate() {
            if let Some(reason) = self.objection(character) {
                let place = index + 1;
                return Err(Error::invalid(format!(
                    "character {place} of {name} {reason}"
                )));
            }
        }
        if value.starts_with(stands_around) {
            return Err(Error::invalid(format!(
                "{name} begins with a quote or a space; remove it"
            )));
        }
        if value.ends_with(stands_around) {
            return Err(Error::invalid(format!(
                "{name} ends with a quote or a space; remove it"
            )));
        }
        Ok(())
    }

    fn objection(self, character: char) -> Option<&'static str> {
        if !character.is_control() && is_invisible(character) {
            return Some("is invisible; copy the value again without it");
        }
        if self.has(character) {
            return None;
        }
        Some("cannot be sent; look for a line break, a space or a quote")
    }

    fn has(self, character: char) -> bool {
        match self {
            Alphabet::Text => !character.is_control(),
            Alphabet::UserName => {
                character.is_ascii_graphic() && !matches!(character, ':' | '"' | '\\')
            }
            Alphabet::Token => character.is_ascii_graphic() && character != '"',
        }
    }
}

/// Whether an editor shows nothing for it, or a space that is none.
fn is_invisible(character: char) -> bool {
    is_deceptive(character) || (character.is_whitespace() && !character.is_ascii())
}

/// Whether it comes from the file or the shell that the value was in, when it is at an edge.
fn stands_around(character: char) -> bool {
    let is_straight = matches!(character, '"' | '\'' | '`' | ' ');
    let is_curly = matches!(character, '\u{2018}'..='\u{201f}');
    let is_angled = matches!(character, '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}');
    is_straight || is_curly || is_angled
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match &self.0 {
            Kind::ServiceAccount { .. } => "Credentials(service account)",
            Kind::ApiKey { .. } => "Credentials(API key)",
            Kind::AccessToken(_) => "Credentials(access token)",
            Kind::TokenFunction(_) => "Credentials(access token of a function)",
        })
    }
}
