//! [`Credentials`]: who the client is, checked before anything is sent. Nothing here prints a
//! secret.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::text::is_deceptive;

/// What a token of a function is called in errors.
pub(crate) const TOKEN_OF_FUNCTION: &str = "access token of the function of Credentials::from_fn";

/// What a client authenticates with: a service account, an API key or an access token.
///
/// `Debug` shows the kind and nothing else.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) kind: Kind,
    /// The variables of the environment that they come from.
    variables: Option<[&'static str; 2]>,
}

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
    AccessToken(AccessToken),
    TokenSource(TokenSource),
}

/// The characters that a part of the credentials may have.
#[derive(Clone, Copy)]
pub(crate) enum Alphabet {
    /// Any text. The id and the secret of a service account are encoded (RFC 6749), and a private
    /// key is only hashed, so a line break would be sent, and Atlas would refuse the secret.
    Text,
    /// A public key is the user name of HTTP Digest (RFC 7616), and sent as it is.
    UserName,
    /// A token (RFC 6750) is sent as it is.
    Token,
}

impl Credentials {
    /// Uses a service account. The client fetches access tokens with its id and secret (OAuth 2.0
    /// client credentials), and renews each ahead of its end (token refresh).
    ///
    /// See <https://www.mongodb.com/docs/atlas/api/service-accounts-overview/>.
    pub fn service_account(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Credentials::new(Kind::ServiceAccount {
            id: id.into(),
            secret: secret.into().into(),
        })
    }

    /// Uses a programmatic API key, its public and its private part, with HTTP Digest.
    ///
    /// See <https://www.mongodb.com/docs/atlas/api/api-authentication/>.
    pub fn api_key(public: impl Into<String>, private: impl Into<String>) -> Self {
        Credentials::new(Kind::ApiKey {
            public: public.into(),
            private: private.into().into(),
        })
    }

    /// Uses an access token that something else has fetched. The client does not renew it, and a wait
    /// may take longer than it is valid. For a token that is renewed elsewhere, see
    /// [`from_fn`](Self::from_fn).
    pub fn access_token(token: impl Into<String>) -> Self {
        Credentials::new(Kind::AccessToken(AccessToken::new(token, None)))
    }

    /// Uses access tokens from a function of yours, which reads them from a sidecar, a vault or a
    /// file.
    ///
    /// A token without [`expires_in`](AccessToken::expires_in), such as text, is not kept: the
    /// client calls the function before each request, once for requests that start together. A
    /// token with one is kept, and the function is called again ahead of its end. The function is
    /// also called again when Atlas refuses a token.
    ///
    /// # Errors
    ///
    /// An error of the function counts as transient and is retried, unless it is an [`Error`] that
    /// is not retryable. Its text becomes part of the [`Error`] of the call, so it should hold no
    /// secret.
    ///
    /// ```
    /// use atlas_backup::Credentials;
    ///
    /// // A file that a sidecar rewrites whenever the token changes.
    /// let credentials = Credentials::from_fn(async || {
    ///     let read = || std::fs::read_to_string("/var/run/atlas/token");
    ///     // On a thread of its own, because reading a file blocks.
    ///     let token = tokio::task::spawn_blocking(read).await??;
    ///     Ok::<_, std::io::Error>(token.trim_end().to_owned())
    /// });
    /// # drop(credentials);
    /// ```
    pub fn from_fn<F, R, T, E>(function: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<AccessToken>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Credentials::new(Kind::TokenSource(Arc::new(move || {
            let provided = function();
            Box::pin(async move { provided.await.map(T::into).map_err(E::into) })
        })))
    }

    fn new(kind: Kind) -> Self {
        Credentials {
            kind,
            variables: None,
        }
    }

