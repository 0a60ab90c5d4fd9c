//! Certificate authorities that a user adds to those of the platform.

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, ClientBuilder};

use crate::support::*;

async fn atlas_with_tls() -> Simulator {
    prepare(Simulator::start_tls().await.unwrap(), Way::Token)
}

#[track_caller]
fn refusal(builder: ClientBuilder) -> String {
    let error = builder.build().expect_err("it should be refused");
    assert!(error.is_invalid_request(), "{error}");
    error.to_string()
}

fn secure_builder() -> ClientBuilder {
    Client::builder(Way::Token.credentials())
}

#[tokio::test]
async fn a_server_is_trusted_by_the_certificate_that_was_added() {
    let atlas = atlas_with_tls().await;
    let error = error_of(&client_for(&atlas, Way::Token)).await;
    assert!(error.is_connect(), "{error}");
    let client = builder_for(&atlas, Way::Token)
        .root_certificate(atlas.certificate_pem().unwrap())
        .build()
        .unwrap();
    ask(&client).await.unwrap();
}

#[tokio::test]
async fn several_certificates_are_added_one_by_one_or_in_one_file() {
    let (atlas, other) = (atlas_with_tls().await, atlas_with_tls().await);
    let first = atlas.certificate_pem().unwrap();
    let second = other.certificate_pem().unwrap();
    let one_by_one = |atlas: &Simulator| {
        let builder = builder_for(atlas, Way::Token);
        builder.root_certificate(first).root_certificate(second)
    };
    let in_one_file = |atlas: &Simulator| {
        let file = format!("# two of them\n{first}\n{second}");
        builder_for(atlas, Way::Token).root_certificate(file)
    };
    for atlas in [&atlas, &other] {
        ask(&one_by_one(atlas).build().unwrap()).await.unwrap();
        ask(&in_one_file(atlas).build().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_a_certificate_is_skipped() {
    let atlas = atlas_with_tls().await;
    let pem = format!("\u{feff}{}", atlas.certificate_pem().unwrap());
    let client = builder_for(&atlas, Way::Token).root_certificate(pem);
    ask(&client.build().unwrap()).await.unwrap();
}

#[tokio::test]
async fn what_holds_no_certificate_is_refused() {
    let pem = Simulator::start_tls().await.unwrap();
    let pem = pem.certificate_pem().unwrap();
    let garbled = pem.replacen("MII", "AAA", 1);
    let lines = [
        refusal(secure_builder().root_certificate("")),
        refusal(secure_builder().root_certificate("/etc/ssl/ca.pem")),
        refusal(secure_builder().root_certificate(&pem[..pem.len() / 2])),
        refusal(secure_builder().root_certificate(garbled)),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn a_client_that_is_brought_cannot_take_one() {
    let atlas = atlas_with_tls().await;
    let builder = secure_builder()
        .http_client(own_http_client(&atlas))
        .root_certificate(atlas.certificate_pem().unwrap());
    assert_eq!(
        refusal(builder),
        "root_certificate cannot be added to the client of .http_client(): add it where that \
         client is made"
    );
}
