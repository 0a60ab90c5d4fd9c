//! What cannot be honoured, and the sentence that says so; and what looks like it, and says
//! nothing.

use crate::support::{changed, generated, refusal, surface, told};
use crate::{SUCCESS, THING};

const SIZE: &str = "size: { type: integer }";

const LINK: &str = "    Link:
      type: object
      properties:
        href: { type: string }";

/// What is changed, in which place, to what.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str)] = &[
    ("a method other than GET", "    get:", "    delete:"),
    ("a method beside GET", "    get:\n", "    post: { operationId: makeThing }\n    get:\n"),
    ("a request body", "      summary: Reads", "      requestBody: { content: {} , required: true }\n      summary: Reads"),
    ("no operationId", "      operationId: getThing\n", ""),
    ("an empty operationId", "operationId: getThing", "operationId: ''"),
    ("an operationId that is no name", "operationId: getThing", "operationId: '***'"),
    ("an operationId that the client has", "operationId: getThing", "operationId: revokeToken"),
    ("an operationId that Rust has", "operationId: getThing", "operationId: result"),
    ("an operationId that is no struct", "operationId: getThing", "operationId: self"),
    ("a key unknown to the document", "components:\n", "webhooks: { a: b }\ncomponents:\n"),
    ("a key misspelt in info", "  title: One", "  titel: One"),
    ("a key misspelt in a path", "    get:\n", "    sumary: things\n    get:\n"),
    ("a key misspelt in an operation", "      summary: Reads", "      sumary: Reads"),
    ("a key misspelt in a parameter", "          required: true\n", "          requierd: true\n"),
    ("a key misspelt in a response", "          description: The thing.", "          descripton: The thing."),
    ("a key misspelt in a media type", "              schema:\n                $ref: \"#/components/schemas/Thing\"", "              shema:\n                $ref: \"#/components/schemas/Thing\""),
    ("a key misspelt in a header", "RateLimit-Limit:\n      schema:", "RateLimit-Limit:\n      requried: true\n      schema:"),
    ("a key misspelt in components", "  headers:\n    Rate", "  heders:\n    Rate"),
    ("a key misspelt in a schema", "type: object\n      properties:\n        href", "type: object\n      propertis:\n        href"),
    ("a key misspelt in a property", SIZE, "size: { type: integer, minmum: 1 }"),
    ("a key misspelt in the items of an array", SIZE, "size: { type: array, items: { typ: string } }"),
    ("a key misspelt in additionalProperties", SIZE, "size: { type: object, additionalProperties: { type: string, patern: a } }"),
    ("a key misspelt in a schema nobody refers to", "    Link:\n", "    Spare: { type: object, proprties: { a: { type: string } } }\n    Link:\n"),
    ("a limit that does not belong", SIZE, "size: { type: number, minimum: 0, exclusiveMinimum: true }"),
    ("a key of OpenAPI 3.1", SIZE, "size: { const: 1 }"),
    ("servers of an operation", "      summary: Reads", "      servers: [{ url: https://example.com }]\n      summary: Reads"),
    ("not", SIZE, "size: { not: { type: string } }"),
    ("a $ref that leads nowhere", SIZE, "size: { $ref: '#/components/schemas/Thingy' }"),
    ("a $ref to a parameter that is not there", "#/components/parameters/pretty", "#/components/parameters/petty"),
    ("a $ref to a response that is not there", "#/components/responses/NotFound", "#/components/responses/Gone"),
    ("a $ref to another file", SIZE, "size: { $ref: 'other.yaml#/components/schemas/Thing' }"),
    ("a $ref into the wild", SIZE, "size: { $ref: 'https://example.com/thing.json' }"),
    ("a $ref without #", SIZE, "size: { $ref: Thing }"),
    ("a $ref to what is no schema", SIZE, "size: { $ref: '#/components/parameters/pretty' }"),
    ("a $ref to a path inside a schema", SIZE, "size: { $ref: '#/components/schemas/Link/properties/href' }"),
    ("a $ref that is no text", SIZE, "size: { $ref: 3 }"),
    ("a $ref with words beside it", SIZE, "size: { $ref: '#/components/schemas/Link', description: A link. }"),
    ("a $ref that leads to itself", LINK, "    Link: { $ref: '#/components/schemas/Link' }"),
    ("two $refs that lead to each other", LINK, "    Link: { $ref: '#/components/schemas/Knot' }\n    Knot: { $ref: '#/components/schemas/Link' }"),
    ("an array of itself", LINK, "    Link: { type: array, items: { $ref: '#/components/schemas/Link' } }"),
    ("a map of itself", LINK, "    Link: { type: object, additionalProperties: { $ref: '#/components/schemas/Link' } }"),
    ("an unsupported media type", "application/vnd.atlas.2023-01-01+json", "application/gzip"),
    ("a media type without a date", "application/vnd.atlas.2023-01-01+json", "application/vnd.atlas+json"),
    ("a media type with half a date", "application/vnd.atlas.2023-01-01+json", "application/vnd.atlas.2023-01+json"),
    ("a success status without content", SUCCESS, ""),
    ("a property named extra", "        href:", "        extra:"),
    ("a property that would be named extra", "        href:", "        Extra:"),
    ("two properties with one Rust name", "        href:", "        h_ref: { type: string }\n        hRef:"),
    ("a property without a name", "        href:", "        '':"),
    ("a property of symbols only", "        href:", "        '$$':"),
    ("an enum value that is no text", "[NEW, OLD]", "[NEW, 7.0]"),
    ("an enum value that YAML takes for a flag", "[NEW, OLD]", "[true, false]"),
    ("a property in a number that Rust does not have", "        href:", "        ½:"),
    ("a parameter in a number that Rust does not have", "      name: pretty\n", "      name: ½\n"),
    ("a schema that is a picture", LINK, "    Link: { type: object, properties: { a: { $ref: '#/components/schemas/🎉' } } }\n    🎉: { type: string, enum: [A] }"),
    ("an enum named like a schema", LINK, "    Link: { type: object, properties: { a: { $ref: '#/components/schemas/ThingState' } } }\n    ThingState: { type: string, enum: [A] }"),
    ("an invalid pattern", "^([a-f0-9]{24})$", "^([a-f0-9]{24}$"),
    ("a second success status", "        \"404\":", "        \"201\":"),
    ("no success status", "        \"200\":", "        \"400\":"),
    ("no responses", "      responses:\n", "      x-responses:\n"),
    ("a path parameter in a header", "          in: path", "          in: header"),
    ("a header that the client sends", "      name: pretty\n      in: query\n", "      name: accept\n      in: header\n"),
    ("a header that is none", "      name: pretty\n      in: query\n", "      name: 'a header'\n      in: header\n"),
    ("a header that is a list", "      in: query\n      schema: { type: boolean, default: false }\n", "      in: header\n      schema: { type: array, items: { type: string } }\n"),
    ("a cookie parameter", "          in: path", "          in: cookie"),
    ("a parameter without a place", "          in: path\n", ""),
    ("a parameter without a name", "        - name: thingId\n          in: path", "        - in: path"),
    ("a path parameter missing in the path", "/things/{thingId}:", "/things:"),
    ("a path parameter missing among the parameters", "/things/{thingId}:", "/things/{thingId}/{partId}:"),
    ("a path whose brace never closes", "/things/{thingId}:", "/things/{thingId:"),
    ("two parameters with one name", "        - $ref: \"#/components/parameters/pretty\"", "        - { name: thing_id, in: query, schema: { type: string } }"),
    ("a pattern of a number", "{ type: boolean, default: false }", "{ type: integer, pattern: '^[0-9]$' }"),
    ("a pattern of a moment", "{ type: boolean, default: false }", "{ type: string, format: date-time, pattern: 'Z$' }"),
    ("a pattern of an enum", "{ type: boolean, default: false }", "{ type: string, enum: [A], pattern: '^A$' }"),
    ("a parameter without a schema", "      schema: { type: boolean, default: false }\n", ""),
    ("a limit of another type", "{ type: boolean, default: false }", "{ type: boolean, maximum: 1 }"),
    ("a length of a number", "{ type: boolean, default: false }", "{ type: integer, minLength: 1 }"),
    ("a length of an enum", "{ type: boolean, default: false }", "{ type: string, enum: [A], maxLength: 1 }"),
    ("a number of items of a text", "{ type: boolean, default: false }", "{ type: string, maxItems: 1 }"),
    ("a limit in quotes", "{ type: boolean, default: false }", "{ type: integer, maximum: '1' }"),
    ("half a length", "{ type: boolean, default: false }", "{ type: string, maxLength: 0.5 }"),
    ("a multiple", "{ type: boolean, default: false }", "{ type: integer, multipleOf: 2 }"),
    ("an invalid pattern of items", "{ type: boolean, default: false }", "{ type: array, items: { type: string, pattern: '(' } }"),
    ("a parameter that is a list of lists", "{ type: boolean, default: false }", "{ type: array, items: { type: array, items: { type: string } } }"),
    ("a parameter that is an object", "{ type: boolean, default: false }", "{ type: object }"),
    ("a parameter in the path that is a list", "{ type: string, pattern: \"^([a-f0-9]{24})$\", example: 32b6e34b3d91647abb20e7b8 }", "{ type: array, items: { type: string } }"),
    ("a list whose items are joined", "      schema: { type: boolean, default: false }\n", "      explode: false\n      schema: { type: array, items: { type: string } }\n"),
    ("two schemas with one Rust name", LINK, "    Link: { type: object, properties: { a: { $ref: '#/components/schemas/spare_thing' }, b: { $ref: '#/components/schemas/SpareThing' } } }\n    spare_thing: { type: string, enum: [A] }\n    SpareThing: { type: string, enum: [A] }"),
    ("two slips", "  title: One operation\n", "  titel: One operation\n  verison: \"1\"\n"),
    ("a parameter with a style", "      in: query\n", "      in: query\n      style: deepObject\n"),
    ("an operation that says nothing", "    get:\n", "    get: {}\n    x-get:\n"),
    ("an unknown type in a schema nobody refers to", "    Link:\n", "    Spare: { type: array, items: { type: str } }\n    Link:\n"),
    ("an unknown type", SIZE, "size: { type: int }"),
    ("a type of OpenAPI 3.1", SIZE, "size: { type: [integer, 'null'] }"),
    ("a flag in quotes", "{ type: boolean, default: false }", "{ type: boolean, nullable: 'true' }"),
    ("a number for a version", "  version: \"1\"", "  version: 1.0"),
    ("a list where a mapping belongs", "      properties:\n        href: { type: string }", "      properties: [href]"),
    ("a mapping where a list belongs", "[NEW, OLD]", "{ NEW: OLD }"),
    ("another version of OpenAPI", "openapi: 3.0.3", "openapi: 3.2.0"),
    ("no version of OpenAPI", "openapi: 3.0.3\n", ""),
    ("a key twice", "      type: object\n      properties:\n        href", "      type: object\n      type: object\n      properties:\n        href"),
    ("a path twice", "components:\n", "  /api/atlas/v2/things/{thingId}: {}\ncomponents:\n"),
    ("an operation twice but for its case", "components:\n", "  /api/atlas/v2/other: { get: { operationId: GetThing, responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Link' } } } } } } }\ncomponents:\n"),
    ("an operation twice", "components:\n", "  /api/atlas/v2/other: { get: { operationId: getThing, responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Link' } } } } } } }\ncomponents:\n"),
    ("a tab for indentation", "  title: One operation", "\ttitle: One operation"),
    ("an alias without an anchor", SIZE, "size: *size"),
];

