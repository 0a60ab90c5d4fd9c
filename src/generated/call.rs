//! The methods that all builders share. They are macros, because callers would have to import a
//! trait.

/// Writes the setters that every call has.
macro_rules! options {
    () => {
        /// Sets the retry policy of this call. Defaults to the client's.
        pub fn retry(mut self, retry: crate::RetryPolicy) -> Self {
            self.options.retry = Some(retry);
            self
        }

        /// Sets the total time of this call, pauses included; in a wait, that of each poll. If
        /// Atlas asks for a longer pause than is left, the call fails at once, with
        /// [`retry_after`](crate::Error::retry_after). Defaults to that of the retry policy, two
        /// minutes.
        pub fn total_time(mut self, total_time: std::time::Duration) -> Self {
            self.options.total_time = Some(total_time);
            self
        }

        /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Headers that
        /// only the client sets, such as `Authorization`, are refused when the call is sent.
        pub fn header(
            mut self,
            name: impl std::convert::AsRef<str>,
            value: impl std::convert::AsRef<str>,
        ) -> Self {
            self.options.set_header(name.as_ref(), value.as_ref());
            self
        }
    };
}
pub(crate) use options;

/// Writes what sends a call whose response is of this type.
macro_rules! send {
    ($response:ty) => {
        /// Sends the request, and retries it as the [`RetryPolicy`](crate::RetryPolicy) says.
        ///
        /// # Errors
        ///
        /// If an argument is missing or invalid, in which case nothing is sent, or if there is no
        /// success to return: see [`Error`](crate::Error).
        pub async fn send(
            self,
        ) -> Result<progenitor_client::ResponseValue<$response>, crate::Error> {
            self.into_call()?.send().await
        }

        /// Polls until `condition` returns an outcome, every 15 seconds for up to a day by default:
        /// see [`Wait`](crate::Wait).
        ///
        /// The wait succeeds with [`Outcome::Succeeded`](crate::Outcome::Succeeded), and ends with
        /// a [`WaitError`](crate::WaitError) for any other outcome.
        pub fn until<'a>(
            self,
            condition: impl std::ops::FnMut(&$response) -> Option<crate::Outcome>
            + std::marker::Send
            + 'a,
        ) -> crate::Wait<'a, $response> {
            crate::Wait::new(self.into_call(), condition)
        }
    };
}
pub(crate) use send;

/// Writes what waits for a response that is a `Job`.
macro_rules! until_done {
    ($response:ty) => {
        /// Polls until the resource reaches a final state, as
        /// [`Job::outcome`](crate::Job::outcome) returns it, every 15 seconds for up to a day by
        /// default: see [`Wait`](crate::Wait).
        pub fn until_done(self) -> crate::Wait<'static, $response>
        where
            $response: crate::Job + 'static,
        {
            crate::Wait::new(self.into_call(), crate::Job::outcome)
        }
    };
}
pub(crate) use until_done;
