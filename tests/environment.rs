//! A client from the environment: which variables count, in which order, and what is said of those that do not fit.
//!
//! The environment belongs to the whole process, so every test looks at that of a child process: this program again,
//! told to run the one test that is ignored otherwise.

#![cfg(all(feature = "simulator", feature = "rustls"))]

mod support;

use std::ffi::OsString;
use std::process::Command;

use atlas_backup::Client;
use atlas_backup::simulator::Simulator;
use support::{SECRET, atlas, job};

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

#[tokio::test]
#[ignore = "the other tests run it, in a child process"]
async fn what_the_environment_gives() {
    let said = match Client::from_env() {
        Err(error) => {
            assert!(error.is_invalid_request() && error.operation().is_none(), "{error:?}");
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
    said_of(variables.map(|(name, value)| (name.to_owned(), value.into())).to_vec()).await
}

async fn said_of(variables: Vec<(String, OsString)>) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "what_the_environment_gives", "--ignored", "--nocapture"]);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MONGODB_ATLAS_")) {
        child.env_remove(name);
    }
    child.envs(variables);
    // Elsewhere, because the simulator has to answer the child meanwhile.
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said = text.split_once("<said>").and_then(|(_, rest)| rest.split_once("</said>"));
    let Some((said, _)) = said else { panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr)) };
    assert!(!said.contains(SECRET), "{said}");
    said.to_owned()
}

/// As whom the child called a simulator that knows a token, a service account and two keys.
async fn caller<const N: usize>(variables: [(&str, &str); N]) -> String {
    let atlas = atlas().await;
    atlas.add_access_token("the-token");
    atlas.add_service_account("the-id", "the-secret");
    atlas.add_api_key("the-public-key", "the-private-key");
    atlas.add_api_key("the-other-public-key", "the-other-private-key");
    let mut all = vec![(CALLS.to_owned(), "1".into()), (BASE_URL.to_owned(), atlas.base_url().into())];
    all.extend(variables.map(|(name, value)| (name.to_owned(), value.into())));
    assert_eq!(said_of(all).await, "200 OK");
    caller_of(&atlas)
}

fn caller_of(atlas: &Simulator) -> String {
    let requests = atlas.requests();
    let authorization = requests.last().unwrap().header("authorization").unwrap();
    match authorization.split_once("username=\"") {
        _ if atlas.token_requests() > 0 => "the service account".to_owned(),
        Some((_, rest)) => rest.split('"').next().unwrap().to_owned(),
        None => authorization.to_owned(),
    }
}

const ACCOUNT: [(&str, &str); 2] = [(CLIENT_ID, "the-id"), (CLIENT_SECRET, "the-secret")];

#[tokio::test]
async fn a_token_comes_first() {
    let [id, secret] = ACCOUNT;
    let keys = [(PUBLIC_API_KEY, "the-public-key"), (PRIVATE_API_KEY, "the-private-key")];
    assert_eq!(caller([(TOKEN, "the-token"), id, secret, keys[0], keys[1]]).await, "Bearer the-token");
}

#[tokio::test]
async fn a_service_account_comes_second() {
    let [id, secret] = ACCOUNT;
    let keys = [(PUBLIC_API_KEY, "the-public-key"), (PRIVATE_API_KEY, "the-private-key")];
    assert_eq!(caller([id, secret, keys[0], keys[1]]).await, "the service account");
}

#[tokio::test]
async fn an_api_key_comes_third() {
    let keys = [(PUBLIC_API_KEY, "the-public-key"), (PRIVATE_API_KEY, "the-private-key")];
    assert_eq!(caller(keys).await, "the-public-key");
}

#[tokio::test]
async fn an_api_key_has_a_second_spelling() {
    assert_eq!(caller([(PUBLIC_KEY, "the-public-key"), (PRIVATE_KEY, "the-private-key")]).await, "the-public-key");
}

#[tokio::test]
async fn the_spellings_mix() {
    assert_eq!(caller([(PUBLIC_API_KEY, "the-public-key"), (PRIVATE_KEY, "the-private-key")]).await, "the-public-key");
    assert_eq!(caller([(PUBLIC_KEY, "the-public-key"), (PRIVATE_API_KEY, "the-private-key")]).await, "the-public-key");
}

