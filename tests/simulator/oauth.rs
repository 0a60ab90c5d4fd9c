//! Service accounts: the tokens they get, and what the token endpoint does not like.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{JOB, atlas_with_job, bearer, get, header, http_client, json_of};

const FORM: &str = "application/x-www-form-urlencoded";

fn oauth(atlas: &Simulator, endpoint: &str, pair: &str, form: &str) -> RequestBuilder {
    let request = http_client(atlas).post(format!("{}/api/oauth/{endpoint}", atlas.base_url()));
    let request = request.header(
        "authorization",
        format!("Basic {}", BASE64_STANDARD.encode(pair)),
    );
    request
        .header("accept", "application/json")
        .header("content-type", FORM)
        .body(form.to_owned())
}

fn token_request(atlas: &Simulator) -> RequestBuilder {
    let form = "grant_type=client_credentials";
    oauth(atlas, "token", "mdb_sa_id_1:secret", form)
}

async fn token(atlas: &Simulator) -> String {
    let response = token_request(atlas).send().await.unwrap();
    let token = &json_of(response).await["access_token"];
    token.as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_service_account_gets_a_token_that_lives_as_long_as_it_says() {
    let atlas = atlas_with_job().await;
    atlas.add_service_account("mdb_sa_id_1", "secret");
    atlas.set_token_lifetime(Duration::from_secs(90));
    let body = json_of(token_request(&atlas).send().await.unwrap()).await;
    assert_eq!(
        (&body["expires_in"], &body["token_type"]),
        (&json!(90), &json!("Bearer"))
    );
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(bearer(&atlas, token).await, 200);
    tokio::time::advance(Duration::from_secs(89)).await;
    assert_eq!(bearer(&atlas, token).await, 200);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(bearer(&atlas, token).await, 401);
    assert_eq!(atlas.token_requests(), 1);
    assert_eq!(atlas.requests()[0].form(), "grant_type=client_credentials");
}

#[tokio::test]
async fn tokens_end_when_they_are_revoked() {
    let atlas = atlas_with_job().await;
    atlas.add_service_account("mdb_sa_id_1", "secret");
    let (first, second) = (token(&atlas).await, token(&atlas).await);
    let form = format!("token={first}&token_type_hint=access_token");
    let revoked = oauth(&atlas, "revoke", "mdb_sa_id_1:secret", &form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (revoked.status().as_u16(), revoked.text().await.unwrap()),
        (200, String::new())
    );
    assert_eq!(
        (bearer(&atlas, &first).await, bearer(&atlas, &second).await),
        (401, 200)
    );
    atlas.revoke_tokens();
    assert_eq!(
        (
            bearer(&atlas, &second).await,
            bearer(&atlas, Simulator::ACCESS_TOKEN).await
        ),
        (401, 401)
    );
    assert_eq!(bearer(&atlas, &token(&atlas).await).await, 200);
}

#[tokio::test]
async fn the_token_endpoint_says_what_it_does_not_like() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_service_account("mdb_sa_id_1", "se:c+ret \"\\ü%");
    let good = "mdb_sa_id_1:se%3Ac%2Bret+%22%5C%C3%BC%25";
    let grant = "grant_type=client_credentials";
    let cases = [
        (oauth(&atlas, "token", good, grant), 200, Value::Null),
        (
            oauth(&atlas, "token", "mdb_sa_id_1:se:c+ret", grant),
            401,
            json!("invalid_client"),
        ),
        (
            oauth(&atlas, "token", good, "grant_type=password"),
            400,
            json!("unsupported_grant_type"),
        ),
        (
            oauth(&atlas, "token", good, ""),
            400,
            json!("invalid_request"),
        ),
        (
            oauth(&atlas, "revoke", good, ""),
            400,
            json!("invalid_request"),
        ),
    ];
    for (request, status, error) in cases {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(json_of(response).await["error"], error);
    }
    let response = oauth(&atlas, "token", "nobody:x", grant)
        .send()
        .await
        .unwrap();
    let recorded =
        json!({"error_description": "Invalid credentials provided.", "error": "invalid_client"});
    assert_eq!(json_of(response).await, recorded);
    let bare = http_client(&atlas).post(format!("{}/api/oauth/token", atlas.base_url()));
    assert_eq!(bare.send().await.unwrap().status(), 400);
    let get = http_client(&atlas).get(format!("{}/api/oauth/token", atlas.base_url()));
    assert_eq!(header(&get.send().await.unwrap(), "allow"), Some("POST"));
}

#[tokio::test]
async fn a_service_account_has_at_most_100_living_tokens() {
    let atlas = Simulator::start().await.unwrap();
    atlas.add_service_account("mdb_sa_id_1", "secret");
    for _ in 0..100 {
        token(&atlas).await;
    }
    let response = token_request(&atlas).send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(json_of(response).await["error"], "access_denied");
}

#[tokio::test]
async fn the_token_endpoint_is_limited_on_request() {
    let atlas = atlas_with_job().await;
    atlas.add_service_account("mdb_sa_id_1", "secret");
    atlas.fault(Fault::token_limit());
    assert_eq!(get(&atlas, JOB).send().await.unwrap().status(), 200);
    let response = token_request(&atlas).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(
        json_of(response).await,
        json!({
            "detail": "Resource /api/oauth/token is limited to 10 requests every 1 minutes.", "error": 429,
            "errorCode": "RATE_LIMITED", "parameters": ["/api/oauth/token", 10, 1], "reason": "Too Many Requests",
        })
    );
    token(&atlas).await;
}
