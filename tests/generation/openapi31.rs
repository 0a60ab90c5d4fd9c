//! OpenAPI 3.1, as far as MongoDB's document would differ in it.

use crate::THING;
use crate::support::{changed, docs_of_method, generated, refusal, surface};

/// `THING` with a 3.1 form in the place of one of 3.0, and what it means in 3.0.
#[rustfmt::skip]
const FORMS: &[(&str, &str, &str, &str)] = &[
    ("a type that may be null", "size: { type: integer }", "size: { type: integer, nullable: true }", "size: { type: [integer, 'null'] }"),
    ("an array that may be null", "        links:\n          type: array\n", "        links:\n          nullable: true\n          type: array\n", "        links:\n          type: ['null', array]\n"),
    ("null among the cases", "size: { type: integer }", "size: { type: integer, nullable: true }", "size: { oneOf: [{ type: integer }, { type: 'null' }] }"),
    ("a reference or null", "        parent:\n          description: The thing it belongs to.\n          allOf:\n            - $ref", "        parent:\n          description: The thing it belongs to.\n          allOf:\n            - $ref", "        parent:\n          description: The thing it belongs to.\n          anyOf:\n            - type: 'null'\n            - $ref"),
    ("words beside a reference", "        parent:\n          description: The thing it belongs to.\n          allOf:\n            - $ref: \"#/components/schemas/Link\"\n", "        parent:\n          description: The thing it belongs to.\n          allOf:\n            - $ref: \"#/components/schemas/Link\"\n", "        parent:\n          description: The thing it belongs to.\n          $ref: \"#/components/schemas/Link\"\n"),
    ("one value", "state: { type: string, enum: [NEW, OLD] }", "state: { type: string, enum: [NEW] }", "state: { type: string, const: NEW }"),
    ("examples", "size: { type: integer }", "size: { type: integer, example: 3 }", "size: { type: integer, examples: [3, 4] }"),
];

fn in_3_1(yaml: &str) -> String {
    changed(yaml, "openapi: 3.0.3", "openapi: 3.1.0")
}

#[test]
fn each_form_of_openapi_3_1_means_what_it_meant_in_3_0() {
    for (what, from, before, now) in FORMS {
        let before = generated(&THING.replace(from, before));
        let now = generated(&in_3_1(&changed(THING, from, now)));
        assert_eq!(surface(&now), surface(&before), "{what}");
    }
}

#[test]
fn the_first_of_several_examples_stands_in_the_docs() {
    let from = "example: 32b6e34b3d91647abb20e7b8";
    let to = "examples: [32b6e34b3d91647abb20e7b9, 32b6e34b3d91647abb20e7b8]";
    let code = generated(&in_3_1(&changed(THING, from, to)));
    let docs = docs_of_method(&code, "get_thing");
    assert!(docs.contains("32b6e34b3d91647abb20e7b9"), "{docs}");
}

#[test]
fn a_description_beside_the_reference_to_a_parameter_is_that_of_the_setter() {
    let from = "        - $ref: \"#/components/parameters/pretty\"\n";
    let to = format!("{from}          description: Said here.\n");
    let code = generated(&in_3_1(&changed(THING, from, &to)));
    assert!(
        code.contains("Said here.\n\nSets the optional parameter `pretty`"),
        "{code}"
    );
}

/// What OpenAPI 3.1 has and the build does not honour.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str)] = &[
    ("a limit that is excluded", "size: { type: integer }", "size: { type: integer, exclusiveMinimum: 0 }"),
    ("several types", "size: { type: integer }", "size: { type: [integer, string] }"),
    ("an unknown type among several", "size: { type: integer }", "size: { type: [int, 'null'] }"),
    ("a condition", "size: { type: integer }", "size: { if: { type: integer }, then: { minimum: 1 } }"),
    ("webhooks", "components:\n", "webhooks: { a: { get: {} } }\ncomponents:\n"),
    ("a key beside the reference to a parameter", "        - $ref: \"#/components/parameters/pretty\"\n", "        - $ref: \"#/components/parameters/pretty\"\n          required: true\n"),
    ("examples that are no list", "size: { type: integer }", "size: { type: integer, examples: 3 }"),
];

#[test]
fn other_keys_of_openapi_3_1_are_refused_with_their_place() {
    let mut sentences = String::new();
    for (what, from, to) in REFUSED {
        let sentence = refusal(what, &in_3_1(&changed(THING, from, to)));
        sentences += &format!("{what}:\n    {sentence}\n");
    }
    insta::assert_snapshot!(sentences);
}
