//! The passes over what progenitor writes: blanks mean nothing to them, and whatever is not as the
//! document makes them expect stops the build.

use std::fmt::Write;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use crate::THING;
use crate::support::{ATLAS, generated, with_code, written};

const EVERYTHING: &str = include_str!("everything.yaml");

/// Writes each token on a line of its own, but for those that only mean something together.
fn each_on_a_line(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                writeln!(text, "{open}").unwrap();
                each_on_a_line(group.stream(), text);
                writeln!(text, "{close}").unwrap();
            }
            TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint => {
                write!(text, "{}", punct.as_char()).unwrap();
            }
            token => writeln!(text, "{token}").unwrap(),
        }
    }
}

#[test]
fn blanks_between_tokens_mean_nothing() {
    for yaml in [ATLAS, EVERYTHING, THING] {
        let expected = generated(yaml);
        let file = written(yaml);
        let tidy = prettyplease::unparse(&file);
        let on_one_line = file.to_token_stream().to_string();
        let mut on_many = String::new();
        each_on_a_line(file.to_token_stream(), &mut on_many);
        for code in [&tidy, &on_one_line, &on_many] {
            assert!(with_code(yaml, code).as_ref() == Ok(&expected));
        }
        assert!(tidy != on_one_line && on_one_line != on_many);
    }
}

/// What progenitor might write one day, as a change in the first place that reads as it does today.
#[rustfmt::skip]
const OTHERWISE: &[(&str, &str, &str)] = &[
    ("no module of types", "pub mod types {", "pub mod schemas {"),
    ("no module of builders", "/// Types for composing operation parameters.\n#[allow(clippy::all)]\npub mod builder {", "pub mod calls {"),
    ("a type that is an alias", "    pub struct N000001 {", "    pub type Address = String;\n    pub struct N000001 {"),
    ("a type more", "    ///`N000001`", "    pub struct Other {}\n    ///`N000001`"),
    ("a type of another name", "    pub struct N000001 {", "    pub struct Other {"),
    ("a field more", "        pub n000000:", "        pub title: ::std::option::Option<::std::string::String>,\n        pub n000000:"),
    ("a field of another name", "        pub n000000: ::std::option", "        pub n000009: ::std::option"),
    ("a field of another kind", "        pub n000000: ::std::vec::Vec<N000001>,", "        pub n000000: ::std::boxed::Box<[N000001]>,"),
    ("a variant less", "        #[serde(rename = \"n000001\")]\n        N000001,\n    }", "    }"),
    ("no builder", "    pub struct N000000<'a> {", "    pub struct ReadThing<'a> {"),
    ("a builder more", "    pub struct N000000<'a> {", "    pub struct Other;\n    pub struct N000000<'a> {"),
    ("an argument more", "        n000000: Result<::std::string::String, String>,", "        n000000: Result<::std::string::String, String>,\n        version: Result<::std::string::String, String>,"),
    ("an argument of another name", "        n000000: Result<::std::string::String, String>,", "        id: Result<::std::string::String, String>,"),
    ("an argument that is no Result", "        n000000: Result<::std::string::String, String>,", "        n000000: ::std::string::String,"),
    ("a required argument that may be left out", "        n000000: Result<::std::string::String, String>,", "        n000000: Result<Option<::std::string::String>, String>,"),
    ("an argument that may not be left out", "        n000001: Result<Option<bool>, String>,", "        n000001: Result<bool, String>,"),
    ("no send", "        pub async fn send(self)", "        pub async fn ask(self)"),
    ("an answer of another type", "-> Result<ResponseValue<types::N000002>, Error<()>>", "-> Result<ResponseValue<types::N000001>, Error<()>>"),
    ("an answer that is no ResponseValue", "-> Result<ResponseValue<types::N000002>, Error<()>>", "-> Result<types::Thing, Error<()>>"),
    ("no answer", "        pub async fn send(self) -> Result<ResponseValue<types::N000002>, Error<()>> {", "        pub async fn send(self) {"),
];

#[test]
fn what_is_not_as_expected_stops_the_build_in_a_sentence() {
    let code = prettyplease::unparse(&written(THING));
    let mut sentences = String::new();
    for (what, from, to) in OTHERWISE {
        assert!(code.contains(from), "{what}: {from}\n{code}");
        match with_code(THING, &code.replacen(from, to, 1)) {
            Ok(_) => panic!("should stop the build: {what}"),
            Err(sentence) => writeln!(sentences, "{what}:\n    {sentence}").unwrap(),
        }
    }
    insta::assert_snapshot!(sentences);
}
