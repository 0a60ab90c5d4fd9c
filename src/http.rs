//! Everything that knows reqwest: the client underneath ([`connection`]), one exchange over it
//! ([`sender`]), and what came back ([`response`]).

pub(crate) mod authorization;
pub(crate) mod connection;
mod error_body;
mod head_start;
pub(crate) mod response;
pub(crate) mod root_certificates;
pub(crate) mod sender;
