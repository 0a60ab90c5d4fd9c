//! [`Credentials`]: keys, secrets and tokens go in, from the caller or the environment; what comes out is known to be
//! fit for HTTP. Nothing here prints a secret.

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
    /// A service account: the client fetches access tokens with its id and secret, and renews them.
    ///
    /// See <https://www.mongodb.com/docs/atlas/api/service-accounts-overview/>.
    pub fn service_account(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Credentials(Kind::ServiceAccount {
            id: id.into(),
            secret: secret.into().into(),
        })
    }

    /// A programmatic API key, its public and its private part, for HTTP Digest.
    ///
    /// See <https://www.mongodb.com/docs/atlas/api/api-authentication/>.
    pub fn api_key(public: impl Into<String>, private: impl Into<String>) -> Self {
        Credentials(Kind::ApiKey {
            public: public.into(),
            private: private.into().into(),
        })
    }

    /// An access token that somebody else has fetched. It is sent as it is, and not renewed.
    pub fn access_token(token: impl Into<String>) -> Self {
        Credentials(Kind::AccessToken(token.into().into()))
    }

    /// Takes the credentials from the environment, the first of these that is there:
    ///
    /// 1. `MONGODB_ATLAS_ACCESS_TOKEN`
    /// 2. `MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`
    /// 3. `MONGODB_ATLAS_PUBLIC_API_KEY` and `MONGODB_ATLAS_PRIVATE_API_KEY`, or `MONGODB_ATLAS_PUBLIC_KEY` and
    ///    `MONGODB_ATLAS_PRIVATE_KEY`
    ///
    /// An empty variable counts as unset.
    ///
    /// # Errors
    ///
    /// If there are none at all, or half a pair, which is told by name, also if a later way would be complete.
    pub fn from_env() -> Result<Self, Error> {
        if let Some(token) = variable("MONGODB_ATLAS_ACCESS_TOKEN")? {
            return Ok(Credentials::access_token(token));
        }
        if let Some([id, secret]) =
            pair(&[["MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"]])?
        {
            return Ok(Credentials::service_account(id, secret));
        }
        let current = [
            "MONGODB_ATLAS_PUBLIC_API_KEY",
            "MONGODB_ATLAS_PRIVATE_API_KEY",
        ];
        if let Some([public, private]) = pair(&[
            current,
            ["MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY"],
        ])? {
            return Ok(Credentials::api_key(public, private));
        }
        Err(Error::invalid(
            "no credentials in the environment: set MONGODB_ATLAS_ACCESS_TOKEN, or MONGODB_ATLAS_CLIENT_ID and \
             MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY",
        ))
    }

    /// Refuses what would not survive the way to Atlas, in words that name the part and not its value.
    pub(crate) fn check(&self) -> Result<(), Error> {
        // Tokens (RFC 6750) and user names (RFC 7616) are sent as they are; the id and the secret of a service account
        // are encoded (RFC 6749), and a private key is only hashed: there a line break would be sent, and be refused as
        // a wrong secret.
        let visible = |it: char| it.is_ascii_graphic() && it != '"';
        match &self.0 {
            Kind::ServiceAccount { id, secret } => part("the client id", id, |it| !it.is_control())
                .and_then(|()| {
                    part("the client secret", secret.expose_secret(), |it| {
                        !it.is_control()
                    })
                }),
            Kind::ApiKey { public, private } => part("the public API key", public, |it| {
                it.is_ascii_graphic() && !":\"\\".contains(it)
            })
            .and_then(|()| {
                part("the private API key", private.expose_secret(), |it| {
                    !it.is_control()
                })
            }),
            Kind::AccessToken(token) => part("the access token", token.expose_secret(), visible),
        }
    }
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

fn part(name: &str, value: &str, fits: fn(char) -> bool) -> Result<(), Error> {
    let hint = "look for a line break, a space or a quote";
    match value.chars().position(|it| !fits(it)) {
        _ if value.is_empty() => Err(Error::invalid(format!("{name} is empty"))),
        Some(odd) => Err(Error::invalid(format!(
            "character {} of {name} cannot be sent; {hint}",
            odd + 1
        ))),
        None => Ok(()),
    }
}

/// A variable of the environment; an empty one counts as unset.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Error> {
    let value = std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(std::ffi::OsString::into_string);
    value
        .transpose()
        .map_err(|_| Error::invalid(format!("{name} is not valid UTF-8")))
}

/// Two variables that belong together, each in the first spelling that is set.
fn pair(spellings: &[[&str; 2]]) -> Result<Option<[String; 2]>, Error> {
    let mut found = [None, None];
    for (names, half) in spellings.iter().flat_map(|names| [(names, 0), (names, 1)]) {
        found[half] = found[half]
            .take()
            .or(variable(names[half])?.map(|value| (names, value)));
    }
    // The missing half is named in the spelling of the one that is there.
    let alone = |set: &str, missing: &str| {
        Err(Error::invalid(format!(
            "{set} is set, but {missing} is not"
        )))
    };
    match found {
        [Some((_, one)), Some((_, other))] => Ok(Some([one, other])),
        [Some((names, _)), None] => alone(names[0], names[1]),
        [None, Some((names, _))] => alone(names[1], names[0]),
        [None, None] => Ok(None),
    }
}
