//! The call as somebody would write it with reqwest and serde: no retries, no renewal of tokens, no
//! envelope, errors as reqwest has them.

use std::time::Duration;

use atlas_backup::reqwest;
use hyper::header::{ACCEPT, AUTHORIZATION, WWW_AUTHENTICATE};

use crate::Result;
use crate::authorization::{Authorization, path};
use crate::hand::CloudBackupRestoreJob;
use crate::server::{CLUSTER, GROUP, JOB};

pub struct ByReqwest {
    http: reqwest::Client,
    base_url: String,
    pub authorization: Authorization,
}

impl ByReqwest {
    /// `key` is for digest.
    pub async fn new(base_url: &str, key: bool) -> Result<Self> {
        let http = atlas_backup::http_client_builder()?
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .user_agent("bench/1.0")
            .build()?;
        let authorization = if key {
            let refused = http.get(format!("{base_url}{}", path())).send().await?;
            let challenge = refused
                .headers()
                .get(WWW_AUTHENTICATE)
                .ok_or("no challenge")?
                .to_str()?
                .to_owned();
            // To its end, so that the connection is kept.
            refused.bytes().await?;
            Authorization::key(&challenge)?
        } else {
            Authorization::token()
        };
        Ok(Self {
            http,
            base_url: base_url.to_owned(),
            authorization,
        })
    }

    pub async fn call(&self, job: &str) -> Result<CloudBackupRestoreJob> {
        let url = format!(
            "{}/api/atlas/v2/groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{job}",
            self.base_url
        );
        let request = self
            .http
            .get(url)
            .header(ACCEPT, "application/vnd.atlas.2023-01-01+json");
        let request = match &self.authorization {
            Authorization::Token(token) => request.bearer_auth(token),
            Authorization::Key(answers) => request.header(AUTHORIZATION, answers.take()?),
        };
        let body = request.send().await?.error_for_status()?.bytes().await?;
        let value: CloudBackupRestoreJob = serde_json::from_slice(&body)?;
        if value.id.as_deref() == Some(JOB) {
            Ok(value)
        } else {
            Err("another job".into())
        }
    }
}
