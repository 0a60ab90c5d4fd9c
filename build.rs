//! Generates the client from `openapi/atlas-backup.yaml` into `OUT_DIR`; touches neither the network nor the sources.

#[path = "build/mod.rs"]
mod build;

const DOCUMENT: &str = "openapi/atlas-backup.yaml";

fn main() {
    println!(
        "cargo::rerun-if-changed={DOCUMENT}\ncargo::rerun-if-changed=build\ncargo::rerun-if-changed=build.rs"
    );
    if let Err(sentence) = run() {
        eprintln!("{DOCUMENT}: {sentence}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let target = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default())
        .join("generated.rs");
    let code = build::generate(&std::fs::read_to_string(DOCUMENT)?)?;
    Ok(std::fs::write(&target, code)
        .map_err(|error| format!("{} cannot be written: {error}", target.display()))?)
}
