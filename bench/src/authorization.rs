//! `Authorization` headers for the hand-written clients: a token that somebody has fetched, or
//! answers to a digest challenge, all computed before time is taken, so that only sending them
//! counts.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use atlas_backup::simulator::Simulator;
use hyper::header::HeaderValue;
use md5::{Digest, Md5};

use crate::Result;
use crate::server::{CLUSTER, GROUP, JOB, KEY};

pub enum Authorization {
    Token(&'static str),
    Key(Answers),
}

#[derive(Default)]
pub struct Answers {
    ready: Mutex<Vec<HeaderValue>>,
    nonce: String,
    count: AtomicU32,
}

/// The path that every client asks for.
pub fn path() -> String {
    format!("/api/atlas/v2/groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{JOB}")
}

impl Authorization {
    pub fn token() -> Self {
        Authorization::Token(Simulator::ACCESS_TOKEN)
    }

    /// For the challenge in this header.
    pub fn key(challenge: &str) -> Result<Self> {
        let nonce = challenge
            .split("nonce=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let nonce = nonce
            .ok_or_else(|| format!("no nonce in {challenge}"))?
            .to_owned();
        Ok(Authorization::Key(Answers {
            nonce,
            ..Answers::default()
        }))
    }

    /// Gets ready for so many requests.
    pub fn prepare(&self, requests: usize) -> Result<()> {
        let Authorization::Key(answers) = self else {
            return Ok(());
        };
        let mut ready = answers.ready.lock().map_err(|_| "a client failed")?;
        while ready.len() < requests {
            ready.push(answers.next()?);
        }
        Ok(())
    }
}

impl Answers {
    pub fn take(&self) -> Result<HeaderValue> {
        let mut ready = self.ready.lock().map_err(|_| "a client failed")?;
        Ok(ready.pop().ok_or("more requests than prepared for")?)
    }

    fn next(&self) -> Result<HeaderValue> {
        let (nonce, path, cnonce) = (&self.nonce, path(), "0123456789abcdef");
        let count = format!("{:08x}", self.count.fetch_add(1, Relaxed) + 1);
        let who = md5(&format!("{}:MMS Public API:{}", KEY[0], KEY[1]));
        let what = md5(&format!("GET:{path}"));
        let response = md5(&format!("{who}:{nonce}:{count}:{cnonce}:auth:{what}"));
        Ok(HeaderValue::try_from(format!(
            "Digest username=\"{}\", realm=\"MMS Public API\", nonce=\"{nonce}\", uri=\"{path}\", algorithm=MD5, \
             qop=auth, nc={count}, cnonce=\"{cnonce}\", response=\"{response}\"",
            KEY[0]
        ))?)
    }
}

fn md5(text: &str) -> String {
    Md5::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
