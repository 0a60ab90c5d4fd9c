//! Documents that would take the build for ever, or all memory.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::THING;
use crate::support::{changed, docs_of_method, generated, refusal};

/// A machine that does other things meanwhile takes longer than it should.
const PATIENCE: Duration = Duration::from_secs(60);

#[track_caller]
fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let made = work();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    made
}

/// `THING` with this schema of its required parameter.
fn with_parameter(schema: &str) -> String {
    let from = "{ type: string, pattern: \"^([a-f0-9]{24})$\", example: 32b6e34b3d91647abb20e7b8 }";
    changed(THING, from, schema)
}

#[test]
fn an_example_has_a_hundred_items_at_most() {
    let to = "      in: query\n      required: true\n      schema: { type: array, minItems: 10000000000, items: { type: string } }\n";
    let from = "      in: query\n      schema: { type: boolean, default: false }\n";
    let docs = docs_of_method(&generated(&changed(THING, from, to)), "get_thing");
    assert_eq!(docs.matches("to_owned()").count(), 100);
}

#[test]
fn a_pattern_that_takes_for_ever_is_given_up() {
    let example = "a".repeat(30);
    let yaml = with_parameter(&format!(
        "{{ type: string, pattern: '^(a+)+$', example: {example}! }}"
    ));
    let docs = in_time(|| docs_of_method(&generated(&yaml), "get_thing"));
    assert!(docs.contains(".thing_id(\"a\")"), "{docs}");
}

#[test]
fn a_pattern_of_a_text_without_measure_has_no_example_of_its_own() {
    let yaml = with_parameter("{ type: string, pattern: '^(((a{900}){900}){900}){900}$' }");
    let docs = in_time(|| docs_of_method(&generated(&yaml), "get_thing"));
    assert!(docs.contains(".thing_id(\"...\")"), "{docs}");
}

#[test]
fn a_schema_that_is_part_of_many_others_is_put_together_once() {
    let mut schemas =
        String::from("    Link0: { type: object, properties: { href: { type: string } } }\n");
    for level in 1..=40 {
        let below = format!("$ref: '#/components/schemas/Link{}'", level - 1);
        writeln!(
            schemas,
            "    Link{level}: {{ allOf: [{{ {below} }}, {{ allOf: [{{ {below} }}] }}] }}"
        )
        .unwrap();
    }
    let link = "    Link:\n      type: object\n      properties:\n        href: { type: string }\n";
    let to =
        format!("    Link:\n      allOf: [{{ $ref: '#/components/schemas/Link40' }}]\n{schemas}");
    let code = in_time(|| generated(&changed(THING, link, &to)));
    assert_eq!(code.matches("pub href:").count(), 1);
}

#[test]
fn a_number_beyond_64_bits_is_a_limit_like_others() {
    let from = "{ type: boolean, default: false }";
    let to = "{ type: integer, minimum: -9223372036854776000, maximum: 9223372036854776000 }";
    assert!(generated(&changed(THING, from, to)).contains("-9223372036854775808i64"));
}

#[test]
fn an_example_may_be_a_reference() {
    for target in ["Link", "nothing"] {
        let reference = format!("{{ $ref: '#/components/schemas/{target}' }}");
        let to = format!("size: {{ type: integer, example: {reference} }}");
        generated(&changed(THING, "size: { type: integer }", &to));
    }
}

#[test]
fn aliases_that_stand_for_one_another_without_measure_are_refused() {
    let mut yaml = String::from("x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n");
    for level in 1..12 {
        let below = format!("*x{}, ", level - 1).repeat(10);
        writeln!(yaml, "x{level}: &x{level} [{below}]").unwrap();
    }
    let sentence = in_time(|| refusal("aliases", &format!("{THING}{yaml}")));
    assert_eq!(sentence, "line 75: the aliases stand for too many values");
}

#[test]
fn values_that_are_nested_without_measure_are_refused() {
    let nested = format!(
        "size: {{ example: {}{} }}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let sentence = refusal(
        "nested",
        &changed(THING, "size: { type: integer }", &nested),
    );
    assert_eq!(sentence, "line 52: nested deeper than 128 levels");
}
