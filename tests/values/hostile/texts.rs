//! What a server says in headers and in the bodies of its errors.

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Credentials, RetryPolicy};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Asked, check, for_any, header_value, json, raw, text};
use crate::support::operations::Type;

const PRIVATE: &str = "11111111-2222-3333-4444-555555555555";

/// Something like a challenge.
fn challenge() -> impl Strategy<Value = Vec<u8>> {
    let name = "opaque|qop|qop|algorithm|stale|domain|charset|userhash|nonce|x";
    let plain = "auth|auth,auth-int|auth-int|MD5|SHA-256|MD5-sess|SHA-512-256|true|[ -~]{0,20}|é";
    let quoted = plain.prop_map(|value| format!("\"{value}\""));
    let parameter = (name, prop_oneof![3 => quoted.boxed(), 1 => plain.boxed()]);
    let parameters = proptest::collection::vec(
        parameter.prop_map(|(name, value)| format!("{name}={value}")),
        0..4,
    );
    let scheme = "Digest|Digest|Digest|digest|Digest|Basic|[!-~]{0,8}";
    // Without these there is nothing to answer.
    let needed = prop_oneof![3 => Just(r#"realm="MMS Public API", nonce="c2f1d3", qop="auth", "#), 1 => Just("")];
    let one = (scheme, needed, parameters, ", |,| |,,").prop_map(
        |(scheme, needed, parameters, comma)| {
            format!("{scheme} {needed}{}", parameters.join(&comma))
        },
    );
    proptest::collection::vec(one, 1..3).prop_map(|all| all.join(", ").into_bytes())
}

#[test]
fn any_challenge_is_answered_once_or_not_at_all() {
    let asked = Asked::with(
        Credentials::api_key("abcdefgh", PRIVATE),
        RetryPolicy::never(),
    );
    asked.atlas.add_api_key("abcdefgh", "another");
    let answered = std::cell::Cell::new(0);
    for_any(
        prop_oneof![3 => challenge().boxed(), 1 => header_value().boxed()],
        |challenge| {
            let error = asked
                .job(raw(401, &[("WWW-Authenticate", &challenge)], b""))
                .unwrap_err();
            check(&error)?;
            prop_assert!(
                error.is_unauthorized() || error.status().is_none(),
                "{error}"
            );
            let requests = asked.atlas.take_requests();
            prop_assert!(requests.len() <= 2, "{requests:?}");
            answered.set(answered.get() + requests.len() - 1);
            for request in requests {
                prop_assert!(
                    !request.headers().any(|(_, value)| value.contains(PRIVATE)),
                    "the key itself was sent"
                );
            }
            Ok(())
        },
    );
    assert!(
        answered.get() > 10,
        "only {} challenges could be answered",
        answered.get()
    );
}

#[test]
fn any_retry_after_is_a_time_or_none() {
    let asked = Asked::once();
    for_any(
        prop_oneof![
            header_value(),
            "[0-9 +.-]{0,25}".prop_map(String::into_bytes)
        ],
        |value| {
            let error = asked
                .job(raw(503, &[("Retry-After", &value)], b""))
                .unwrap_err();
            check(&error)?;
            let seconds = std::str::from_utf8(&value)
                .ok()
                .and_then(|it| it.trim().parse().ok());
            if let (Some(_), Some(seconds)) = (error.status(), seconds) {
                prop_assert_eq!(error.retry_after(), Some(longest(seconds)));
            }
            Ok(())
        },
    );
}

#[test]
fn any_date_in_retry_after_is_a_time_or_none() {
    let asked = Asked::once();
    let date = "(Mon|Sun|Sunday|So), ?[0-9]{1,3}[ -](Jan|Feb|Nov|Xyz)[ -][0-9]{1,5} [0-9]{1,2}:[0-9]{2}:[0-9]{2} (GMT|UTC)";
    for_any(date, |date| {
        let error = asked
            .job(raw(429, &[("Retry-After", date.as_bytes())], b""))
            .unwrap_err();
        prop_assert!(error.is_rate_limited());
        check(&error)
    });
}

/// The random part is half of the `Retry-After`, within the backoff's first and longest step. It is
/// up to three times as long while most calls of the client fail, as those do that are refused here.
fn longest_pause(asked: Duration) -> Duration {
    let shortest = Duration::from_millis(500);
    let random_part = (asked / 2).clamp(shortest, Duration::from_secs(10));
    asked.max(shortest) + random_part * 3
}

/// A pause of more than 136 years is one of 136 years.
fn longest(seconds: u64) -> Duration {
    Duration::from_secs(seconds.min(u32::MAX.into()))
}

#[test]
fn a_pause_of_any_length_is_kept_or_refused_at_once() {
    let policy = RetryPolicy::default().total_time(Duration::from_secs(120));
    let asked = Asked::with(Credentials::access_token(Simulator::ACCESS_TOKEN), policy);
    for_any(prop_oneof![0..300_u64, any::<u64>()], |seconds| {
        let result = asked.job(Fault::status(503).header("Retry-After", &seconds.to_string()));
        let times: Vec<_> = asked
            .atlas
            .take_requests()
            .iter()
            .map(|request| request.at())
            .collect();
        match (result, times.as_slice()) {
            (Ok(_), [first, second]) => {
                let asked = Duration::from_secs(seconds);
                let pause = *second - *first;
                prop_assert!(pause >= asked, "{pause:?}");
                prop_assert!(pause <= longest_pause(asked), "{pause:?}");
            }
            (Err(error), [_]) => {
                prop_assert_eq!(error.retry_after(), Some(longest(seconds)));
                prop_assert!(seconds >= 119, "{error} after no pause");
            }
            (result, times) => {
                return Err(TestCaseError::fail(format!("{result:?} after {times:?}")));
            }
        }
        Ok(())
    });
}

/// Errors in the form of Atlas or of OAuth, with anything at all in them.
fn error_body() -> impl Strategy<Value = Vec<u8>> {
    let name = "error|errorCode|detail|reason|parameters|badRequestDetail|error_description|status|content|[a-z]{0,5}";
    let value = prop_oneof![text().prop_map(Value::from).boxed(), json().boxed()];
    let object = proptest::collection::btree_map(name, value, 0..8);
    prop_oneof![
        4 => object.prop_map(|map| map.into_iter().collect::<Value>().to_string().into_bytes()).boxed(),
        1 => json().prop_map(|json| json.to_string().into_bytes()).boxed(),
        1 => proptest::collection::vec(any::<u8>(), 0..600).boxed(),
    ]
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![3 => 400..=599_u16, 1 => 600..=999_u16, 1 => 300..=399_u16]
}

#[test]
fn any_body_of_an_error_becomes_one_line() {
    let asked = Asked::once();
    for_any((status(), error_body()), |(status, body)| {
        let error = asked
            .job(Fault::status(status).body("application/json", body))
            .unwrap_err();
        prop_assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        prop_assert!(
            error.to_string().starts_with(&status.to_string()),
            "{error}"
        );
        check(&error)
    });
}

#[test]
fn any_body_in_place_of_a_token_becomes_one_line() {
    let asked = Asked::with(
        Credentials::service_account("mdb_sa_id_1", "mdb_sa_sk_hush"),
        RetryPolicy::never(),
    );
    let granted = proptest::collection::btree_map(
        "access_token|token_type|expires_in|[a-z]{0,3}",
        json(),
        0..4,
    );
    let granted =
        granted.prop_map(|map| map.into_iter().collect::<Value>().to_string().into_bytes());
    let input = (
        prop_oneof![2 => status().boxed(), 1 => Just(200).boxed()],
        prop_oneof![error_body(), granted],
    );
    for_any(input, |(status, body)| {
        let fault = Fault::status(status)
            .body("application/json", body)
            .on_token_endpoint();
        // Nobody has granted the tokens that may be in it.
        let error = asked.job(fault).expect_err("there was no token");
        prop_assert!(
            !asked.atlas.take_requests().is_empty(),
            "the endpoint was not asked"
        );
        let line = error.to_string();
        prop_assert!(!line.contains("hush"), "{line}");
        // The endpoint is named, whose address is no secret.
        prop_assert!(
            !line.replace(asked.atlas.base_url(), "").contains("://"),
            "{line}"
        );
        prop_assert!(!line.contains(|it: char| it.is_control()), "{line:?}");
        Ok(())
    });
}

#[test]
fn any_location_of_a_redirect_is_reported_in_one_line() {
    let asked = Asked::once();
    for_any(
        prop_oneof![
            header_value(),
            "https?://[!-~]{0,60}".prop_map(String::into_bytes)
        ],
        |place| {
            check(
                &asked
                    .job(raw(302, &[("Location", &place)], b""))
                    .unwrap_err(),
            )
        },
    );
}

/// Both ways must end the same.
#[track_caller]
fn same_with_and_without(
    asked: &Asked,
    status: u16,
    content: &Value,
    envelope: &Value,
) -> Result<(), TestCaseError> {
    let answer =
        |status, body: &Value| Fault::status(status).body("application/json", body.to_string());
    let without = asked.job(answer(status, content));
    let with = asked.enveloped_job(answer(200, envelope));
    match (with, without) {
        (Ok(with), Ok(without)) => {
            prop_assert_eq!(&*with, &*without);
            prop_assert_eq!(with.status(), without.status());
        }
        (Err(with), Err(without)) => {
            prop_assert_eq!(format!("{with:?}"), format!("{without:?}"));
            prop_assert_eq!(
                (with.status(), with.code()),
                (without.status(), without.code())
            );
            prop_assert_eq!(with.api_error(), without.api_error());
        }
        (with, without) => {
            return Err(TestCaseError::fail(format!(
                "{with:?} instead of {without:?}"
            )));
        }
    }
    Ok(())
}

#[test]
fn anything_in_an_envelope_reads_as_it_does_without() {
    let asked = Asked::once();
    let body = prop_oneof![
        json().boxed(),
        super::document(Type::named("CloudBackupRestoreJob")).boxed()
    ];
    let name = prop_oneof![Just("content"), Just("envelope")];
    let status = prop_oneof![Just(200_u16), Just(201), Just(404), 400..=599_u16];
    for_any((status, name, body), |(status, name, body)| {
        same_with_and_without(
            &asked,
            status,
            &body,
            &json!({ "status": status, name: body }),
        )
    });
}

#[test]
fn what_is_no_envelope_reads_as_it_does_without() {
    let asked = Asked::once();
    let is_envelope =
        |body: &Value| body["status"].is_u64() && (body.as_object().map_or(0, |it| it.len()) < 3);
    let body = prop_oneof![
        json().boxed(),
        super::document(Type::named("CloudBackupRestoreJob")).boxed()
    ];
    for_any(
        body.prop_filter("an envelope", move |body| !is_envelope(body)),
        |body| same_with_and_without(&asked, 200, &body, &body),
    );
}

#[test]
fn something_like_an_envelope_is_read_or_refused() {
    let asked = Asked::once();
    let status = prop_oneof![
        any::<u64>().prop_map(Value::from),
        (0..1100).prop_map(Value::from),
        json()
    ];
    for_any(
        (status, "content|envelope|x", json()),
        |(status, name, content)| {
            let body = json!({"status": status, name: content}).to_string();
            match asked.enveloped_job(Fault::status(200).body("application/json", body)) {
                Ok(_) => Ok(()),
                Err(error) => check(&error),
            }
        },
    );
}
