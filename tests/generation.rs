//! The build script's own code, run on documents that somebody may write one day: an operation more needs no Rust, and
//! what cannot be honoured is refused in one sentence that names the place.

#![allow(clippy::expect_used)]

#[path = "support/generation.rs"]
mod support;

use support::{ATLAS, changed, docs_of_method, generated, refusal, surface, surface_beyond};

const THING: &str = include_str!("generation/thing.yaml");

/// The document of the crate with a fifth operation, the Flex snapshot endpoint.
fn with_flex() -> String {
    let paths = concat!(include_str!("generation/flex.yaml"), "components:\n");
    let schemas = concat!("  schemas:\n", include_str!("generation/flex_schemas.yaml"));
    changed(&changed(ATLAS, "\ncomponents:\n", &format!("\n{paths}")), "  schemas:\n", schemas)
}

const SUCCESS: &str = r##"            application/vnd.atlas.2023-01-01+json:
              schema:
                $ref: "#/components/schemas/Thing"
"##;

const SIZE: &str = "size: { type: integer }";

const LINK: &str = "    Link:
      type: object
      properties:
        href: { type: string }";

#[test]
fn a_fifth_operation_needs_no_rust() {
    insta::assert_snapshot!(surface_beyond(&generated(ATLAS), &generated(&with_flex())));
}

#[test]
fn a_fifth_operation_leaves_the_four_as_they_are() {
    let gone = surface_beyond(&generated(&with_flex()), &generated(ATLAS));
    assert_eq!(gone, "");
}

#[test]
fn the_docs_of_a_method_say_what_it_sends_and_show_a_call() {
    insta::assert_snapshot!(docs_of_method(&generated(&with_flex()), "get_flex_backup"));
}

#[test]
fn of_two_dated_media_types_the_newest_wins_and_the_docs_say_so() {
    let newer = SUCCESS.replace("2023-01-01", "2025-03-12").replace("Thing", "Link");
    for both in [format!("{SUCCESS}{newer}"), format!("{newer}{SUCCESS}")] {
        let code = generated(&changed(THING, SUCCESS, &both));
        assert!(code.contains("accept: \"application/vnd.atlas.2025-03-12+json\""));
        assert!(code.contains("ResponseValue<types::Link>"));
        assert!(!code.contains("2023-01-01"));
        let docs = docs_of_method(&code, "get_thing");
        let sentence = "asks for `application/vnd.atlas.2025-03-12+json`, the newest version that is documented.";
        assert!(docs.contains(sentence), "{docs}");
    }
}

#[test]
fn an_undated_media_type_is_asked_for_when_there_is_no_other() {
    let code = generated(&changed(THING, "vnd.atlas.2023-01-01+json", "json"));
    assert!(code.contains("accept: \"application/json\""));
}

