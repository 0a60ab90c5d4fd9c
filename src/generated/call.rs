//! What all calls of the API have in common. Macros, and no trait: a trait would have to be in scope
//! of whoever calls.

/// Writes the setters that every call has.
macro_rules! options {
    () => {
        /// Sets how often and for how long this call is tried, in place of the client's policy.
        pub fn retry(mut self, retry: crate::RetryPolicy) -> Self {
            self.options.set_retry(retry);
            self
        }

        /// Sets how long this call may take in all, its pauses included. Where Atlas asks for a
        /// longer pause than is left, the error comes at once, and has
        /// [`retry_after`](crate::Error::retry_after). In a wait, it is the time of each poll.
        pub fn total_time(mut self, total_time: ::std::time::Duration) -> Self {
            self.options.set_total_time(total_time);
            self
        }

        /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Those that
        /// the client sets, `Authorization` for instance, are refused when the call is sent.
        pub fn header(
            mut self,
            name: impl ::std::convert::AsRef<str>,
            value: impl ::std::convert::AsRef<str>,
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
        /// Sends the call, as often as the client's [`RetryPolicy`](crate::RetryPolicy) allows.
        ///
        /// # Errors
        ///
        /// If an argument is missing or does not fit, in which case nothing is sent, or if
        /// Atlas does not answer with success: see [`Error`](crate::Error).
        pub async fn send(
            self,
        ) -> ::std::result::Result<::progenitor_client::ResponseValue<$response>, crate::Error> {
            self.into_call()?.send().await
        }

        /// Sends the call again and again until `condition` says how the wait ends.
        /// [`Wait`](crate::Wait) says how often, and for how long.
        pub fn until<'a>(
            self,
            condition: impl ::std::ops::FnMut(&$response) -> ::std::option::Option<crate::Outcome>
            + ::std::marker::Send
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
        /// Sends the call again and again until the answer is over, as
        /// [`Job::outcome`](crate::Job::outcome) tells. [`Wait`](crate::Wait) says how often,
        /// and for how long.
        pub fn until_done(self) -> crate::Wait<'static, $response>
        where
            $response: crate::Job + 'static,
        {
            crate::Wait::until_done(self.into_call())
        }
    };
}
pub(crate) use until_done;
