//! [`Get`]: a read of any other path of the Atlas Administration API, in a version given by date.

use std::fmt;
use std::marker::PhantomData;

use reqwest::header::HeaderValue;
use serde::de::DeserializeOwned;

use crate::call::{Call, CallOptions};
use crate::client::Client;
use crate::error::Error;
use crate::generated::call::{options, send, until_done};
use crate::operation::{Operation, media_type};
use crate::text::sanitize;

/// Stands for all reads by path. Its path says which part names the project, whose rate limit their
/// polls share with other calls.
static GET: Operation = Operation::new("get", "/api/atlas/v2/groups/{groupId}/", "");
const API: &str = "/api/atlas/v2/";

/// A call of [`Client::get`].
///
/// ```no_run
/// # async fn wait(client: atlas_backup::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use atlas_backup::Outcome;
/// use serde_json::Value;
///
/// let path = "groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/exports/6a79473";
/// let export = client
///     .get::<Value>(path, "2023-01-01")
///     .total_time(Duration::from_secs(20))
///     .until(|export| (export["state"] == "Successful").then_some(Outcome::Succeeded))
///     .await?;
/// println!("{export}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a call does nothing before `send`"]
pub struct Get<T> {
    client: Client,
    path: String,
    version: String,
    query: Vec<(String, String)>,
    options: CallOptions,
    value: PhantomData<fn() -> T>,
}

impl Client {
    /// Reads any other path of the Atlas Administration API, with the authentication, retries and
    /// waiting of the other calls.
    ///
    /// The path is what follows `/api/atlas/v2/`. The version is the date in the media type of the
    /// operation in MongoDB's reference, such as `2024-08-05`, or `preview`. `T` is a type of your
    /// own, [`serde_json::Value`], or one of [`types`](crate::types).
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
            value: PhantomData,
        }
    }
}

impl<T> Get<T> {
    /// Adds a query parameter. Its value is percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    options! {}

    fn into_call(self) -> Result<Call, Error> {
        let refuse = |message: String| Error::invalid(message).of(&GET);
        let path = path(&self.path).map_err(refuse)?;
        let accept = accept(&self.version).map_err(refuse)?;
        let call = Call::new(self.client.session, &GET, &path, &self.query);
        call.accepting(accept).with_options(self.options)
    }
}

impl<T: DeserializeOwned> Get<T> {
    send! { T }

    until_done! { T }
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

/// Returns the whole path, if it is valid and leads to nothing else.
fn path(path: &str) -> Result<String, String> {
    let rest = path.trim_start_matches('/');
    let rest = rest.strip_prefix(&API[1..]).unwrap_or(rest);
    for segment in rest.split('/') {
        // URLs read `%2e` as a dot.
        let decoded = segment.to_lowercase().replace("%2e", ".");
        if matches!(decoded.as_str(), "" | "." | "..") {
            return Err(format!(
                "path must have no segment {segment:?}; it is what follows {API}"
            ));
        }
    }
    let is_odd = |char: &char| !(char.is_ascii_alphanumeric() || "/-._~%:,@".contains(*char));
    match rest.chars().find(is_odd) {
        Some('?') => Err("path must have no query; add it with .query()".to_owned()),
        Some(odd) => Err(format!("path has {odd:?}, which must be percent-encoded")),
        None => Ok(format!("{API}{rest}")),
    }
}

/// Returns the media type of a version.
fn accept(version: &str) -> Result<HeaderValue, String> {
    let accept = media_type(version).and_then(|text| HeaderValue::try_from(text).ok());
    accept.ok_or_else(|| {
        let version = sanitize(version);
        format!("version must be a date such as 2024-08-05, got {version:?}")
    })
}
