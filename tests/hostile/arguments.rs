//! What callers pass in.

use atlas_backup::Error;
use proptest::prelude::*;

use crate::support::{CLUSTER, GROUP, ID};
use crate::{Asked, check, for_any, text};

/// Arguments that fit, that nearly do, and that do not.
fn argument() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-f0-9]{24}".boxed(),
        1 => "[a-fA-F0-9]{22,26}\n?".boxed(),
        2 => "[a-zA-Z0-9][a-zA-Z0-9-]{0,70}".boxed(),
        1 => "[a-z0-9./%?#\\\\ -]{0,30}".boxed(),
        1 => "\\.{0,3}|%2e%2e|\\.\\./|/|".boxed(),
        1 => text().boxed(),
    ]
}

/// Each operation, the parts of its path, and which of them are arguments.
#[allow(deprecated)]
fn ask(
    asked: &Asked,
    operation: usize,
    arguments: &[String; 3],
) -> (Result<(), Error>, [&'static str; 3]) {
    let [group, cluster, id] = arguments;
    let client = &asked.client;
    asked.runtime.block_on(async {
        match operation {
            0 => {
                let request = client
                    .get_backup_restore_job()
                    .group_id(group)
                    .cluster_name(cluster);
                (
                    request.restore_job_id(id).send().await.map(drop),
                    ["clusters", "backup", "restoreJobs"],
                )
            }
            1 => {
                let request = client
                    .get_legacy_backup_restore_job()
                    .group_id(group)
                    .cluster_name(cluster);
                (
                    request.job_id(id).send().await.map(drop),
                    ["clusters", "", "restoreJobs"],
                )
            }
            2 => {
                let request = client
                    .get_legacy_backup_checkpoint()
                    .group_id(group)
                    .cluster_name(cluster);
                (
                    request.checkpoint_id(id).send().await.map(drop),
                    ["clusters", "", "backupCheckpoints"],
                )
            }
            _ => {
                let request = client
                    .get_serverless_backup_snapshot()
                    .group_id(group)
                    .cluster_name(cluster);
                (
                    request.snapshot_id(id).send().await.map(drop),
                    ["serverless", "backup", "snapshots"],
                )
            }
        }
    })
}

#[test]
fn any_argument_is_refused_or_arrives_as_the_segment_that_it_is() {
    let asked = Asked::once();
    let sent = std::cell::Cell::new(0);
    let fits = || [GROUP, CLUSTER, ID].map(str::to_owned);
    for_any(
        (0..4_usize, 0..3_usize, argument()),
        |(operation, place, argument)| {
            let mut arguments = fits();
            arguments[place] = argument;
            let (result, [kind, backup, last]) = ask(&asked, operation, &arguments);
            let requests = asked.atlas.take_requests();
            match &result {
                Err(error) if error.is_invalid_request() => {
                    prop_assert!(requests.is_empty(), "{error} after {requests:?}");
                    check(error)?;
                }
                _ => {
                    let [group, cluster, id] = &arguments;
                    let parts = [
                        "", "api", "atlas", "v2", "groups", group, kind, cluster, backup, last, id,
                    ];
                    let path = parts
                        .iter()
                        .enumerate()
                        .filter(|(place, part)| *place == 0 || !part.is_empty());
                    let path: Vec<_> = path.map(|(_, part)| *part).collect();
                    prop_assert_eq!(requests.len(), 1);
                    prop_assert_eq!(requests[0].target().split('/').collect::<Vec<_>>(), path);
                    sent.set(sent.get() + 1);
                }
            }
            Ok(())
        },
    );
    assert!(sent.get() > 10, "only {} arguments were sent", sent.get());
}
