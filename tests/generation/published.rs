//! What MongoDB's document has and the client has no use for: it is read, and changes nothing.

use crate::support::{changed, docs_of_method, generated, refusal, surface};
use crate::{SUCCESS, THING};

/// What is changed, in which place, to what.
#[rustfmt::skip]
const WITHOUT_EFFECT: &[(&str, &str, &str)] = &[
    ("a table beside JSON", SUCCESS, "            application/vnd.atlas.2023-01-01+csv: { schema: { type: string } }\n"),
    ("a page of an error", "        application/json:\n", "        text/html: { schema: { type: string } }\n        application/json:\n"),
    ("an enum value twice", "[NEW, OLD]", "[NEW, OLD, NEW]"),
    ("the style of a header", "RateLimit-Limit:\n      schema:", "RateLimit-Limit:\n      style: simple\n      explode: false\n      allowReserved: true\n      allowEmptyValue: true\n      schema:"),
    ("xml", "href: { type: string }", "href: { type: string, xml: { attribute: true } }"),
    ("links of a response", "          description: The thing.\n", "          description: The thing.\n          links: { next: { operationId: getThing } }\n"),
    ("links of components", "  headers:\n    Rate", "  links: { next: { operationId: getThing } }\n  headers:\n    Rate"),
    ("reserved characters", "      name: pretty\n", "      name: pretty\n      allowReserved: true\n"),
    ("an empty value", "      name: pretty\n", "      name: pretty\n      allowEmptyValue: true\n"),
    ("variables of a server", "  - url: https://cloud.mongodb.com\n", "  - url: https://{host}\n    variables: { host: { default: cloud.example.com } }\n"),
    ("callbacks", "      summary: Reads", "      callbacks: { done: { '{$url}': {} } }\n      summary: Reads"),
    ("request bodies of components", "  headers:\n    Rate", "  requestBodies: { thing: { content: {} , required: true } }\n  callbacks: { done: {} , x: { a: b } }\n  headers:\n    Rate"),
];

#[test]
fn what_the_client_has_no_use_for_changes_nothing() {
    let code = surface(&generated(THING));
    for (what, from, to) in WITHOUT_EFFECT {
        // What is published stands beside what is there.
        let to = match *from == SUCCESS {
            true => &format!("{to}{SUCCESS}"),
            false => *to,
        };
        let yaml = changed(THING, from, to);
        assert_eq!(surface(&generated(&yaml)), code, "{what}");
    }
}

#[test]
fn a_version_that_is_upcoming_is_requested_where_there_is_no_other() {
    let upcoming = SUCCESS.replace("2023-01-01", "2026-01-01.upcoming");
    let code = generated(&changed(THING, SUCCESS, &upcoming));
    let docs = docs_of_method(&code, "get_thing");
    let sentence = "with `Accept: application/vnd.atlas.2026-01-01.upcoming+json`.";
    assert!(docs.contains(sentence), "{docs}");
}

#[test]
fn a_version_with_a_date_comes_before_one_that_is_upcoming() {
    for other in ["2026-01-01.upcoming", "preview"] {
        let other = SUCCESS.replace("2023-01-01", other);
        let code = generated(&changed(THING, SUCCESS, &format!("{SUCCESS}{other}")));
        let docs = docs_of_method(&code, "get_thing");
        let sentence = "with `Accept: application/vnd.atlas.2023-01-01+json`, the newest";
        assert!(docs.contains(sentence), "{docs}");
    }
}

#[test]
fn a_success_must_have_a_version_in_json() {
    let table = "            application/vnd.atlas.2023-01-01+csv: { schema: { type: string } }\n";
    insta::assert_snapshot!(refusal("a table alone", &changed(THING, SUCCESS, table)));
}
