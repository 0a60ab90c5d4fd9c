//! The maintainer's command in `drift/`: each kind of difference between the documents is a line,
//! and what is listed as deliberate is what the README says.

#[path = "../../drift/src/build.rs"]
mod build;
#[path = "../../drift/src/difference.rs"]
mod difference;
#[path = "../../drift/src/listed.rs"]
mod listed;
#[path = "../../drift/src/operations.rs"]
mod operations;
#[path = "../../drift/src/read.rs"]
mod read;
#[path = "../../drift/src/schemas.rs"]
mod schemas;

mod readme;

use std::fmt::Write;

use self::listed::Listed;
use self::read::Read;

/// Stands for both documents; tests change the published one.
const DOCUMENT: &str = include_str!("drift/document.yaml");

const LISTED: &str = "
scope: [backup]
left_out: []
operations: { getCopy: getGroupCopy }
schemas: { Copy: CopyView }
rows:
  - { where: descriptions, why: They are ours., keys: [description, x-xgen-*] }
";

/// The lines for a published document that differs from the curated one like this.
#[track_caller]
fn lines_with(listed: &str, from: &str, to: &str) -> Vec<String> {
    assert!(
        DOCUMENT.contains(from),
        "it does not stand in the document: {from}"
    );
    let published = DOCUMENT.replace(from, to);
    let published = published.replace("operationId: getCopy", "operationId: getGroupCopy");
    let published = published.replace("schemas/Copy'", "schemas/CopyView'");
    let published = published.replace("    Copy:", "    CopyView:");
    lines(listed, DOCUMENT, &published)
}

#[track_caller]
fn lines(listed: &str, curated: &str, published: &str) -> Vec<String> {
    let curated = Read::parse(curated).expect("the curated document is read");
    let published = Read::parse(published).expect("the published document is read");
    let listed = Listed::parse(listed).expect("the list is read");
    listed.left_of(operations::compare(&curated, &published, &listed))
}

#[rustfmt::skip]
const KINDS: &[(&str, &str, &str)] = &[
    ("an operation more", "components:\n", "  /backup/more:\n    get: { operationId: listMore }\ncomponents:\n"),
    ("an operation less", "  /backup/{id}:\n    get:", "  /backup/{id}:\n    put:"),
    ("another name", "operationId: listCopies", "operationId: listAllCopies"),
    ("a parameter more", "parameters:\n", "parameters:\n        - { name: zone, in: query, schema: { type: string } }\n"),
    ("a parameter less", "        - { name: size,", "        - { name: length,"),
    ("a parameter that is required", "in: query, required: false", "in: query, required: true"),
    ("a parameter of another type", "schema: { type: integer, maximum: 5 }", "schema: { type: string, maximum: 5 }"),
    ("a parameter with another limit", "maximum: 5 }", "maximum: 6 }"),
    ("a parameter that is deprecated", "in: query, required: false", "in: query, deprecated: true"),
    ("a status more", "        '404':", "        '410': { description: Gone. }\n        '404':"),
    ("a status less", "        '404':", "        '400':"),
    ("a newer version", "            application/vnd.atlas.2024-01-01+json:", "            application/vnd.atlas.2025-01-01+json: { schema: { $ref: '#/components/schemas/Copy' } }\n            application/vnd.atlas.2024-01-01+json:"),
    ("an older version", "vnd.atlas.2024-01-01", "vnd.atlas.2023-01-01"),
    ("no content", "          content:\n            application/vnd.atlas.2024-01-01+json:\n", "          headers:\n            application/vnd.atlas.2024-01-01+json:\n"),
    ("an operation that is deprecated", "operationId: getCopy", "deprecated: true\n      operationId: getCopy"),
    ("a sunset", "operationId: getCopy", "x-sunset: '2027-01-31'\n      operationId: getCopy"),
    ("a sunset beside the schema", "            application/vnd.atlas.2024-01-01+json:\n", "            application/vnd.atlas.2024-01-01+json:\n              x-sunset: '2027-01-31'\n"),
    ("another schema", "schema: { $ref: '#/components/schemas/Copies' }", "schema: { $ref: '#/components/schemas/Copy' }"),
    ("a property more", "        id: {", "        name: { type: string }\n        id: {"),
    ("a property less", "        id: {", "        _id: {"),
    ("a property of a part more", "            minutes: {", "            hours: { type: integer }\n            minutes: {"),
    ("another type", "minutes: { type: integer", "minutes: { type: number"),
    ("another format", "format: int32", "format: int64"),
    ("another pattern", "'^[a-f0-9]{24}$'", "'^[a-f0-9]{32}$'"),
    ("a property that is required", "      required: [id]", "      required: [id, state]"),
    ("a property that is not", "      required: [id]", "      required: []"),
    ("a property that is deprecated", "minutes: {", "minutes: { deprecated: true,"),
    ("a property with a sunset", "minutes: {", "minutes: { x-sunset: '2027-01-31',"),
    ("a property that may be null", "minutes: {", "minutes: { nullable: true,"),
    ("a value more", "[QUEUED, DONE]", "[QUEUED, DONE, FAILED]"),
    ("a value less", "[QUEUED, DONE]", "[QUEUED]"),
    ("a value more in a component", "[LARGE, SMALL]", "[LARGE, SMALL, TINY]"),
    ("a value more in a property of several cases", "enum: [R]", "enum: [R, S]"),
    ("another type in one of several cases", "type: string, enum: [R]", "type: integer"),
    ("items of another type", "items: { type: string }", "items: { type: integer }"),
    ("no items", "items: { type: string }", "title: Names"),
    ("a map of another type", "additionalProperties: { type: string }", "additionalProperties: { type: boolean }"),
];

