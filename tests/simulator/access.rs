//! Who has access: valid and wrong tokens, projects that are denied, and the errors of both.

use atlas_backup::simulator::Simulator;

use crate::{GROUP, JOB, atlas_with_job, bearer, header, http_client, json_of, plain, url};

#[tokio::test]
async fn a_missing_or_wrong_credential_gets_the_recorded_401() {
    let atlas = atlas_with_job().await;
    let response = plain(&atlas).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    let challenge = header(&response, "www-authenticate").unwrap().to_owned();
    let nonce = challenge.split('"').nth(5).unwrap();
    assert_eq!(nonce.len(), 32);
    assert_eq!(
        challenge,
        format!(
            r#"Digest realm="MMS Public API", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale=false"#
        )
    );
    assert_eq!(
        response.text().await.unwrap(),
        r#"{ "error" : 401, "reason" : "Unauthorized", "detail" : "You are not authorized for this resource." }"#
    );
    assert_eq!(bearer(&atlas, "something else").await, 401);
}

#[tokio::test]
async fn without_api_keys_nobody_with_tokens_is_challenged_and_the_401_goes_into_the_envelope() {
    let atlas = atlas_with_job().await;
    atlas.add_access_token("mine");
    assert_eq!(bearer(&atlas, "mine").await, 200);
    let enveloped = || http_client(&atlas).get(url(&atlas, JOB) + "?envelope=true");
    let response = enveloped().send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            header(&response, "www-authenticate")
        ),
        (200, None)
    );
    assert_eq!(json_of(response).await["content"]["error"], 401);
    atlas.add_api_key("public", "private");
    let response = enveloped().send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(header(&response, "www-authenticate").is_some());
}

#[tokio::test]
async fn a_denied_project_answers_401_to_a_good_credential() {
    let atlas = atlas_with_job().await;
    atlas.deny(GROUP);
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 401);
    atlas.allow(GROUP);
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 200);
    atlas.deny("groups/32b6e34b3d91647abb20e7b8/clusters/Cluster");
    assert_eq!(
        bearer(&atlas, Simulator::ACCESS_TOKEN).await,
        200,
        "not a whole segment"
    );
    atlas.deny("groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/");
    assert_eq!(bearer(&atlas, Simulator::ACCESS_TOKEN).await, 401);
}