#[test]
fn what_cannot_be_honoured_is_refused_in_a_sentence_that_names_the_place() {
    let mut table = String::new();
    for (what, from, to) in REFUSED {
        table += &format!("{what}\n");
        for sentence in refusal(what, &changed(THING, from, to)).lines() {
            table += &format!("    {sentence}\n");
        }
    }
    insta::assert_snapshot!(table);
}

/// What is changed, to what, and how the line begins that reports it.
#[rustfmt::skip]
const LINES: &[(&str, &str, &str)] = &[
    ("  title: One", "  titel: One", "titel"),
    ("    get:\n", "    sumary: things\n    get:\n", "sumary"),
    ("          required: true\n", "          requierd: true\n", "requierd"),
    ("        - name: thingId\n          in: path\n", "        - in: path\n          nam: no\n          name: thingId\n", "nam:"),
    ("          description: The thing.", "          descripton: The thing.", "descripton"),
    (SUCCESS, "            text/html: {}\n", "content"),
    ("#/components/parameters/pretty\"", "#/components/parameters/petty\"", "- $ref"),
    ("      name: pretty\n", "      name: pretty\n      allowReservd: true\n", "allowReservd"),
    (SIZE, "size: { type: integer, minmum: 1 }", "size"),
    ("        links:\n", "        links:\n          # A comment.\n\n          typ: array\n", "typ"),
    ("            - $ref: \"#/components/schemas/Link\"", "            - $ref: \"#/components/schemas/Lnk\"", "- $ref"),
    ("            - $ref: \"#/components/schemas/Link\"", "          - $ref: \"#/components/schemas/Lnk\"", "- $ref"),
    ("    Thing:\n", "    Thing:\n      x-outcome: [{ when: { seize: 1 }, outcome: failed }, { when: { sice: 2 }, outcome: failed }]\n", "x-outcome"),
    ("        detail: { type: string }", "        detail: { type: string }\n        \"Detail\": { typ: string }", "\"Detail\""),
    ("    Thing:\n", "    Thing:\n      x-outcome: [{ when: { size: 1 }, outcome: over }]\n", "x-outcome"),
];

