//! An argument that does not fit fails before anything is sent, in words that say what is wrong
//! with which.

use std::fmt::Write;

use atlas_backup::builder::GetBackupRestoreJob;

use crate::support::operations::OPERATIONS;
use crate::support::{CLUSTER, GROUP, ID, atlas, client};

type Change = fn(GetBackupRestoreJob) -> GetBackupRestoreJob;

/// What calls say whose arguments are changed like this, one line each. Nothing of them may be
/// sent.
async fn refused<const N: usize>(cases: [(&str, Change); N]) -> String {
    let atlas = atlas().await;
    let client = client(&atlas);
    let mut text = String::new();
    for (name, change) in cases {
        let good = client
            .get_backup_restore_job()
            .group_id(GROUP)
            .cluster_name(CLUSTER)
            .restore_job_id(ID);
        let error = change(good).send().await.unwrap_err();
        assert!(
            error.is_invalid_request() && !error.is_retryable(),
            "{name}: {error:?}"
        );
        assert_eq!((error.status(), error.code()), (None, None), "{name}");
        assert_eq!(error.operation(), Some("get_backup_restore_job"), "{name}");
        assert!(
            !error.to_string().contains(char::is_control),
            "{name}: {error}"
        );
        writeln!(text, "{name:<22}{error}").unwrap();
    }
    assert_eq!(
        (atlas.request_count(), atlas.connections()),
        (0, 0),
        "something was sent"
    );
    text
}

#[tokio::test]
async fn an_id_is_24_hexadecimal_digits() {
    insta::assert_snapshot!(
        refused([
            ("empty", |job| job.group_id("")),
            ("23 digits", |job| job.group_id("32b6e34b3d91647abb20e7b")),
            ("25 digits", |job| job.group_id("32b6e34b3d91647abb20e7b88")),
            ("upper case", |job| job.group_id("32B6E34B3D91647ABB20E7B8")),
            ("wrong letter", |job| job
                .group_id("32b6e34b3d91647abb20e7bx")),
            ("space at the end", |job| job
                .group_id("32b6e34b3d91647abb20e7b8 ")),
            ("line break at the end", |job| job
                .group_id("32b6e34b3d91647abb20e7b8\n")),
            ("other digits", |job| job
                .group_id("３２b6e34b3d91647abb20e7b8")),
            ("another parameter", |job| job.restore_job_id("6a794733")),
        ])
        .await
    );
}

#[tokio::test]
async fn an_id_is_no_way_to_another_path() {
    insta::assert_snapshot!(
        refused([
            ("dot", |job| job.group_id(".")),
            ("two dots", |job| job.group_id("..")),
            ("encoded dots", |job| job.group_id("%2e%2e")),
            ("slashes", |job| job.group_id("../../groups/32b6e34b3d91")),
            ("query", |job| job
                .restore_job_id("6a794733c0eb9e7a177406?a=")),
        ])
        .await
    );
}

#[tokio::test]
async fn a_cluster_name_is_letters_digits_and_hyphens() {
    insta::assert_snapshot!(
        refused([
            ("empty", |job| job.cluster_name("")),
            ("space", |job| job.cluster_name(" ")),
            ("two dots", |job| job.cluster_name("..")),
            ("slash", |job| job.cluster_name("Cluster0/restoreJobs")),
            ("dot", |job| job.cluster_name("cluster0.a1b2c.mongodb.net")),
            ("leading hyphen", |job| job.cluster_name("-Cluster0")),
            ("only a hyphen", |job| job.cluster_name("-")),
            ("underscore", |job| job.cluster_name("my_cluster")),
            ("umlaut", |job| job.cluster_name("Clüster0")),
            ("line break", |job| job.cluster_name("Cluster0\n")),
            ("reversed text", |job| job.cluster_name("Cluster\u{202e}0")),
            ("escape", |job| job.cluster_name("\u{1b}[2J")),
        ])
        .await
    );
}

#[tokio::test]
async fn a_cluster_name_may_be_a_digit_or_long() {
    let atlas = atlas().await;
    let client = client(&atlas);
    for name in ["0", "a-", &"x".repeat(200)] {
        let request = client
            .get_backup_restore_job()
            .group_id(GROUP)
            .cluster_name(name)
            .restore_job_id(ID);
        assert!(request.send().await.unwrap_err().is_not_found(), "{name}");
    }
    assert_eq!(atlas.request_count(), 3);
}

#[tokio::test]
async fn each_missing_argument_is_reported_by_name() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let mut text = String::new();
    for operation in OPERATIONS {
        for missing in operation.parameters.iter().filter(|it| it.required) {
            let call = operation.send_with(&client, |name| {
                operation.example(name).filter(|_| name != missing.api_name)
            });
            let error = call.await.unwrap_err();
            assert!(error.is_invalid_request() && error.operation() == Some(operation.name));
            writeln!(text, "{error}").unwrap();
        }
    }
    assert_eq!(atlas.request_count(), 0);
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn of_several_missing_arguments_the_first_is_reported() {
    let atlas = atlas().await;
    let error = client(&atlas)
        .get_backup_restore_job()
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "group_id is missing (get_backup_restore_job)"
    );
}

#[tokio::test]
async fn every_operation_checks_each_part_of_its_path() {
    let atlas = atlas().await;
    let client = client(&atlas);
    let mut text = String::new();
    for operation in OPERATIONS {
        let texts = operation.parameters.iter().filter(|it| it.is_text);
        for wrong in texts.filter(|it| it.in_path) {
            let call = operation.send_with(&client, |name| {
                let is_wrong = name == wrong.api_name;
                if is_wrong {
                    Some("..".to_owned())
                } else {
                    operation.example(name)
                }
            });
            writeln!(text, "{}", call.await.unwrap_err()).unwrap();
        }
    }
    assert_eq!(atlas.request_count(), 0);
    insta::assert_snapshot!(text);
}

/// Something that becomes an id if it can.
struct Vault(Option<&'static str>);

impl TryFrom<Vault> for String {
    type Error = &'static str;
    fn try_from(vault: Vault) -> Result<String, Self::Error> {
        match vault.0 {
            Some(id) => Ok(id.to_owned()),
            None => Err("the vault is locked\n\u{1b}[2J"),
        }
    }
}

#[tokio::test]
async fn an_argument_that_cannot_be_converted_is_refused_with_the_reason() {
    insta::assert_snapshot!(
        refused([
            ("no reason to pass", |job| job.group_id(Vault(None))),
            ("converted, unfit", |job| job
                .cluster_name(Vault(Some("a b")))),
        ])
        .await
    );
}

#[tokio::test]
async fn an_argument_may_be_owned_borrowed_or_converted() {
    let atlas = atlas().await;
    let call = client(&atlas).get_backup_restore_job();
    let owned = ID.to_owned();
    let calls = [
        call.clone()
            .group_id(GROUP)
            .cluster_name(CLUSTER)
            .restore_job_id(ID),
        call.clone()
            .group_id(GROUP.to_owned())
            .cluster_name(String::from(CLUSTER))
            .restore_job_id(&owned),
        call.group_id(Vault(Some(GROUP)))
            .cluster_name(Box::<str>::from(CLUSTER))
            .restore_job_id(ID),
    ];
    for call in calls {
        let result = call.send().await;
        assert!(result.is_ok_and(|job| job.id.is_some()));
    }
}
