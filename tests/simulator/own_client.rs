//! Clients that callers bring, which work whatever the features of this crate.

use atlas_backup::simulator::Simulator;

use crate::support::*;

#[tokio::test]
async fn a_plain_client_that_the_caller_brings_is_good_for_every_way() {
    for way in WAYS {
        let atlas = atlas_for(way).await;
        let client = trusting_client(&atlas, way);
        ask(&client).await.unwrap();
    }
}

#[tokio::test]
async fn a_client_with_another_tls_is_good_for_every_way() {
    for way in WAYS {
        let atlas = prepare(Simulator::start_tls().await.unwrap(), way);
        let client = trusting_client(&atlas, way);
        ask(&client).await.unwrap();
    }
}

#[cfg(not(feature = "rustls"))]
#[test]
fn without_tls_of_its_own_the_crate_requires_a_client() {
    let builder =
        atlas_backup::Client::builder(Way::Token.credentials()).base_url("http://127.0.0.1:1");
    let expected = "no TLS: enable the feature `rustls`, or bring a client to .http_client()";
    assert_eq!(builder.build().unwrap_err().to_string(), expected);
}
