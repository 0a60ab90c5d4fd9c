//! A client from the environment: which variables count, in which order, and what is said of those
//! that do not fit.
//!
//! The environment belongs to the whole process, so every test looks at that of a child process:
//! this program again, told to run the one test that is ignored otherwise.

mod callers;
mod texts;

use std::ffi::OsString;
use std::process::Command;

use atlas_backup::{Client, ClientBuilder, Error};

use crate::support::{SECRET, job};

const TOKEN: &str = "MONGODB_ATLAS_ACCESS_TOKEN";
const CLIENT_ID: &str = "MONGODB_ATLAS_CLIENT_ID";
const CLIENT_SECRET: &str = "MONGODB_ATLAS_CLIENT_SECRET";
const PUBLIC_API_KEY: &str = "MONGODB_ATLAS_PUBLIC_API_KEY";
const PRIVATE_API_KEY: &str = "MONGODB_ATLAS_PRIVATE_API_KEY";
const PUBLIC_KEY: &str = "MONGODB_ATLAS_PUBLIC_KEY";
const PRIVATE_KEY: &str = "MONGODB_ATLAS_PRIVATE_KEY";
const BASE_URL: &str = "MONGODB_ATLAS_BASE_URL";

/// Set for a child that is to make a call with its client.
const CALLS: &str = "ATLAS_BACKUP_TEST_CALLS";

/// Holds the base URL that a child sets in its code.
const OWN_BASE_URL: &str = "ATLAS_BACKUP_TEST_BASE_URL";

fn client() -> Result<Client, Error> {
    match std::env::var(OWN_BASE_URL) {
        Ok(base_url) => ClientBuilder::from_env()?.base_url(base_url).build(),
        Err(_) => Client::from_env(),
    }
}

#[tokio::test]
#[ignore = "the other tests run it, in a child process"]
async fn what_the_environment_gives() {
    let said = match client() {
        Err(error) => {
            assert!(
                error.is_invalid_request() && error.operation().is_none(),
                "{error:?}"
            );
            error.to_string()
        }
        Ok(client) if std::env::var_os(CALLS).is_some() => match job(&client).await {
            Ok(answer) => answer.status().to_string(),
            Err(error) => error.to_string(),
        },
        Ok(client) => format!("{client:?}"),
    };
    println!("<said>{said}</said>");
}

/// What the child says of these variables and no others of the kind.
async fn said<const N: usize>(variables: [(&str, &str); N]) -> String {
    said_of(
        variables
            .map(|(name, value)| (name.to_owned(), value.into()))
            .to_vec(),
    )
    .await
}

async fn said_of(variables: Vec<(String, OsString)>) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "environment::what_the_environment_gives",
        "--ignored",
        "--nocapture",
    ]);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MONGODB_ATLAS_"))
    {
        child.env_remove(name);
    }
    child.envs(variables);
    // Elsewhere, because the simulator has to answer the child meanwhile.
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said = text
        .split_once("<said>")
        .and_then(|(_, rest)| rest.split_once("</said>"));
    let Some((said, _)) = said else {
        panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr))
    };
    assert!(!said.contains(SECRET), "{said}");
    said.to_owned()
}
