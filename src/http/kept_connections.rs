//! [`KeptConnections`]: which connections have answered before.
//!
//! A server closes a kept connection when it likes, also while a request is on its way, and over
//! HTTP/1.1 nobody can tell whether it was seen. On a connection that has just been made the same
//! means something else. reqwest does not say which of both it was, but on which connection it
//! happened.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Mutex;

use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::Response;

use super::causes::{causes, find};
use crate::sync::lock;

/// So many addresses are kept. Beyond, all are forgotten, which costs no more than a retry. Nor
/// does an address that the system gives to another connection.
const LIMIT: usize = 4096;

/// The addresses on this machine of connections that have answered.
#[derive(Default)]
pub(crate) struct KeptConnections {
    addresses: Mutex<BTreeSet<SocketAddr>>,
}

impl KeptConnections {
    /// Remembers the connection that answered.
    pub(crate) fn remember(&self, response: &Response) {
        let Some(info) = response.extensions().get::<HttpInfo>() else {
            return;
        };
        let mut addresses = lock(&self.addresses);
        if addresses.len() >= LIMIT {
            addresses.clear();
        }
        addresses.insert(info.local_addr());
    }

    /// Returns whether the request failed on a connection that had answered before.
    pub(crate) fn has_answered(&self, error: &reqwest::Error) -> bool {
        match local_address(error) {
            Some(address) => lock(&self.addresses).contains(&address),
            None => false,
        }
    }
}

fn local_address(error: &reqwest::Error) -> Option<SocketAddr> {
    let error = find::<legacy::Error>(&causes(error))?;
    let mut extras = hyper::http::Extensions::new();
    error.connect_info()?.get_extras(&mut extras);
    let info = extras.get::<HttpInfo>()?;
    Some(info.local_addr())
}
