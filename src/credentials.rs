//! [`Credentials`]: who the client is, checked before anything is sent. Nothing here prints a
//! secret.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

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

    /// Uses an access token that somebody else has fetched. It is sent as it is, and not renewed.
    pub fn access_token(token: impl Into<String>) -> Self {
        Credentials(Kind::AccessToken(token.into().into()))
    }

    /// Refuses what would not survive the way to Atlas, in words that name the part and not its
    /// value.
    pub(crate) fn check(&self) -> Result<(), Error> {
        // A token (RFC 6750) and a public key, which is the user name of HTTP Digest (RFC 7616), are
        // sent as they are. The id and the secret of a service account are encoded (RFC 6749), and a
        // private key is only hashed: there a line break would be sent, and be refused as a wrong
        // secret.
        match &self.0 {
            Kind::ServiceAccount { id, secret } => {
                check_part("the client id", id, is_text)?;
                check_part("the client secret", secret.expose_secret(), is_text)
            }
            Kind::ApiKey { public, private } => {
                check_part("the public API key", public, is_user_name)?;
                check_part("the private API key", private.expose_secret(), is_text)
            }
            Kind::AccessToken(token) => {
                check_part("the access token", token.expose_secret(), is_token)
            }
        }
    }
}

fn is_text(character: char) -> bool {
    !character.is_control()
}

fn is_user_name(character: char) -> bool {
    character.is_ascii_graphic() && !matches!(character, ':' | '"' | '\\')
}

fn is_token(character: char) -> bool {
    character.is_ascii_graphic() && character != '"'
}

fn check_part(name: &str, value: &str, is_allowed: fn(char) -> bool) -> Result<(), Error> {
    if value.is_empty() {
        return Err(Error::invalid(format!("{name} is empty")));
    }
    for (index, character) in value.chars().enumerate() {
        if !is_allowed(character) {
            let place = index + 1;
            return Err(Error::invalid(format!(
                "character {place} of {name} cannot be sent; look for a line break, a space or a quote"
            )));
        }
    }
    Ok(())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match &self.0 {
            Kind::ServiceAccount { .. } => "Credentials(service account)",
            Kind::ApiKey { .. } => "Credentials(API key)",
            Kind::AccessToken(_) => "Credentials(access token)",
        })
    }
}
