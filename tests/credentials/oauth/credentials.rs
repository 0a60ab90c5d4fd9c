//! Requests to the token endpoint with an id and a secret, and credentials that cannot be sent.

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Credentials};
use base64::prelude::{BASE64_STANDARD, Engine};

use crate::support::*;

#[tokio::test]
async fn ids_and_secrets_with_any_letters_arrive_as_they_are() {
    for odd in ["a:b", "a b+c%20", r#"quo"te\"#, "Zoë 密码 🔑", "&=;", "%zz"] {
        let atlas = Simulator::start().await.unwrap();
        put_jobs(&atlas, 1);
        atlas.add_service_account(odd, odd);
        let client = Client::builder(Credentials::service_account(odd, odd))
            .base_url(atlas.base_url())
            .build()
            .unwrap();
        ask(&client).await.unwrap();
    }
}

#[tokio::test]
async fn a_request_for_a_token_is_as_atlas_documents_it() {
    let atlas = Simulator::start().await.unwrap();
    put_jobs(&atlas, 1);
    atlas.add_service_account("id:1", "se cret");
    let client = Client::builder(Credentials::service_account("id:1", "se cret"))
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    let request = &atlas.requests()[0];
    assert_eq!(
        (request.method(), request.target()),
        ("POST", "/api/oauth/token")
    );
    assert_eq!(request.form(), "grant_type=client_credentials");
    let mut headers: Vec<_> = request
        .headers()
        .filter(|(name, _)| *name != "host")
        .collect();
    headers.sort();
    insta::assert_debug_snapshot!(headers);
}

#[tokio::test]
async fn empty_ids_and_secrets_are_refused() {
    let refused = |id: &str, secret: &str| {
        Client::builder(Credentials::service_account(id, secret))
            .build()
            .expect_err(id)
            .to_string()
    };
    assert_eq!(refused("", ACCOUNT_SECRET), "the client id is empty");
    assert_eq!(refused(ACCOUNT_ID, ""), "the client secret is empty");
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_refused_with_a_sentence() {
    let refused = |token: &str| {
        Client::builder(Credentials::access_token(token))
            .build()
            .expect_err(token)
            .to_string()
    };
    let odd = "of the access token cannot be sent; look for a line break, a space or a quote";
    assert_eq!(refused(""), "the access token is empty");
    assert_eq!(refused("token\n"), format!("character 6 {odd}"));
    assert_eq!(refused("to ken"), format!("character 3 {odd}"));
    assert_eq!(refused("tökèn"), format!("character 2 {odd}"));
}

#[tokio::test]
async fn spaces_in_an_id_or_a_secret_are_sent_as_percent_20() {
    let atlas = Simulator::start().await.unwrap();
    put_jobs(&atlas, 1);
    atlas.add_service_account("an id+", "a secret");
    let client = Client::builder(Credentials::service_account("an id+", "a secret"))
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    let requests = atlas.requests();
    let header = requests[0].header("authorization").unwrap();
    let pair = BASE64_STANDARD.decode(&header["Basic ".len()..]).unwrap();
    assert_eq!(String::from_utf8(pair).unwrap(), "an%20id%2B:a%20secret");
}

/// What is left of a value when it was copied out of a file or a shell with what stands around it.
fn spoilt(value: &str) -> [String; 12] {
    [
        format!("\"{value}\""),
        format!("'{value}'"),
        format!("`{value}"),
        format!("{value}\u{201d}"),
        format!(" {value}"),
        format!("{value} "),
        format!("{value}\n"),
        format!("\u{feff}{value}"),
        format!("{value}\u{a0}"),
        format!("{value}\u{200b}"),
        format!("{}\u{a0}{}", &value[..2], &value[2..]),
        format!("{}\u{ad}{}", &value[..2], &value[2..]),
    ]
}

#[track_caller]
fn assert_refused(credentials: Credentials, name: &str) -> String {
    let error = Client::builder(credentials).build().expect_err(name);
    assert!(error.is_invalid_request(), "{error}");
    let message = error.to_string();
    assert!(message.contains(name), "{message}");
    assert!(!message.contains("SECRET"), "{message}");
    message
}

#[test]
fn what_stands_around_a_credential_by_mistake_is_refused_by_name() {
    let mut lines = String::new();
    for odd in spoilt("SECRET-0123456789") {
        let credentials = Credentials::service_account(&odd, ACCOUNT_SECRET);
        lines += &assert_refused(credentials, "the client id");
        lines += "\n";
        let credentials = Credentials::service_account(ACCOUNT_ID, &odd);
        assert_refused(credentials, "the client secret");
        let credentials = Credentials::api_key(&odd, PRIVATE_KEY);
        assert_refused(credentials, "the public API key");
        let credentials = Credentials::api_key(PUBLIC_KEY, &odd);
        assert_refused(credentials, "the private API key");
        assert_refused(Credentials::access_token(&odd), "the access token");
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn an_id_and_a_secret_that_are_swapped_are_refused() {
    for (id, secret) in [
        (ACCOUNT_SECRET, ACCOUNT_ID),
        ("an-id", ACCOUNT_ID),
        (ACCOUNT_SECRET, "a-secret"),
    ] {
        let error = Client::builder(Credentials::service_account(id, secret))
            .build()
            .expect_err(id);
        assert!(error.is_invalid_request());
        assert_eq!(
            error.to_string(),
            "the client id and the client secret are swapped: an id begins with mdb_sa_id_, a \
             secret with mdb_sa_sk_"
        );
    }
}
