//! [`ProvidedTokens`]: access tokens that a function of the user's provides, before each request.

use tokio::time::{Instant, timeout_at};

use crate::credentials::Alphabet;
use crate::error::{Details, Error, Kind};
use crate::http::authorization::Authorization;
use crate::text::{sanitize, time_text};
use crate::token_function::TokenFunction;

const FUNCTION: &str = "the function of Credentials::from_fn";

pub(crate) struct ProvidedTokens {
    function: TokenFunction,
}

impl ProvidedTokens {
    pub(super) fn new(function: TokenFunction) -> Self {
        ProvidedTokens { function }
    }

    /// Returns the token of the moment.
    pub(super) async fn token(&self, deadline: Instant) -> Result<Authorization, Error> {
        let begun = Instant::now();
        let Ok(provided) = timeout_at(deadline, self.function.token()).await else {
            let waited = time_text(begun.elapsed());
            let message = format!("no access token from {FUNCTION} within {waited}");
            return Err(Details::new(Kind::Timeout, message).into());
        };
        match provided {
            Ok(token) => {
                let name = format!("the access token of {FUNCTION}");
                Alphabet::Token.check(&name, &token)?;
                Authorization::bearer(&token)
            }
            Err(error) => {
                let reason = sanitize(&error.to_string());
                let message = format!("no access token from {FUNCTION}: {reason}");
                let mut details = Details::new(Kind::Broken, message);
                details.source = Some(error);
                Err(details.into())
            }
        }
    }

    /// Returns the token of the moment, if it is another than the one that was refused.
    pub(super) async fn replace(
        &self,
        refused: &Authorization,
        deadline: Instant,
    ) -> Result<Option<Authorization>, Error> {
        let token = self.token(deadline).await?;
        Ok((token.header != refused.header).then_some(token))
    }
}
