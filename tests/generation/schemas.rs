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
