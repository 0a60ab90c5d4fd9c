//! Generates the client from `openapi/atlas-backup.yaml` into `OUT_DIR`; touches neither the
//! network nor the sources.

#[path = "build/mod.rs"]
mod build;

use std::path::{Path, PathBuf};

const DOCUMENT: &str = "openapi/atlas-backup.yaml";

/// A document with every kind of schema, whose code a test compiles. No package has it.
const EVERYTHING: &str = "tests/generation/everything.yaml";

fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=build.rs");
    if Path::new(EVERYTHING).exists() {
        println!("cargo::rerun-if-changed={EVERYTHING}");
    }
    if let Err(sentences) = run() {
        for sentence in sentences {
            println!("cargo::error={sentence}");
        }
    }
}

/// Generates the client, or returns why it cannot be, in sentences.
fn run() -> Result<(), Vec<String>> {
    let code = generate(DOCUMENT)?;
    write("generated.rs", &code.client)?;
    write("for_tests.rs", &code.for_tests)?;
    if Path::new(EVERYTHING).exists() {
        write("everything.rs", &generate(EVERYTHING)?.client)?;
    }
    Ok(())
}

fn generate(document: &str) -> Result<build::Code, Vec<String>> {
    let yaml = std::fs::read_to_string(document)
        .map_err(|error| vec![format!("{document} cannot be read: {error}")])?;
    build::generate_all(&yaml).map_err(|refusals| refusals.in_file(document))
}

fn write(name: &str, code: &str) -> Result<(), Vec<String>> {
    let out_dir = std::env::var_os("OUT_DIR").unwrap_or_default();
    let target = PathBuf::from(out_dir).join(name);
    std::fs::write(&target, code)
        .map_err(|error| vec![format!("{} cannot be written: {error}", target.display())])
}
