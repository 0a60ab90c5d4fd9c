//! Prints how the curated document differs from the one that MongoDB publishes, a line each, less
//! the differences that are listed as deliberate. Ends with 1 if anything is left.
//!
//! ```sh
//! cargo run -p atlas-backup-drift -- path/to/v2.yaml
//! ```

mod build;
mod difference;
mod listed;
mod operations;
mod read;
mod schemas;

use std::process::ExitCode;

use listed::Listed;
use read::Read;

const CURATED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/atlas-backup.yaml");
const LISTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/differences.yaml");

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(count) => {
            eprintln!("{count} differences: change the curated document, or list them in {LISTED}");
            ExitCode::FAILURE
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// Returns how many lines were printed.
fn run() -> Result<usize, String> {
    let Some(path) = std::env::args().nth(1) else {
        return Err("name the file with the document that MongoDB publishes".to_owned());
    };
    let published = Read::parse(&text_of(&path)?).map_err(|error| format!("{path}: {error}"))?;
    let curated = Read::parse(&text_of(CURATED)?).map_err(|error| format!("{CURATED}: {error}"))?;
    let listed = Listed::parse(&text_of(LISTED)?).map_err(|error| format!("{LISTED}: {error}"))?;
    let lines = listed.left_of(operations::compare(&curated, &published, &listed));
    for line in &lines {
        println!("{line}");
    }
    Ok(lines.len())
}

fn text_of(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}