#[test]
fn what_is_refused_is_reported_with_its_line_as_compilers_do() {
    let mut table = String::new();
    for (from, to, begins) in LINES {
        let yaml = changed(THING, from, to);
        for sentence in told(&yaml) {
            let number = sentence
                .split(':')
                .nth(1)
                .and_then(|line| line.parse().ok());
            let number: usize = number.expect(&sentence);
            let line = yaml.lines().nth(number - 1).expect("the line is there");
            table += &format!("{sentence}\n    {}\n", line.trim());
        }
        let shown = table.lines().last().unwrap_or_default().trim();
        assert!(shown.starts_with(begins), "{begins}: {table}");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_empty_document_is_refused_in_a_sentence() {
    let sentences = [
        "",
        "# nothing",
        "[]",
        "null",
        "{}",
        "just words",
        "- 1\n- 2\n",
        "\0",
    ]
    .map(|yaml| format!("{yaml:?}: {}\n", refusal(yaml, yaml)));
    insta::assert_snapshot!(sentences.concat());
}

#[test]
fn what_says_nothing_is_not_taken_for_a_slip() {
    let code = generated(THING);
    for (from, to) in [
        (
            SIZE,
            "size: { type: integer, nullable: false, readOnly: null, oneOf: [], anyOf: null, not: {}, allOf: [] }",
        ),
        (
            SIZE,
            "size: { type: integer, properties: {}, enum: [], required: [], additionalProperties: false, typo: [] }",
        ),
        (
            "href: { type: string }",
            "href: { type: string, enum: [], pattern: null, nullable: false, deprecated: false }",
        ),
        (
            "    get:\n",
            "    put: null\n    post: {}\n    parameters: []\n    servers: null\n    get:\n",
        ),
        (
            "      summary: Reads",
            "      requestBody: null\n      deprecated: false\n      security: []\n      summary: Reads",
        ),
        (
            "          in: path\n",
            "          in: path\n          deprecated: false\n          style: null\n",
        ),
        (
            "          description: The thing.\n",
            "          description: The thing.\n          links: {}\n",
        ),
        (
            "components:\n",
            "components:\n  callbacks: {}\n  requestBodies: null\n",
        ),
        (
            "paths:\n",
            "tags: []\nexternalDocs: null\nx-whatever: 1\npaths:\n  /nothing: {}\n  /null: { get: null }\n",
        ),
    ] {
        assert_eq!(
            surface(&generated(&changed(THING, from, to))),
            surface(&code),
            "{to}"
        );
    }
}
