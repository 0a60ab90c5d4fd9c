//! `envelope(true)` changes what Atlas sends, and nothing of what the caller gets.

use std::time::Duration;

use atlas_backup::Error;
use atlas_backup::simulator::{EnvelopeForm, Fault, Simulator};
use serde_json::{Value, json};

use crate::support::{GROUP, ID, JOB, atlas, client, enveloped_job, fixture, job, restore_job};

/// An answer with this body; the status of HTTP is 200, as with every envelope.
fn answer(body: Value) -> Fault {
    Fault::status(200).body("application/json", body.to_string())
}

/// The errors of the same call without and with an envelope.
async fn both_errors(plain: Fault, in_envelope: Fault) -> [Error; 2] {
    let atlas = atlas().await;
    let client = client(&atlas);
    atlas.fault(plain);
    let without = job(&client).await.unwrap_err();
    atlas.fault(in_envelope);
    [without, enveloped_job(&client).await.unwrap_err()]
}

#[track_caller]
fn assert_same([without, with]: [Error; 2]) {
    assert_eq!(with.to_string(), without.to_string());
    assert_eq!(format!("{with:?}"), format!("{without:?}"));
    assert_eq!(
        (with.status(), with.code()),
        (without.status(), without.code())
    );
    assert_eq!(with.api_error(), without.api_error());
    assert_eq!(
        (with.retry_after(), with.is_retryable()),
        (without.retry_after(), without.is_retryable())
    );
}

const FORMS: [EnvelopeForm; 3] = [
    EnvelopeForm::Content,
    EnvelopeForm::Envelope,
    EnvelopeForm::Ignored,
];

#[tokio::test]
async fn the_value_is_the_same_in_every_form() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let without = job(&client).await.unwrap();
    for form in FORMS {
        atlas.set_envelope_form(form);
        let with = enveloped_job(&client).await.unwrap();
        assert_eq!(*with, *without, "{form:?}");
        assert_eq!(with.status(), without.status(), "{form:?}");
    }
}

#[tokio::test]
async fn an_indented_envelope_is_an_envelope() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let with = restore_job(&client)
        .envelope(true)
        .pretty(true)
        .send()
        .await
        .unwrap();
    assert_eq!(*with, *job(&client).await.unwrap());
}

#[tokio::test]
async fn the_error_is_the_same_in_every_form() {
    let atlas = atlas().await;
    assert!(atlas.remove(JOB));
    let client = client(&atlas);
    for form in FORMS {
        atlas.set_envelope_form(form);
        let errors = [
            job(&client).await.unwrap_err(),
            enveloped_job(&client).await.unwrap_err(),
        ];
        assert!(errors[1].is_not_found(), "{form:?}");
        assert_eq!(errors[1].code(), Some("RESTORE_JOB_NOT_FOUND"), "{form:?}");
        assert_same(errors);
    }
}

#[tokio::test]
async fn a_refused_token_is_reported_from_inside_the_envelope() {
    let atlas = atlas().await;
    // With a token of its own the simulator challenges nobody, and puts the 401 into the envelope.
    atlas.add_access_token("another");
    atlas.deny(GROUP);
    let client = client(&atlas);
    let errors = [
        job(&client).await.unwrap_err(),
        enveloped_job(&client).await.unwrap_err(),
    ];
    assert!(errors[1].is_unauthorized());
    assert_same(errors);
}

#[tokio::test]
async fn retry_after_counts_for_the_status_inside_the_envelope() {
    let limited = fixture("error.token_bucket");
    let plain = Fault::status(429)
        .body("application/json", limited.to_string())
        .header("Retry-After", "55");
    let in_envelope =
        answer(json!({"status": 429, "content": limited})).header("Retry-After", "55");
    let errors = both_errors(plain, in_envelope).await;
    assert!(errors[1].is_rate_limited());
    assert_eq!(errors[1].retry_after(), Some(Duration::from_secs(55)));
    assert_same(errors);
}

#[tokio::test]
async fn a_body_that_is_no_value_gives_the_same_error_inside_the_envelope() {
    let wrong = json!({"id": "6a794733c0eb9e7a17740663", "failed": "perhaps"});
    let [without, with] = both_errors(
        answer(wrong.clone()),
        answer(json!({"status": 200, "content": wrong})),
    )
    .await;
    assert!(with.is_decode());
    assert_same([without, with]);
}

