//! Proxies: a wrong password is final, other refusals may pass. Errors name the proxy, never its
//! password.

use atlas_backup::{Client, Error, RetryPolicy, http_client_builder};
use tokio::process::Command;

use crate::certificates::Certificates;
use crate::proxy::{Answer, PASSWORD, Proxy};
use crate::sockets::Port;
use crate::support::{Way, error_of, quick};
use crate::{builder, seconds};

/// Whose HTTP client has this proxy.
fn client(proxy: &Proxy) -> Client {
    let http = http_client_builder().unwrap();
    let http = http.tls_backend_preconfigured(Certificates::new().client());
    let http = http.proxy(reqwest::Proxy::all(proxy.setting()).unwrap());
    let client = builder("https://cloud.mongodb.com", http);
    client.timeout(seconds(5)).build().unwrap()
}

const REFUSED: &str = "the proxy refused the tunnel";

#[tokio::test(start_paused = true)]
async fn a_proxy_of_a_client_of_ones_own_that_wants_another_password_is_final() {
    let proxy = Proxy::start(Answer::Refuse("407 Proxy Authentication Required")).await;
    let error = error_of(&client(&proxy)).await;
    assert_eq!(proxy.asked(), 1, "{error}");
    assert!(!error.is_retryable() && error.is_connect(), "{error}");
    assert_names_proxy(&error, &proxy.address().to_string(), "407");
}

/// reqwest does not tell the status, and no second request is sent to learn it.
#[tokio::test(start_paused = true)]
async fn any_other_refusal_of_a_proxy_may_pass() {
    for status in [
        "403 Forbidden",
        "404 Not Found",
        "408 Request Timeout",
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let proxy = Proxy::start(Answer::Refuse(status)).await;
        let error = error_of(&client(&proxy)).await;
        assert!(proxy.asked() > 4 && error.is_retryable(), "{error}");
        assert!(error.is_connect() && error.status().is_none(), "{error}");
        assert_names_proxy(&error, &proxy.address().to_string(), REFUSED);
    }
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_is_down_is_distinguished_from_a_server_that_is_down() {
    let proxy = Proxy::start(Answer::Refuse("403 Forbidden")).await;
    let client = client(&proxy);
    let address = proxy.address().to_string();
    proxy.take_down().await;
    let error = error_of(&client).await;
    assert!(error.is_retryable(), "{error}");
    assert_names_proxy(&error, &address, "Connection refused");
}

#[track_caller]
fn assert_names_proxy(error: &Error, address: &str, reason: &str) {
    let text = error.to_string();
    let beginning = format!("cannot connect to cloud.mongodb.com through the proxy {address}: ");
    assert!(
        text.starts_with(&beginning) && text.contains(reason),
        "{text}"
    );
    assert!(!format!("{text} {error:?}").contains(PASSWORD), "{error:?}");
}

/// Set where the clock of a child is to be paused, and to what it calls.
const PAUSED: &str = "ATLAS_BACKUP_TEST_PAUSED";
const BASE_URL: &str = "ATLAS_BACKUP_TEST_BASE_URL";

/// What a process says whose variables these are.
async fn said_by_child(variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    for name in [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "REQUEST_METHOD",
    ] {
        child.env_remove(name);
    }
    child.envs(variables.iter().copied());
    child.args([
        "--ignored",
        "--exact",
        "--nocapture",
        "proxies::call_and_print_the_error",
    ]);
    let output = child.output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("error: "));
    line.unwrap_or_else(|| panic!("{text}")).to_owned()
}

/// What a process says whose variable names this proxy. Its clock may be paused only if it talks to
/// nobody else, whom it could not see at work.
async fn said_with(variable: &str, setting: &str, is_paused: bool) -> String {
    match is_paused {
        true => said_by_child(&[(variable, setting), (PAUSED, "1")]).await,
        false => said_by_child(&[(variable, setting)]).await,
    }
}

#[tokio::test]
#[ignore = "what the tests with variables run in a process of its own"]
async fn call_and_print_the_error() {
    if std::env::var_os(PAUSED).is_some() {
        tokio::time::pause();
    }
    let mut builder = Client::builder(Way::Token.credentials()).retry(quick());
    if let Ok(base_url) = std::env::var(BASE_URL) {
        let once = RetryPolicy::never().total_time(seconds(1));
        builder = builder.base_url(base_url).retry(once).allow_plain_http();
    }
    let error = match builder.build() {
        Ok(client) => error_of(&client).await,
        Err(error) => error,
    };
    println!();
    println!("error: {error}");
}

