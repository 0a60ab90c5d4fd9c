//! [`TokenFunction`]: a function of the user's that knows the access token of the moment.

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;

/// What [`Credentials::from_fn`](crate::Credentials::from_fn) takes from its function: a token as
/// text, or a `Result` with one.
pub trait ProvidedToken: sealed::Sealed {
    /// Returns the token, or why there is none.
    #[doc(hidden)]
    fn provided(self) -> Provided;
}

type Provided = Result<String, Box<dyn StdError + Send + Sync>>;

impl ProvidedToken for String {
    fn provided(self) -> Provided {
        Ok(self)
    }
}

impl ProvidedToken for &str {
    fn provided(self) -> Provided {
        Ok(self.to_owned())
    }
}

impl<T, E> ProvidedToken for Result<T, E>
where
    T: Into<String>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn provided(self) -> Provided {
        match self {
            Ok(token) => Ok(token.into()),
            Err(error) => Err(error.into()),
        }
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for String {}
    impl Sealed for &str {}
    impl<T, E> Sealed for Result<T, E> {}
}

type ProvidedFuture = Pin<Box<dyn Future<Output = Provided> + Send>>;

/// The function, whatever its type was.
#[derive(Clone)]
pub(crate) struct TokenFunction(Arc<dyn Fn() -> ProvidedFuture + Send + Sync>);

impl TokenFunction {
    pub(crate) fn new<F, T>(function: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output: ProvidedToken> + Send + 'static,
    {
        TokenFunction(Arc::new(move || {
            let token = function();
            Box::pin(async move { token.await.provided() })
        }))
    }

    pub(crate) async fn token(&self) -> Provided {
        (self.0)().await
    }
}
