//! Everything that knows reqwest: the client underneath ([`connection`], [`http_client`]), one
//! exchange over it ([`sender`], [`exchange`]), what came back ([`response`]), and what it means if
//! nothing did ([`failure`]).

pub(crate) mod authorization;
mod body;
mod causes;
mod connect_watch;
pub(crate) mod connection;
mod error_body;
mod exchange;
mod failure;
mod head_start;
pub(crate) mod http_client;
mod json_weight;
mod kept_connections;
mod lenient_json;
mod nulls;
pub(crate) mod permits;
pub(crate) mod proxy;
mod resend;
pub(crate) mod response;
pub(crate) mod root_certificates;
#[cfg(feature = "rustls")]
mod rustls_failure;
pub(crate) mod sender;
#[cfg(feature = "rustls")]
mod tls;
mod tls_failure;
mod tunnel;
