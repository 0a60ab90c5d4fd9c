//! What is generated for an operation: its method with docs, the media type that it requests, and
//! names.

use crate::support::{ATLAS, changed, docs_of_method, generated, surface_beyond};
use crate::{SUCCESS, THING};

/// The document of the crate with a fifth operation, which Atlas does not have: one that it has may
/// be added one day.
fn with_fifth() -> String {
    let paths = concat!(include_str!("fifth.yaml"), "components:\n");
    let schemas = concat!("  schemas:\n", include_str!("fifth_schemas.yaml"));
    changed(
        &changed(ATLAS, "\ncomponents:\n", &format!("\n{paths}")),
        "  schemas:\n",
        schemas,
    )
}

#[test]
fn a_fifth_operation_needs_no_rust() {
    insta::assert_snapshot!(surface_beyond(&generated(ATLAS), &generated(&with_fifth())));
}

#[test]
fn a_fifth_operation_leaves_the_four_as_they_are() {
    let gone = surface_beyond(&generated(&with_fifth()), &generated(ATLAS));
    assert_eq!(gone, "");
}

#[test]
fn the_docs_of_a_method_say_what_it_sends_and_show_a_call() {
    insta::assert_snapshot!(docs_of_method(&generated(&with_fifth()), "get_vault_copy"));
}

#[test]
fn what_rustdoc_would_trip_over_is_made_harmless_and_an_example_made_up() {
    let code = generated(include_str!("everything.yaml"));
    insta::assert_snapshot!(docs_of_method(&code, "list_measured"));
}

#[test]
fn a_setter_that_would_be_called_like_something_of_the_builder_gets_an_underscore() {
    for name in [
        "client",
        "clone",
        "header",
        "into_call",
        "new",
        "options",
        "refuse_argument",
        "retry",
        "send",
        "total_time",
        "until",
        "until_done",
    ] {
        let yaml = changed(
            THING,
            "      name: pretty\n",
            &format!("      name: {name}\n"),
        );
        let code = generated(&yaml);
        assert!(code.contains(&format!("pub fn {name}_(")), "{name}");
        assert!(
            code.contains(&format!("(\"{name}\", ::serde_json::json!(& {name}_))")),
            "{name}"
        );
    }
}

#[test]
fn an_example_that_yaml_takes_for_a_number_gives_way_to_one_that_fits() {
    let from = "example: 32b6e34b3d91647abb20e7b8";
    let code = generated(&changed(THING, from, "example: 123456789012345678901e12"));
    let docs = docs_of_method(&code, "get_thing");
    assert!(
        docs.contains(".thing_id(\"aaaaaaaaaaaaaaaaaaaaaaaa\")"),
        "{docs}"
    );
}

#[test]
fn of_two_dated_media_types_the_newest_wins_and_the_docs_say_so() {
    let newer = SUCCESS
        .replace("2023-01-01", "2025-03-12")
        .replace("Thing", "Link");
    for both in [format!("{SUCCESS}{newer}"), format!("{newer}{SUCCESS}")] {
        let code = generated(&changed(THING, SUCCESS, &both));
        assert!(code.contains("\"application/vnd.atlas.2025-03-12+json\""));
        assert!(code.contains("call::send! {"));
        assert!(!code.contains("2023-01-01"));
        let docs = docs_of_method(&code, "get_thing");
        let sentence =
            "with `Accept: application/vnd.atlas.2025-03-12+json`, the newest documented version.";
        assert!(docs.contains(sentence), "{docs}");
    }
}

#[test]
fn an_undated_media_type_is_requested_when_there_is_no_other() {
    let code = generated(&changed(THING, "vnd.atlas.2023-01-01+json", "json"));
    assert!(code.contains("\"application/json\""));
}

#[test]
fn a_sunset_may_stand_beside_the_schema_of_a_media_type() {
    let sunset = format!("{SUCCESS}              x-sunset: \"2027-01-31\"\n");
    let code = generated(&changed(THING, SUCCESS, &sunset));
    insta::assert_snapshot!(surface_beyond(&generated(THING), &code), @r#"
    impl Client {
        #[deprecated(note = "Atlas announced its end for 2027-01-31")]
        pub fn get_thing(&self) -> builder::GetThing {}
    }
    "#);
}

#[test]
fn a_sunset_of_an_older_media_type_is_not_that_of_the_newest() {
    let newer = SUCCESS.replace("2023-01-01", "2025-03-12");
    let both = format!("{SUCCESS}              x-sunset: \"2027-01-31\"\n{newer}");
    assert!(!generated(&changed(THING, SUCCESS, &both)).contains("#[deprecated"));
}

#[test]
fn a_method_and_a_setter_may_be_called_like_a_keyword() {
    let yaml = changed(THING, "operationId: getThing", "operationId: type");
    let code = generated(&changed(
        &yaml,
        "      name: pretty\n",
        "      name: self\n      description: Itself.\n",
    ));
    assert!(docs_of_method(&code, "type_").starts_with("Reads a thing\n"));
    assert!(code.contains("Itself.\n\nSets the optional parameter `self`."));
    assert!(code.contains("pub fn self_("));
}

#[test]
fn the_docs_of_a_setter_say_what_fits() {
    let fifth = with_fifth();
    for (from, to, docs) in [
        (
            "description: Name of the vault.",
            "description: Its name.",
            "Its name.\n\nSets the required parameter `name`: letters, digits and hyphens, the first not a hyphen, such as `Vault0`.",
        ),
        (
            "description: Name of the vault.\n",
            "\n",
            "Sets the required parameter `name`: letters, digits and hyphens, the first not a hyphen, such as `Vault0`.",
        ),
        (
            "            example: Vault0",
            "            example: Vault1",
            "Sets the required parameter `name`: letters, digits and hyphens, the first not a hyphen, such as `Vault1`.",
        ),
    ] {
        let code = generated(&changed(&fifth, from, to));
        assert!(code.contains(docs), "{docs}");
    }
    let code = generated(&fifth);
    assert!(code.contains("Sets the optional parameter `envelope`."));
    assert!(code.contains("#[doc(alias = \"groupId\")]"));
    assert!(!code.contains("#[doc(alias = \"name\")]"));
}

#[test]
fn the_example_of_a_method_prints_no_secret() {
    let code = generated(ATLAS);
    assert!(!code.contains("{:#?}"));
    assert!(generated(THING).contains("println!(\"{}\", response.links.len());"));
}
