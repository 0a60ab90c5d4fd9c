//! [`HttpClient`]: the client of reqwest that requests go through at the moment.
//!
//! A connection that went silent stays in the pool of reqwest, which has no way to take it out. So
//! when an exchange heard nothing at all, a new client takes the place of the old one: the next
//! attempt goes over a new connection, and what is under way ends undisturbed.

use std::sync::Mutex;
use std::time::Duration;

use super::connection::DefaultClient;
use crate::error::Error;
use crate::sync::lock;

/// The client in use, and how to make another like it.
pub(crate) struct HttpClient {
    /// Nothing for a client that was brought along: nobody knows how it was made.
    recipe: Option<DefaultClient>,
    current: Mutex<Current>,
}

/// A client with its number in the row of clients.
#[derive(Clone)]
pub(crate) struct Current {
    pub client: reqwest::Client,
    number: u64,
}

impl HttpClient {
    /// Takes a client that was brought along.
    pub(crate) fn brought(client: reqwest::Client) -> Self {
        HttpClient {
            recipe: None,
            current: Mutex::new(Current { client, number: 0 }),
        }
    }

    /// Makes the first client.
    pub(crate) fn new(recipe: DefaultClient) -> Result<Self, Error> {
        let client = recipe.build()?;
        Ok(HttpClient {
            recipe: Some(recipe),
            current: Mutex::new(Current { client, number: 0 }),
        })
    }

    /// Returns the time limit that all requests of the client have, if it is known.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        let recipe = self.recipe.as_ref()?;
        Some(recipe.timeout)
    }

    pub(crate) fn current(&self) -> Current {
        lock(&self.current).clone()
    }

    /// Makes another client, since this one has heard nothing. Where another has its place already,
    /// that one stays.
    pub(crate) fn replace(&self, silent: &Current) {
        let Some(recipe) = &self.recipe else {
            return;
        };
        let mut current = lock(&self.current);
        if current.number != silent.number {
            return;
        }
        if let Ok(client) = recipe.build() {
            tracing::debug!("a connection was silent: the next request goes over a new one");
            let number = current.number + 1;
            *current = Current { client, number };
        }
    }
}
