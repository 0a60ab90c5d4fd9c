//! The environment variables that this crate reads, with the names that Atlas's own tools use.

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

/// A variable that is set.
struct Variable {
    name: &'static str,
    /// What belongs to it.
    other_half: &'static str,
    value: String,
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
    /// Reads the credentials from the environment, the first of these that is set:
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
    /// If none is set, or half of a pair, even if a later pair is complete. If a value cannot be
    /// right: a quote, a space or an invisible character around it, a placeholder such as
    /// `${TOKEN}`, an id and a secret that are swapped. The error names the variable and never
    /// shows the value.
    pub fn from_env() -> Result<Self, Error> {
        if let Some(token) = variable(ACCESS_TOKEN)? {
            return Credentials::access_token(token).of_variables([ACCESS_TOKEN, ""]);
        }
        if let Some((id, secret)) = pair(&[SERVICE_ACCOUNT])? {
            let credentials = Credentials::service_account(id.value, secret.value);
            return credentials.of_variables([id.name, secret.name]);
        }
        if let Some((public, private)) = pair(&[API_KEY, OLDER_API_KEY])? {
            let credentials = Credentials::api_key(public.value, private.value);
            return credentials.of_variables([public.name, private.name]);
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
fn pair(spellings: &[Pair]) -> Result<Option<(Variable, Variable)>, Error> {
    let mut first = None;
    let mut second = None;
    for pair in spellings {
        if first.is_none() {
            first = half(pair.first, pair.second)?;
        }
        if second.is_none() {
            second = half(pair.second, pair.first)?;
        }
    }
    match (first, second) {
        (Some(first), Some(second)) => Ok(Some((first, second))),
        (Some(alone), None) | (None, Some(alone)) => Err(half_a_pair(&alone)),
        (None, None) => Ok(None),
    }
}

fn half(name: &'static str, other_half: &'static str) -> Result<Option<Variable>, Error> {
    let value = variable(name)?;
    Ok(value.map(|value| Variable {
        name,
        other_half,
        value,
    }))
}

fn half_a_pair(alone: &Variable) -> Error {
    let set = alone.name;
    let missing = alone.other_half;
    Error::invalid(format!("{set} is set, but {missing} is not"))
}
