//! A simulator with one document for each operation, and calls to them.

use atlas_backup::builder::GetBackupRestoreJob;
use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, ClientBuilder, Credentials, Error, ResponseValue, RetryPolicy, types};
use serde_json::Value;

use super::ids::*;
use super::operations::callable;

/// A simulator with the documented example of each operation.
pub async fn atlas() -> Simulator {
    let atlas = Simulator::start().await.unwrap();
    for operation in callable() {
        atlas.put(&operation.example_path(), &operation.documented());
    }
    atlas
}

#[track_caller]
pub fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A client that tries once, with an access token.
pub fn builder(base_url: &str) -> ClientBuilder {
    let credentials = Credentials::access_token(Simulator::ACCESS_TOKEN);
    Client::builder(credentials)
        .base_url(base_url)
        .retry(RetryPolicy::never())
}

#[track_caller]
pub fn client(atlas: &Simulator) -> Client {
    builder(atlas.base_url()).build().unwrap()
}

/// A call to what [`atlas`] has, ready to be sent.
pub fn restore_job(client: &Client) -> GetBackupRestoreJob {
    client
        .get_backup_restore_job()
        .group_id(GROUP)
        .cluster_name(CLUSTER)
        .restore_job_id(ID)
}

pub async fn job(client: &Client) -> Result<ResponseValue<types::CloudBackupRestoreJob>, Error> {
    restore_job(client).send().await
}

pub async fn enveloped_job(
    client: &Client,
) -> Result<ResponseValue<types::CloudBackupRestoreJob>, Error> {
    restore_job(client).envelope(true).send().await
}

/// What a call says to which this happens.
pub async fn failure(fault: Fault) -> Error {
    let atlas = atlas().await;
    atlas.fault(fault);
    job(&client(&atlas)).await.unwrap_err()
}
