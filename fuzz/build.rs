//! Writes the table of operations and types that `tests/support/operations.rs` includes, as the
//! build script of the crate does for its own tests.

#[path = "../build/mod.rs"]
mod build;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=../openapi/atlas-backup.yaml");
    println!("cargo::rerun-if-changed=../build");
    let yaml = std::fs::read_to_string("../openapi/atlas-backup.yaml")?;
    let code = build::generate_all(&yaml).map_err(|refusals| refusals.to_string())?;
    let directory = std::env::var("OUT_DIR")?;
    std::fs::write(format!("{directory}/for_tests.rs"), code.for_tests)?;
    Ok(())
}
