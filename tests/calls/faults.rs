//! Everything that can go wrong, for every credential: what is sent, what the caller gets, and
//! that no secret is in any of it.

mod secrets;
mod tables;
