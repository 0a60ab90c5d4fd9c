//! Generates the client from `openapi/atlas-backup.yaml` into `OUT_DIR`; touches neither the network nor the sources.

#![warn(clippy::expect_used, clippy::unwrap_used)]

#[path = "build/mod.rs"]
mod build;

use std::path::Path;

const DOCUMENT: &str = "openapi/atlas-backup.yaml";

fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    if let Err(sentence) = run() {
        eprintln!("{DOCUMENT}: {sentence}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let yaml = std::fs::read_to_string(DOCUMENT).map_err(|error| format!("cannot be read: {error}"))?;
    let generated = build::generate(&yaml)?;
    let out_dir = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; build with cargo")?;
    let target = Path::new(&out_dir).join("generated.rs");
    std::fs::write(&target, generated.code).map_err(|error| format!("{} cannot be written: {error}", target.display()))
}
