//! What is said of variables that are missing or do not fit, and which base URL is taken.

use std::ffi::OsString;

use super::*;
use crate::support::{SECRET, atlas};

#[tokio::test]
async fn without_any_variable_all_three_ways_are_named() {
    insta::assert_snapshot!(said([]).await);
}

#[tokio::test]
async fn empty_variables_are_none() {
    let empty = [
        (TOKEN, ""),
        (CLIENT_ID, ""),
        (CLIENT_SECRET, ""),
        (PUBLIC_API_KEY, ""),
        (PRIVATE_KEY, ""),
    ];
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
    let line = said([
        (CLIENT_ID, SECRET),
        (PUBLIC_API_KEY, SECRET),
        (PRIVATE_API_KEY, SECRET),
    ])
    .await;
    insta::assert_snapshot!(line);
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
async fn what_stands_around_a_value_by_mistake_is_refused_under_the_name_of_its_variable() {
    let lines = [
        said([(TOKEN, "\"SECRET0\"")]).await,
        said([(CLIENT_ID, "'SECRET0'"), (CLIENT_SECRET, SECRET)]).await,
        said([(CLIENT_ID, SECRET), (CLIENT_SECRET, "SECRET0 ")]).await,
        said([(CLIENT_ID, SECRET), (CLIENT_SECRET, "SECRET0\u{a0}")]).await,
        said([(PUBLIC_API_KEY, "\u{feff}SECRET0"), (PRIVATE_KEY, SECRET)]).await,
        said([(PUBLIC_KEY, SECRET), (PRIVATE_KEY, " SECRET0")]).await,
        said([(PUBLIC_KEY, SECRET), (PRIVATE_API_KEY, "\"SECRET0")]).await,
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
async fn a_base_url_that_is_set_in_code_wins_and_has_the_name_of_the_setting() {
    let token = (TOKEN, "the-token");
    let variable = (BASE_URL, "https://cloud.mongodbgov.com");
    let set = (OWN_BASE_URL, "https://gateway.internal");
    let line = said([token, variable, set]).await;
    assert_eq!(
        line,
        r#"Client { base_url: "https://gateway.internal", .. }"#
    );
    let line = said([token, variable, (OWN_BASE_URL, "gateway.internal")]).await;
    assert_eq!(line, "base_url must begin with https://");
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
        "https://${ATLAS_HOST}",
        "https://cloud.mongodb.com/api/atlas/v2",
        " ",
    ] {
        lines.push(format!(
            "{url:<41}{}",
            said([(TOKEN, "the-token"), (BASE_URL, url)]).await
        ));
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
        said_of(vec![
            (TOKEN.to_owned(), "the-token".into()),
            (BASE_URL.to_owned(), odd()),
        ])
        .await,
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_service_account_that_is_swapped_is_refused_under_its_variables() {
    let swapped = [
        (CLIENT_ID, "mdb_sa_sk_SECRET0"),
        (CLIENT_SECRET, "mdb_sa_id_0"),
    ];
    insta::assert_snapshot!(said(swapped).await);
}

#[tokio::test]
async fn a_401_names_the_credentials_and_their_variable() {
    let atlas = atlas().await;
    atlas.add_access_token("another");
    atlas.add_service_account("the-id", "another");
    atlas.add_api_key("the-public-key", "another");
    let mut lines = Vec::new();
    for variables in [
        vec![(TOKEN, "the-token"), (CLIENT_ID, "the-id")],
        vec![(CLIENT_ID, "the-id"), (CLIENT_SECRET, SECRET)],
        vec![(PUBLIC_API_KEY, "the-public-key"), (PRIVATE_KEY, SECRET)],
        vec![(PUBLIC_KEY, "the-public-key"), (PRIVATE_KEY, SECRET)],
    ] {
        let mut all = vec![
            (CALLS.to_owned(), "1".into()),
            (BASE_URL.to_owned(), atlas.base_url().into()),
        ];
        all.extend(
            variables
                .iter()
                .map(|(name, value)| (name.to_string(), value.into())),
        );
        lines.push(said_of(all).await.replace(atlas.base_url(), "[atlas]"));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_placeholder_that_nothing_has_replaced_is_refused_under_its_variable() {
    let lines = [
        said([(TOKEN, "${SECRET0}")]).await,
        said([(CLIENT_ID, "${SECRET0}"), (CLIENT_SECRET, SECRET)]).await,
        said([(CLIENT_ID, SECRET), (CLIENT_SECRET, "${SECRET0}")]).await,
        said([(PUBLIC_API_KEY, SECRET), (PRIVATE_KEY, "${SECRET0}")]).await,
    ];
    insta::assert_snapshot!(lines.join("\n"));
}
