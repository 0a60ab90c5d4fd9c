//! What the token endpoint says: its answer goes in, a [`Token`] comes out, or an error in the endpoint's own words.

use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{StatusCode, Url};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::bearer;
use crate::answer::Answer;
use crate::credentials::Credentials;
use crate::error::{Error, Failure, Kind};

/// A token is renewed when a tenth of its life is left, but not earlier than this before its end.
const RENEWAL: Duration = Duration::from_secs(300);
/// What Atlas documents, for an answer that does not say.
const LIFETIME: u64 = 3600;

pub(super) struct Token {
    pub(super) text: SecretString,
    pub(super) header: HeaderValue,
    pub(super) renew: Instant,
    pub(super) expires: Instant,
}

pub(super) fn token(url: &Url, answer: &Answer) -> Result<Token, Error> {
    #[derive(Deserialize)]
    struct Granted {
        access_token: String,
        #[serde(default)]
        expires_in: Value,
    }
    if !answer.status.is_success() {
        return Err(refusal(url, answer));
    }
    // The words of the decoder could repeat the token.
    let words = format!("{url}: the answer holds no token that can be used");
    let unfit = || Failure { status: Some(answer.status), ..Failure::new(Kind::Decode, words) };
    let granted = serde_json::from_slice::<Granted>(&answer.body).ok();
    let fits = |it: &Granted| Credentials::access_token(&*it.access_token).check().is_ok();
    let Granted { access_token, expires_in } = granted.filter(fits).ok_or_else(unfit)?;
    let header = bearer(&access_token)?;
    let now = Instant::now();
    let seconds = expires_in.as_u64().filter(|it| *it > 0).unwrap_or(LIFETIME);
    let life = Duration::from_secs(seconds.min(u64::from(u32::MAX)));
    let renew = now + life - (life / 10).min(RENEWAL);
    Ok(Token { text: access_token.into(), header, renew, expires: now + life })
}

/// The endpoint's own words.
pub(super) fn refusal(url: &Url, answer: &Answer) -> Error {
    let failure = answer.failure();
    let mut words = format!("{url}: {}", failure.words);
    if answer.status == StatusCode::UNAUTHORIZED {
        let sentence = words.trim_end_matches('.').len();
        words.replace_range(sentence.., "; check the client id and secret of the service account");
    }
    let refused = matches!(answer.status.as_u16(), 400 | 401 | 403);
    let kind = if refused { Kind::Credentials } else { Kind::Status };
    Failure { kind, words, ..failure }.into()
}