/// Whether a call to this URL goes through the proxy, where these variables name it as `PROXY`.
async fn goes_through(base_url: &str, variables: &[(&str, &str)]) -> bool {
    // Closes each connection at once.
    let port = Port::open(|_, _| async {}).await;
    let address = port.address.to_string();
    let mut named = vec![(BASE_URL.to_owned(), base_url.to_owned())];
    for (name, value) in variables {
        named.push(((*name).to_owned(), value.replace("PROXY", &address)));
    }
    let named: Vec<_> = named
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    said_by_child(&named).await;
    port.connections() > 0
}

#[tokio::test]
async fn a_proxy_that_is_set_is_used_however_it_is_set() {
    let cases: [(&str, &[(&str, &str)]); 8] = [
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", ""), ("https_proxy", "http://PROXY")],
        ),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", ""), ("ALL_PROXY", "PROXY")],
        ),
        ("https://192.0.2.1", &[("HTTPS_PROXY", "HTTP://PROXY")]),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", "PROXY"), ("REQUEST_METHOD", "GET")],
        ),
        (
            "http://192.0.2.1",
            &[("http_proxy", "http://PROXY"), ("REQUEST_METHOD", "GET")],
        ),
        ("http://192.0.2.1", &[("HTTP_PROXY", "http://PROXY")]),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "192.0.2.1:8443")],
        ),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "192.0.2.10, 2.1")],
        ),
    ];
    for (base_url, variables) in cases {
        assert!(
            goes_through(base_url, variables).await,
            "{base_url} {variables:?}"
        );
    }
}

/// In a CGI script `HTTP_PROXY` may come from a header of the request.
#[tokio::test]
async fn a_proxy_is_not_used_for_what_is_exempt_nor_if_it_may_be_forged() {
    let cases: [(&str, &[(&str, &str)]); 7] = [
        (
            "http://192.0.2.1",
            &[("HTTP_PROXY", "http://PROXY"), ("REQUEST_METHOD", "GET")],
        ),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "*")],
        ),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "a.test, *")],
        ),
        (
            "https://192.0.2.1:8443",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "192.0.2.1:8443")],
        ),
        (
            "https://192.0.2.1",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "192.0.2.0/24")],
        ),
        (
            "https://192.0.2.1",
            &[
                ("ALL_PROXY", "PROXY"),
                ("NO_PROXY", ""),
                ("no_proxy", "192.0.2.1"),
            ],
        ),
        (
            "https://a.invalid",
            &[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", ".invalid:443")],
        ),
    ];
    for (base_url, variables) in cases {
        assert!(
            !goes_through(base_url, variables).await,
            "{base_url} {variables:?}"
        );
    }
}

/// Has it called through a proxy that refuses with this status. Returns how many requests that got.
async fn asked_with(variable: &str, status: &'static str, reason: &str) -> u64 {
    let proxy = Proxy::start(Answer::Refuse(status)).await;
    let text = said_with(variable, &proxy.setting(), false).await;
    assert!(
        text.contains(&format!("proxy {}", proxy.address())),
        "{text}"
    );
    assert!(text.contains(reason), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
    proxy.asked()
}

#[tokio::test]
async fn the_proxy_of_a_variable_is_named_when_it_wants_another_password() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let asked = asked_with(variable, "407 Proxy Authentication Required", "407").await;
        assert_eq!(asked, 1, "{variable}");
    }
}

#[tokio::test]
async fn the_proxy_of_a_variable_is_named_when_it_refuses_and_the_call_is_retried() {
    for status in ["403 Forbidden", "502 Bad Gateway"] {
        let asked = asked_with("HTTPS_PROXY", status, REFUSED).await;
        assert!(asked >= 4, "{status}: {asked}");
    }
}

#[tokio::test]
async fn the_proxy_of_a_variable_is_named_when_it_is_down() {
    let proxy = Proxy::start(Answer::Refuse("403 Forbidden")).await;
    let setting = proxy.setting();
    let address = proxy.address().to_string();
    proxy.take_down().await;
    let text = said_with("HTTPS_PROXY", &setting, true).await;
    assert!(text.contains(&format!("proxy {address}")), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
}

#[tokio::test]
async fn a_kind_of_proxy_that_is_not_supported_is_reported_with_its_variable() {
    let text = said_with(
        "HTTPS_PROXY",
        "socks5://user:hush-hush@127.0.0.1:1080",
        true,
    )
    .await;
    assert!(
        text.contains("HTTPS_PROXY") && text.to_lowercase().contains("socks"),
        "{text}"
    );
    assert!(!text.contains(PASSWORD), "{text}");
}
