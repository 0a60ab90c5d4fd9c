//! Slips in the YAML itself, and the line and the message with which each is reported.

use crate::THING;
use crate::support::{changed, refusal};

/// What is changed, in which place, to what.
#[rustfmt::skip]
const SLIPS: &[(&str, &str, &str)] = &[
    ("a tab for indentation", "  title: One operation", "\ttitle: One operation"),
    ("a tab behind spaces", "      summary: Reads", "      \tsummary: Reads"),
    ("a tab in the indentation of a list", "        - name: thingId\n", "\t- name: thingId\n"),
    ("a tab behind the dash of a list", "        - name: thingId\n", "        -\tname: thingId\n"),
    ("a tab in a text of many lines", "  title: One operation\n", "  title: |\n    One\n\toperation\n"),
    ("a tab in a folded text", "  title: One operation\n", "  title: >\n\tOne operation\n"),
    ("a tab in a plain text", "  title: One operation\n", "  title: One\n\toperation\n"),
    ("a tab before the colon", "  title: One operation\n", "\ttitle\t: One operation\n"),
    ("no colon", "  title: One operation", "  title One operation"),
    ("no colon in the last line", "        detail: { type: string }\n", "        detail: { type: string }\n        status\n"),
    ("no colon before what is indented", "    Link:\n", "    Link\n"),
    ("no colon before a list", "        links:\n", "        links\n"),
    ("no space behind the colon", "  title: One operation", "  title:One operation"),
    ("no space behind the colon of a list", "          in: path", "          in:path"),
    ("no space behind the colon in braces", "size: { type: integer }", "size: { type:integer, minimum: 1 }"),
    ("no space behind the dash", "        - name: thingId\n", "        -name: thingId\n"),
    ("a colon within a text", "  title: One operation", "  title: One: operation"),
    ("a quote that is never closed", "  version: \"1\"", "  version: '1"),
    ("a quote that the next one closes", "          in: path\n          required: true", "          in: \"path\n          required: true"),
    ("a quote that the next line closes", "  title: One operation\n", "  title: \"One operation\n"),
    ("a quote within quotes", "  title: One operation", "  title: 'One's operation'"),
    ("a text behind quotes", "  title: One operation", "  title: \"One\" operation"),
    ("a backslash in double quotes", "\"^([a-f0-9]{24})$\"", "\"^\\d{24}$\""),
    ("a text that begins like an alias", "  title: One operation", "  title: *One operation"),
    ("a text that is a star", "  title: One operation", "  title: * operation"),
    ("a text that begins with a mark", "  title: One operation", "  title: @operation"),
    ("a text that begins with a backquote", "  title: One operation", "  title: `operation`"),
    ("a text that begins with a percent sign", "  title: One operation", "  title: %operation"),
    ("a text that begins with a bar", "  title: One operation", "  title: |One operation"),
    ("a text that begins with an exclamation mark", "  title: One operation", "  title: !{} operation"),
    ("a line that begins with a percent sign", "openapi: 3.0.3\n", "%openapi: 3.0.3\n"),
    ("a text that begins with a bracket", "  title: One operation", "  title: ]operation"),
    ("a colon within braces", "size: { type: integer }", "size: { type:{ integer } }"),
    ("a key that begins with an ampersand", "openapi: 3.0.3\n", "&openapi: 3.0.3\n"),
    ("no key before a colon", "  title: One operation", "  : One operation"),
    ("a quote too many behind a status", "        \"200\":", "        200\":"),
    ("a text that begins like a list", "  title: One operation", "  title: - operation"),
    ("a text that begins like a map", "  title: One operation", "  title: {groupId} is one"),
    ("a space too many", "      summary: Reads", "       summary: Reads"),
    ("a space too few", "      summary: Reads", "     summary: Reads"),
    ("a space too few in a list", "          in: path", "         in: path"),
    ("a key below a value", "  title: One operation\n", "  title: One operation\n    subtitle: none\n"),
    ("an item out of line", "        - $ref: \"#/components/parameters/pretty\"", "       - $ref: \"#/components/parameters/pretty\""),
    ("an item in a mapping", "      summary: Reads", "      - summary: Reads"),
    ("a bracket that is never closed", "[NEW, OLD]", "[NEW, OLD"),
    ("a brace that is never closed", "size: { type: integer }", "size: { type: integer"),
    ("a comma that is missing", "size: { type: integer }", "size: { type: integer format: int32 }"),
    ("a bracket that closes a brace", "size: { type: integer }", "size: { type: integer ]"),
    ("a bracket too many", "[NEW, OLD]", "[NEW, OLD]]"),
    ("a key twice", "      type: object\n      properties:\n        href", "      type: object\n      properties: {}\n      properties:\n        href"),
    ("a key twice in braces", "size: { type: integer }", "size: { type: integer, type: number }"),
    ("a key twice, once in quotes", "  version: \"1\"", "  version: \"1\"\n  \"version\": \"1\""),
    ("a path twice", "components:\n", "  /api/atlas/v2/things/{thingId}: {}\ncomponents:\n"),
    ("a key twice at the beginning", "openapi: 3.0.3\n", "openapi: 3.0.3\nopenapi: 3.0.3\n"),
    ("an alias without an anchor", "size: { type: integer }", "size: *size"),
    ("a tag", "  title: One operation", "  title: !one operation"),
    ("a control character", "  title: One operation", "  title: One \u{7} operation"),
    ("two documents", "components:\n", "---\ncomponents:\n"),
    ("a mark of a merge", "<<<<", "<<<<"),
];

#[test]
fn a_slip_in_the_yaml_is_reported_with_its_line_in_the_words_of_its_author() {
    let mut table = String::new();
    for (what, from, to) in SLIPS {
        let yaml = match *from {
            "<<<<" => format!("<<<<<<< HEAD\n{THING}"),
            from => changed(THING, from, to),
        };
        table += &format!("{what}\n");
        for sentence in refusal(what, &yaml).lines() {
            table += &format!("    {sentence}\n");
        }
    }
    insta::assert_snapshot!(table);
}
