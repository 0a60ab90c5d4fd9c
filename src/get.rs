//! [`Get`]: any other read of the Atlas Administration API, by its path and the date of its version.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;

use crate::call::{Call, CallOptions};
use crate::client::Client;
use crate::error::Error;
use crate::job::{Job, Outcome};
use crate::operation::{Operation, media_type};
use crate::retry::RetryPolicy;
use crate::text::sanitize;
use crate::wait::Wait;

/// What all of them have in common. The path says where the part is that they share with other
/// calls of a project: their polls take turns with those.
static GET: Operation = Operation::new("get", "/api/atlas/v2/groups/{groupId}/", "");
const API: &str = "/api/atlas/v2/";

/// A call of [`Client::get`].
#[derive(Clone)]
#[must_use = "a call does nothing before `send`"]
pub struct Get<T> {
    client: Client,
    path: String,
    version: String,
    query: Vec<(String, String)>,
    options: CallOptions,
    answer: PhantomData<fn() -> T>,
}

impl Client {
    /// Reads something else of the Atlas Administration API, with the authentication, the retries
    /// and the waiting of the other calls.
    ///
    /// The path is what follows `/api/atlas/v2/`. The version is the date that stands in the media
    /// type of the operation in MongoDB's reference, such as `2024-08-05`, or `preview`. `T` is a
    /// type of your own, [`serde_json::Value`], or one of [`types`](crate::types).
    ///
    /// ```no_run
    /// # async fn list(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {
    /// use atlas_backup::types::CloudBackupRestoreJob;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Page {
    ///     results: Vec<CloudBackupRestoreJob>,
    /// }
    ///
    /// let jobs = "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs";
    /// let page = client
    ///     .get::<Page>(jobs, "2023-01-01")
    ///     .query("itemsPerPage", 500)
    ///     .send()
    ///     .await?;
    /// println!("{} jobs", page.results.len());
    /// # Ok(())
    /// # }
    /// ```
    #[cfg_attr(feature = "simulator", doc = include_str!("guide/get_in_a_test.md"))]
    pub fn get<T>(&self, path: impl Into<String>, version: impl Into<String>) -> Get<T> {
        Get {
            client: self.clone(),
            path: path.into(),
            version: version.into(),
            query: Vec::new(),
            options: CallOptions::default(),
            answer: PhantomData,
        }
    }
}

impl<T> Get<T> {
    /// Adds a parameter to the query. It is percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Sets how often and for how long this call is tried, in place of the client's policy.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.options.set_retry(retry);
        self
    }

    /// Sets how long this call may take in all, its pauses included. Where Atlas asks for a longer
    /// pause than is left, the error comes at once, and has [`Error::retry_after`]. In a wait, it
    /// is the time of each poll.
    pub fn total_time(mut self, total_time: Duration) -> Self {
        self.options.set_total_time(total_time);
        self
    }

    /// Adds a header, such as `X-Request-Id`, in place of one of the same name. Those that the
    /// client sets, `Authorization` for instance, are refused when the call is sent.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options.set_header(name.as_ref(), value.as_ref());
        self
    }

    fn into_call(self) -> Result<Call, Error> {
        let refuse = |message: String| Error::invalid(message).of(&GET);
        let path = path(&self.path).map_err(refuse)?;
        let accept = accept(&self.version).map_err(refuse)?;
        let mut query = Vec::new();
        for (name, value) in &self.query {
            query.push((name.as_str(), value.clone()));
        }
        let call = Call::new(self.client.session, &GET, &path, &query);
        call.accepting(accept).with_options(self.options)
    }
}

impl<T: DeserializeOwned> Get<T> {
    /// Sends the call, as often as the client's [`RetryPolicy`] allows.
    ///
    /// # Errors
    ///
    /// If the path or the version cannot be one, in which case nothing is sent, or if Atlas does
    /// not answer with success: see [`Error`].
    pub async fn send(self) -> Result<ResponseValue<T>, Error> {
        self.into_call()?.send().await
    }

    /// Sends the call again and again until the answer is over, as [`Job::outcome`] tells.
    /// [`Wait`] says how often, and for how long.
    pub fn until_done(self) -> Wait<'static, T>
    where
        T: Job + 'static,
    {
        Wait::until_done(self.into_call())
    }

    /// Sends the call again and again until `condition` says how the wait ends. [`Wait`] says how
    /// often, and for how long.
    pub fn until<'a>(
        self,
        condition: impl FnMut(&T) -> Option<Outcome> + Send + 'a,
    ) -> Wait<'a, T> {
        Wait::new(self.into_call(), condition)
    }
}

impl<T> fmt::Debug for Get<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Get")
            .field("path", &self.path)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Returns the whole path, if it is one and leads nowhere else.
fn path(path: &str) -> Result<String, String> {
    let rest = path.trim_start_matches('/');
    let rest = rest.strip_prefix(&API[1..]).unwrap_or(rest);
    for segment in rest.split('/') {
        // URLs know dots also in this form.
        let decoded = segment.to_lowercase().replace("%2e", ".");
        if matches!(decoded.as_str(), "" | "." | "..") {
            return Err(format!(
                "path must have no segment {segment:?}; it is what follows {API}"
            ));
        }
    }
    let is_odd = |char: char| !(char.is_ascii_alphanumeric() || "/-._~%:,@".contains(char));
    match rest.chars().find(|char| is_odd(*char)) {
        Some('?') => Err("path must have no query; add it with .query()".to_owned()),
        Some(odd) => Err(format!("path has {odd:?}, which must be percent-encoded")),
        None => Ok(format!("{API}{rest}")),
    }
}

/// Returns the media type of a version.
fn accept(version: &str) -> Result<HeaderValue, String> {
    match media_type(version).map(HeaderValue::try_from) {
        Some(Ok(accept)) => Ok(accept),
        _ => {
            let version = sanitize(version);
            Err(format!(
                "version must be a date such as 2024-08-05, got {version:?}"
            ))
        }
    }
}
