//! The environment variables that this crate reads, with the names that Atlas's own tools use.

use std::env::VarError;

use crate::credentials::Credentials;
use crate::error::Error;

/// Where Atlas is.
pub(crate) const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";
const ACCESS_TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";

/// Two variables that belong together, in one spelling or more.
type Pair = [[&'static str; 2]];

const SERVICE_ACCOUNT: &Pair = &[["MONGODB_ATLAS_CLIENT_ID", "MONGODB_ATLAS_CLIENT_SECRET"]];
const API_KEY: &Pair = &[
    [
        "MONGODB_ATLAS_PUBLIC_API_KEY",
        "MONGODB_ATLAS_PRIVATE_API_KEY",
    ],
    ["MONGODB_ATLAS_PUBLIC_KEY", "MONGODB_ATLAS_PRIVATE_KEY"],
];

/// A variable that is set.
struct Variable {
    name: &'static str,
    /// What belongs to it.
    other_half: &'static str,
    value: String,
}

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
        if let Some(account) = pair(SERVICE_ACCOUNT, Credentials::service_account)? {
            return Ok(account);
        }
        if let Some(key) = pair(API_KEY, Credentials::api_key)? {
            return Ok(key);
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
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Some(value)),
        Ok(_) | Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::invalid(format!("{name} is not valid UTF-8"))),
    }
}

/// Returns the credentials in a pair, each half in the first spelling that is set. One half alone is
/// an error, which names the missing half in the spelling of the one that is there.
fn pair(
    pair: &Pair,
    credentials: fn(String, String) -> Credentials,
) -> Result<Option<Credentials>, Error> {
    match (half(pair, 0)?, half(pair, 1)?) {
        (None, None) => Ok(None),
        (Some(first), Some(second)) => {
            let names = [first.name, second.name];
            let credentials = credentials(first.value, second.value);
            credentials.of_variables(names).map(Some)
        }
        (Some(alone), None) | (None, Some(alone)) => {
            let Variable {
                name, other_half, ..
            } = alone;
            Err(Error::invalid(format!(
                "{name} is set, but {other_half} is not"
            )))
        }
    }
}

/// Returns the first or the second half of a pair.
fn half(pair: &Pair, index: usize) -> Result<Option<Variable>, Error> {
    for names in pair {
        if let Some(value) = variable(names[index])? {
            return Ok(Some(Variable {
                name: names[index],
                other_half: names[1 - index],
                value,
            }));
        }
    }
    Ok(None)
}
