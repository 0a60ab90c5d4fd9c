//! A name that does not resolve: a mistake until the host has answered once, and an outage after.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atlas_backup::reqwest::dns::{Addrs, Name, Resolve, Resolving};
use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Outcome, RetryPolicy, http_client_builder};

use super::seconds;
use crate::support::*;

/// Resolves every name to this machine, or none.
#[derive(Clone, Default)]
struct Names {
    are_known: Arc<AtomicBool>,
}

impl Names {
    fn set_known(&self, are_known: bool) {
        self.are_known.store(are_known, Ordering::Relaxed);
    }
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let are_known = self.are_known.load(Ordering::Relaxed);
        Box::pin(async move {
            if !are_known {
                return Err("no such name".into());
            }
            let here: Addrs = Box::new([SocketAddr::from((Ipv4Addr::LOCALHOST, 0))].into_iter());
            Ok(here)
        })
    }
}

async fn atlas_names_and_client(way: Way) -> (Simulator, Names, Client) {
    let atlas = atlas_for(way).await;
    let names = Names::default();
    let http = http_client_builder()
        .unwrap()
        .no_proxy()
        .dns_resolver(names.clone());
    let base_url = atlas.base_url().replace("127.0.0.1", "atlas.test");
    let client = Client::builder(way.credentials())
        .base_url(base_url)
        .allow_plain_http()
        .http_client(http.build().unwrap());
    (atlas, names, client.build().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_name_that_never_resolved_ends_a_call_within_ten_seconds() {
    for way in WAYS {
        let (_atlas, _names, client) = atlas_names_and_client(way).await;
        let began = tokio::time::Instant::now();
        let error = error_of(&client).await;
        let took = began.elapsed();
        assert!(
            took > seconds(7) && took <= seconds(10),
            "{way:?}: {took:?}"
        );
        assert!(error.is_connect() && error.is_retryable(), "{error}");
        assert!(error.to_string().contains("no such name"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_shorter_total_time_counts_for_an_unknown_name_too() {
    let (_atlas, _names, client) = atlas_names_and_client(Way::Token).await;
    let call = client.get_backup_restore_job().group_id(GROUP);
    let call = call.cluster_name(CLUSTER).restore_job_id(ID);
    let policy = RetryPolicy::default().total_time(seconds(3));
    let error = call.retry(policy).send().await.unwrap_err();
    assert!(error.elapsed() <= seconds(3), "{error}");
    assert!(error.attempts() > 1, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_name_that_resolves_within_ten_seconds_costs_nothing_but_time() {
    let (_atlas, names, client) = atlas_names_and_client(Way::Token).await;
    let soon = async {
        tokio::time::sleep(seconds(5)).await;
        names.set_known(true);
    };
    let (answer, ()) = tokio::join!(ask(&client), soon);
    answer.unwrap();
}

#[tokio::test(start_paused = true)]
async fn once_the_host_has_answered_its_name_is_looked_up_for_the_whole_total_time() {
    for way in WAYS {
        let (atlas, names, client) = atlas_names_and_client(way).await;
        names.set_known(true);
        ask(&client).await.unwrap();
        names.set_known(false);
        atlas.fault(Fault::cut());
        let error = error_of(&client).await;
        assert!(error.elapsed() > seconds(100), "{way:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_goes_on_until_the_name_resolves() {
    let (_atlas, names, client) = atlas_names_and_client(Way::Token).await;
    let call = client.get_backup_restore_job().group_id(GROUP);
    let call = call.cluster_name(CLUSTER).restore_job_id(job_id(0));
    let wait = call
        .until(|_| Some(Outcome::Succeeded))
        .within(seconds(3600));
    let later = async {
        tokio::time::sleep(seconds(600)).await;
        names.set_known(true);
    };
    let (value, ()) = tokio::join!(async { wait.await }, later);
    value.unwrap();
}