    /// Checks credentials that come from these variables of the environment.
    pub(crate) fn of_variables(mut self, variables: [&'static str; 2]) -> Result<Self, Error> {
        self.variables = Some(variables);
        self.check()?;
        Ok(self)
    }

    /// Returns what they are called in an error, with the variable that they come from.
    pub(crate) fn name(&self) -> String {
        let kind = match self.kind {
            Kind::TokenSource(_) => TOKEN_OF_FUNCTION,
            _ => self.kind_name(),
        };
        match self.variables {
            Some([variable, _]) => format!("the {kind} in {variable}"),
            None => format!("the {kind}"),
        }
    }

    fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::ServiceAccount { .. } => "service account",
            Kind::ApiKey { .. } => "API key",
            Kind::AccessToken(_) => "access token",
            Kind::TokenSource(_) => "access token of a function",
        }
    }

    /// Refuses a value that cannot be right, with an error that names the argument or the variable
    /// and not the value.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let names = |arguments| self.variables.unwrap_or(arguments);
        match &self.kind {
            Kind::ServiceAccount { id, secret } => {
                let [name, other] = names(["the client id", "the client secret"]);
                let secret = secret.expose_secret();
                Alphabet::Text.check(name, id)?;
                Alphabet::Text.check(other, secret)?;
                // Atlas begins an id with `mdb_sa_id_` and a secret with `mdb_sa_sk_`.
                if id.starts_with("mdb_sa_sk_") || secret.starts_with("mdb_sa_id_") {
                    return Err(Error::invalid(format!(
                        "{name} and {other} are swapped: an id begins with mdb_sa_id_, a secret \
                         with mdb_sa_sk_"
                    )));
                }
                Ok(())
            }
            Kind::ApiKey { public, private } => {
                let [name, other] = names(["the public API key", "the private API key"]);
                Alphabet::UserName.check(name, public)?;
                Alphabet::Text.check(other, private.expose_secret())
            }
            Kind::AccessToken(token) => {
                let [name, _] = names(["the access token", ""]);
                Alphabet::Token.check(name, token.secret())
            }
            Kind::TokenSource(_) => Ok(()),
        }
    }
}

impl Alphabet {
    /// Refuses a value that cannot be right, with the name of the argument or the variable.
    pub(crate) fn check(self, name: &str, value: &str) -> Result<(), Error> {
        let refusal = |reason: &str| Err(Error::invalid(format!("{name} {reason}")));
        if value.is_empty() {
            return refusal("is empty");
        }
        if value.starts_with("${") && value.ends_with('}') {
            return refusal("is a placeholder that nothing has replaced");
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
            return refusal("begins with a quote or a space; remove it");
        }
        if value.ends_with(stands_around) {
            return refusal("ends with a quote or a space; remove it");
        }
        Ok(())
    }

    fn objection(self, character: char) -> Option<&'static str> {
        // An editor shows nothing for it, or a space that is not one.
        let is_invisible =
            is_deceptive(character) || (character.is_whitespace() && !character.is_ascii());
        if is_invisible && !character.is_control() {
            return Some("is invisible; copy the value again without it");
        }
        let is_fine = match self {
            Alphabet::Text => !character.is_control(),
            Alphabet::UserName => {
                character.is_ascii_graphic() && !matches!(character, ':' | '"' | '\\')
            }
            Alphabet::Token => character.is_ascii_graphic() && character != '"',
        };
        let reason = "cannot be sent; look for a line break, a space or a quote";
        (!is_fine).then_some(reason)
    }
}

/// Returns whether the character, at an edge of a value, comes from the file or shell around it.
fn stands_around(character: char) -> bool {
    match character {
        '"' | '\'' | '`' | ' ' => true,
        // Curly and angled quotes.
        '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}' => true,
        _ => false,
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Credentials({})", self.kind_name())
    }
}

/// An access token with its lifetime, for [`Credentials::from_fn`] and from
/// [`Client::access_token`](crate::Client::access_token).
///
/// `Debug` hides the token.
#[derive(Clone)]
pub struct AccessToken {
    secret: SecretString,
    expires_in: Option<Duration>,
}

impl AccessToken {
    /// Wraps a token that is valid for this long from now on, if that is known.
    pub fn new(secret: impl Into<String>, expires_in: Option<Duration>) -> Self {
        AccessToken {
            secret: secret.into().into(),
            expires_in,
        }
    }

    /// Returns the token, to be sent as `Authorization: Bearer`.
    pub fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Returns how long the token was valid when this value was made, if that is known.
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }
}

impl From<String> for AccessToken {
    fn from(secret: String) -> Self {
        AccessToken::new(secret, None)
    }
}

impl From<&str> for AccessToken {
    fn from(secret: &str) -> Self {
        AccessToken::new(secret, None)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

type Provided = Result<AccessToken, Box<dyn StdError + Send + Sync>>;

/// A function of the user's that returns the current access token, whatever its type was.
pub(crate) type TokenSource =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Provided> + Send>> + Send + Sync>;
