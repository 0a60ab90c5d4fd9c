//! What is done with input from a fuzzer or a mutator: one function for each thing that Atlas
//! sends. They panic where something does not hold that always should.

#![allow(dead_code, reason = "every target has a copy and uses its own part")]

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::{Client, Credentials, Error, RetryPolicy};
use tokio::runtime::Runtime;

use super::operations::bodies;

const GROUP: &str = "32b6e34b3d91647abb20e7b8";
const ID: &str = "6a794733c0eb9e7a17740663";
/// Of nobody; it may appear nowhere.
const SECRET: &str = "mdb_sa_sk_hush-hush-hush";

/// Reads it as each type; gives how many did. What reads is written so that the same is read again.
pub fn types(data: &[u8]) -> usize {
    let mut count = 0;
    for of in bodies() {
        if let Ok(reading) = (of.read)(data) {
            assert!(reading.is_same, "{}: {}", of.name, reading.written);
            count += 1;
        }
    }
    count
}

/// A simulator and two clients of it, for one answer after the other.
pub struct Asked {
    runtime: Runtime,
    atlas: Simulator,
    key: Client,
    account: Client,
}

impl Asked {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        let runtime = runtime.expect("a runtime");
        let atlas = runtime.block_on(Simulator::start()).expect("a simulator");
        atlas.add_api_key("abcdefgh", "of somebody else");
        let client = |credentials| {
            let builder = Client::builder(credentials)
                .base_url(atlas.base_url())
                .retry(RetryPolicy::never());
            builder.build().expect("a client")
        };
        let key = client(Credentials::api_key("abcdefgh", SECRET));
        let account = client(Credentials::service_account("mdb_sa_id_1", SECRET));
        Asked {
            runtime,
            atlas,
            key,
            account,
        }
    }

    fn ask(&self, client: &Client, fault: Fault) -> Result<(), Error> {
        self.atlas.clear_faults();
        self.atlas.take_requests();
        self.atlas.fault(fault);
        // A failed renewal counts for a while, and for calls at the same time.
        self.runtime
            .block_on(tokio::time::advance(Duration::from_secs(120)));
        let request = client
            .get_backup_restore_job()
            .group_id(GROUP)
            .cluster_name("Cluster0")
            .restore_job_id(ID);
        self.runtime.block_on(request.send()).map(drop)
    }

    /// Answers with this challenge; returns whether it was answered.
    pub fn challenge(&self, data: &[u8]) -> bool {
        let head: &[u8] = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: ";
        let line: Vec<_> = data
            .iter()
            .copied()
            .filter(|it| !b"\r\n".contains(it))
            .collect();
        let fault = Fault::garbage([head, &line, b"\r\n\r\n"].concat());
        let error = self.ask(&self.key, fault).expect_err("nobody has that key");
        check(&error);
        let requests = self.atlas.requests();
        assert!(requests.len() <= 2, "{requests:?}");
        requests.len() == 2
    }

    /// Grants this as a token; returns whether it was used.
    pub fn token(&self, data: &[u8]) -> bool {
        let fault = Fault::status(200)
            .body("application/json", data)
            .on_token_endpoint();
        let error = self
            .ask(&self.account, fault)
            .expect_err("no such token was granted");
        check(&error);
        let requests = self.atlas.requests();
        assert!(requests.len() <= 3, "{requests:?}");
        // The next input meets a client without a token.
        self.atlas
            .fault(Fault::status(200).on_path("/api/oauth/revoke"));
        self.runtime
            .block_on(self.account.revoke_token())
            .expect("the simulator was told to agree");
        requests.len() > 1
    }

    /// Answers with this as an error; returns whether there was a code in it.
    pub fn error(&self, data: &[u8]) -> bool {
        let status = 400 + u16::from(data.first().copied().unwrap_or_default());
        let error = self.ask(
            &self.key,
            Fault::status(status).body("application/json", data),
        );
        let error = error.expect_err("it is an error");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        check(&error);
        error.code().is_some()
    }
}

fn check(error: &Error) {
    let line = error.to_string();
    assert!(!line.contains(|it: char| it.is_control()), "{line:?}");
    assert!(line.chars().count() <= 900, "{line}");
    assert!(!line.contains(SECRET), "{line}");
}