#[tokio::test]
async fn of_two_spellings_the_one_with_api_wins() {
    let both = [
        (PUBLIC_KEY, "the-public-key"),
        (PRIVATE_KEY, "the-private-key"),
        (PUBLIC_API_KEY, "the-other-public-key"),
        (PRIVATE_API_KEY, "the-other-private-key"),
    ];
    assert_eq!(caller(both).await, "the-other-public-key");
}

#[tokio::test]
async fn an_empty_spelling_leaves_it_to_the_other() {
    let both =
        [(PUBLIC_API_KEY, ""), (PRIVATE_API_KEY, ""), (PUBLIC_KEY, "the-public-key"), (PRIVATE_KEY, "the-private-key")];
    assert_eq!(caller(both).await, "the-public-key");
}

#[tokio::test]
async fn an_empty_token_leaves_it_to_the_next_way() {
    let [id, secret] = ACCOUNT;
    assert_eq!(caller([(TOKEN, ""), id, secret]).await, "the service account");
}

#[tokio::test]
async fn without_any_variable_all_three_ways_are_named() {
    insta::assert_snapshot!(said([]).await);
}

#[tokio::test]
async fn empty_variables_are_none() {
    let empty = [(TOKEN, ""), (CLIENT_ID, ""), (CLIENT_SECRET, ""), (PUBLIC_API_KEY, ""), (PRIVATE_KEY, "")];
    assert_eq!(said(empty).await, said([]).await);
}

#[tokio::test]
async fn half_a_pair_names_both_halves() {
    let lines = [
        said([(CLIENT_ID, SECRET)]).await,
        said([(CLIENT_SECRET, SECRET)]).await,
        said([(PUBLIC_API_KEY, SECRET)]).await,
        said([(PRIVATE_API_KEY, SECRET)]).await,
        said([(PUBLIC_KEY, SECRET)]).await,
        said([(PRIVATE_KEY, SECRET)]).await,
        said([(CLIENT_ID, SECRET), (CLIENT_SECRET, "")]).await,
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn half_a_service_account_is_not_passed_over_for_a_whole_key() {
    let line = said([(CLIENT_ID, SECRET), (PUBLIC_API_KEY, SECRET), (PRIVATE_API_KEY, SECRET)]).await;
    insta::assert_snapshot!(line);
}

#[tokio::test]
async fn half_a_pair_does_not_matter_behind_a_token() {
    assert_eq!(caller([(TOKEN, "the-token"), (CLIENT_ID, "the-id")]).await, "Bearer the-token");
}

#[tokio::test]
async fn a_value_with_a_line_break_is_refused() {
    let lines = [
        said([(TOKEN, "SECRET0\n")]).await,
        said([(TOKEN, "Bearer SECRET0")]).await,
        said([(PUBLIC_KEY, "SECRET0\r\n"), (PRIVATE_KEY, SECRET)]).await,
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn the_base_url_is_atlas_unless_set() {
    let lines = [
        said([(TOKEN, SECRET)]).await,
        said([(TOKEN, SECRET), (BASE_URL, "")]).await,
        said([(TOKEN, SECRET), (BASE_URL, "https://cloud.mongodbgov.com")]).await,
        said([(TOKEN, SECRET), (BASE_URL, "https://cloud.mongodbgov.com/")]).await,
        said([(TOKEN, SECRET), (BASE_URL, "http://127.0.0.1:8080")]).await,
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_base_url_that_cannot_be_used_is_refused_under_its_name() {
    let mut lines = Vec::new();
    for url in [
        "https://user@cloud.mongodb.com",
        "https://user:SECRET0@cloud.mongodb.com",
        "https://cloud.mongodb.com?token=SECRET0",
        "https://cloud.mongodb.com/#SECRET0",
        "http://cloud.mongodb.com",
        "cloud.mongodb.com",
        "cloud.mongodb.com:443",
        "ftp://cloud.mongodb.com",
        "https://",
        " ",
    ] {
        lines.push(format!("{url:<41}{}", said([(TOKEN, "the-token"), (BASE_URL, url)]).await));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let odd = || OsString::from_vec(b"SECRET0\xff".to_vec());
    let lines = [
        said_of(vec![(TOKEN.to_owned(), odd())]).await,
        said_of(vec![(PRIVATE_KEY.to_owned(), odd())]).await,
        said_of(vec![(TOKEN.to_owned(), "the-token".into()), (BASE_URL.to_owned(), odd())]).await,
    ];
    insta::assert_snapshot!(lines.join("\n"));
}
