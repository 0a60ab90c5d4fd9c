//! Input that nobody meant well: whatever arrives, a call ends, in time, with a value or an error
//! in one line.
//!
//! Where input is arbitrary it is the same in every run. `PROPTEST_CASES` sets the number of cases
//! instead, and for other ones each time.

mod arguments;
mod servers;
mod texts;
mod values;

use std::time::Duration;

use atlas_backup::simulator::{Fault, Simulator};
use atlas_backup::types::CloudBackupRestoreJob;
use atlas_backup::{Client, Credentials, Error, ResponseValue, RetryPolicy};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use tokio::runtime::Runtime;

use crate::arbitrary::{document, for_any, json, text};
use crate::support;

/// A simulator and a client of it, for calls one after the other.
struct Asked {
    runtime: Runtime,
    atlas: Simulator,
    client: Client,
}

impl Asked {
    /// With a clock that jumps where there is nothing to do but to wait.
    #[track_caller]
    fn with(credentials: Credentials, retry: RetryPolicy) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let atlas = runtime.block_on(support::atlas());
        let client = Client::builder(credentials)
            .base_url(atlas.base_url())
            .retry(retry)
            .build()
            .unwrap();
        Asked {
            runtime,
            atlas,
            client,
        }
    }

    #[track_caller]
    fn once() -> Self {
        Asked::with(
            Credentials::access_token(Simulator::ACCESS_TOKEN),
            RetryPolicy::never(),
        )
    }

    fn prepare(&self, fault: Fault) {
        // Later than the last call: the failure of a renewal is shared by those that ask at the
        // same time.
        self.runtime
            .block_on(tokio::time::advance(Duration::from_secs(120)));
        self.atlas.clear_faults();
        self.atlas.take_requests();
        self.atlas.fault(fault);
    }

    /// Asks for the job, with this to happen.
    fn job(&self, fault: Fault) -> Result<ResponseValue<CloudBackupRestoreJob>, Error> {
        self.prepare(fault);
        self.runtime.block_on(support::job(&self.client))
    }

    /// The same, in an envelope.
    fn enveloped_job(&self, fault: Fault) -> Result<ResponseValue<CloudBackupRestoreJob>, Error> {
        self.prepare(fault);
        self.runtime.block_on(support::enveloped_job(&self.client))
    }
}

/// An answer, as bytes: a header may have any value, also one that a well-meant server could not
/// send.
fn raw(status: u16, headers: &[(&str, &[u8])], body: &[u8]) -> Fault {
    let mut bytes = format!(
        "HTTP/1.1 {status} Odd\r\nContent-Length: {}\r\n",
        body.len()
    )
    .into_bytes();
    for (name, value) in headers {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    Fault::garbage(bytes)
}

/// Bytes that end no line; most of them text.
fn header_value() -> impl Strategy<Value = Vec<u8>> {
    let any = proptest::collection::vec(
        any::<u8>().prop_filter("ends a line", |it| !b"\r\n".contains(it)),
        0..100,
    );
    prop_oneof![any, "[ -~]{0,200}".prop_map(String::into_bytes)]
}

/// What holds for every error: a line of a known length, without what only its endpoint may know.
#[track_caller]
fn check(error: &Error) -> TestCaseResult {
    let line = error.to_string();
    let odd = |it: char| {
        it.is_control() || matches!(it, '\u{2028}'..='\u{202e}' | '\u{200b}'..='\u{200f}')
    };
    prop_assert!(!line.contains(odd), "more than one line: {line:?}");
    // A code and a detail of 300 characters each, and what the crate says itself.
    prop_assert!(
        line.chars().count() <= 2 * 301 + 200,
        "{} characters: {line}",
        line.chars().count()
    );
    prop_assert!(!line.contains("://"), "a URL: {line}");
    prop_assert_eq!(format!("{error:?}").lines().count(), 1);
    Ok(())
}
