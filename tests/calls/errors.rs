//! Each way in which a call fails: the one line that it says, what a program can ask of it, and
//! what it keeps to itself.

mod connections;
mod proxies;
mod refusals;
mod successes;
mod texts;

use atlas_backup::simulator::Fault;

use crate::support::fixture;

/// A page as proxies send it. Nothing of a body is shown.
const HTML: &str = "<html><head><title>SECRET0</title></head><body><h1>SECRET0</h1></body></html>";

fn json_error(status: u16, body: serde_json::Value) -> Fault {
    Fault::status(status).body("application/json", body.to_string())
}

fn recorded(status: u16, name: &str) -> Fault {
    json_error(status, fixture(name))
}

fn success(body: impl Into<Vec<u8>>) -> Fault {
    Fault::status(200).body("application/vnd.atlas.2023-01-01+json;charset=utf-8", body)
}