#[tokio::test]
async fn an_error_that_atlas_did_not_put_into_an_envelope_is_the_same() {
    let html = || Fault::status(503).body("text/html", "<h1>Service Unavailable</h1>");
    assert_same(both_errors(html(), html()).await);
    let gone = || {
        Fault::status(410).body(
            "application/json",
            fixture("error.version_gone").to_string(),
        )
    };
    assert_same(both_errors(gone(), gone()).await);
    assert_same(
        both_errors(
            Fault::status(502).body("", ""),
            Fault::status(502).body("", ""),
        )
        .await,
    );
}

#[tokio::test]
async fn a_status_that_is_text_belongs_to_the_document() {
    let atlas = atlas().await;
    let document = json!({"id": ID, "status": "completed", "content": {"id": "another"}});
    atlas.put(JOB, &document);
    let client = client(&atlas);
    for form in FORMS {
        atlas.set_envelope_form(form);
        let call = restore_job(&client).envelope(true);
        let value = call.send().await.unwrap().into_inner();
        assert_eq!(serde_json::to_value(value).unwrap(), document, "{form:?}");
    }
}

#[tokio::test]
async fn a_status_that_is_a_number_belongs_to_the_document_if_nothing_is_enclosed() {
    let atlas = atlas().await;
    let document = json!({"id": ID, "status": 404, "deliveryType": "download"});
    atlas.put(JOB, &document);
    let client = client(&atlas);
    for form in FORMS {
        atlas.set_envelope_form(form);
        let job = enveloped_job(&client).await.unwrap().into_inner();
        assert_eq!(serde_json::to_value(job).unwrap(), document, "{form:?}");
    }
}

#[tokio::test]
async fn a_failure_may_have_nothing_in_its_envelope() {
    let atlas = atlas().await;
    atlas.put(JOB, &json!({"status": 401}));
    atlas.set_envelope_form(EnvelopeForm::Ignored);
    let error = enveloped_job(&client(&atlas)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "401 Unauthorized; check the access token, and its access to the project \
         (get_backup_restore_job)"
    );
}

#[tokio::test]
async fn what_is_enclosed_without_a_status_belongs_to_the_document() {
    for document in [
        json!({"id": ID, "content": {"id": "another"}}),
        json!({"id": ID, "envelope": {"id": "another"}}),
        json!({"id": ID, "content": {"id": "another"}, "status": 1000}),
        json!({"id": ID, "content": {"id": "another"}, "status": -1}),
        json!({"id": ID, "content": {"id": "another"}, "status": null}),
    ] {
        let atlas = Simulator::start().await.unwrap();
        atlas.fault(answer(document.clone()));
        let job = enveloped_job(&client(&atlas)).await.unwrap().into_inner();
        assert_eq!(job.id.as_deref(), Some(ID), "{document}");
    }
}

#[tokio::test]
async fn an_envelope_is_opened_only_where_one_was_requested() {
    let atlas = atlas().await;
    atlas.fault(answer(
        json!({"id": ID, "status": 404, "content": {"detail": "none"}}),
    ));
    let job = job(&client(&atlas)).await.unwrap();
    assert_eq!(job.id.as_deref(), Some(ID));
}

#[tokio::test]
async fn a_list_keeps_its_status_beside_its_results() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let list = || {
        client
            .get::<Value>(JOB, "2023-01-01")
            .query("envelope", true)
    };
    atlas.fault(answer(json!({"status": 200, "results": [{"id": ID}]})));
    assert_eq!(list().send().await.unwrap()["results"][0]["id"], ID);
    atlas.fault(answer(json!({"status": 503, "results": []})));
    let error = list().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert!(error.is_retryable(), "{error}");
}

#[tokio::test]
async fn the_status_in_an_envelope_may_be_text() {
    let atlas = atlas().await;
    let body = json!({"status": "404", "content": {"errorCode": "RESTORE_JOB_NOT_FOUND"}});
    atlas.fault(answer(body));
    let error = enveloped_job(&client(&atlas)).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.code(), Some("RESTORE_JOB_NOT_FOUND"));
}
