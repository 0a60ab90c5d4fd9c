//! The variables of the environment that this crate reads, under the names that Atlas's own tools
//! have for them.

use crate::credentials::Credentials;
use crate::error::Error;

/// Where Atlas is.
pub(crate) const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";
const ACCESS_TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";

/// Two variables that belong together.
struct Pair {
    first: &'static str,
    second: &'static str,
}

const SERVICE_ACCOUNT: Pair = Pair {
    first: "MONGODB_ATLAS_CLIENT_ID",
    second: "MONGODB_ATLAS_CLIENT_SECRET",
};
const API_KEY: Pair = Pair {
    first: "MONGODB_ATLAS_PUBLIC_API_KEY",
    second: "MONGODB_ATLAS_PRIVATE_API_KEY",
};
const OLDER_API_KEY: Pair = Pair {
    first: "MONGODB_ATLAS_PUBLIC_KEY",
    second: "MONGODB_ATLAS_PRIVATE_KEY",
};

impl Credentials {
    /// Takes the credentials from the environment, the first of these that is there:
    ///
    /// 1. `MONGODB_ATLAS_ACCESS_TOKEN`
    /// 2. `MONGODB_ATLAS_CLIENT_ID` and `MONGODB_ATLAS_CLIENT_SECRET`
    /// 3. `MONGODB_ATLAS_PUBLIC_API_KEY` and `MONGODB_ATLAS_PRIVATE_API_KEY`, or
    ///    `MONGODB_ATLAS_PUBLIC_KEY` and `MONGODB_ATLAS_PRIVATE_KEY`
    ///
    /// An empty variable counts as unset.
    ///
    /// # Errors
    ///
    /// If there are none at all, or half a pair, which is told by name, also if a later way would be
    /// complete.
    pub fn from_env() -> Result<Self, Error> {
        if let Some(token) = variable(ACCESS_TOKEN)? {
            return Ok(Credentials::access_token(token));
        }
        if let Some((id, secret)) = pair(&[SERVICE_ACCOUNT])? {
            return Ok(Credentials::service_account(id, secret));
        }
        if let Some((public, private)) = pair(&[API_KEY, OLDER_API_KEY])? {
            return Ok(Credentials::api_key(public, private));
        }
        Err(Error::invalid(
            "no credentials in the environment: set MONGODB_ATLAS_ACCESS_TOKEN, or \
             MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or \
             MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY",
        ))
    }
}

/// Returns the value of a variable; an empty one counts as unset.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Error> {
    let Some(value) = std::env::var_os(name) else {
        return Ok(None);
    };
    if value.is_empty() {
        return Ok(None);
    }
    match value.into_string() {
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(Error::invalid(format!("{name} is not valid UTF-8"))),
    }
}

/// Returns both halves of a pair, each in the first spelling that is set. One half alone is an
/// error, which names the missing half in the spelling of the one that is there.
fn pair(spellings: &[Pair]) -> Result<Option<(String, String)>, Error> {
    let first = first_set(spellings, |pair| pair.first)?;
    let second = first_set(spellings, |pair| pair.second)?;
    match (first, second) {
        (Some((_, first)), Some((_, second))) => Ok(Some((first, second))),
        (Some((pair, _)), None) => Err(half_a_pair(pair.first, pair.second)),
        (None, Some((pair, _))) => Err(half_a_pair(pair.second, pair.first)),
        (None, None) => Ok(None),
    }
}

/// Returns the first spelling whose half is set, with the value of that half.
fn first_set(
    spellings: &[Pair],
    half: fn(&Pair) -> &'static str,
) -> Result<Option<(&Pair, String)>, Error> {
    for pair in spellings {
        if let Some(value) = variable(half(pair))? {
            return Ok(Some((pair, value)));
        }
    }
    Ok(None)
}

fn half_a_pair(set: &str, missing: &str) -> Error {
    Error::invalid(format!("{set} is set, but {missing} is not"))
}
