//! Decoding and encoding: a document of each of the four types, by the generated types and by hand-written ones.

use std::hint::black_box;

use atlas_backup::types as generated;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::statistics::{median, median_ratio};
use crate::{Result, allocations, hand, usage};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Codec {
    pub document: String,
    pub decode: Pair,
    pub encode: Pair,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Pair {
    pub crate_ns: f64,
    pub hand_ns: f64,
    pub ratio: f64,
    pub crate_allocations: f64,
    pub hand_allocations: f64,
}

/// A fixture, by the generated type and by the one of the same name in `hand`.
macro_rules! measure {
    ($type:ident, $fixture:literal, $quick:expr) => {
        codec::<generated::$type, hand::$type>(
            $fixture,
            include_str!(concat!("../../tests/fixtures/", $fixture, ".json")),
            $quick,
        )?
    };
}

pub fn run(quick: bool) -> Result<Vec<Codec>> {
    eprintln!("types");
    Ok(vec![
        measure!(
            CloudBackupRestoreJob,
            "get_backup_restore_job.documented",
            quick
        ),
        measure!(
            CloudBackupRestoreJob,
            "get_backup_restore_job.automated_done",
            quick
        ),
        measure!(
            CloudBackupRestoreJob,
            "get_backup_restore_job.sharded_download",
            quick
        ),
        measure!(
            LegacyBackupCheckpoint,
            "get_legacy_backup_checkpoint.sharded",
            quick
        ),
        measure!(
            LegacyBackupRestoreJob,
            "get_legacy_backup_restore_job.finished_ready_delivery",
            quick
        ),
        measure!(
            ServerlessBackupSnapshot,
            "get_serverless_backup_snapshot.completed",
            quick
        ),
    ])
}

fn codec<G, H>(name: &str, text: &str, quick: bool) -> Result<Codec>
where
    G: DeserializeOwned + Serialize,
    H: DeserializeOwned + Serialize,
{
    // As it comes over the wire, without white space.
    let body = serde_json::to_vec(&serde_json::from_str::<serde_json::Value>(text)?)?;
    let (by_crate, by_hand) = (
        serde_json::from_slice::<G>(&body)?,
        serde_json::from_slice::<H>(&body)?,
    );
    let decode = pair(
        quick,
        || serde_json::from_slice::<G>(&body).is_ok(),
        || serde_json::from_slice::<H>(&body).is_ok(),
    );
    let encode = pair(
        quick,
        || serde_json::to_vec(&by_crate).is_ok(),
        || serde_json::to_vec(&by_hand).is_ok(),
    );
    Ok(Codec {
        document: name.to_owned(),
        decode,
        encode,
    })
}

fn pair(quick: bool, by_crate: impl Fn() -> bool, by_hand: impl Fn() -> bool) -> Pair {
    let rounds = if quick { 31 } else { 151 };
    let (mut crates, mut hands) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // Whoever comes second may find the caches warmer.
        if round % 2 == 0 {
            crates.push(time(&by_crate));
            hands.push(time(&by_hand));
        } else {
            hands.push(time(&by_hand));
            crates.push(time(&by_crate));
        }
    }
    Pair {
        ratio: median_ratio(&crates, &hands),
        crate_ns: median(crates),
        hand_ns: median(hands),
        crate_allocations: count(&by_crate),
        hand_allocations: count(&by_hand),
    }
}

const TIMES: u32 = 1000;

/// Nanoseconds of CPU.
fn time(what: impl Fn() -> bool) -> f64 {
    let begun = usage::own_cpu();
    (0..TIMES).for_each(|_| assert!(black_box(what())));
    (usage::own_cpu() - begun).as_nanos() as f64 / f64::from(TIMES)
}

fn count(what: impl Fn() -> bool) -> f64 {
    allocations::start();
    black_box(what());
    allocations::stop().count as f64
}