#[test]
fn each_kind_of_difference_is_a_line() {
    let mut text = String::new();
    for (what, from, to) in KINDS {
        let lines = lines_with(LISTED, from, to);
        assert!(!lines.is_empty(), "{what}: nothing was found");
        writeln!(text, "{what}:\n    {}", lines.join("\n    ")).expect("it can be written");
    }
    insta::assert_snapshot!(text);
}

/// Where a property may stand: `countAtTop` and `kindAtTop` of the document, and so on.
const PLACES: [&str; 8] = [
    "AtTop",
    "InOneOf",
    "InAnyOf",
    "InAllOf",
    "InItem",
    "InMap",
    "InUnionOfItems",
    "InUnionOfMap",
];

/// What may happen to a property: its text before and after, `@` for the place.
const CHANGES: [(&str, &str, &str); 9] = [
    (
        "one more",
        "count@: {",
        "more@: { type: string }, count@: {",
    ),
    ("one less", "count@: { type: integer, format: int64 }, ", ""),
    (
        "another type",
        "count@: { type: integer",
        "count@: { type: string",
    ),
    (
        "another format",
        "count@: { type: integer, format: int64",
        "count@: { type: integer, format: int32",
    ),
    ("deprecated", "count@: {", "count@: { deprecated: true,"),
    ("null", "kind@: {", "kind@: { nullable: true,"),
    (
        "a value more",
        "kind@: { type: string, enum: [X,",
        "kind@: { type: string, enum: [X, Z,",
    ),
    (
        "a value less",
        "kind@: { type: string, enum: [X,",
        "kind@: { type: string, enum: [",
    ),
    (
        "an array",
        "kind@: { type: string, enum: [X, Y] }",
        "kind@: { type: array, items: { type: string } }",
    ),
];

#[test]
fn each_change_of_a_property_in_each_place_is_reported_for_that_property() {
    let mut text = String::new();
    for place in PLACES {
        for (what, from, to) in CHANGES {
            let (from, to) = (from.replace('@', place), to.replace('@', place));
            let lines = lines_with(LISTED, &from, &to);
            writeln!(text, "{place}, {what}:\n    {}", lines.join("\n    ")).expect("it is text");
            assert_eq!(lines.len(), 1, "{place}: {what}: {lines:?}");
            assert!(lines[0].contains(place), "{place}: {what}: {lines:?}");
        }
    }
    insta::assert_snapshot!(text);
}

#[rustfmt::skip]
const CHANGES_OF_PARAMETERS: [(&str, &str, &str); 8] = [
    ("one more at the path", "{ name: page,", "{ name: size, in: query, schema: { type: integer } }, { name: page,"),
    ("a required one more at the path", "{ name: page,", "{ name: size, in: query, required: true, schema: { type: integer } }, { name: page,"),
    ("a required one more", "{ name: tags,", "{ name: size, in: header, required: true, schema: { type: integer } }, { name: tags,"),
    ("one less at the path", "{ name: page, in: query, schema: { type: integer } },", ""),
    ("another type at the path", "{ name: page, in: query, schema: { type: integer", "{ name: page, in: query, schema: { type: string"),
    ("one of the path is required", "{ name: page, in: query,", "{ name: page, in: query, required: true,"),
    ("a value less at the path", "[EAST, WEST]", "[EAST]"),
    ("items are joined", "explode: true", "explode: false"),
];

