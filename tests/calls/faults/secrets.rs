//! Credentials in `Debug`, and those that a server repeats in its errors.

use std::fmt::Write;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::support::*;

#[tokio::test]
async fn debug_shows_the_kind_of_credentials_and_nothing_of_them() {
    let mut shown = String::new();
    for way in WAYS {
        let builder = Client::builder(way.credentials());
        writeln!(
            shown,
            "{:?}\n{builder:?}\n{:?}",
            way.credentials(),
            builder_of(way)
        )
        .unwrap();
    }
    for secret in [
        ACCOUNT_ID,
        ACCOUNT_SECRET,
        PUBLIC_KEY,
        PRIVATE_KEY,
        Simulator::ACCESS_TOKEN,
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    insta::assert_snapshot!(shown);
}

fn builder_of(way: Way) -> Client {
    Client::builder(way.credentials()).build().unwrap()
}

/// A server whose error repeats the request. It gives out one token, and one challenge.
async fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let (mut head, mut line) = (String::new(), String::new());
            while stream.read_line(&mut line).await.unwrap() > 2 {
                head.push_str(&std::mem::take(&mut line));
            }
            let field = |name: &str| {
                head.lines()
                    .find_map(|line| line.strip_prefix(name))
                    .map(str::to_owned)
            };
            let body = field("authorization: ")
                .map(|it| json!({"errorCode": "ECHO", "detail": it, "access_token": ECHOED}));
            let status = match (
                &body,
                head.starts_with("POST") && !head.contains(BASE64_OF_REFUSED),
            ) {
                (None, _) => {
                    "401 X\r\nwww-authenticate: Digest realm=\"r\", nonce=\"nonce-of-echo\", qop=\"auth\""
                }
                (_, true) => "200 X",
                (_, false) => "400 X",
            };
            let body = body.map(|it| it.to_string()).unwrap_or_default();
            let answer = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    base_url
}

const ECHOED: &str = "token/of+the-echo.==";
/// Of `refused:` and the form-urlencoded secret.
const BASE64_OF_REFUSED: &str = "cmVmdXNlZDpzZWNyZXQl";

#[tokio::test]
async fn what_a_server_repeats_of_credentials_is_hidden() {
    let base_url = echo().await;
    let mut told = String::new();
    for credentials in [
        Credentials::access_token(ECHOED),
        Credentials::access_token("/token/that/looks/like/a/path"),
        Credentials::api_key(PUBLIC_KEY, PRIVATE_KEY),
        Credentials::service_account(ACCOUNT_ID, ACCOUNT_SECRET),
        Credentials::service_account("refused", "secret\"of the account"),
    ] {
        let client = Client::builder(credentials)
            .base_url(&base_url)
            .build()
            .unwrap();
        writeln!(
            told,
            "{}",
            error_of(&client)
                .await
                .to_string()
                .replace(&base_url, "[atlas]")
        )
        .unwrap();
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn what_the_token_endpoint_repeats_of_the_secret_is_hidden() {
    let secret = "se cret/of+the account";
    let atlas = atlas_for(Way::Account).await;
    let words =
        format!("The secret {secret} of {ACCOUNT_ID} is wrong, that is se+cret%2Fof%2Bthe+account");
    let body = json!({"error": "invalid_client", "error_description": words}).to_string();
    atlas.fault(
        Fault::status(401)
            .body("application/json", body)
            .on_token_endpoint(),
    );
    let client = Client::builder(Credentials::service_account(ACCOUNT_ID, secret))
        .base_url(atlas.base_url())
        .build()
        .unwrap();
    let expected = "[atlas]/api/oauth/token: 401 invalid_client: The secret [hidden] of [hidden] is wrong, that is \
                    [hidden]; check the client id and secret of the service account (get_backup_restore_job)";
    assert_eq!(line(&atlas, &error_of(&client).await), expected);
}

#[tokio::test]
async fn what_is_hidden_is_hidden_before_the_line_is_cut() {
    let atlas = atlas_for(Way::Token).await;
    let words = format!("{}{}", "x".repeat(290), Simulator::ACCESS_TOKEN);
    let body = json!({"errorCode": "ECHO", "detail": words}).to_string();
    atlas.fault(Fault::status(400).body("application/json", body));
    let text = error_of(&client_for(&atlas, Way::Token)).await.to_string();
    assert!(
        text.contains("xx[hidden]") && !text.contains("simul"),
        "{text}"
    );
}
