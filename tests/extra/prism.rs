//! The client against a mock server that others have made, Prism, which serves
//! `openapi/atlas-backup.yaml` and checks the requests against it. `.ci/extra` starts it and says
//! where in `ATLAS_BACKUP_PRISM_URL`.

use atlas_backup::{Client, Credentials, Error, RetryPolicy, http_client_builder};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::operations::callable;

/// A client whose requests tell Prism, by the header `Prefer`, which answer to give.
fn client(preference: &'static str, path: &str) -> Client {
    let url = std::env::var("ATLAS_BACKUP_PRISM_URL")
        .expect("ATLAS_BACKUP_PRISM_URL says where Prism listens")
        + path;
    let headers = HeaderMap::from_iter([(
        "prefer".parse().unwrap(),
        HeaderValue::from_static(preference),
    )]);
    let http = http_client_builder()
        .unwrap()
        .no_proxy()
        .default_headers(headers)
        .build()
        .unwrap();
    let builder = Client::builder(Credentials::access_token("token"))
        .base_url(url)
        .http_client(http);
    builder.retry(RetryPolicy::never()).build().unwrap()
}

/// The answer to each operation, or the error.
async fn read(client: &Client) -> Vec<Result<Value, Error>> {
    let mut answers = Vec::new();
    for operation in callable() {
        answers.push(operation.send(client).await);
    }
    answers
}

#[tokio::test]
#[ignore = "needs Prism: run .ci/extra prism"]
async fn every_operation_reads_its_example() {
    for value in read(&client("code=200", "")).await {
        assert_ne!(value.unwrap(), json!({}));
    }
}

#[tokio::test]
#[ignore = "needs Prism: run .ci/extra prism"]
async fn every_operation_reads_what_prism_makes_up_after_the_schema() {
    let client = client("code=200, dynamic=true", "");
    for _ in 0..50 {
        for value in read(&client).await {
            value.unwrap();
        }
    }
}

// Documented errors cannot be had from Prism: it gives only what suits the `Accept` header to the
// letter, and errors are plain `application/json`, which Atlas sends all the same.
#[tokio::test]
#[ignore = "needs Prism: run .ci/extra prism"]
async fn an_error_in_a_form_that_atlas_does_not_use_is_reported() {
    for value in read(&client("", "/no/such/place")).await {
        let error = value.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.code(), None, "{error}");
    }
}
