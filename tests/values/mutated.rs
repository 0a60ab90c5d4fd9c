//! What Atlas sends, changed at random: the fixtures, challenges and tokens, bit by bit and part by
//! part. Nothing panics, nothing is read that cannot be written again, no error is more than a
//! line.
//!
//! The same in every run. `MUTATIONS=200000 cargo test --release --test values mutated:: --
//! --nocapture` tries this many of each. `fuzz/` does it with a fuzzer that sees what its input does; this needs
//! nothing but the toolchain.

use std::path::Path;

use crate::fuzz;

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// What breaks parsers, and what these ones look for.
const PIECES: [&str; 30] = [
    "null",
    "true",
    "{}",
    "[]",
    "[[[[",
    "\"",
    "\\u0000",
    "\\ud800",
    "é",
    "-",
    "1e999",
    "-0",
    "1.5",
    "9223372036854775808",
    "99999999999999999999",
    "2025-05-04T09:42:00Z",
    "0000-00-00T00:00:00Z",
    ",",
    ":",
    "\n",
    "\t",
    "=",
    "\\",
    "\"\"",
    "auth-int",
    "Digest ",
    "MD5-sess",
    "stale=true",
    "nonce=",
    "://",
];

fn mutated(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut data = random.one_of(seeds).clone();
    for _ in 0..=random.below(4) {
        let (from, to) = (random.below(data.len() + 1), random.below(data.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match random.below(7) {
            0 if from < data.len() => data[from] ^= 1 << random.below(8),
            1 if from < data.len() => data[from] = random.next() as u8,
            2 => drop(data.drain(from..to.min(from + 16))),
            3 => drop(data.splice(from..from, random.one_of(&PIECES).bytes())),
            4 => drop(data.splice(from..to.min(from + 16), random.one_of(&PIECES).bytes())),
            5 => {
                let part = data[from..to.min(from + 200)].to_vec();
                let at = random.below(data.len() + 1);
                data.splice(at..at, part);
            }
            6 => {
                let other = random.one_of(seeds);
                let (from, to) = (random.below(other.len() + 1), random.below(other.len() + 1));
                let at = random.below(data.len() + 1);
                data.splice(
                    at..at,
                    other[from.min(to)..from.max(to)].iter().copied().take(200),
                );
            }
            _ => data.truncate(to),
        }
    }
    data
}

/// Tries the test on this many mutations of the seeds. Returns for how many it was true.
#[track_caller]
fn try_mutations(share: u32, seeds: &[Vec<u8>], test: impl Fn(&[u8]) -> bool) {
    let all = std::env::var("MUTATIONS")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(2_000_u32)
        / share;
    let mut random = Random(4);
    let good = (0..all)
        .filter(|_| test(&mutated(&mut random, seeds)))
        .count();
    println!("{all} inputs, {good} of them understood");
    assert!(good > 0, "nothing was ever understood");
}

fn fixtures(is_error: bool) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths.retain(|path| {
        !is_error
            || path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("error.")
    });
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

#[test]
fn mutated_documents_are_read_and_written_again_or_refused() {
    try_mutations(1, &fixtures(false), |data| fuzz::types(data) > 0);
}

#[test]
fn mutated_errors_are_one_line() {
    let asked = fuzz::Asked::new();
    try_mutations(8, &fixtures(true), |data| asked.error(data));
}

#[test]
fn mutated_challenges_are_answered_or_not() {
    let asked = fuzz::Asked::new();
    let seeds = [
        r#"Digest realm="MMS Public API", domain="", nonce="xpbhxpoz4eX5NXBc", algorithm=MD5, qop="auth", stale=false"#,
        r#"Digest realm="a\"b", nonce="", qop="auth,auth-int", algorithm=SHA-256, opaque="x", userhash=true"#,
        r#"Basic realm="x", Digest nonce="1", realm="é""#,
    ];
    try_mutations(8, &seeds.map(|seed| seed.as_bytes().to_vec()), |data| {
        asked.challenge(data)
    });
}

#[test]
fn mutated_tokens_are_used_or_not() {
    let asked = fuzz::Asked::new();
    let seeds = [
        r#"{"access_token":"eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl","expires_in":3600,"token_type":"Bearer"}"#,
        r#"{"error":"invalid_client","error_description":"Client secret is invalid"}"#,
    ];
    try_mutations(8, &seeds.map(|seed| seed.as_bytes().to_vec()), |data| {
        asked.token(data)
    });
}
