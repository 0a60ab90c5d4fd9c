//! Decoding and encoding: a document of each of the four types, by the generated types and by
//! hand-written ones.

use std::hint::black_box;

use atlas_backup::types as generated;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::instructions::Counter;
use crate::statistics::{median, median_ratio};
use crate::{Result, allocations, hand, usage};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Codec {
    pub document: String,
    pub decode: Pair,
    pub encode: Pair,
    /// Of decoding.
    #[serde(default)]
    pub crate_instructions: Option<f64>,
    #[serde(default)]
    pub hand_instructions: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Pair {
    pub crate_ns: f64,
    pub hand_ns: f64,
    pub ratio: f64,
    pub crate_allocations: f64,
    pub hand_allocations: f64,
}

struct Document {
    name: &'static str,
    text: &'static str,
    measure: fn(&Document, bool) -> Result<Codec>,
    decode_by_crate: fn(&[u8]) -> bool,
    decode_by_hand: fn(&[u8]) -> bool,
}

/// A fixture, by the generated type and by the one of the same name in `hand`.
macro_rules! document {
    ($type:ident, $fixture:literal) => {
        Document {
            name: $fixture,
            text: include_str!(concat!("../../tests/fixtures/", $fixture, ".json")),
            measure: codec::<generated::$type, hand::$type>,
            decode_by_crate: decodes::<generated::$type>,
            decode_by_hand: decodes::<hand::$type>,
        }
    };
}

const DOCUMENTS: [Document; 6] = [
    document!(CloudBackupRestoreJob, "get_backup_restore_job.documented"),
    document!(
        CloudBackupRestoreJob,
        "get_backup_restore_job.automated_done"
    ),
    document!(
        CloudBackupRestoreJob,
        "get_backup_restore_job.sharded_download"
    ),
    document!(
        LegacyBackupCheckpoint,
        "get_legacy_backup_checkpoint.sharded"
    ),
    document!(
        LegacyBackupRestoreJob,
        "get_legacy_backup_restore_job.finished_ready_delivery"
    ),
    document!(
        ServerlessBackupSnapshot,
        "get_serverless_backup_snapshot.completed"
    ),
];

pub fn run(quick: bool) -> Result<Vec<Codec>> {
    eprintln!("types");
    let mut codecs = Vec::new();
    for document in &DOCUMENTS {
        codecs.push((document.measure)(document, quick)?);
    }
    Ok(codecs)
}

/// The other process: decodes a document again and again, and does nothing else.
pub fn decode(name: &str, by_hand: bool, times: usize) -> Result<()> {
    let document = DOCUMENTS.iter().find(|document| document.name == name);
    let document = document.ok_or("no such document")?;
    let body = document.body()?;
    for _ in 0..times {
        let is_decoded = match by_hand {
            true => (document.decode_by_hand)(&body),
            false => (document.decode_by_crate)(&body),
        };
        assert!(is_decoded);
    }
    Ok(())
}

fn decodes<T: DeserializeOwned>(body: &[u8]) -> bool {
    black_box(serde_json::from_slice::<T>(black_box(body))).is_ok()
}

impl Document {
    /// Returns the document as it comes over the wire, without white space.
    fn body(&self) -> Result<Vec<u8>> {
        let value: serde_json::Value = serde_json::from_str(self.text)?;
        Ok(serde_json::to_vec(&value)?)
    }

    /// Returns the instructions of decoding it once, if they can be counted here.
    fn instructions(&self, by_hand: bool) -> Result<Option<f64>> {
        let counter = Counter::best();
        if counter == Counter::CpuTime {
            return Ok(None);
        }
        let (few, many) = (100, 300);
        let mut totals = Vec::new();
        for times in [few, many] {
            let arguments = [
                "decode",
                self.name,
                &by_hand.to_string(),
                &times.to_string(),
            ];
            totals.push(counter.total(&arguments)?);
        }
        Ok(Some((totals[1] - totals[0]) / f64::from(many - few)))
    }
}

fn codec<G, H>(document: &Document, quick: bool) -> Result<Codec>
where
    G: DeserializeOwned + Serialize,
    H: DeserializeOwned + Serialize,
{
    let body = document.body()?;
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
        document: document.name.to_owned(),
        decode,
        encode,
        crate_instructions: document.instructions(false)?,
        hand_instructions: document.instructions(true)?,
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
