//! How the token endpoint is asked with an id and a secret, and credentials that cannot be sent.

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Credentials};

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
