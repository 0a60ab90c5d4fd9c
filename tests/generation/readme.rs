//! What README.md and CONTRIBUTING.md say of other files.

use std::fs;
use std::path::Path;

const README: &str = include_str!("../../README.md");

/// Within the documentation, links lead to the page beside the README, not to docs.rs.
#[test]
fn each_link_of_the_readme_leads_to_a_page_of_the_documentation_it_is_in() {
    let crate_docs = include_str!("../../src/lib.rs");
    let mut links = 0;
    for line in README.lines() {
        if let Some((name, _)) = line.split_once(": https://docs.rs/") {
            assert!(crate_docs.contains(&format!("{name}: ")), "{name}");
            links += 1;
        }
    }
    assert!(links > 8, "{links}");
}

#[test]
fn the_readme_names_the_version_of_reqwest_that_is_in_the_interface() {
    let manifest = include_str!("../../Cargo.toml");
    let reqwest = manifest.lines().find(|line| line.starts_with("reqwest = "));
    let version = reqwest.unwrap().split('"').nth(1).unwrap();
    let (minor, _) = version.rsplit_once('.').unwrap();
    assert!(README.contains(&format!("[`reqwest`] {minor}")), "{minor}");
    assert!(
        README.contains(&format!("https://docs.rs/reqwest/{minor}/")),
        "{minor}"
    );
}

#[test]
fn the_readme_names_the_least_version_of_rust() {
    let manifest = include_str!("../../Cargo.toml");
    let version = manifest
        .lines()
        .find(|line| line.starts_with("rust-version = "));
    let version = version.unwrap().split('"').nth(1).unwrap();
    assert!(README.contains(&format!("Rust {version},")), "{version}");
}

include!("../../src/client_headers.rs");

#[test]
fn the_chapter_on_operations_names_each_header_that_the_client_sets_alone() {
    let chapter = include_str!("../../src/guide/operations.md").to_lowercase();
    for header in CLIENT_HEADERS {
        assert!(chapter.contains(&format!("`{header}`")), "{header}");
    }
}

/// The table of CONTRIBUTING.md that says where things are.
fn layout() -> &'static str {
    let contributing = include_str!("../../CONTRIBUTING.md");
    let (_, rest) = contributing.split_once("## Layout").unwrap();
    rest.split_once("## How one call flows").unwrap().0
}

#[test]
fn each_room_of_the_crate_is_in_the_layout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "build"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let mut name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                name.push('/');
            }
            assert!(layout().contains(&name), "{folder}/{name}");
        }
    }
}

#[test]
fn each_file_of_the_layout_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for quoted in layout().split('`').skip(1).step_by(2) {
        if quoted.contains('/') {
            let is_there = ["", "src", "build", "tests"]
                .iter()
                .any(|folder| root.join(folder).join(quoted).exists());
            assert!(is_there, "{quoted}");
        }
    }
}
