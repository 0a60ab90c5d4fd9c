//! What a client is made of: settings that cannot work are refused when it is built, in words that
//! name the setting and keep its value to themselves.

use std::process::Command;
use std::time::Duration;

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, ClientBuilder, Credentials, Error, RetryPolicy, http_client_builder};

use crate::support::{SECRET, atlas, builder, job};

#[track_caller]
fn refusal(builder: ClientBuilder) -> String {
    let error: Error = builder.build().unwrap_err();
    assert!(
        error.is_invalid_request() && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(
        (error.operation(), error.status(), error.code()),
        (None, None, None)
    );
    let line = error.to_string();
    assert!(
        !line.contains(SECRET) && !line.contains(char::is_control),
        "{line}"
    );
    line
}

#[track_caller]
fn debug(builder: ClientBuilder) -> String {
    format!("{:?}", builder.build().unwrap())
}

#[test]
fn a_base_url_that_cannot_be_used_is_refused() {
    let mut lines = Vec::new();
    for url in [
        "https://user@cloud.mongodb.com",
        "https://user:SECRET0@cloud.mongodb.com",
        "https://:SECRET0@cloud.mongodb.com",
        "https://cloud.mongodb.com?token=SECRET0",
        "https://cloud.mongodb.com/?",
        "https://cloud.mongodb.com/#SECRET0",
        "ftp://cloud.mongodb.com",
        "file:///etc/passwd",
        "cloud.mongodb.com",
        "cloud.mongodb.com:443",
        "localhost:8080",
        "//cloud.mongodb.com",
        "https://",
        "https://cloud mongodb.com",
        "https://[::1",
        "https://cloud.mongodb.com:99999",
        "https://cloud.mongodb.com\"",
        "https://${ATLAS_HOST}",
        "https://cloud.mongodb.com'",
        "https://gateway.internal/{prefix}",
        "https://cloud.mongodb.com/api/atlas/v2",
        "https://cloud.mongodb.com/api/atlas/v2/",
        "https://cloud.mongodb.com/api/atlas",
        "https://gateway.internal/mongo/api/atlas/v1.0",
        "https://cloud.mongodb.com/api/public/v1.0",
        "https://cloud.mongodb.com/v1.0",
        "https://cloud.mongodb.com/api/oauth/token",
        "",
    ] {
        lines.push(format!("{url:<46}{}", refusal(builder(url))));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_base_url_may_have_a_path_and_a_name_of_any_alphabet() {
    for url in [
        "https://gateway.internal/api",
        "https://gateway.internal/api/atlas-proxy",
        "https://gateway.internal:8443/a_b/~c/v2",
        "https://b\u{fc}cher.example",
        "https://my_gateway.internal.",
        "https://[2001:db8::1]:8443",
        "https://192.0.2.1",
    ] {
        builder(url).build().unwrap();
    }
}

#[test]
fn plain_http_is_refused_beyond_this_machine() {
    let mut lines = Vec::new();
    for url in [
        "http://cloud.mongodb.com",
        "HTTP://cloud.mongodb.com",
        "http://10.0.0.1:8080",
        "http://0.0.0.0",
        "http://128.0.0.1",
        "http://[2001:db8::1]",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://mylocalhost",
    ] {
        lines.push(format!("{url:<30}{}", refusal(builder(url))));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn plain_http_is_fine_on_this_machine() {
    for url in [
        "http://127.0.0.1",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://127.1",
        "http://[::1]:8080",
        "http://localhost:8080",
        "http://LOCALHOST",
    ] {
        assert!(builder(url).build().is_ok(), "{url}");
    }
}

#[test]
fn plain_http_is_fine_where_it_is_allowed() {
    let debug = debug(builder("http://atlas.internal:8080/").allow_plain_http());
    assert_eq!(
        debug,
        r#"Client { base_url: "http://atlas.internal:8080", .. }"#
    );
}

#[test]
fn allowing_plain_http_allows_nothing_else() {
    let line = refusal(builder("ftp://atlas.internal").allow_plain_http());
    assert_eq!(line, "base_url must begin with https://");
}

#[test]
fn a_base_url_is_kept_without_slashes_at_its_end() {
    for url in [
        "https://cloud.mongodb.com",
        "https://cloud.mongodb.com/",
        "HTTPS://Cloud.MongoDB.com:443//",
    ] {
        assert_eq!(
            debug(builder(url)),
            r#"Client { base_url: "https://cloud.mongodb.com", .. }"#
        );
    }
}

#[test]
fn the_base_url_is_atlas_unless_set() {
    let client = Client::builder(Credentials::access_token(SECRET))
        .build()
        .unwrap();
    assert_eq!(
        format!("{client:?}"),
        r#"Client { base_url: "https://cloud.mongodb.com", .. }"#
    );
}

#[test]
fn a_user_agent_that_no_header_can_carry_is_refused() {
    let lines = [
        "tool/1\r\nx-injected: 1",
        "tool/1\n",
        "tool\u{0}",
        "tool\u{7f}",
    ]
    .map(|user_agent| refusal(builder("http://localhost").user_agent(user_agent)));
    insta::assert_snapshot!(lines.join("\n"));
}

fn refusal_of(credentials: Credentials) -> String {
    refusal(Client::builder(credentials))
}

fn refusal_of_token(token: &str) -> String {
    refusal_of(Credentials::access_token(token))
}

fn refusal_of_account(id: &str, secret: &str) -> String {
    refusal_of(Credentials::service_account(id, secret))
}

fn refusal_of_key(public: &str, private: &str) -> String {
    refusal_of(Credentials::api_key(public, private))
}

#[test]
fn credentials_that_cannot_be_sent_are_refused() {
    let cases = [
        ("token empty", refusal_of_token("")),
        ("token space", refusal_of_token(" ")),
        ("token line break", refusal_of_token("SECRET0\n")),
        ("token with Bearer", refusal_of_token("Bearer SECRET0")),
        ("token in quotes", refusal_of_token("\"SECRET0\"")),
        ("token beyond ASCII", refusal_of_token("SECRET0ü")),
        ("id empty", refusal_of_account("", SECRET)),
        ("secret empty", refusal_of_account(SECRET, "")),
        ("public empty", refusal_of_key("", SECRET)),
        ("private empty", refusal_of_key(SECRET, "")),
        ("public line break", refusal_of_key("SECRET0\r\n", SECRET)),
        ("public quote", refusal_of_key("SECRET0\"", SECRET)),
        ("public backslash", refusal_of_key("SECRET0\\", SECRET)),
        ("public colon", refusal_of_key("a:b", SECRET)),
        ("public beyond ASCII", refusal_of_key("SECRET0ü", SECRET)),
        ("both empty", refusal_of_key("", "")),
        ("id line break", refusal_of_account("SECRET0\n", SECRET)),
        ("secret line break", refusal_of_account(SECRET, "SECRET0\n")),
        ("private line break", refusal_of_key(SECRET, "SECRET0\n")),
    ];
    insta::assert_snapshot!(
        cases
            .map(|(name, line)| format!("{name:<21}{line}"))
            .join("\n")
    );
}

#[tokio::test]
async fn a_secret_may_have_any_character_inside() {
    let odd = "pä:\"\\%&+= ß";
    for credentials in [
        Credentials::service_account("mdb_sa_id_1", odd),
        Credentials::api_key("public", odd),
    ] {
        let atlas = atlas().await;
        atlas.add_service_account("mdb_sa_id_1", odd);
        atlas.add_api_key("public", odd);
        let client = Client::builder(credentials)
            .base_url(atlas.base_url())
            .retry(RetryPolicy::never());
        job(&client.build().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn an_own_http_client_carries_the_calls() {
    let atlas = atlas().await;
    let headers = [("x-own".parse().unwrap(), "1".parse().unwrap())]
        .into_iter()
        .collect();
    let own = http_client_builder()
        .unwrap()
        .no_proxy()
        .default_headers(headers)
        .build()
        .unwrap();
    job(&builder(atlas.base_url()).http_client(own).build().unwrap())
        .await
        .unwrap();
    let requests = atlas.requests();
    assert_eq!(requests[0].header("x-own"), Some("1"));
    assert!(requests[0].header("authorization").is_some());
    assert!(
        requests[0]
            .header("user-agent")
            .unwrap()
            .starts_with("atlas-backup/")
    );
}

#[test]
fn nothing_shows_a_secret_in_debug() {
    let credentials = || {
        [
            Credentials::service_account("SECRET0-id", SECRET),
            Credentials::api_key("SECRET0-public", SECRET),
            Credentials::access_token(SECRET),
        ]
    };
    let mut text = String::new();
    for credentials in credentials() {
        text.push_str(&format!("{credentials:#?}\n"));
    }
    for credentials in credentials() {
        text.push_str(&format!(
            "{:#?}\n",
            Client::builder(credentials).build().unwrap()
        ));
    }
    for credentials in credentials() {
        let builder = Client::builder(credentials)
            .base_url("https://user:SECRET0@cloud.mongodb.com?token=SECRET0");
        text.push_str(&format!("{:#?}\n", builder.timeout(Duration::from_secs(5))));
    }
    assert!(!text.contains(SECRET), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_call_that_is_not_sent_yet_shows_no_secret_in_debug() {
    let client = builder("http://localhost").build().unwrap();
    let text = format!("{:?}", client.get_backup_restore_job().group_id("no id"));
    assert!(!text.contains(Simulator::ACCESS_TOKEN), "{text}");
}

/// What a process of its own says that builds a client with these variables, and with no others
/// about proxies and trust.
#[track_caller]
fn built_with(base_url: &str, variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    for name in PROXY_VARIABLES {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    child.env("TEST_BASE_URL", base_url);
    child.envs(variables.iter().copied());
    child.args(["--ignored", "--exact", "--nocapture", CHILD]);
    let output = child.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("built: "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(!line.contains(SECRET), "{line}");
    line.to_owned()
}

const CHILD: &str = "builder::build_and_say_what_comes_of_it";
const PROXY_VARIABLES: [&str; 5] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUEST_METHOD",
];

#[test]
#[ignore = "what the tests below run in a process of its own"]
fn build_and_say_what_comes_of_it() {
    let base_url = std::env::var("TEST_BASE_URL").unwrap();
    let text = match builder(&base_url).build() {
        Ok(_) => "fine".to_owned(),
        Err(error) => {
            assert!(error.is_invalid_request(), "{error}");
            error.to_string()
        }
    };
    println!();
    println!("built: {text}");
}

const REMOTE: &str = "https://cloud.mongodb.com";

#[test]
fn a_proxy_variable_that_cannot_be_read_is_refused_by_its_name() {
    let mut lines = Vec::new();
    for value in [
        "\"http://user:SECRET0@proxy:3128\"",
        "'http://proxy:3128'",
        " http://user:SECRET0@proxy:3128",
        "http://proxy:3128\n",
        "http://DOM\\user:SECRET0@proxy:3128",
        "http://user:SECRET0@proxy:99999",
        "http://user:SEC/RET0@proxy:3128",
        "http://user:SEC#RET0@proxy:3128",
        "http://proxy:3128/path",
        "http://pro xy:3128",
        "http://",
        "socks5://user:SECRET0@proxy:1080",
        "ftp://proxy:3128",
    ] {
        let line = built_with(REMOTE, &[("HTTPS_PROXY", value)]);
        lines.push(format!("{:<42}{line}", format!("{value:?}")));
    }
    for name in ["https_proxy", "ALL_PROXY", "all_proxy"] {
        let line = built_with(REMOTE, &[(name, "'http://user:SECRET0@proxy'")]);
        lines.push(format!("{name:<42}{line}"));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_proxy_variable_that_can_be_read_is_fine() {
    for value in [
        "http://proxy:3128",
        "http://proxy:3128/",
        "https://proxy",
        "proxy:3128",
        "127.0.0.1:3128",
        "http://[::1]:3128",
        "http://user:SECRET0@proxy:3128",
        "http://DOM%5Cuser:SEC%2FRET0@proxy:3128",
        "",
    ] {
        let line = built_with(REMOTE, &[("HTTPS_PROXY", value)]);
        assert_eq!(line, "fine", "{value}");
    }
}

#[test]
fn a_proxy_variable_that_is_not_for_the_base_url_may_be_anything() {
    let odd = "'http://proxy'";
    let fine = [
        (REMOTE, vec![("HTTP_PROXY", odd)]),
        (
            REMOTE,
            vec![
                ("HTTPS_PROXY", odd),
                ("NO_PROXY", "example.com, mongodb.com"),
            ],
        ),
        (
            REMOTE,
            vec![("HTTPS_PROXY", "http://proxy"), ("ALL_PROXY", odd)],
        ),
        (
            "http://localhost:8080",
            vec![("HTTP_PROXY", odd), ("ALL_PROXY", odd)],
        ),
    ];
    for (base_url, variables) in fine {
        assert_eq!(built_with(base_url, &variables), "fine", "{variables:?}");
    }
}

#[test]
fn a_trust_store_without_root_certificates_is_reported_with_its_path() {
    let missing = [
        ("SSL_CERT_FILE", "/nonexistent.pem"),
        ("SSL_CERT_DIR", "/nonexistent"),
    ];
    insta::assert_snapshot!(built_with(REMOTE, &missing));
    assert_eq!(built_with("http://localhost:8080", &missing), "fine");
}
