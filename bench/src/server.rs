//! The simulator in a process of its own, so that the figures of a client are the client's alone.
//! It tells where it listens, then counts whenever it is asked.

use std::fs;
use std::path::PathBuf;

use atlas_backup::simulator::Simulator;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process::{Process, asked, say};
use crate::{Result, usage};

pub const GROUP: &str = "32b6e34b3d91647abb20e7b8";
pub const CLUSTER: &str = "Cluster0";
pub const JOB: &str = "6a794733c0eb9e7a17740671";
/// A service account and an API key; not secret, for they open nothing.
pub const ACCOUNT: [&str; 2] = ["mdb_sa_id_bench", "mdb_sa_sk_bench"];
pub const KEY: [&str; 2] = ["benchkey", "11111111-2222-3333-4444-555555555555"];
/// As Atlas answers for a restore that has ended, with two properties that it does not document.
const DOCUMENT: &str =
    include_str!("../../tests/fixtures/get_backup_restore_job.automated_done.json");

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Protocol {
    /// HTTP/1.1 without TLS.
    Plain,
    /// HTTP/2 with TLS.
    Tls,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Place {
    pub base_url: String,
    certificate: Option<String>,
}

/// So far, tokens included in requests.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Counts {
    pub requests: u64,
    pub connections: u64,
    pub tokens: u64,
}

pub struct Server {
    process: Process,
    pub place: Place,
    /// Where the certificate is, alone in a directory.
    directory: PathBuf,
}

impl Server {
    pub fn start(protocol: Protocol) -> Result<Self> {
        let mut process =
            Process::start("bench", &["serve", &serde_json::to_string(&protocol)?], &[])?;
        let place: Place = process.hear()?;
        let port = place.base_url.rsplit(':').next().unwrap_or_default();
        let directory = std::env::temp_dir().join(format!("atlas-backup-bench-{port}"));
        fs::create_dir_all(&directory)?;
        if let Some(certificate) = &place.certificate {
            fs::write(directory.join("simulator.pem"), certificate)?;
        }
        Ok(Self {
            process,
            place,
            directory,
        })
    }

    pub fn counts(&mut self) -> Result<Counts> {
        self.process.ask(())
    }

    /// The environment in which a client trusts this server on top of all that the platform trusts,
    /// and has read as much of the platform's trust store as it would have anyway.
    pub fn trust(&self) -> Vec<(&'static str, String)> {
        let platform = openssl_probe::probe();
        let mut directories = platform.cert_dir;
        directories.push(self.directory.clone());
        let directories = std::env::join_paths(directories).unwrap_or_default();
        let mut trust = vec![("SSL_CERT_DIR", directories.to_string_lossy().into_owned())];
        trust.extend(
            platform
                .cert_file
                .map(|file| ("SSL_CERT_FILE", file.to_string_lossy().into_owned())),
        );
        trust.push((
            "BENCH_CERTIFICATE",
            self.directory
                .join("simulator.pem")
                .to_string_lossy()
                .into_owned(),
        ));
        trust
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only to leave nothing behind.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// The other process.
#[tokio::main(flavor = "current_thread")]
pub async fn serve(protocol: &str) -> Result<()> {
    usage::keep_to_processor(true);
    let atlas = match serde_json::from_str(protocol)? {
        Protocol::Plain => Simulator::start().await?,
        Protocol::Tls => Simulator::start_tls().await?,
    };
    let document: Value = serde_json::from_str(DOCUMENT)?;
    atlas.put(
        &format!("groups/{GROUP}/clusters/{CLUSTER}/backup/restoreJobs/{JOB}"),
        &document,
    );
    atlas.add_service_account(ACCOUNT[0], ACCOUNT[1]);
    atlas.add_api_key(KEY[0], KEY[1]);
    say(Place {
        base_url: atlas.base_url().to_owned(),
        certificate: atlas.certificate_pem().map(str::to_owned),
    })?;
    let counting = tokio::task::spawn_blocking(move || {
        asked::<()>().try_for_each(|question| {
            question?;
            say(Counts {
                requests: atlas.request_count(),
                connections: atlas.connections(),
                tokens: atlas.token_requests(),
            })
        })
    });
    counting.await?
}
