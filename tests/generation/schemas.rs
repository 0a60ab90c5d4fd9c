//! What is generated for schemas of every kind: types that refuse no answer, and the copy of them
//! that is compiled.

use crate::support::{generated, surface};

const EVERYTHING: &str = include_str!("everything.yaml");

#[test]
fn every_kind_of_schema_gets_a_type_that_reads_whatever_arrives() {
    insta::assert_snapshot!(surface(&generated(EVERYTHING)).join("\n"));
}

#[test]
fn nothing_is_generated_that_could_refuse_an_answer() {
    let code = generated(EVERYTHING);
    for refuses in [
        "NonZero",
        "Uuid",
        "uuid::",
        "Ipv4Addr",
        "HashSet",
        "Vec<u8>",
        "i32",
        "u8",
        "regress",
        "deny_unknown",
        "TryFrom",
    ] {
        assert!(!code.contains(refuses), "{refuses}");
    }
    for made_up in [
        "defaults::",
        "default = ",
        "unwrap",
        "expect",
        "panic",
        "Error<",
        "api_version",
        "header_map",
    ] {
        assert!(!code.contains(made_up), "{made_up}");
    }
}

/// `tests/generated_code.rs` compiles the file and works with it.
#[test]
fn the_code_kept_for_compiling_is_what_the_build_script_writes() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/generation/everything.rs"
    );
    let code = generated(EVERYTHING);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(path, &code).expect("the file can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == code,
        "{path} is out of date: run this test with INSTA_UPDATE=always and look at the difference"
    );
}
