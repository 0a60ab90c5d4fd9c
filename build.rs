//! Generates the client from `openapi/atlas-backup.yaml` into `OUT_DIR`; touches neither the network nor the sources.

#[path = "build/mod.rs"]
mod build;

const DOCUMENT: &str = "openapi/atlas-backup.yaml";

fn main() {
    println!("cargo::rerun-if-changed={DOCUMENT}\ncargo::rerun-if-changed=build\ncargo::rerun-if-changed=build.rs");
    let target = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("generated.rs");
    let yaml = std::fs::read_to_string(DOCUMENT).map_err(|error| error.to_string());
    let written = yaml.and_then(|yaml| build::generate(&yaml)).and_then(|generated| {
        std::fs::write(&target, generated.code)
            .map_err(|error| format!("{} cannot be written: {error}", target.display()))
    });
    if let Err(sentence) = written {
        eprintln!("{DOCUMENT}: {sentence}");
        std::process::exit(1);
    }
}
