//! API keys: how many requests they cost under every policy a server may have for its nonces, and
//! which answers go to which challenges.

mod challenges;
mod costs;
mod forgetful;
mod keys;
mod rfc;