#[test]
fn a_sunset_may_stand_beside_the_schema_of_a_media_type() {
    let sunset = format!("{SUCCESS}              x-sunset: \"2027-01-31\"\n");
    let code = generated(&changed(THING, SUCCESS, &sunset));
    insta::assert_snapshot!(surface_beyond(&generated(THING), &code), @r#"
    impl Client {
        #[deprecated(note = "Atlas announced its end for 2027-01-31")]
        pub fn get_thing(&self) -> builder::GetThing<'_> {}
    }
    "#);
}

#[test]
fn a_sunset_of_an_older_media_type_is_not_that_of_the_newest() {
    let newer = SUCCESS.replace("2023-01-01", "2025-03-12");
    let both = format!("{SUCCESS}              x-sunset: \"2027-01-31\"\n{newer}");
    assert!(!generated(&changed(THING, SUCCESS, &both)).contains("#[deprecated"));
}

/// What is changed, in which place, to what.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str)] = &[
    ("a method other than GET", "    get:", "    delete:"),
    ("a method beside GET", "    get:\n", "    post: { operationId: makeThing }\n    get:\n"),
    ("a request body", "      summary: Reads", "      requestBody: { content: {} , required: true }\n      summary: Reads"),
    ("no operationId", "      operationId: getThing\n", ""),
    ("an empty operationId", "operationId: getThing", "operationId: ''"),
    ("an operationId that is no name", "operationId: getThing", "operationId: '***'"),
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
    ("a key of OpenAPI 3.1", SIZE, "size: { const: 1 }"),
    ("servers of an operation", "      summary: Reads", "      servers: [{ url: https://example.com }]\n      summary: Reads"),
    ("oneOf", SIZE, "size: { oneOf: [{ type: string }, { type: integer }] }"),
    ("anyOf", SIZE, "size: { anyOf: [{ type: string }, { type: integer }] }"),
    ("oneOf as the answer", "                $ref: \"#/components/schemas/Thing\"", "                oneOf: [{ $ref: '#/components/schemas/Thing' }, { $ref: '#/components/schemas/Link' }]"),
    ("not", SIZE, "size: { not: { type: string } }"),
    ("a discriminator", SIZE, "size: { type: object, discriminator: { propertyName: kind } }"),
    ("allOf with two entries", SIZE, "size: { allOf: [{ $ref: '#/components/schemas/Link' }, { $ref: '#/components/schemas/ApiError' }] }"),
    ("allOf with a schema of its own", SIZE, "size: { allOf: [{ type: object, properties: { a: { type: string } } }] }"),
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
    ("a media type of an error that is no JSON", "        application/json:\n", "        text/html:\n"),
    ("a success status without content", SUCCESS, ""),
    ("a property named extra", "        href:", "        extra:"),
    ("a property that would be named extra", "        href:", "        Extra:"),
    ("two properties with one Rust name", "        href:", "        h_ref: { type: string }\n        hRef:"),
    ("a property without a name", "        href:", "        '':"),
    ("a property of symbols only", "        href:", "        '$$':"),
    ("two enum values with one Rust name", "[NEW, OLD]", "[new, NEW]"),
    ("an enum value that is empty", "[NEW, OLD]", "[NEW, '']"),
    ("an enum value called Unknown", "[NEW, OLD]", "[NEW, unknown]"),
    ("an enum value of symbols only", "[NEW, OLD]", "[NEW, '>=']"),
    ("an enum value in Chinese twice", "[NEW, OLD]", "[新, 新]"),
    ("an enum value that is no text", "[NEW, OLD]", "[NEW, 7.0]"),
    ("an enum value that YAML takes for a flag", "[NEW, OLD]", "[true, false]"),
    ("an enum named like a schema", "    Link:\n", "    ThingState: { type: string, enum: [A] }\n    Link:\n"),
    ("a schema named otherwise than a Rust type", "    Link:\n", "    spare_thing: { type: object, properties: { a: { type: string } } }\n    Link:\n"),
    ("a schema named like a type of Rust's", "    Link:\n", "    Self: { type: object, properties: { a: { type: string } } }\n    Link:\n"),
    ("an invalid pattern", "^([a-f0-9]{24})$", "^([a-f0-9]{24}$"),
    ("a default response", "        \"404\":", "        default:"),
    ("a range of statuses", "        \"404\":", "        4XX:"),
    ("a second success status", "        \"404\":", "        \"201\":"),
    ("no success status", "        \"200\":", "        \"400\":"),
    ("no responses", "      responses:\n", "      x-responses:\n"),
    ("a header parameter", "          in: path", "          in: header"),
    ("a cookie parameter", "          in: path", "          in: cookie"),
    ("a parameter without a place", "          in: path\n", ""),
    ("a parameter without a name", "        - name: thingId\n          in: path", "        - in: path"),
    ("a path parameter missing in the path", "/things/{thingId}:", "/things:"),
    ("a path parameter missing among the parameters", "/things/{thingId}:", "/things/{thingId}/{partId}:"),
    ("a path whose brace never closes", "/things/{thingId}:", "/things/{thingId:"),
    ("two parameters with one name", "        - $ref: \"#/components/parameters/pretty\"", "        - { name: thing_id, in: query, schema: { type: string } }"),
    ("a parameter with a limit", "{ type: boolean, default: false }", "{ type: integer, maximum: 500 }"),
    ("a parameter that is a list", "{ type: boolean, default: false }", "{ type: array, items: { type: string } }"),
    ("a parameter without a schema", "      schema: { type: boolean, default: false }\n", ""),
    ("a parameter with a style", "      in: query\n", "      in: query\n      style: deepObject\n"),
    ("a name of an operation that starts with a digit", "operationId: getThing", "operationId: 3things"),
    ("a parameter that starts with a digit", "      name: pretty", "      name: 3d"),
    ("a property that starts with a digit", "        href:", "        3d:"),
    ("a parameter given to the path and to the operation", "    get:\n", "    parameters: [{ $ref: '#/components/parameters/pretty' }]\n    get:\n"),
    ("an operation that says nothing", "    get:\n", "    get: {}\n    x-get:\n"),
    ("an unknown type in a schema nobody refers to", "    Link:\n", "    Spare: { type: array, items: { type: str } }\n    Link:\n"),
    ("an unknown type", SIZE, "size: { type: int }"),
    ("a type of OpenAPI 3.1", SIZE, "size: { type: [integer, 'null'] }"),
    ("a flag in quotes", "{ type: boolean, default: false }", "{ type: boolean, nullable: 'true' }"),
    ("a number for a version", "  version: \"1\"", "  version: 1.0"),
    ("a list where a mapping belongs", "      properties:\n        href: { type: string }", "      properties: [href]"),
    ("a mapping where a list belongs", "[NEW, OLD]", "{ NEW: OLD }"),
    ("another version of OpenAPI", "openapi: 3.0.3", "openapi: 3.1.0"),
    ("no version of OpenAPI", "openapi: 3.0.3\n", ""),
    ("a key twice", "      type: object\n      properties:\n        href", "      type: object\n      type: object\n      properties:\n        href"),
    ("a path twice", "components:\n", "  /api/atlas/v2/things/{thingId}: {}\ncomponents:\n"),
    ("an operation twice", "components:\n", "  /api/atlas/v2/other: { get: { operationId: getThing, responses: { '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Link' } } } } } } }\ncomponents:\n"),
    ("a tab for indentation", "  title: One operation", "\ttitle: One operation"),
    ("an alias without an anchor", SIZE, "size: *size"),
];

