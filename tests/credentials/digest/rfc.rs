//! What RFC 7616 says of an answer: its fields, and the response that belongs to them.

use std::collections::HashMap;

use md5::Md5;
use sha2::{Digest, Sha256};

/// RFC 7616 section 3.9.1: what the other tests hold answers against gives what the RFC gives.
#[test]
fn the_examples_of_the_rfc_come_out() {
    let rfc = |algorithm: &str| {
        let fields = [
            ("username", "Mufasa"),
            ("realm", "http-auth@example.org"),
            ("uri", "/dir/index.html"),
            ("algorithm", algorithm),
            ("nonce", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"),
            ("nc", "00000001"),
            ("cnonce", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"),
            ("qop", "auth"),
        ];
        response(
            &fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            "Circle of Life",
            "GET",
        )
    };
    assert_eq!(rfc("MD5"), "8ca523f5e9506fed4657c9700eebdbec");
    assert_eq!(
        rfc("SHA-256"),
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    );
}

/// The response that belongs to the other fields of an answer, written from RFC 7616 section 3.4.
pub fn response(fields: &HashMap<String, String>, private: &str, method: &str) -> String {
    let field = |name: &str| fields.get(name).map(String::as_str);
    let algorithm = field("algorithm").unwrap_or("MD5").to_ascii_uppercase();
    let h = |text: String| -> String {
        let bytes = match algorithm == "SHA-256" {
            true => Sha256::digest(text).to_vec(),
            false => Md5::digest(text).to_vec(),
        };
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let (realm, nonce, uri) = (
        field("realm").unwrap(),
        field("nonce").unwrap(),
        field("uri").unwrap(),
    );
    let a1 = h(format!("{}:{realm}:{private}", field("username").unwrap()));
    let a2 = h(format!("{method}:{uri}"));
    let [nc, cnonce, qop] = ["nc", "cnonce", "qop"].map(|name| field(name).unwrap());
    h(format!("{a1}:{nonce}:{nc}:{cnonce}:{qop}:{a2}"))
}

/// The fields of an `Authorization` header, unquoted.
pub fn fields(header: &str) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    let mut rest = header.strip_prefix("Digest ").unwrap_or_default();
    while let Some((name, value)) = rest.split_once('=') {
        let mut text = String::new();
        rest = match value.strip_prefix('"') {
            None => {
                let (token, rest) = value.split_once(", ").unwrap_or((value, ""));
                text.push_str(token);
                rest
            }
            Some(quoted) => {
                let mut letters = quoted.chars();
                while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                    text.push(if letter == '\\' {
                        letters.next().unwrap()
                    } else {
                        letter
                    });
                }
                letters.as_str().trim_start_matches(", ")
            }
        };
        fields.insert(name.to_owned(), text);
    }
    fields
}
