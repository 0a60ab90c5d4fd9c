//! Keys that are wrong, keys with odd letters, and keys that cannot be sent.

use atlas_backup::simulator::Simulator;
use atlas_backup::{Client, Credentials, Error};

use crate::support::*;

#[tokio::test]
async fn wrong_keys_cost_two_requests_and_the_error_says_so() {
    let atlas = atlas_for(Way::Key).await;
    for (public, private) in [(PUBLIC_KEY, "wrong"), ("wrong", PRIVATE_KEY)] {
        let client = Client::builder(Credentials::api_key(public, private))
            .base_url(atlas.base_url())
            .build()
            .unwrap();
        let error = error_of(&client).await;
        assert!(error.is_unauthorized() && !error.is_retryable());
        assert_eq!(
            error.to_string(),
            "401 Unauthorized: You are not authorized for this resource; check the API key, and its \
             access to the project (get_backup_restore_job)"
        );
        assert_eq!(atlas.take_requests().len(), 2);
    }
}

#[tokio::test]
async fn keys_with_any_letters_are_hashed_as_they_are() {
    for private in [
        r#"quo"te"#,
        r"back\slash",
        "co:lon",
        "Zoë £ 密码 🔑",
        "spa ces",
    ] {
        let atlas = Simulator::start().await.unwrap();
        put_jobs(&atlas, 1);
        atlas.add_api_key("!#$%&'()*+,-./<=>?@[]^_`{|}~", private);
        let credentials = Credentials::api_key("!#$%&'()*+,-./<=>?@[]^_`{|}~", private);
        let client = Client::builder(credentials)
            .base_url(atlas.base_url())
            .build()
            .unwrap();
        ask(&client).await.unwrap();
        assert_eq!(atlas.request_count(), 2, "{private:?}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_refused_with_a_sentence() {
    let refused = |public: &str, private: &str| {
        Client::builder(Credentials::api_key(public, private))
            .build()
            .expect_err(public)
            .to_string()
    };
    let odd = "cannot be sent; look for a line break, a space or a quote";
    assert_eq!(refused("", PRIVATE_KEY), "the public API key is empty");
    assert_eq!(refused(PUBLIC_KEY, ""), "the private API key is empty");
    for public in [
        "abc:efgh",
        "abc\"efgh",
        "abc\\efgh",
        "abc\nefgh",
        "abc efgh",
        "abcëfgh",
    ] {
        assert_eq!(
            refused(public, PRIVATE_KEY),
            format!("character 4 of the public API key {odd}")
        );
    }
}

#[test]
fn errors_of_wrong_keys_hold_nothing_of_the_key() {
    let error: Error = Client::builder(Credentials::api_key("abc:defgh", PRIVATE_KEY))
        .build()
        .expect_err("a colon");
    assert!(!format!("{error} {error:?}").contains("defgh"));
}