#[test]
fn what_cannot_be_honoured_is_refused_in_a_sentence_that_names_the_place() {
    let mut table = String::new();
    for (what, from, to) in REFUSED {
        let sentence = refusal(what, &changed(THING, from, to));
        assert!(!sentence.contains(['\n', '\r']), "{what}: more than a line: {sentence:?}");
        table += &format!("{what}\n    {sentence}\n");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn an_empty_document_is_refused_in_a_sentence() {
    let sentences = ["", "# nothing", "[]", "null", "{}", "just words", "- 1\n- 2\n", "\0"]
        .map(|yaml| format!("{yaml:?}: {}\n", refusal(yaml, yaml)));
    insta::assert_snapshot!(sentences.concat());
}

#[test]
fn what_says_nothing_is_not_taken_for_a_slip() {
    let code = generated(THING);
    for (from, to) in [
        (SIZE, "size: { type: integer, nullable: false, readOnly: null, oneOf: [], anyOf: null, not: {}, allOf: [] }"),
        (
            SIZE,
            "size: { type: integer, properties: {}, enum: [], required: [], additionalProperties: false, typo: [] }",
        ),
        (
            "href: { type: string }",
            "href: { type: string, enum: [], pattern: null, nullable: false, deprecated: false }",
        ),
        ("    get:\n", "    put: null\n    post: {}\n    parameters: []\n    servers: null\n    get:\n"),
        (
            "      summary: Reads",
            "      requestBody: null\n      deprecated: false\n      security: []\n      summary: Reads",
        ),
        ("          in: path\n", "          in: path\n          deprecated: false\n          style: null\n"),
        ("          description: The thing.\n", "          description: The thing.\n          links: {}\n"),
        ("components:\n", "components:\n  callbacks: {}\n  requestBodies: null\n"),
        ("paths:\n", "tags: []\nexternalDocs: null\nx-whatever: 1\npaths:\n  /nothing: {}\n  /null: { get: null }\n"),
    ] {
        assert_eq!(surface(&generated(&changed(THING, from, to))), surface(&code), "{to}");
    }
}

#[test]
fn a_method_and_a_setter_may_be_called_like_a_keyword() {
    let yaml = changed(THING, "operationId: getThing", "operationId: type");
    let code = generated(&changed(&yaml, "      name: pretty\n", "      name: self\n      description: Itself.\n"));
    assert!(docs_of_method(&code, "type_").starts_with("Reads a thing\n"));
    assert!(code.contains("///Itself.\n        pub fn self_<V>(mut self, value: V) -> Self"));
}

const EVERYTHING: &str = include_str!("generation/everything.yaml");

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
    for made_up in ["defaults::", "default = ", "unwrap", "expect", "panic", "Error<", "api_version", "header"] {
        assert!(!code.contains(made_up), "{made_up}");
    }
}

/// `tests/generated_code.rs` compiles the file and works with it.
#[test]
fn the_code_kept_for_compiling_is_what_the_build_script_writes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/generation/everything.rs");
    let code = generated(EVERYTHING);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(path, &code).expect("the file can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == code, "{path} is out of date: run this test with INSTA_UPDATE=always and look at the difference");
}
