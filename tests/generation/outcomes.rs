//! `x-outcome`: what no rule can mean stops the build. What the rules that can be meant make of a
//! value is in `tests/generated_code.rs`.

use std::fmt::Write;

use crate::support::{changed, generated, refusal};

const EVERYTHING: &str = include_str!("everything.yaml");

/// The rule that tests put another one in the place of.
const RULE: &str = "{ when: { text: done }, outcome: succeeded }";

const PAGE: &str = "    Page:\n      type: object\n";

#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("no map", "done"),
    ("a key that is not known", "{ when: { text: done }, outcome: failed, unless: { text: a } }"),
    ("no condition", "{ when: {}, outcome: failed }"),
    ("no when", "{ outcome: failed }"),
    ("no outcome", "{ when: { text: done } }"),
    ("an unknown outcome", "{ when: { text: done }, outcome: finished }"),
    ("a property that is not there", "{ when: { txet: done }, outcome: failed }"),
    ("a property by its Rust name", "{ when: { by_name: present }, outcome: failed }"),
    ("a property of a property that is not there", "{ when: { tree.txet: done }, outcome: failed }"),
    ("a property of a text", "{ when: { text.length: 1 }, outcome: failed }"),
    ("a property of an enum", "{ when: { kind.name: SMALL }, outcome: failed }"),
    ("a property of an array as a whole", "{ when: { rows.cells: present }, outcome: failed }"),
    ("a value of an array as a whole", "{ when: { names: done }, outcome: failed }"),
    ("a value of a map", "{ when: { byNumber: 1 }, outcome: failed }"),
    ("items of what is no array", "{ when: { 'text[]': done }, outcome: failed }"),
    ("items of a map", "{ when: { 'byNumber[]': 1 }, outcome: failed }"),
    ("an empty path", "{ when: { '': done }, outcome: failed }"),
    ("a value outside its enum", "{ when: { maybe: NO }, outcome: failed }"),
    ("a flag where an enum is", "{ when: { maybe: true }, outcome: failed }"),
    ("present where an enum has that value", "{ when: { mood: present }, outcome: failed }"),
    ("a flag where a text is", "{ when: { text: true }, outcome: failed }"),
    ("a text where a flag is", "{ when: { flag: 'true' }, outcome: failed }"),
    ("a number where a flag is", "{ when: { flag: 1 }, outcome: failed }"),
    ("a text where a moment is", "{ when: { moment: '2025-05-04T09:42:00Z' }, outcome: failed }"),
    ("a text where an object is", "{ when: { inner: done }, outcome: failed }"),
    ("whatever there is", "{ when: { any: present }, outcome: failed }"),
    ("null", "{ when: { text: null }, outcome: failed }"),
    ("a list", "{ when: { text: [done, over] }, outcome: failed }"),
    ("half a number", "{ when: { count: 0.5 }, outcome: failed }"),
];

#[test]
fn a_rule_that_means_nothing_stops_the_build_in_a_sentence() {
    let yaml = changed(EVERYTHING, "enum: [GOOD,", "enum: [GOOD, Present,");
    let mut sentences = String::new();
    for (what, rule) in REFUSED {
        let sentence = refusal(what, &changed(&yaml, RULE, rule));
        writeln!(sentences, "{what}:\n    {sentence}").unwrap();
    }
    let no_list = changed(EVERYTHING, PAGE, &format!("{PAGE}      x-outcome: done\n"));
    writeln!(sentences, "no list:\n    {}", refusal("no list", &no_list)).unwrap();
    insta::assert_snapshot!(sentences);
}

#[test]
fn all_types_whose_rules_mean_nothing_are_reported_at_once() {
    let yaml = changed(
        EVERYTHING,
        RULE,
        "{ when: { txet: done }, outcome: failed }",
    );
    let rules = "      x-outcome: [{ when: { total: 1 }, outcome: failed }]\n";
    let sentence = refusal(
        "two types",
        &changed(&yaml, PAGE, &format!("{PAGE}{rules}")),
    );
    insta::assert_snapshot!(sentence);
}

#[test]
fn only_what_has_rules_can_be_waited_for_until_it_is_done() {
    let code = generated(EVERYTHING);
    assert_eq!(
        code.matches("impl crate::Job for types::Everything {")
            .count(),
        1
    );
    assert_eq!(code.matches("impl crate::Job for").count(), 1);
    assert_eq!(code.matches("call::until_done! {").count(), 1);
    assert_eq!(code.matches("call::send! {").count(), 9);
}
