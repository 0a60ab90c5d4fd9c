//! Generates the client from `openapi/atlas-backup.yaml` into `OUT_DIR`. It needs no network and
//! changes no source file.

#[path = "build/mod.rs"]
mod build;

use std::path::{Path, PathBuf};

const DOCUMENT: &str = "openapi/atlas-backup.yaml";

/// A document with every kind of schema. A test compiles its code; packages do not contain it.
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

/// Generates the client, or returns the sentences that say why the document is refused.
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