#[test]
fn each_change_of_a_parameter_is_reported_in_one_line() {
    let mut text = String::new();
    for (what, from, to) in CHANGES_OF_PARAMETERS {
        let lines = lines_with(LISTED, from, to);
        writeln!(text, "{what}:\n    {}", lines.join("\n    ")).expect("it is text");
        assert_eq!(lines.len(), 1, "{what}: {lines:?}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_preview_is_older_than_any_date() {
    let dated = "            application/vnd.atlas.2024-01-01+json:\n";
    let copy = "{ schema: { $ref: '#/components/schemas/Copy' } }";
    let both = format!("            application/vnd.atlas.preview+json: {copy}\n{dated}");
    assert_eq!(lines_with(LISTED, dated, &both), [""; 0]);
}

#[test]
fn what_says_the_same_in_another_way_is_no_difference() {
    for (from, to) in [
        ("openapi: 3.0.3", "openapi: 3.0.1"),
        ("description: One copy.", "description: A copy."),
        ("description: One copy.", "x-xgen-changelog: {}"),
        ("maximum: 5 }", "maximum: 5.0 }"),
        ("required: false", "description: How large."),
        ("minutes: {", "minutes: { deprecated: false,"),
        (
            "state: { type: string, enum: [QUEUED, DONE] }",
            "state: { type: string, enum: [DONE, QUEUED] }",
        ),
        (
            "size: { $ref: '#/components/schemas/Size' }",
            "size: { type: string, enum: [LARGE, SMALL] }",
        ),
        (
            "size: { $ref: '#/components/schemas/Size' }",
            "size: { oneOf: [{ type: string, enum: [LARGE] }, { type: string, enum: [SMALL] }] }",
        ),
        (
            "        id: { type: string",
            "        id: { allOf: [{ type: string }]",
        ),
    ] {
        assert_eq!(lines_with(LISTED, from, to), [""; 0], "{from} -> {to}");
    }
}

#[test]
fn operations_out_of_scope_are_not_looked_at() {
    let more = "  /clusters:\n    get: { operationId: listClusters }\ncomponents:\n";
    assert_eq!(lines_with(LISTED, "components:\n", more), [""; 0]);
    let posted = "  /backup/more:\n    post: { operationId: makeMore }\ncomponents:\n";
    assert_eq!(lines_with(LISTED, "components:\n", posted), [""; 0]);
}

#[test]
fn what_is_left_out_on_purpose_is_no_line_until_it_is_gone() {
    let listed = LISTED.replace("left_out: []", "left_out: [/backup/more]");
    let more = "  /backup/more:\n    get: { operationId: listMore }\ncomponents:\n";
    assert_eq!(lines_with(&listed, "components:\n", more), [""; 0]);
    assert_eq!(
        lines_with(&listed, "components:\n", "components:\n"),
        [
            "GET /backup/more: not published, here left out, though it is not, or is no longer published"
        ]
    );
}

#[test]
fn a_difference_that_is_listed_is_no_line_until_it_is_gone() {
    let listed = format!(
        "{LISTED}  - where: numbers\n    why: They grow.\n    differences: \
         [{{ place: Copy > part > minutes > format, published: int64, here: int32 }}]\n"
    );
    assert_eq!(
        lines_with(&listed, "format: int32", "format: int64"),
        [""; 0]
    );
    assert_eq!(
        lines_with(&listed, "format: int32", "format: int32"),
        [
            "listed, but not found any more: Copy > part > minutes > format: published int64, here int32"
        ]
    );
    assert_eq!(
        lines_with(&listed, "format: int32", "format: int16"),
        [
            "Copy > part > minutes > format: published int16, here int32",
            "listed, but not found any more: Copy > part > minutes > format: published int64, here int32",
        ]
    );
}

#[test]
fn a_published_document_may_be_json() {
    let document: serde_json::Value = serde_yaml_ng::from_str(DOCUMENT).expect("YAML");
    let listed = LISTED
        .replace("{ getCopy: getGroupCopy }", "{}")
        .replace("{ Copy: CopyView }", "{}");
    assert_eq!(lines(&listed, DOCUMENT, &document.to_string()), [""; 0]);
}

#[test]
fn what_is_no_document_is_reported() {
    let problem = |text: &str| Read::parse(text).err().expect("it is refused");
    let pathless = "openapi: 3.0.3\npaths: {}";
    assert_eq!(problem(pathless), "it has no paths");
    assert!(problem("a: b").contains("openapi: must be"));
    assert!(problem("{").starts_with("line 1: not valid YAML"));
    assert!(Listed::parse("scope: []").is_err());
}
